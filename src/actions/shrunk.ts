// Recognises answers that are a part of the code instead of all of it: a model that is asked about a file likes to answer with
// the one function that it changed. Applied, that would delete the rest. Says nothing of remarks such as "rest unchanged"
// (elision.ts).

/**
 * Whether `code` looks like a part of `base`: far fewer lines, or its start or end is found in the middle of `base` and
 * nothing of what stands beyond it is in `code`.
 * @param keepsAtLeast share of the lines of `base`, 0 to 1, that a whole answer has at least
 */
export function looksShrunk(code: string, base: string, keepsAtLeast: number): boolean {
  const before = filled(base);
  const after = filled(code);
  // Under ten lines a change of length alone says nothing.
  if (before.length >= 10 && after.length < before.length * keepsAtLeast) return true;
  // Where much may go, an end may go too.
  if (keepsAtLeast < 0.5) return false;
  const lost = lostAtStart(before, after) + lostAtStart(before.toReversed(), after.toReversed());
  return lost >= Math.max(2, before.length / 3);
}

/** How many lines fewer stand before the first telling line of `after` that `before` has too, if all of those are gone. */
function lostAtStart(before: readonly string[], after: readonly string[]): number {
  // Beyond a few new lines it is a rewrite, not a part.
  const known = after.slice(0, 4).findIndex((line) => line.length > 3 && before.includes(line));
  const at = before.indexOf(after[known] ?? '');
  if (known < 0 || at <= known) return 0;
  const kept = new Set(after);
  return before.slice(0, at).some((line) => line.length > 3 && kept.has(line)) ? 0 : at - known;
}

function filled(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
