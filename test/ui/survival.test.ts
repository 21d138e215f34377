// What a person does not lose: a partial answer, a conversation, a draft; and what they can take back: an answer under way, a chip.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { isQuestion, useStage } from './stage.ts';

const pieces = ['One. ', 'Two. ', 'Three. ', 'Four.'];
/** DeepSeek's first chunk is the empty one: after four of them three pieces have arrived. */
const threePieces = 4;
const arrived = 'One. Two. Three.';
const whole = 'One. Two. Three. Four.';

describe('What survives', () => {
  const stage = useStage();
  beforeEach(async () => {
    // A window that is reloaded soon after may come back without its editor, and a question without code counts as private.
    await stage().window.openFile('dates.ts');
    await stage().window.newChat();
  });

  /** Asks, and waits until the answer hangs with three of its pieces there. */
  async function askAndHang(question: string) {
    const { window, deepseek, answer } = stage();
    const panel = await window.panel();
    answer({ text: pieces });
    deepseek.fault({ on: isQuestion, stall: threePieces });
    await panel.ask(question);
    await panel.turn.locator('.markdown', { hasText: arrived }).waitFor();
    return panel;
  }

  it('an answer whose window was reloaded is back, is marked, and goes on', async () => {
    const { window, answer } = stage();
    await askAndHang('Count to four.');
    await window.reload();
    const panel = await window.panel();
    const seen = await panel.answer();
    assert.equal(seen.text, arrived);
    assert.match(seen.card, /window was closed/);
    answer({ text: 'Four.' });
    await panel.pressCard('Continue');
    // In the same paragraph.
    await panel.turn.locator('.markdown p', { hasText: whole }).waitFor();
    assert.equal((await panel.answer()).card, '');
    assert.equal(await panel.frame.locator('.turn').count(), 1);
  });

  it('what arrived before the connection broke is kept, and goes on', async () => {
    const { window, deepseek, answer } = stage();
    const panel = await window.panel();
    answer({ text: pieces });
    deepseek.fault({ on: isQuestion, drop: threePieces });
    await panel.ask('Count to four.');
    const seen = await panel.answer();
    assert.equal(seen.text, arrived);
    assert.match(seen.card, /connection|broke|dropped|lost/i);
    answer({ text: 'Four.' });
    await panel.pressCard('Continue');
    await panel.turn.locator('.markdown p', { hasText: whole }).waitFor();
  });

  it('the stop button ends the answer and the request, and keeps what arrived', async () => {
    const { deepseek } = stage();
    const panel = await askAndHang('Count for me.');
    const request = await deepseek.waitForRequest((each) => isQuestion(each) && each.body.includes('Count for me.'));
    await panel.frame.getByRole('button', { name: 'Stop (Esc)' }).click();
    const seen = await panel.answer();
    await request.closed;
    assert.ok(request.aborted);
    assert.equal(seen.text, arrived);
    assert.equal(seen.card, 'You stopped this answer.');
    await panel.frame.getByRole('button', { name: 'Send (Enter)' }).waitFor();
  });

  it('a new chat begins empty', async () => {
    const { window, answer } = stage();
    const panel = await window.panel();
    answer({ text: 'Yes.' });
    await panel.ask('Are you there?');
    await panel.finished();
    await window.page.locator('.part.sidebar').getByRole('button', { name: 'New Chat' }).click();
    await panel.frame.locator('.turn').waitFor({ state: 'detached' });
    assert.equal(await panel.frame.locator('.suggestion:visible').count(), 3);
  });

  it('a draft is there again after another view was open, and after a reload', async () => {
    const { window } = stage();
    const draft = 'What I was about to ask';
    let panel = await window.panel();
    await panel.composer.fill(draft);
    await window.runCommand('View: Show Explorer');
    await window.page.locator('.part.sidebar .explorer-folders-view').waitFor();
    panel = await window.panel();
    await panel.frame.waitForFunction(
      `document.querySelector('.composer textarea').value === ${JSON.stringify(draft)}`,
    );
    await window.reload();
    panel = await window.panel();
    await panel.frame.waitForFunction(
      `document.querySelector('.composer textarea').value === ${JSON.stringify(draft)}`,
    );
    await panel.composer.fill('');
  });

  it('a selection goes along as a chip, and can be left out', async () => {
    const { window, deepseek, answer } = stage();
    await window.openFile('dates.ts');
    await window.goTo(6);
    for (let line = 0; line < 3; line += 1) await window.press('Shift+ArrowDown');
    const panel = await window.panel();
    const chips = panel.frame.locator('.composer .chip');
    const selection = chips.filter({ hasText: '6' });
    await selection.waitFor();
    answer({ text: 'Midnight.' });
    await panel.ask('What is this selection?');
    await panel.finished();
    assert.match((await panel.turn.locator('.question .chip').allTextContents()).join(), /dates\.ts/);
    const first = await deepseek.waitForRequest((each) => each.body.includes('What is this selection?'));
    assert.match(first.body, /startOfDay/);

    await selection.getByRole('button').click();
    await selection.waitFor({ state: 'detached' });
    for (const rest of await chips.all()) await rest.getByRole('button').click();
    await chips.first().waitFor({ state: 'detached' });
  });
});
