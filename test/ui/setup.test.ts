// The first day: no key and no Ollama, signing in, what is asked before code leaves, and the ways to the settings.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { isQuestion, useStage } from './stage.ts';

describe('Setting up', () => {
  const stage = useStage({ workspace: 'three', key: '' });
  before(() => stage().window.openFile('add.ts'));

  it('without a key and an Ollama the panel says so in two lines, with two ways on', async () => {
    const { window } = stage();
    const panel = await window.panel();
    const sentence = await panel.card();
    assert.equal(sentence.split('\n').length, 2, sentence);
    assert.match(sentence, /^Nobody can answer yet\.\n/);
    assert.match(await panel.frame.locator('.card-sentence p').innerText(), /yet\.\n/, 'and shows them as two');
    assert.deepEqual(await panel.frame.locator('.card-buttons button').allTextContents(), [
      'Sign in to DeepSeek',
      'Start Ollama',
    ]);
    await window.fathomText(/not set up/);
  });

  it('a wrong key is refused with what is wrong and where keys are made; the right one works', async () => {
    const { window, answer } = stage();
    const panel = await window.panel();
    await panel.pressCard('Sign in to DeepSeek');
    const box = window.page.locator('.quick-input-widget');
    const field = box.locator('input[type="password"]');
    await field.fill('sk-wrong');
    await field.press('Enter');
    const message = box.locator('.quick-input-message', { hasText: "doesn't accept the API key" });
    await message.waitFor();
    assert.match((await message.textContent()) ?? '', /platform\.deepseek\.com\/api_keys/);
    await field.fill('test-key');
    await field.press('Enter');
    assert.match(await window.notification(/^Signed in/), /public repositories/);
    await window.fathomText(/^☁ /);
    answer({ text: 'It adds.' });
    await panel.ask('What does add do?');
    assert.equal((await panel.answer()).text, 'It adds.');
  });

  it('what is in no repository leaves only after a click', async () => {
    const { window, deepseek, answer } = stage();
    await window.openFile('notes.py');
    const panel = await window.newChat();
    await panel.ask('What are these notes?');
    const { card, text } = await panel.answer();
    assert.match(card, /^May “loose” go to .*\? It is in no repository\.$/);
    assert.equal(text, '');
    assert.deepEqual(
      deepseek.requests.filter(({ body }) => body.includes('these notes')),
      [],
    );
    answer({ text: 'Just notes.' });
    await panel.pressCard('Allow for Now');
    await panel.turn.locator('.markdown', { hasText: 'Just notes.' }).waitFor();
    await window.fathomText(/^☁ /);
  });

  it('a private repository is not asked about: its code stays, and the ways on are local', async () => {
    const { window, deepseek } = stage();
    await window.openFile('wages.ts');
    const panel = await window.newChat();
    await panel.ask('What do these wages mean?');
    const { card } = await panel.answer();
    assert.match(card, /^“private” is private, so it stays on this machine\. Ollama isn't running\.$/);
    const buttons = await panel.turn.locator('.card-buttons button').allTextContents();
    assert.deepEqual(buttons.slice(0, 2), ['Start Ollama', 'How to Install Ollama']);
    assert.deepEqual(
      deepseek.requests.filter(({ body }) => body.includes('wages')),
      [],
    );
    await window.fathomText(/^Ollama isn't running · private repository$/);
  });

  it('an action on private code says the same, in a notification', async () => {
    const { window, deepseek } = stage();
    await window.focusEditor();
    const before = deepseek.requests.filter(isQuestion).length;
    await window.runCommand('Fathom: Document');
    assert.match(await window.notification(/“private” is private/), /Ollama isn't running/);
    assert.equal(deepseek.requests.filter(isQuestion).length, before);
    await window.runCommand('Notifications: Clear All Notifications');
  });

  it('the status bar opens a menu of all that can be changed', async () => {
    const { window } = stage();
    await window.clickFathom();
    const entries = (await window.picks('Privacy mode')).join('\n');
    for (const entry of [
      'Privacy mode',
      'Privacy of this repository',
      'Local model',
      'Ghost text',
      'Snooze ghost text',
      'Log',
      'Settings',
    ]) {
      assert.ok(entries.includes(entry), `${entry} in ${entries}`);
    }
    await window.press('Escape');
  });

  it('the walkthrough has five steps', async () => {
    const { window } = stage();
    await window.runCommand('Fathom: Get Started');
    const steps = window.page.locator('.getting-started-step .step-title');
    await steps.nth(4).waitFor();
    assert.deepEqual(await steps.allTextContents(), [
      'Where may your code go?',
      'Sign in to DeepSeek',
      'Set up Ollama',
      'First ghost text',
      'First question',
    ]);
  });
});
