// May ghost text appear here at all? Decided from a snapshot alone, in microseconds, before anything is looked up or asked.
import { isSecretFile } from '../privacy/secretFiles.ts';
import { closersOrBlockHead, linePrefix, restOfLine, type Snapshot } from './snapshot.ts';

/** Why nothing is suggested. */
export type Silence =
  | 'language'
  | 'secretFile'
  | 'tooLarge'
  | 'binary'
  | 'selection'
  | 'cursors'
  | 'deleted'
  | 'emptyDocument'
  | 'midWord'
  | 'midLine';

/** Languages that are no text to write in: logs, results, and the commit box, which has its own action. */
const silentLanguages: ReadonlySet<string> = new Set([
  'scminput',
  'log',
  'Log',
  'output',
  'search-result',
  'git-rebase',
]);

/** Longer documents are data. */
export const longestDocument = 5 * 1024 * 1024;

const wordCharacter = /[\p{L}\p{N}_$]/u;

/** @returns why nothing may be suggested, or undefined when something may */
export function gate(snapshot: Snapshot, deletedLast: boolean): Silence | undefined {
  if (silentLanguages.has(snapshot.languageId)) return 'language';
  if (isSecretFile(snapshot.path)) return 'secretFile';
  if (snapshot.length > longestDocument) return 'tooLarge';
  if (snapshot.before.includes('\0') || snapshot.after.includes('\0')) return 'binary';
  if (snapshot.cursors > 1) return 'cursors';
  if (snapshot.selecting) return 'selection';

  const prefix = linePrefix(snapshot);
  const rest = restOfLine(snapshot);
  if (wordCharacter.test(lastCharacter(prefix)) && wordCharacter.test(firstCharacter(rest))) return 'midWord';
  if (!snapshot.automatic) return undefined;

  if (deletedLast) return 'deleted';
  if (snapshot.before.trim() === '' && snapshot.after.trim() === '') return 'emptyDocument';
  if (!closersOrBlockHead.test(rest)) return 'midLine';
  return undefined;
}

function firstCharacter(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0x20);
}

function lastCharacter(text: string): string {
  return /[\ud800-\udbff][\udc00-\udfff]$/.test(text) ? text.slice(-2) : text.slice(-1);
}
