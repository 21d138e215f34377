// Every detector over one chunk: secretlint's rules, the forms it doesn't know, and values that are given to a secret's name.
import { isStandIn } from './entropy.ts';
import { secretsByName } from './secretAssignments.ts';
import { isPasswordOfAddress, secretsByFormat } from './secretFormats.ts';
import type { Finding } from './secretKinds.ts';
import { loadSecretlint } from './secretlint.ts';

export type Detector = (text: string) => Finding[];

/**
 * Secretlint takes a whole address and a whole line of `.npmrc`; a model may see the host, and what follows. Nothing is left of a
 * finding whose secret part is a stand-in.
 */
function narrowed(text: string, found: Finding): Finding[] {
  const whole = text.slice(found.start, found.end);
  if (found.kind === 'url') {
    const parts = /:\/\/([^\s:@/]{0,100}):([^\s/]{1,256})@/.exec(whole);
    if (parts === null) return [found];
    const [all, user = '', password = ''] = parts;
    const end = found.start + parts.index + all.length - 1;
    return isPasswordOfAddress(password, user) ? [{ ...found, start: end - password.length, end }] : [];
  }
  if (found.kind === 'npm') {
    const token = /^[^\s"'`]*/.exec(whole)?.[0] ?? '';
    return isStandIn(token) || token.length < 8 ? [] : [{ ...found, end: found.start + token.length }];
  }
  // `ghp_xxxxxxxx`, as manuals write it.
  return /(.)\1{7}/.test(whole) && found.kind !== 'privatekey' ? [] : [found];
}

/** Rejects when secretlint's rules can't be loaded. */
export async function loadDetector(): Promise<Detector> {
  const secretlint = await loadSecretlint();
  return (text) => [
    ...secretlint(text).flatMap((found) => narrowed(text, found)),
    ...secretsByFormat(text),
    ...secretsByName(text),
  ];
}
