// How long activation takes, by VS Code's own figures: the view that "Developer: Show Running Extensions" opens, read five times.

import path from 'node:path';
import { makeWorkspace } from '../setup/sample.mjs';
import { root } from '../setup/installed.mjs';
import { scratchFolder } from '../setup/processes.mjs';

const starts = 5;

/**
 * @param {string} vsix
 * @returns {Promise<{ fathomMs: number, others: Record<string, number> }>} medians, in milliseconds; `others` are VS Code's own extensions
 */
export async function activation(vsix) {
  const { CodeWindow } = await import('../ui/driver.ts');
  const { folder, remove } = scratchFolder('fathom-bench');
  const workspace = await makeWorkspace(path.join(root, 'test', 'practice', 'sample'), path.join(folder, 'practice'));
  /** @type {Map<string, number[]>} */
  const seen = new Map();
  for (let start = 0; start < starts; start++) {
    const window = await CodeWindow.open({
      workspace,
      extension: { vsix },
      // Nothing may answer, and nothing may be asked: only the start is measured. All rows must be on the page at once.
      settings: { 'fathom.deepseek.baseUrl': 'http://127.0.0.1:9', 'fathom.local.url': 'http://127.0.0.1:9' },
      size: { width: 1280, height: 3000 },
    });
    try {
      await window.fathomStatus();
      for (const [name, ms] of Object.entries(await window.activationTimes('fathom'))) {
        seen.set(name, [...(seen.get(name) ?? []), ms]);
      }
    } finally {
      await window.close();
    }
  }
  remove();
  const { fathom: fathomMs, ...others } = Object.fromEntries(
    [...seen].map(([name, times]) => [name, median(times)]).sort(([a], [b]) => String(a).localeCompare(String(b))),
  );
  if (fathomMs === undefined) throw new Error('VS Code does not list Fathom among its running extensions');
  return { fathomMs, others };
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}
