// An installed Fathom in a window, as on the first day: it is there, says who would answer, and its panel opens.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { scratchFolder } from '../setup/processes.mjs';
import { makeWorkspace } from '../setup/sample.mjs';
import { CodeWindow } from './driver.ts';

describe('A fresh installation', () => {
  let window: CodeWindow;
  const { folder, remove } = scratchFolder('fathom-ui');
  before(async () => {
    const sample = path.join(import.meta.dirname, '../practice/sample');
    const vsix = process.env.FATHOM_VSIX;
    assert.ok(vsix !== undefined, 'run by npm run test:ui');
    window = await CodeWindow.open({
      workspace: await makeWorkspace(sample, path.join(folder, 'practice')),
      extension: { vsix },
      settings: { 'fathom.deepseek.baseUrl': 'http://127.0.0.1:9', 'fathom.local.url': 'http://127.0.0.1:9' },
    });
  });
  after(async () => {
    await window.close();
    remove();
  });

  it('says in the status bar that nothing can answer yet, and in the panel what to do', async () => {
    await window.openFile('wages.ts');
    assert.match(await window.fathomStatus(), /Fathom/);
    const panel = await window.panel();
    assert.notEqual(await panel.card(), '');
  });
});
