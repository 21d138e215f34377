// The panel's browser side in a real browser: what a person sees while an answer streams, what their hands do, and what is
// still there after the page was thrown away. The extension's part is played by messages.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import type { Answer, PanelEvent } from '../../src/chat/protocol.ts';
import { launchChromium } from '../setup/chromium.mjs';
import { buildPanel, PanelPage } from './panelPlayground/page.ts';
import { answerText, conversation, emptyState, scenes, thought, turn } from './panelPlayground/scenes.ts';

const text = (piece: string): PanelEvent => ({ type: 'text', turnId: 't1', text: piece });
const reasoning = (piece: string): PanelEvent => ({ type: 'reasoning', turnId: 't1', text: piece });
const changed = (answer: Partial<Answer>, thinking?: { ms?: number; tokens?: number }): PanelEvent => ({
  type: 'answerChanged',
  turnId: 't1',
  answer: { status: 'answering', ...answer },
  ...(thinking === undefined ? {} : { reasoning: thinking }),
});
const asking = conversation('Why?', [turn('t1', 'Why?', { status: 'waiting' })], { busy: true });

describe('The panel in a browser', function () {
  this.timeout(30_000);
  let browser: Browser;
  let script: string;
  let panel: PanelPage;

  before(async () => {
    [browser, script] = await Promise.all([launchChromium(), buildPanel()]);
  });
  after(() => browser.close());
  beforeEach(async () => {
    panel = await PanelPage.open(browser, { script });
  });
  afterEach(async () => {
    assert.deepEqual(await panel.refused(), [], 'nothing breaks the content security policy');
    await panel.page.close();
  });
  const $ = (selector: string) => panel.page.locator(selector);
  const number = (expression: string) => panel.page.evaluate<number>(expression);
  /** What the panel said, but for its greetings and drafts. */
  const said = async () => (await panel.said()).filter(({ type }) => type !== 'ready' && type !== 'draft');

  it('greets the extension, and asks again when a message was lost', async () => {
    await panel.snapshot(asking);
    await panel.event(text('One'));
    panel.lose();
    await panel.event(text('three'), text('four'));
    assert.deepEqual(await panel.said(), [{ type: 'ready' }, { type: 'ready' }]);
    assert.equal(await $('.markdown').innerText(), 'One');
  });

  it('leaves finished blocks alone while the answer grows', async () => {
    await panel.snapshot(asking);
    await panel.event(changed({}), text('First **paragraph**.\n\nSec'));
    await panel.page.evaluate(`document.querySelector('.block').dataset.mine = 'yes'`);
    await panel.event(text('ond.\n\n```ts\nconst a = 1;\n'));
    assert.equal(await $('.code pre').innerText(), 'const a = 1;\n');
    assert.equal(await $('.code button').count(), 0, 'no buttons before the code is complete');
    await panel.event(text('const b = 2;\n```\n\nThird'));
    assert.equal(await $('.code button').count(), 2);
    assert.equal(await $('.hljs-keyword').count(), 2);
    await panel.page.evaluate(`document.querySelector('.code').dataset.mine = 'yes'`);
    await panel.event(text('.'), changed({ status: 'done' }));
    assert.equal(await $('[data-mine]').count(), 2);
    assert.equal(await $('.block').last().innerText(), 'Third.');
  });

  it('shows a streamed answer exactly as a snapshot of it', async () => {
    await panel.snapshot(asking);
    await panel.event(changed({}));
    const whole = scenes.everything.conversation.turns[0]!.answer.text;
    for (let at = 0; at < whole.length; at += 37) await panel.event(text(whole.slice(at, at + 37)));
    await panel.event(changed({ status: 'done' }));
    const streamed = await $('.markdown').innerHTML();
    await panel.reopen();
    await panel.snapshot(conversation('Why?', [turn('t1', 'Why?', { text: whole })]));
    assert.equal(await $('.markdown').innerHTML(), streamed);
  });

  it('opens the reasoning while it thinks, and folds it when the answer starts', async () => {
    await panel.snapshot(asking);
    await panel.event(changed({ status: 'thinking' }), reasoning('Let me see.'));
    assert.match(await $('.summary').innerText(), /^Thinking/);
    assert.equal(await $('.reasoning-text').innerText(), 'Let me see.');
    await panel.event(changed({}, { ms: 12_300, tokens: 1_912 }), text('Because.'));
    assert.equal(await $('.summary').innerText(), 'Thought for 12 s · 1.9k tokens');
    assert.equal(await $('.reasoning-box').isVisible(), false);
    assert.equal(await $('.summary').getAttribute('aria-expanded'), 'false');
  });

  it('follows the end of the reasoning, and keeps it open for who has scrolled up in it', async () => {
    await panel.snapshot(asking);
    await panel.event(changed({ status: 'thinking' }), reasoning(`${thought}\n\n`.repeat(4)));
    const left = `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(document.querySelector('.reasoning-box'))`;
    assert.ok((await number(left)) < 2);
    await $('.reasoning-box').hover();
    await panel.page.mouse.wheel(0, -120);
    await panel.until(`${left} > 50`);
    await panel.event(changed({}, { ms: 5_000 }), text('Because.'));
    assert.equal(await $('.reasoning-box').isVisible(), true);
  });

  it('lets a person cut the thinking short', async () => {
    await panel.snapshot(scenes.thinking);
    await $('.reasoning .link-button').click();
    assert.deepEqual(await said(), [{ type: 'press', buttonId: 'answerWithoutThinking', turnId: 't1' }]);
  });

  it('announces beginning, end and cards, never the words of an answer', async () => {
    await panel.snapshot(asking);
    const status = $('[role=status]');
    await panel.event(changed({ status: 'thinking' }), reasoning('Hm.'));
    assert.equal(await status.innerText(), 'Thinking');
    await panel.event(changed({}), text('Because.'));
    assert.equal(await status.innerText(), 'The answer begins');
    const card = {
      tone: 'error',
      sentence: 'The connection broke.',
      buttons: [{ id: 'continue', title: 'Continue' }],
    } as const;
    await panel.event(changed({ status: 'incomplete', card: { ...card, buttons: [...card.buttons] } }));
    assert.equal(await status.innerText(), 'The connection broke. Continue');
    assert.equal(await $('[role=log]').getAttribute('aria-live'), 'off');
  });

  it('sends with Enter, breaks the line with Shift+Enter, and not while an input method composes', async () => {
    await panel.snapshot(emptyState);
    await $('textarea').focus();
    await panel.page.keyboard.type('one');
    await panel.page.keyboard.press('Shift+Enter');
    await panel.page.keyboard.type('two');
    await panel.page.evaluate(`document.querySelector('textarea').dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }))`);
    assert.deepEqual(await said(), []);
    await panel.page.keyboard.press('Enter');
    assert.deepEqual(await said(), [{ type: 'ask', text: 'one\ntwo' }]);
    assert.equal(await $('textarea').inputValue(), '');
  });

  it('keeps what is typed while an answer runs, and stops it with Escape', async () => {
    await panel.snapshot(asking);
    await $('textarea').fill('next');
    await panel.page.keyboard.press('Enter');
    await panel.page.keyboard.press('Escape');
    assert.deepEqual(await said(), [{ type: 'stop' }]);
    assert.equal(await $('textarea').inputValue(), 'next');
  });

  it('brings the last question back with ↑', async () => {
    await panel.snapshot(scenes.answered);
    await $('textarea').press('ArrowUp');
    assert.equal(await $('textarea').inputValue(), 'Why does this loop never end?');
  });

  it('sends mode, chips, badge, cards, code and links to the extension', async () => {
    await panel.snapshot({ ...scenes.answered, chips: emptyState.chips });
    await $('select').selectOption('reasoner');
    await $('.composer .chip button').click();
    await $('.badge').click();
    await $('.code').hover();
    await $('.code button').first().click();
    await $('.code button').nth(1).click();
    await $('.markdown a').first().click();
    await $('.footer button').nth(1).click();
    const messages = await said();
    const code = /```ts [^\n]*\n([\s\S]*?)\n```/.exec(answerText)?.[1] ?? '';
    assert.deepEqual(messages, [
      { type: 'setMode', mode: 'reasoner' },
      { type: 'removeChip', chipId: 'f' },
      { type: 'explainRoute' },
      { type: 'copy', text: code },
      { type: 'insert', text: code, language: 'ts' },
      { type: 'openLink', href: 'test/tokenizer.test.ts#L42' },
      { type: 'press', buttonId: 'retry', turnId: 't1' },
    ]);
    assert.equal(new URL(panel.page.url()).pathname, '/', 'a link never leads the page away');
  });

  it('presses a card’s button with its argument', async () => {
    await panel.snapshot(scenes.question);
    await $('.card .button').first().click();
    assert.deepEqual(await said(), [
      { type: 'press', buttonId: 'allowForNow', turnId: 't1', argument: '/home/ada/billing' },
    ]);
  });

  it('asks a suggestion, and shows the set-up card instead when nothing can answer', async () => {
    await panel.snapshot(emptyState);
    await $('.suggestion').nth(1).click();
    assert.deepEqual(await said(), [{ type: 'ask', text: 'Where could tokenizer.ts go wrong?' }]);
    await panel.event({ type: 'changed', state: { setup: scenes.setup.setup } });
    assert.equal(await $('.suggestion').count(), 0);
    await $('.setup .button').first().click();
    assert.deepEqual((await said()).at(-1), { type: 'press', buttonId: 'signIn' });
    await panel.event({ type: 'changed', state: { setup: null } });
    assert.equal(await $('.suggestion').count(), 3);
  });

  it('stays at the end while text arrives, lets go, and comes back', async () => {
    await panel.snapshot(asking);
    await panel.event(changed({}), text('Line.\n\n'.repeat(60)));
    const left = `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(document.querySelector('.scroller'))`;
    assert.ok((await number(left)) < 2);
    assert.equal(await $('.jump').isVisible(), false);
    await $('.markdown').hover();
    await panel.page.mouse.wheel(0, -300);
    await $('.jump').waitFor();
    const top = await number(`document.querySelector('.scroller').scrollTop`);
    await panel.event(text('More.\n\n'.repeat(20)));
    assert.equal(await number(`document.querySelector('.scroller').scrollTop`), top);
    await $('.jump').click();
    assert.ok((await number(left)) < 2);
    await panel.event(text('Still more.\n\n'.repeat(20)));
    assert.ok((await number(left)) < 2);
    await $('.markdown').hover();
    await panel.page.mouse.wheel(0, -300);
    await $('.jump').waitFor();
    await panel.event({ type: 'turnAdded', turn: turn('t2', 'And then?', { status: 'waiting' }) });
    assert.ok((await number(left)) < 2, 'a new question brings the end back');
  });

  it('loses nothing when its page is thrown away', async () => {
    const turns = Array.from({ length: 12 }, (_, index) =>
      turn(`t${index + 1}`, `Question ${index + 1}`, { text: answerText, reasoning: { text: thought, ms: 1_000 } }),
    );
    const state = conversation('Long', turns);
    await panel.snapshot(state);
    await $('textarea').fill('half a question');
    await $('#reasoning-t10').locator('..').locator('.summary').click();
    await panel.page.evaluate(`document.querySelectorAll('.turn')[9].scrollIntoView()`);
    await $('.jump').waitFor();
    const top = `document.querySelectorAll('.turn')[9].getBoundingClientRect().top`;
    const before = await number(top);
    await panel.reopen();
    await panel.snapshot(state);
    assert.equal(await $('textarea').inputValue(), 'half a question');
    assert.equal(await $('#reasoning-t10').isVisible(), true);
    await panel.until(`Math.abs(${top} - ${before}) < 4`);
    assert.equal(await $('#reasoning-t9').isVisible(), false);
  });

  it('does not undo typing with the extension’s own news, but takes over a draft it is given', async () => {
    await panel.snapshot(emptyState);
    await $('textarea').fill('mine');
    await panel.event({ type: 'changed', state: { chips: [] } }, { type: 'changed', state: { draft: '' } });
    assert.equal(await $('textarea').inputValue(), 'mine');
    for (const typed of ['', 'Explain']) {
      await panel.event({ type: 'changed', state: { draft: 'Explain this' } }, { type: 'focus' });
      assert.equal(await $('textarea').inputValue(), 'Explain this');
      await $('textarea').fill(typed);
    }
    await panel.snapshot({ ...emptyState, conversation: { id: 'c2', title: '', turns: [] }, draft: 'theirs' });
    assert.equal(await $('textarea').inputValue(), 'theirs');
    assert.equal(await panel.page.evaluate(`document.activeElement.tagName`), 'TEXTAREA');
  });

  it('shows two hundred turns', async () => {
    const turns = Array.from({ length: 200 }, (_, index) =>
      turn(`t${index}`, `Question ${index}`, { text: answerText }),
    );
    await panel.snapshot(conversation('Very long', turns));
    assert.equal(await $('.turn').last().locator('.code').count(), 1, 'the latest is there at once');
    await panel.until(`document.querySelectorAll('.code').length === 200`);
    await $('.turn').first().scrollIntoViewIfNeeded();
    await panel.until(`document.querySelector('.turn').innerText.includes('sticky flag')`);
  });

  it('speaks the person’s language', async () => {
    await panel.snapshot(emptyState, { 'Ask about your code': '问问你的代码' });
    assert.equal(await $('textarea').getAttribute('placeholder'), '问问你的代码');
  });

  it('names every control, and reaches it by keyboard', async () => {
    await panel.snapshot({ ...scenes.answered, chips: emptyState.chips });
    const nameless = await panel.page.evaluate(`[...document.querySelectorAll('button, select, textarea, a[href]')]
      .filter((control) => !(control.getAttribute('aria-label') || control.textContent.trim())).length`);
    assert.equal(nameless, 0);
    const controls = await number(`[...document.querySelectorAll('button, select, textarea, a[href]')]
      .filter((control) => control.checkVisibility()).length`);
    const reached = new Set<unknown>();
    for (let presses = 0; presses < controls + 6; presses++) {
      await panel.page.keyboard.press('Tab');
      reached.add(
        await panel.page.evaluate(`(() => {
          const control = document.activeElement;
          return control.matches('button, select, textarea, a[href]') ? control.outerHTML : undefined;
        })()`),
      );
    }
    reached.delete(undefined);
    // Two links of the answer and every button differ in their HTML.
    assert.equal(reached.size, controls);
  });
});
