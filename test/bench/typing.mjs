// Whether requests pile up while a person types without a pause: minutes of keys in a real VS Code, against a test server that answers as
// slowly as a busy one. The server's own record is the witness.

import path from 'node:path';
import { root } from '../setup/installed.mjs';
import { makeWorkspace } from '../setup/sample.mjs';
import { scratchFolder } from '../setup/processes.mjs';
import { step } from '../setup/say.mjs';

const seconds = 200;
/** Between two keys, in milliseconds: pauses of a fast writer, in a fixed order. */
const rhythm = [70, 110, 80, 140, 60, 90, 200, 75];
const firstTokenMs = 400;
const key = 'bench-key';
const lines = [
  'export function total(prices: readonly number[]): number {',
  '  let sum = 0;',
  '  for (const price of prices) sum += price;',
  '  return sum;',
  '}',
  '',
];

/**
 * @param {string} vsix
 * @returns {Promise<{ seconds: number, keys: number, requests: number, cancelled: number, mostOpenFirstHalf: number, mostOpenSecondHalf: number, openAtEnd: number }>}
 */
export async function typing(vsix) {
  const { CodeWindow } = await import('../ui/driver.ts');
  const { startDeepSeekServer } = await import('../servers/deepseek.ts');
  const { folder, remove } = scratchFolder('fathom-bench');
  const workspace = await makeWorkspace(path.join(root, 'test', 'practice', 'sample'), path.join(folder, 'practice'));
  const server = await startDeepSeekServer({
    keys: [key],
    answers: () => ({ text: 'compute(1, 2);\nconst next = 3;', firstMs: firstTokenMs, chunkMs: 20 }),
  });
  const window = await CodeWindow.open({
    workspace,
    extension: { vsix },
    settings: {
      'fathom.deepseek.baseUrl': server.url,
      'fathom.deepseek.name': 'bench server',
      'fathom.local.url': 'http://127.0.0.1:9',
      'fathom.privacy.mode': 'cloud',
    },
    env: { DEEPSEEK_API_KEY: key },
    patience: 60_000,
  });
  const { page } = window;
  const mostOpen = [0, 0];
  let half = 0;
  const watch = setInterval(() => (mostOpen[half] = Math.max(mostOpen[half] ?? 0, server.openStreams())), 20);
  try {
    await window.fathomStatus();
    await window.openFile('dates.ts');
    await window.toEnd();
    await page.keyboard.press('Enter');
    const started = Date.now();
    let keys = 0;
    await step(`${String(seconds)} s of typing`, async () => {
      const text = lines.join('\n');
      while (Date.now() - started < seconds * 1000) {
        half = Date.now() - started < seconds * 500 ? 0 : 1;
        const key = text[keys % text.length] ?? ' ';
        await (key === '\n' ? page.keyboard.press('Enter') : page.keyboard.type(key));
        await page.waitForTimeout(rhythm[keys % rhythm.length] ?? 100);
        keys++;
      }
    });
    // What was still on its way may end.
    await window.until(() => Promise.resolve(server.openStreams() === 0), 'the last request to end');
    const { requests } = server;
    const refused = requests.find(({ status }) => status !== undefined && status !== 200);
    if (refused !== undefined) throw new Error(`The server answered with ${String(refused.status)}`);
    return {
      seconds,
      keys,
      requests: requests.length,
      cancelled: requests.filter(({ aborted }) => aborted).length,
      mostOpenFirstHalf: mostOpen[0] ?? 0,
      mostOpenSecondHalf: mostOpen[1] ?? 0,
      openAtEnd: server.openStreams(),
    };
  } finally {
    clearInterval(watch);
    await window.close();
    await server.stop();
    remove();
  }
}
