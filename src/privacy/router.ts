// Decides where a request may be answered, from what is known and nothing else: no I/O, no clock. The strictest origin wins.
import type { Origin, PrivacyMode, Route, RouteReason, VisibilityReason } from './route.ts';

export interface RouteQuestion {
  mode: PrivacyMode;
  /** Everything whose text is in the request, with marks. */
  origins: readonly Origin[];
  /** Whether there is a key for the cloud. */
  hasKey: boolean;
  /** The conversation that asks: private text was in it; a release covers everything that is in it now. */
  conversation?: { held: boolean; releasedAt: number | undefined };
}

/** Nobody said anything about these yet, so the person may be asked. Everything else that isn't public is not a question. */
const askable: ReadonlySet<VisibilityReason> = new Set(['noRemote', 'noRepository', 'noFolder']);

/** Which reason is told first: what is known to be private before what nobody knows, before what one answer would clear. */
const weight = (origin: Origin) => (origin.visibility === 'private' ? 0 : askable.has(origin.because) ? 2 : 1);

const reasonOf = (origin: Origin): RouteReason =>
  origin.mark === undefined ? { kind: 'origin', origin } : { kind: 'mark', mark: origin.mark, origin };

function routeOf(place: Route['place'], reasons: RouteReason[]): Route {
  const [first = { kind: 'nothingSent' }, ...rest] = reasons;
  return { place, reasons: [first, ...rest] };
}

/**
 * `localOnly` and a forbidden origin keep everything here; then a release lets a conversation go, and without one a conversation
 * that is held stays; `cloud` lets everything go; `auto` lets go what is public or
 * cleared, and only if that is all there is. Without a key everything stays, with `noKey` among the reasons exactly if a key
 * could change that.
 */
export function route({ mode, origins, hasKey, conversation }: RouteQuestion): Route {
  const told = origins.map(reasonOf);
  if (mode === 'localOnly') return routeOf('local', [{ kind: 'mode', mode }, ...told]);

  const forbidden = origins.filter((origin) => origin.mark === 'forbidden');
  if (forbidden.length > 0) {
    const others = origins.filter((origin) => origin.mark !== 'forbidden');
    return routeOf('local', [...forbidden.map(reasonOf), ...others.map(reasonOf)]);
  }

  const mayLeave = (reasons: RouteReason[]) =>
    hasKey ? routeOf('cloud', reasons) : routeOf('local', [{ kind: 'noKey' }, ...reasons]);
  if (conversation?.releasedAt !== undefined) {
    return mayLeave([{ kind: 'released', at: conversation.releasedAt }, ...told]);
  }
  if (conversation?.held === true) return routeOf('local', [{ kind: 'held' }, ...told]);
  if (mode === 'cloud') return mayLeave([{ kind: 'mode', mode }, ...told]);

  const free = origins.filter((origin) => origin.visibility === 'public' || origin.mark === 'cleared');
  const held = origins.filter((origin) => !free.includes(origin)).sort((a, b) => weight(a) - weight(b));
  const [first] = held;
  if (origins.length > 0 && first === undefined) return mayLeave(told);

  const local = routeOf('local', [...held, ...free].map(reasonOf));
  if (first === undefined || !held.every((origin) => origin.visibility === 'unknown' && askable.has(origin.because))) {
    return local;
  }
  if (!hasKey) return { ...local, reasons: [...local.reasons, { kind: 'noKey' }] };
  return { ...local, askAbout: held.find((origin) => origin.root !== undefined) ?? first };
}

/** Whether a text with these origins is private: what has been in a conversation holds it here from then on. */
export const isPrivate = (origins: readonly Origin[]): boolean =>
  origins.some(({ mark, visibility }) => mark === 'forbidden' || (visibility !== 'public' && mark !== 'cleared'));
