// Waits for what a test needs to see, and says what it waited for when it never came.

/** Milliseconds between two looks at something that has no event. */
const lookEveryMs = 20;

/**
 * Looks until `look` gives something other than undefined or false, and returns that.
 * @param what named in the error
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  withinMs = 10_000,
): Promise<Exclude<T, undefined | false>> {
  const end = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen as Exclude<T, undefined | false>;
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
