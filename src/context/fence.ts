// Writes a fenced code block that nothing inside can close. Reading blocks out of an answer is not its job.

/** Backticks, three at least and one more than the longest run in any of `texts`. */
export function fenceFor(...texts: string[]): string {
  let longest = 2;
  for (const text of texts) {
    for (const run of text.match(/`{3,}/g) ?? []) longest = Math.max(longest, run.length);
  }
  return '`'.repeat(longest + 1);
}

/** `code` between fences that it can't close. @param info what follows the opening fence: a language id */
export function fenced(code: string, info: string, fence = fenceFor(code)): string {
  return `${fence}${info}\n${code}\n${fence}`;
}
