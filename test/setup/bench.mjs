// `npm run bench -- NAME [--json]`: one benchmark. With --json stdout carries one JSON document and nothing else.

import path from 'node:path';
import { benchArguments, WrongArguments } from './arguments.mjs';
import { onNode24 } from './installed.mjs';
import { scratchFolder } from './processes.mjs';
import { MissingPiece, say } from './say.mjs';

/** @type {Record<import('./arguments.mjs').Benchmark, (vsix: () => Promise<string>, json: boolean) => Promise<Record<string, unknown>>>} */
const work = {
  size: async (vsix) => (await import('../bench/size.mjs')).size(await vsix()),
  activation: async (vsix) => (await import('../bench/activation.mjs')).activation(await vsix()),
  memory: async (vsix) => (await import('../bench/memory.mjs')).memory(await vsix()),
  typing: async (vsix) => (await import('../bench/typing.mjs')).typing(await vsix()),
  cache: async (_vsix, json) => (await import('../bench/cache.mjs')).cache(json),
  redact: async () => (await import('../bench/redact.mjs')).redact(),
};

async function main() {
  const { name, json } = benchArguments(process.argv.slice(2));
  const result = await work[name](async () => {
    const { packVsix } = await import('./pack.mjs');
    return packVsix(path.join(scratchFolder('fathom-vsix').folder, 'fathom.vsix'));
  }, json);
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : `${lines(result).join('\n')}\n`);
}

/** @param {Record<string, unknown>} result @param {string} [before] @returns {string[]} */
function lines(result, before = '') {
  return Object.entries(result).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null
      ? lines(/** @type {Record<string, unknown>} */ (value), `${before}${name} `)
      : [`${String(value).padStart(10)}  ${before}${name}`],
  );
}

try {
  await onNode24(import.meta.filename);
  await main();
} catch (error) {
  const known = error instanceof WrongArguments || error instanceof MissingPiece;
  say(
    known || !(error instanceof Error) ? String(error instanceof Error ? error.message : error) : String(error.stack),
  );
  process.exitCode = 1;
}
