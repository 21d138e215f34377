// Subsequences: characters in the same order, with others between them.

/** Whether the UTF-16 code units of `part` occur in `whole`, in this order. */
export function isSubsequence(part: string, whole: string): boolean {
  let found = 0;
  for (let at = 0; at < whole.length && found < part.length; at++) if (whole[at] === part[found]) found++;
  return found === part.length;
}
