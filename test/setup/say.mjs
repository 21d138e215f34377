// What set-up tells the person in front of it: plain lines on stderr, with the seconds that a long step takes.
// Quiet when there is nothing to do; stdout stays free for results.

const everySeconds = 20;

/** Prints one line on stderr. @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * A piece of set-up that can't be had here. Its message is a sentence that says what is missing and which command gets it.
 */
export class MissingPiece extends Error {}

/**
 * Runs one long step and says what it is, how long it has been going and when it is done. On a terminal one line counts up; elsewhere
 * (a log) a new line appears every 20 seconds.
 * @template T
 * @param {string} what for example "Building Ollama 0.17.4 with Go (once, about 3 minutes)"
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(what, work) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const terminal = process.stderr.isTTY;
  process.stderr.write(terminal ? `${what}…` : `${what}…\n`);
  const timer = setInterval(
    () => {
      process.stderr.write(terminal ? `\r${what}… ${seconds()} s` : `${what}… ${seconds()} s\n`);
    },
    terminal ? 1000 : everySeconds * 1000,
  );
  try {
    const result = await work();
    process.stderr.write(`${terminal ? '\r' : ''}${what}: done in ${seconds()} s\n`);
    return result;
  } catch (error) {
    process.stderr.write(`${terminal ? '\r' : ''}${what}: failed after ${seconds()} s\n`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}
