// The globs of VS Code's `files.exclude`, matched against paths in a workspace folder: a folder that is excluded excludes what is in it.
import ignore from 'ignore';
import { isTooComplex } from './ruleFile.ts';

/** The most alternatives that one glob may stand for; more count as excluding everything. */
const mostAlternatives = 200;

/** `a{b,c}d` → `abd`, `acd`; braces may nest. Undefined for too many. */
function alternativesOf(glob: string): string[] | undefined {
  let open = -1;
  for (let at = 0; at < glob.length; at++) {
    if (glob[at] === '{') open = at;
    if (glob[at] !== '}' || open === -1) continue;
    // The innermost pair first.
    const [before, inside, after] = [glob.slice(0, open), glob.slice(open + 1, at), glob.slice(at + 1)];
    const all: string[] = [];
    for (const one of inside.split(',')) {
      const rest = alternativesOf(before + one + after);
      if (rest === undefined || all.length + rest.length > mostAlternatives) return undefined;
      all.push(...rest);
    }
    return all;
  }
  return [glob];
}

export interface ExcludeGlobs {
  /** @param path relative to the folder, with `/`; @returns the glob that excludes it */
  excluding(path: string): string | undefined;
}

/** Upper and lower case are alike, whatever the file system. */
export function excludeGlobs(globs: readonly string[]): ExcludeGlobs {
  const rules = ignore({ ignoreCase: true });
  for (const glob of globs) {
    const alternatives = alternativesOf(glob);
    if (alternatives === undefined || alternatives.some(isTooComplex)) {
      rules.add({ pattern: '*', mark: glob });
      continue;
    }
    for (const one of alternatives) {
      const path = one.replace(/^\/+|\/+$/g, '').replace(/ +$/, (spaces) => '\\ '.repeat(spaces.length));
      // VS Code's `a/**` is the folder `a`, too.
      if (path !== '') rules.add({ pattern: `/${path.replace(/(?<=[^*/])\/\*\*$/, '')}`, mark: glob });
    }
  }
  return { excluding: (path) => rules.test(path).rule?.mark };
}
