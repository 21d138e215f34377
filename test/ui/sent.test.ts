// What a person can see of what was sent: the list, one request with its body to the byte, the preview before sending, the figures of the
// bill, the export, and that it can all be deleted.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { isQuestion, useStage, type Stage } from './stage.ts';

const answer = { text: 'A day has 24 hours.' };

/** The text of the active editor, all of it: by the clipboard, because the page has only the lines on the screen. */
async function wholeText({ window }: Stage): Promise<string> {
  await window.focusEditor();
  await window.press('ControlOrMeta+A');
  await window.page.evaluate('navigator.clipboard.writeText("")');
  await window.press('ControlOrMeta+C');
  let text = '';
  await window.until(
    async () => (text = await window.page.evaluate<string>('navigator.clipboard.readText()')) !== '',
    'the copied text',
  );
  return text.replaceAll('\r\n', '\n');
}

/** The body to the byte, as the document has it. */
const bodyIn = (text: string): string => /\n# The body to the byte \([\d,]+ bytes\)\n\n(.*)\n$/.exec(text)?.[1] ?? text;

describe('What was sent', () => {
  const stage = useStage();
  const rows = () => stage().window.page.locator('.pane', { hasText: 'What Was Sent' }).locator('.monaco-list-row');
  const row = (label: string) => rows().filter({ hasText: label });
  const questions = () => stage().deepseek.requests.filter(isQuestion);
  const title = () => stage().deepseek.requests.find((request) => !isQuestion(request));
  const tab = (name: RegExp) => stage().window.page.locator('.tab.active', { hasText: name });

  before(async () => {
    const { window } = stage();
    await window.openFile('dates.ts');
    await window.fathomText(/^☁ /);
  });

  it('is nothing at first, and says what will be here', async () => {
    const { window } = stage();
    await window.runCommand('Fathom: Show What Was Sent');
    await window.page.getByText('Nothing has been sent yet.').waitFor();
  });

  it('lists a question where it went, and its document has the body that the server received, to the byte', async () => {
    const { window, answer: script } = stage();
    const panel = await window.panel({ reveal: false });
    script(answer);
    await panel.ask('How many hours does a day have?', { mode: 'chat' });
    await panel.answer();
    await row('chat · deepseek-flash').waitFor();
    assert.match(
      (await row('chat · deepseek-flash').getAttribute('aria-label')) ?? '',
      /^chat · deepseek-flash, cloud, /,
    );
    await row('title · deepseek-flash').waitFor();
    await row('chat · deepseek-flash').click();
    await tab(/^chat · deepseek-flash \d\d:\d\d$/).waitFor();
    const text = await wholeText(stage());
    assert.equal(bodyIn(text), questions()[0]?.body);
    assert.match(text, /^ {4}Where +Sent to another machine: 127\.0\.0\.1:\d+$/m);
    assert.match(text, /^ {4}Why there +“public” is public \(asked just now\)\.$/m);
    assert.match(text, /^ {4}.*[/\\]public[/\\]src[/\\]dates\.ts, lines 1 to \d+$/m);
    assert.match(text, /^messages\[0\]\.content:\n {4}\S/m);
  });

  it('leads from a piece of code to its file', async () => {
    const { window } = stage();
    const link = window.page.locator('.editor-group-container.active .view-line .detected-link').first();
    await link.click({ modifiers: ['ControlOrMeta'] });
    await tab(/^dates\.ts$/).waitFor();
    await window.page.locator('.statusbar', { hasText: /selected/ }).waitFor();
    await window.goTo(1);
  });

  it('shows before sending exactly what the server then receives', async () => {
    const { window, answer: script } = stage();
    const panel = await window.panel({ reveal: false });
    const chips = () => panel.frame.locator('.composer .chip').allTextContents();
    await window.until(async () => (await chips()).join() === 'dates.ts', 'the file, and no selection any more');
    const asked = questions().length;
    await panel.composer.click();
    await panel.composer.fill('And a week, “in hours”?');
    await panel.frame.getByRole('button', { name: 'Preview prompt' }).click();
    await tab(/^Preview of the prompt$/).waitFor();
    const text = await wholeText(stage());
    assert.match(text, /^ {4}State +Nothing was sent yet\./m);
    assert.equal(questions().length, asked, 'nothing was sent');
    assert.deepEqual(await chips(), ['dates.ts'], 'the file stays attached');
    script(answer);
    await panel.composer.click();
    await panel.composer.press('Enter');
    await window.until(async () => questions().length > asked, 'the question');
    await panel.finished();
    assert.equal(bodyIn(text), questions().at(-1)?.body);
  });

  it('previews by command what stands in the composer, and says what to do when nothing does', async () => {
    const { window } = stage();
    await window.runCommand('Fathom: Preview Prompt');
    await window.notification(/^Write a question first/);
    const panel = await window.panel({ reveal: false });
    await panel.composer.fill('Is it so?');
    await window.runCommand('Fathom: Preview Prompt');
    await tab(/^Preview of the prompt$/).waitFor();
    await window.until(async () => (await wholeText(stage())).includes('Is it so?'), 'the new preview');
  });

  it('has the server’s own figures below the composer and in the bill', async () => {
    const { window, deepseek } = stage();
    const panel = await window.panel({ reveal: false });
    const usages = deepseek.billed.map(({ usage }) => usage);
    const sum = (of: (usage: (typeof usages)[number]) => number) => usages.reduce((all, usage) => all + of(usage), 0);
    const input = sum((usage) => usage.prompt_tokens);
    const share = Math.round((100 * sum((usage) => usage.prompt_cache_hit_tokens)) / input);
    const output = sum((usage) => usage.completion_tokens);
    const line = panel.frame.locator('button.bill');
    await window.until(
      async () =>
        ((await line.getAttribute('aria-label')) ?? '') ===
        `Spent: This chat: price unknown, ${share} % cached. Show the bill`,
      'the figures',
    );
    await line.click();
    const modal = window.page.locator('.monaco-dialog-box');
    await modal.waitFor();
    const said = (await modal.textContent()) ?? '';
    const shown = input < 1000 ? String(input) : `${(input / 1000).toFixed(1).replace('.0', '')}k`;
    assert.ok(said.includes(`This month: price unknown (${shown} in, ${share} % cached · ${output} out)`), said);
    await modal.getByRole('button', { name: 'Show Balance' }).click();
    await window.notification(/says: ¥110\.00 \(granted ¥0, topped up ¥110\.00\)\.$/);
  });

  it('is exported as JSON lines, one request each', async () => {
    const { window, folder, deepseek } = stage();
    await window.runCommand('Fathom: Export What Was Sent as JSON Lines…');
    await window.pick('Figures and bodies');
    const file = path.join(folder, 'out.jsonl');
    const input = window.page.locator('.quick-input-widget input[type="text"]').first();
    await window.until(async () => (await input.inputValue()).endsWith('fathom-sent.jsonl'), 'the place to save to');
    await input.fill(file);
    // It takes no Enter while it still looks what is there.
    await window.until(async () => {
      if (await input.isVisible()) await input.press('Enter');
      // The last Enter may also have taken the notification away, by its button.
      return existsSync(file) && readFileSync(file, 'utf8').endsWith('\n');
    }, 'the exported file');
    const lines = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { sent?: { body: string } });
    assert.deepEqual(
      lines.map(({ sent }) => sent?.body).sort(),
      deepseek.requests
        .filter(({ path: address }) => address.endsWith('/completions'))
        .map(({ body }) => body)
        .sort(),
    );
    assert.ok(title() !== undefined);
  });

  it('is gone when all is deleted, and an open document says so', async () => {
    const { window } = stage();
    await row('chat · deepseek-flash').first().click();
    await tab(/^chat · deepseek-flash/).waitFor();
    await window.runCommand('Fathom: Delete All of What Was Sent…');
    await window.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Delete All' }).click();
    await window.page.getByText('Nothing has been sent yet.').waitFor();
    await window.until(async () => (await window.editorText()).includes('It was deleted'), 'the document to say so');
    const panel = await window.panel({ reveal: false });
    await panel.frame.locator('button.bill').waitFor({ state: 'hidden' });
  });
});
