// The command lines of `npm start`, `npm test` and `npm run bench`, read. A word that nobody knows is an error with a sentence.

import path from 'node:path';
import { parseArgs } from 'node:util';

/** In the order in which `npm test` runs them; `desktop` runs only when asked for. */
export const checks = /** @type {const} */ (['lint', 'types', 'unit', 'host', 'ui', 'desktop']);
/** @typedef {(typeof checks)[number]} Check */

export const benchmarks = /** @type {const} */ (['size', 'activation', 'memory', 'typing', 'cache', 'redact']);
/** @typedef {(typeof benchmarks)[number]} Benchmark */

/** A command line that can't be understood. */
export class WrongArguments extends Error {}

/**
 * @param {readonly string[]} argv without node and script
 * @returns {{ workspace: string | undefined, browser: boolean, check: boolean, help: boolean }}
 */
export function startArguments(argv) {
  const { values } = parse(argv, {
    workspace: { type: 'string' },
    browser: { type: 'boolean' },
    check: { type: 'boolean' },
    help: { type: 'boolean' },
  });
  const { workspace, browser = false, check = false, help = false } = values;
  return {
    workspace: typeof workspace === 'string' ? path.resolve(workspace) : undefined,
    browser: browser === true,
    check: check === true,
    help: help === true,
  };
}

/**
 * `--only lint,types` runs just those; a word after it that is no option narrows unit, host and ui to the test files whose path has it.
 * @param {readonly string[]} argv
 * @returns {{ only: Check[], file: string | undefined }}
 */
export function testArguments(argv) {
  const { values, positionals } = parse(argv, { only: { type: 'string', multiple: true } });
  const wanted = Array.isArray(values['only'])
    ? values['only'].flatMap((each) => String(each).split(',')).filter((each) => each !== '')
    : checks.filter((each) => each !== 'desktop');
  for (const each of wanted) {
    if (!checks.some((check) => check === each)) {
      throw new WrongArguments(`There is no check “${each}”. There are: ${checks.join(', ')}.`);
    }
  }
  return { only: checks.filter((check) => wanted.includes(check)), file: positionals[0] };
}

/**
 * @param {readonly string[]} argv
 * @returns {{ name: Benchmark, json: boolean }}
 */
export function benchArguments(argv) {
  const { values, positionals } = parse(argv, { json: { type: 'boolean' } });
  const name = benchmarks.find((each) => each === positionals[0]);
  if (name === undefined) {
    throw new WrongArguments(`Which benchmark? npm run bench -- ${benchmarks.join(' | ')} [--json]`);
  }
  return { name, json: values['json'] === true };
}

/**
 * @param {readonly string[]} argv
 * @param {NonNullable<import('node:util').ParseArgsConfig['options']>} options
 */
function parse(argv, options) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw new WrongArguments(error instanceof Error ? error.message : String(error));
  }
}
