// Restricted Mode: a folder that nobody vouched for. Fathom works, looks nothing up, and keeps the code on this machine.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { useStage } from './stage.ts';

describe('In Restricted Mode', () => {
  const stage = useStage({ trust: false, ollama: 'double' });
  before(() => stage().window.openFile('dates.ts'));

  it('even public code stays on this machine, and the status bar says why', async () => {
    const { window, forge } = stage();
    await window.fathomText(/^⌂ .* · Restricted Mode$/);
    assert.match(await window.fathomStatus(), /In Restricted Mode nothing is looked up/);
    assert.deepEqual(forge.requests, []);
  });

  it('a question is answered by the local model, and DeepSeek hears of nothing', async () => {
    const { window, deepseek } = stage();
    const panel = await window.panel();
    await panel.ask('What does addDays do?');
    const answer = await panel.answer();
    assert.notEqual(answer.text, '', answer.card);
    assert.equal(answer.place, 'local');
    assert.deepEqual(
      deepseek.requests.filter(({ method }) => method === 'POST'),
      [],
    );
  });
});
