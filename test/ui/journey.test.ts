// A day's way through Fathom: ghost text and questions, in a public repository (DeepSeek answers) and in a private one (a real Ollama does).
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { useStage } from './stage.ts';

/** What is written in the tests; the server continues whatever part of it stands before the cursor. */
const statements = ['const weekMs = 7 * dayMs;', 'const fortnightMs = 2 * weekMs; // two weeks'];
const thought = Array.from({ length: 40 }, (_, index) => `Step ${index}: a day has 24 hours. `);
const code = 'const hours = 24;';

function fill(prompt: string): string {
  const line = prompt.split('\n').at(-1) ?? '';
  const whole = line === '' ? undefined : statements.find((statement) => statement.startsWith(line));
  return whole?.slice(line.length) ?? '';
}
const isFill = ({ path }: { path: string }): boolean => path.endsWith('/beta/completions');

describe('A person’s way', () => {
  describe('in a public repository', () => {
    const stage = useStage({ fill });
    before(() => stage().window.openFile('dates.ts'));

    it('is told that the cloud answers', async () => {
      const { window } = stage();
      await window.fathomText(/^☁ deepseek-flash · 127\.0\.0\.1/);
      assert.match(await window.fathomStatus(), /“public” is public \(asked just now\)\./);
    });

    it('sees ghost text, and Tab makes it text', async () => {
      const { window } = stage();
      await window.toEnd();
      await window.type('const weekMs = 7 ');
      assert.equal(await window.ghostText(), '* dayMs;');
      await window.acceptGhost();
      assert.match(await window.editorText(), /^const weekMs = 7 \* dayMs;$/m);
      assert.equal(await window.ghostTextNow(), '');
    });

    it('types through ghost text, which stays without asking again', async () => {
      const { window, deepseek } = stage();
      await window.press('Enter');
      await window.type('const fortnightMs = ');
      assert.equal(await window.ghostText(), '2 * weekMs; // two weeks');
      const asked = deepseek.requests.filter(isFill).length;
      await window.type('2 * ');
      await window.until(
        async () => (await window.ghostTextNow()) === 'weekMs; // two weeks',
        'the rest of the ghost text',
      );
      assert.equal(deepseek.requests.filter(isFill).length, asked);
      await window.press('Escape');
      await window.noGhostText();
    });

    it('reads the reasoning as it comes, and then the answer', async () => {
      const { window, answer: script } = stage();
      const panel = await window.panel();
      script({
        reasoning: thought,
        text: ['A day has `24` hours:\n\n```ts\n', `${code}\n`, '```\n\nThat', ' is all.'],
        chunkMs: 30,
      });
      const seen = await panel.watch();
      await panel.ask('How many hours does a day have?', { mode: 'reasoner' });
      await panel.finished();
      const open = (await seen()).filter(({ open, reasoning }) => open && reasoning > 0);
      assert.ok(new Set(open.map(({ reasoning }) => reasoning)).size > 2, 'the reasoning is open and grows');
      assert.ok(
        open.every(({ text }) => text === 0),
        'it folds when the answer starts',
      );
      const answer = await panel.answer();
      assert.match(answer.thought, /^Thought for \d+ s/);
      assert.equal(answer.reasoning, thought.join('').trim());
      assert.equal(answer.place, 'cloud');
      assert.match(answer.text, /A day has 24 hours:/);
      await panel.turn.locator('.code .hljs-keyword').waitFor();
    });

    it('copies code, and inserts it at the cursor', async () => {
      const { window } = stage();
      await window.openFile('main.ts');
      await window.toEnd();
      const panel = await window.panel();
      await panel.turn.getByRole('button', { name: 'Insert at the cursor' }).click();
      const count = async () => (await window.editorText()).split(code).length - 1;
      await window.until(async () => (await count()) === 1, 'the code in the editor');
      await panel.turn.getByRole('button', { name: 'Copy code' }).click();
      await panel.turn.getByRole('button', { name: 'Copied' }).waitFor();
      await window.focusEditor();
      await window.press('ControlOrMeta+V');
      await window.until(async () => (await count()) === 2, 'the code from the clipboard');
    });
  });

  describe('in a private repository', function () {
    // A tiny model, but a busy machine may need a minute to read.
    this.timeout(300_000);
    before(function () {
      if (process.env.FATHOM_TEST_OLLAMA === undefined) {
        console.log('      skipped: no Ollama');
        this.skip();
      }
    });
    const stage = useStage({ ollama: process.env.FATHOM_TEST_OLLAMA, patience: 240_000 });

    it('is told that this machine answers, and the cloud again in the public one', async () => {
      const { window } = stage();
      await window.openFile('wages.ts');
      await window.fathomText(/^⌂ practice-think.* · private repository$/);
      await window.openFile('dates.ts');
      await window.fathomText(/^☁ /);
    });

    it('sees ghost text of the local model, and Tab makes it text', async () => {
      const { window } = stage();
      await window.openFile('wages.ts');
      await window.toEnd();
      await window.type('export function add(a: number, b: number): number {\n');
      assert.notEqual(await window.acceptGhost(), '');
    });

    it('gets a thought answer of the local model, and DeepSeek hears of nothing', async () => {
      const { window, deepseek } = stage();
      const panel = await window.panel();
      await panel.ask('What does a night shift cost?', { mode: 'reasoner' });
      assert.notEqual(await panel.reasoning(), '');
      const answer = await panel.answer();
      assert.match(answer.thought, /^Thought/);
      assert.notEqual(answer.text, '', answer.card);
      assert.equal(answer.place, 'local');
      assert.deepEqual(
        deepseek.requests.filter(({ body }) => /wages|shift|baseRate/.test(body)),
        [],
      );
    });
  });
});
