// Reads one file of ignore rules in gitignore's syntax. What can't be read, or would take too long to match, is told as trouble:
// it then counts as ignoring its whole folder.
import { readFile, stat } from 'node:fs/promises';

/** Why the rules of a file are not known. */
export type RuleTrouble = 'unreadable' | 'tooLarge' | 'tooComplex';

export interface RuleFile {
  /** Patterns as written, without comments and blank lines; empty where there is trouble. */
  patterns: readonly string[];
  trouble?: RuleTrouble;
}

/** Bytes. The largest published .gitignore files have some thousand lines. */
export const largestRuleFile = 1_000_000;
/** Longer lines are no patterns that anybody wrote. */
const longestPattern = 4096;
/** With each `/**\/` in the middle of a pattern the time to match grows by the depth of the path. */
const mostInnerGlobstars = 3;

/** Whether a pattern may take so long to match that typing would be felt to stop. */
export function isTooComplex(pattern: string): boolean {
  return pattern.length > longestPattern || (pattern.match(/\/\*\*(?=\/)/g) ?? []).length > mostInnerGlobstars;
}

/** @returns undefined where there is no such file. Never throws. */
export async function readRuleFile(path: string): Promise<RuleFile | undefined> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return undefined;
    // Reading a pipe would wait for ever.
    if (!found.isFile()) return { patterns: [], trouble: 'unreadable' };
    if (found.size > largestRuleFile) return { patterns: [], trouble: 'tooLarge' };
    const patterns = patternsOf(await readFile(path, 'utf8'));
    return patterns.some(isTooComplex) ? { patterns: [], trouble: 'tooComplex' } : { patterns };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : { patterns: [], trouble: 'unreadable' };
  }
}

function patternsOf(text: string): string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#') && /[^ ]/.test(line) && !/^!?\/? *$/.test(line));
}

const escaped = (folder: string): string => folder.replace(/[\\*?[]/g, '\\$&');

/**
 * The pattern of a file in `folder` as one of a file some folders above it.
 * @param folder relative, with `/`; empty: the folder itself
 */
export function patternFrom(folder: string, pattern: string): string {
  if (folder === '') return pattern;
  const negated = pattern.startsWith('!') ? '!' : '';
  const body = pattern.slice(negated.length);
  // gitignore(5): a slash at the beginning or in the middle ties the pattern to the folder of its file.
  const tied = /\/(?! *$)/.test(body);
  return `${negated}/${escaped(folder)}/${tied ? body.replace(/^\//, '') : `**/${body}`}`;
}
