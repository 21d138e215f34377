// Whether the extension host's heap grows with use: 1,000 accepted completions and 100 turns of one conversation against a test server, in a
// real VS Code. Measured from inside by the probe, after forced garbage collection.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { packFolder } from '../setup/pack.mjs';
import { makeWorkspace } from '../setup/sample.mjs';
import { root } from '../setup/installed.mjs';
import { scratchFolder } from '../setup/processes.mjs';
import { step } from '../setup/say.mjs';

/** The first round also fills caches of a fixed size, which is no growth; the second shows what is left. */
const rounds = [200, 1000];
const turns = 100;
const warmUpTurns = 3;
const withinMs = 15 * 60_000;

/**
 * @param {string} vsix
 * @returns {Promise<{ completionsGrowthMB: number, chatGrowthMB: number }>}
 */
export async function memory(vsix) {
  const { CodeWindow } = await import('../ui/driver.ts');
  const { startDeepSeekServer } = await import('../servers/deepseek.ts');
  const { folder, remove } = scratchFolder('fathom-bench');
  const probe = await packFolder(path.join(root, 'test', 'bench', 'probe'), path.join(folder, 'probe.vsix'));
  const workspace = await makeWorkspace(path.join(root, 'test', 'practice', 'sample'), path.join(folder, 'practice'));
  const key = 'bench-key';
  const server = await startDeepSeekServer({
    keys: [key],
    answers: (_request, kind) =>
      kind === 'fill'
        ? { text: 'compute(1, 2);' }
        : { reasoning: 'A short thought. '.repeat(20), text: 'A short answer with `code`.\n\n'.repeat(10) },
  });
  const window = await CodeWindow.open({
    workspace,
    extension: { vsix },
    more: [probe],
    settings: {
      'fathom.deepseek.baseUrl': server.url,
      'fathom.deepseek.name': 'bench server',
      'fathom.local.url': 'http://127.0.0.1:9',
      'fathom.privacy.mode': 'cloud',
      'fathom.completion.delay': 0,
    },
    env: { DEEPSEEK_API_KEY: key, FATHOM_PROBE: folder, FATHOM_PROBE_COUNTS: rounds.join(',') },
    patience: 60_000,
  });

  /** @param {string} title @param {string} name @param {number} time @returns {Promise<unknown>} */
  const probed = async (title, name, time) => {
    const file = path.join(folder, `${name}-${String(time)}.json`);
    await window.runCommand(title);
    const until = Date.now() + withinMs;
    while (!existsSync(file)) {
      if (Date.now() > until) throw new Error(`The probe did not write ${file}`);
      await pause(200);
    }
    return JSON.parse(readFileSync(file, 'utf8'));
  };
  let measured = 0;
  const heap = async () => Number(await probed('Probe: Measure Heap', 'heap', ++measured));

  try {
    await window.fathomStatus();
    await window.openFile('dates.ts');
    const heaps = [];
    for (const [index, count] of rounds.entries()) {
      heaps.push(await heap());
      await step(`${String(count)} completions`, async () => {
        const result = /** @type {{ accepted?: number, error?: string }} */ (
          await probed('Probe: Accept Many Completions', 'completions', index + 1)
        );
        if (result.accepted !== count) throw new Error(`Completions went wrong: ${JSON.stringify(result)}`);
      });
    }
    const afterCompletions = await heap();
    const panel = await window.panel();
    await panel.chooseMode('reasoner');
    const ask = async (/** @type {number} */ count) => {
      for (let turn = 0; turn < count; turn++) {
        await panel.ask(`Question ${String(turn)}: what is this for?`);
        const { text, card } = await panel.answer();
        if (text === '') throw new Error(`No answer came: ${card}`);
      }
    };
    await ask(warmUpTurns);
    const beforeChat = await heap();
    await step(`${String(turns)} turns`, () => ask(turns));
    const afterChat = await heap();
    return {
      completionsGrowthMB: megabytes(afterCompletions - (heaps[1] ?? NaN)),
      chatGrowthMB: megabytes(afterChat - beforeChat),
    };
  } finally {
    await window.close();
    await server.stop();
    remove();
  }
}

/** @param {number} bytes */
function megabytes(bytes) {
  return Math.round((bytes / 1e6) * 100) / 100;
}
