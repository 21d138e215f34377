// The conversation in the panel, between a person (the page) and models that think, stall and vanish.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { History } from '../../src/chat/history.ts';
import type { ChatPanel } from '../../src/chat/panel.ts';
import type { WishedMode } from '../../src/chat/protocol.ts';
import type { StoredConversation } from '../../src/chat/stored.ts';
import { thinkingModel } from '../servers/ollamaModels.ts';
import { Page } from './page.ts';
import { Prompts } from './prompts.ts';
import { until } from './until.ts';
import { inFolder, nowhere, open, realOllama, set, startWorld, type Place, type World } from './world.ts';

type Question = Parameters<ChatPanel['ask']>[0];

describe('The chat', () => {
  let world: World;
  let page: Page;
  let prompts: Prompts;

  before(async () => {
    world = await startWorld();
    page = await Page.of(world.parts.panel);
  });
  beforeEach(async () => {
    prompts = new Prompts();
    // Ends the title of the last conversation, too, before it could take another test's script.
    await page.newChat();
    await until('nothing is under way', () => world.deepseek.openStreams() === 0);
    world.deepseek.clear();
  });
  afterEach(async () => {
    prompts.dispose();
    await set('local.url', nowhere);
  });
  after(() => world.end());

  /** A question with a piece of code of one of the folders. */
  function about(place: Place, text: string, mode: WishedMode = 'reasoner'): Question {
    const [file, code] = place === 'private' ? ['wages.ts', 'const secretRate = 1_680;'] : ['add.ts', 'a - b'];
    const attachment = {
      kind: 'selection' as const,
      source: inFolder(place, 'src', file),
      path: `src/${file}`,
      languageId: 'typescript',
      text: code,
      startLine: 1,
      endLine: 1,
    };
    return { text, attachments: [attachment], mode };
  }

  const ask = (question: Question) => world.parts.panel.ask(question);
  const turnId = () => page.state.conversation.turns.at(-1)?.id ?? '';
  const chats = () => world.deepseek.requests.filter(({ path }) => path.endsWith('/chat/completions'));
  const lastChat = () => world.deepseek.waitForRequest(({ path }) => path.endsWith('/chat/completions'));

  it('shows the thinking first, then the answer, then a title', async () => {
    world.deepseek.script({ reasoning: 'A minus sign?', text: 'It **subtracts**.' }, { text: 'What add.ts does' });
    await ask(about('public', 'What does it do?'));
    assert.deepEqual(page.statuses, ['waiting', 'thinking', 'answering', 'done']);
    assert.equal(page.answer.reasoning?.text, 'A minus sign?');
    assert.equal(page.answer.text, 'It **subtracts**.');
    assert.match(page.answer.usage ?? '', /out/);
    await until('the title', () => page.state.conversation.title === 'What add.ts does');
    assert.ok(!page.state.busy);
  });

  it('does not think when the person wished for a quick answer', async () => {
    await ask(about('public', 'What does it do?', 'chat'));
    assert.equal(page.answer.reasoning, undefined);
    assert.deepEqual(chats()[0]?.json.thinking, { type: 'disabled' });
  });

  it('stops when told to, keeps what arrived, and lets the server know', async () => {
    world.deepseek.script({ text: Array.from({ length: 400 }, (_, index) => `word${index} `), chunkMs: 20 });
    const asking = ask(about('public', 'Tell me a long story.', 'chat'));
    await until('some words', () => page.state.conversation.turns.at(-1)?.answer.text !== '' && page.state.busy);
    page.say({ type: 'stop' });
    await asking;
    assert.equal(page.answer.status, 'stopped');
    assert.match(page.answer.text, /^word0 /);
    const request = await lastChat();
    await request.closed;
    assert.ok(request.aborted);
  });

  it('keeps what arrived when the server dies, says so, and goes on from there', async () => {
    world.deepseek.script({ text: ['One, ', 'two, ', 'three, ', 'four.'] });
    world.deepseek.fault({ on: '/chat/completions', drop: 3 });
    await ask(about('public', 'Count to four.', 'chat'));
    assert.equal(page.answer.status, 'incomplete');
    assert.equal(page.answer.text, 'One, two, ');
    assert.notEqual(page.answer.card?.sentence ?? '', '');
    assert.ok(page.answer.card?.buttons.some(({ id }) => id === 'continue'));

    world.deepseek.script({ text: ['three, ', 'four.'] }, { text: 'Counting' });
    page.say({ type: 'press', buttonId: 'continue', turnId: turnId() });
    await page.ended('done');
    assert.equal(page.answer.text, 'One, two, three, four.');
    assert.equal(page.answer.card, undefined);
  });

  it('answers without thinking in the middle of thinking, and keeps the thoughts', async () => {
    world.deepseek.script({ reasoning: Array.from({ length: 400 }, () => 'hm '), text: 'late', chunkMs: 20 });
    const asking = ask(about('public', 'Why?'));
    await until('some thoughts', () => page.state.conversation.turns.at(-1)?.answer.status === 'thinking');
    world.deepseek.script({ text: 'Because.' });
    page.say({ type: 'press', buttonId: 'answerWithoutThinking', turnId: turnId() });
    await page.ended('done');
    await asking;
    assert.equal(page.answer.text, 'Because.');
    assert.match(page.answer.reasoning?.text ?? '', /^hm /);
    assert.deepEqual(chats()[1]?.json.thinking, { type: 'disabled' });
  });

  it('asks once whether a folder without a remote may go to DeepSeek, and one press answers the question', async () => {
    const connections = world.deepseek.connections();
    await open(inFolder('loose', 'notes.py'));
    await page.offers('notes.py');
    await page.ask('What does halve do?');
    const { card } = await page.ended('failed');
    assert.equal(card?.tone, 'question');
    assert.match(card.sentence, /May “loose” go to /);
    assert.deepEqual(
      card.buttons.map(({ id }) => id),
      ['allowForNow', 'allowAlways', 'never'],
    );
    assert.equal(world.deepseek.connections(), connections);
    assert.deepEqual(world.deepseek.requests, []);

    page.press('Allow for Now');
    await page.ended('done');
    assert.ok(chats()[0]?.body.includes('return number / 2'));
    assert.equal(page.answer.card, undefined);
  });

  it('never asks again about a folder that the person said never to', async () => {
    await world.parts.marks.set(inFolder('loose'), undefined);
    await open(inFolder('loose', 'notes.py'));
    await page.offers('notes.py');
    await page.ask('What does halve do?');
    await page.ended('failed');
    page.press('Never');
    await until('the folder is kept here', () => world.parts.marks.of(inFolder('loose')) === 'forbidden');
    await until('another card', () => page.answer.card?.tone === 'error');
    assert.deepEqual(world.deepseek.requests, []);
    await world.parts.marks.set(inFolder('loose'), undefined);
  });

  it('is kept on disk, thinking and all, for the next window', async () => {
    world.deepseek.script({ reasoning: 'Keep me.', text: 'Kept.' }, { text: 'Keeping' });
    await ask(about('public', 'Will this be here tomorrow?'));
    await until('the title', () => page.state.conversation.title === 'Keeping');
    const { id } = page.state.conversation;
    // What the next window's panel begins with.
    const nextWindow = new History({ folder: world.parts.historyFolder, schedule: () => () => undefined });
    const stored: StoredConversation = await until('the conversation on disk', async () => {
      const read = await nextWindow.load();
      return read?.id === id && read.title === 'Keeping' ? read : undefined;
    });
    assert.deepEqual(
      stored.turns.map(({ turn }) => turn),
      page.state.conversation.turns,
    );
  });

  it('sends one context window from everywhere, so that the local model is loaded once', async () => {
    const ollama = await world.startOllama({
      models: [{ ...thinkingModel, capabilities: ['completion', 'thinking', 'insert'] }],
    });
    const count = world.parts.ledger.entries().length;
    const entries = (purpose: string) =>
      world.parts.ledger
        .entries()
        .slice(count)
        .filter((entry) => entry.purpose === purpose);
    await ask(about('private', 'What does an hour cost?'));
    await until('a title', () => entries('title').length === 1);
    await open(inFolder('private', 'src', 'wages.ts'), [2, 0]);
    world.parts.ghostText.retryNow();
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    await until('ghost text', () => entries('ghostText').length === 1);
    await open(inFolder('private', 'src', 'wages.ts'), [3, 0, 3, 28]);
    ollama.script({ text: '```ts\n  return hours * 2;\n```' });
    await vscode.commands.executeCommand('fathom.fix');
    await vscode.commands.executeCommand('fathom.discardEdit');
    assert.equal(entries('action').length, 1);
    assert.deepEqual(ollama.loads, [{ model: 'deepseek-r1:8b', contextTokens: 8192 }]);
  });

  describe('with a real Ollama', () => {
    before(function () {
      if (realOllama === undefined) this.skip();
    });
    beforeEach(() => set('local.url', realOllama ?? nowhere));

    it('thinks and answers on this machine', async () => {
      await ask(about('private', 'What is the capital of France?'));
      assert.equal(page.answer.status, 'done', JSON.stringify(page.answer));
      assert.ok(page.statuses.includes('thinking'));
      assert.notEqual(page.answer.reasoning?.text ?? '', '');
      assert.notEqual(page.answer.text, '');
      assert.equal(page.answer.badge?.place, 'local');
      assert.deepEqual(world.deepseek.requests, []);
      const ps = await fetch(`${realOllama ?? ''}/api/ps`);
      const { models } = (await ps.json()) as { models: { name: string; context_length: number }[] };
      const loaded = models.filter(({ name }) => name.startsWith('practice-think'));
      assert.deepEqual(
        loaded.map(({ context_length }) => context_length),
        [8192],
      );
    });

    it('sets the model free when it is stopped', async () => {
      const asking = ask(about('private', 'Write the numbers from one to one thousand in words.', 'chat'));
      await until('some words', () => page.state.busy && page.answer.text !== '', 25_000);
      await world.parts.panel.stop();
      await asking;
      assert.equal(page.answer.status, 'stopped');
      // The model does one thing at a time: it answers this only once it has let go of the other.
      await page.newChat();
      await ask(about('private', 'Name an animal.', 'chat'));
      assert.equal(page.answer.status, 'done');
    });
  });
});
