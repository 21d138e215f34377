// Where a host name leads at this moment, and whether a local request may go there. Its answer is what is connected to: nobody looks
// the name up a second time, so that a name can't mean one machine for the check and another one for the prompt.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { ModelError } from './errors.ts';
import { isLoopback, placeOf } from './loopback.ts';
import { hostOf } from './serverWords.ts';

export interface Address {
  address: string;
  family: number;
}

/** All addresses of a name, in the order in which they should be tried. Rejects with the system's error (`ENOTFOUND` …). */
export type Resolve = (host: string) => Promise<readonly Address[]>;

export interface AddressRules {
  resolve?: Resolve;
  /** Hosts that the person confirmed as their own, as `placeOf` takes them; read anew for each request. */
  confirmed?: () => readonly string[];
}

const bySystem: Resolve = (host) => lookup(host, { all: true, order: 'verbatim' });

const isHere = ({ address, family }: Address): boolean =>
  isLoopback(family === 6 ? `http://[${address}]` : `http://${address}`);

/**
 * Looks names up for local requests. The function that it returns gives the addresses that may be connected to, and throws
 * `modelNotLocal` (nothing was sent; `resolvedTo` says where the name leads) for
 * - a host that is neither this machine nor confirmed;
 * - `localhost`, if any of its addresses is not this machine's;
 * - a confirmed name that means this machine and another one at once, or that meant this machine before and now another one: that is
 *   what a name looks like that somebody else has taken over.
 */
export function createAddresses({ resolve = bySystem, confirmed = () => [] }: AddressRules = {}): (
  url: string,
) => Promise<readonly Address[]> {
  /** Names that meant this machine when they were last used. */
  const wereHere = new Set<string>();

  return async (url) => {
    const { hostname } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, '');
    const place = placeOf(url, confirmed());
    const refuse = (found: Address | undefined): never => {
      const resolvedTo = found === undefined ? {} : { resolvedTo: found.address };
      throw new ModelError('modelNotLocal', { host: hostOf(url), remoteHost: hostOf(url), ...resolvedTo });
    };
    if (place === 'elsewhere') return refuse(undefined);
    const family = isIP(host);
    if (family !== 0) return [{ address: host, family }];
    const found = await resolve(host);
    const away = found.find((each) => !isHere(each));
    const mixed = away !== undefined && found.some(isHere);
    if (away !== undefined && (place === 'here' || mixed || wereHere.has(host))) return refuse(away);
    if (found.length === 0) throw Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' });
    if (away === undefined) wereHere.add(host);
    return found;
  };
}
