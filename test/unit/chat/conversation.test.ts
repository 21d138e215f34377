// What a person sees of a conversation when things go well and when they don't, against real servers.
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { applyEvent } from '../../../src/chat/protocol.ts';
import { atRest, readStored } from '../../../src/chat/stored.ts';
import { deepSeekFaults } from '../../servers/faults.ts';
import { collect, lastAnswer, startRig, until, type Rig } from './rig.ts';

interface Body {
  messages: { role: string; content: string }[];
  thinking: { type: string };
}

describe('a conversation', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(async () => {
    await rig.stop();
  });
  const chatBodies = (): Body[] =>
    rig.deepseek.requests.filter(({ path }) => path.endsWith('/chat/completions')).map(({ json }) => json as Body);
  const titled = (title: string) => ({ text: title, for: 'chat' as const });
  const buttons = (conversation: ReturnType<Rig['conversation']>) =>
    lastAnswer(conversation).card?.buttons.map(({ id }) => id);

  it('shows thinking apart from the answer, with its duration and tokens', async () => {
    rig.deepseek.script({ reasoning: ['Let me ', 'see.'], text: ['It is ', '`42`.'] }, titled('T'));
    const conversation = rig.conversation();
    conversation.listen((message) => {
      if (message.type === 'event' && message.event.type === 'reasoning') rig.clock += 3000;
    });
    await conversation.ask({ text: 'Why is this 42?', attachments: [rig.files.public] });
    const answer = lastAnswer(conversation);
    assert.equal(answer.status, 'done');
    assert.equal(answer.text, 'It is `42`.');
    assert.equal(answer.reasoning?.text, 'Let me see.');
    assert.ok((answer.reasoning.ms ?? 0) >= 3000);
    assert.equal(answer.reasoning.tokens, 3);
    assert.equal(answer.mode?.mode, 'reasoner');
    assert.match(answer.mode.why ?? '', /why code behaves/);
    assert.match(answer.usage ?? '', /in.* out$/);
    assert.equal(answer.badge?.place, 'cloud');
    assert.equal(conversation.busy, false);
    assert.equal(answer.card, undefined);
  });

  it('plans a question as it is then asked, and nothing changes by planning', async () => {
    rig.deepseek.script({ text: 'First.' }, titled('T'), { text: 'Second.' });
    const conversation = rig.conversation();
    await conversation.ask({ text: 'What is it?', attachments: [rig.files.public] });
    await until(conversation, (state) => state.conversation.title === 'T');
    await conversation.compose([rig.files.public]);
    const before = JSON.stringify([conversation.snapshot(), rig.deepseek.requests.length, rig.saved.length]);
    const plan = await conversation.planOf('And now?');
    const { body } = await rig.place.gateway.preview(plan, new AbortController().signal);
    assert.equal(JSON.stringify([conversation.snapshot(), rig.deepseek.requests.length, rig.saved.length]), before);
    await conversation.askComposer('And now?');
    assert.equal(rig.deepseek.requests.at(-1)?.body, body);
  });

  it('sends the head of the conversation byte for byte again, without earlier thinking', async () => {
    rig.deepseek.script({ reasoning: 'secret thought', text: 'First.' }, titled('T'));
    const conversation = rig.conversation();
    await conversation.ask({ text: 'Debug this', attachments: [rig.files.public] });
    await until(conversation, (state) => state.conversation.title === 'T');
    await conversation.ask({ text: 'And now?', attachments: [rig.files.public] });
    const [first, , second] = chatBodies() as [Body, Body, Body];
    const head = JSON.stringify(first.messages);
    assert.ok(JSON.stringify(second.messages).startsWith(head.slice(0, -1)));
    assert.deepEqual(second.messages[2], { role: 'assistant', content: 'First.' });
    assert.ok(!JSON.stringify(second).includes('secret thought'));
    assert.equal(JSON.stringify(second).split('answer = 42').length, 2, 'the unchanged file is not sent twice');
  });

  it('keeps what arrived when the connection drops, and continues from there', async () => {
    rig.deepseek.script({ text: ['One ', 'two ', 'three ', 'four '] });
    rig.deepseek.fault({ drop: 3 });
    const conversation = rig.conversation();
    await conversation.ask({ text: 'Count', attachments: [], mode: 'chat' });
    const broken = lastAnswer(conversation);
    assert.equal(broken.status, 'incomplete');
    assert.match(broken.text, /^One two/);
    assert.equal(buttons(conversation)?.[0], 'continue');

    rig.deepseek.script({ text: ['and the rest.'] }, titled('T'));
    const id = conversation.state.conversation.turns[0]!.id;
    await conversation.press({ buttonId: 'continue', turnId: id });
    const whole = lastAnswer(conversation);
    assert.equal(whole.status, 'done');
    assert.equal(whole.text, `${broken.text}and the rest.`);
    assert.equal(whole.card, undefined);
    assert.deepEqual(chatBodies()[1]!.messages.at(-2), { role: 'assistant', content: broken.text });
    assert.equal(conversation.state.conversation.turns.length, 1);
  });

  it('shows a failure before anything arrived as a card, and asks again on request', async () => {
    rig.deepseek.fault(deepSeekFaults.noCredit);
    const conversation = rig.conversation();
    await conversation.ask({ text: 'Hello', attachments: [] });
    assert.equal(lastAnswer(conversation).status, 'failed');
    assert.equal(lastAnswer(conversation).card?.tone, 'error');
    assert.ok(buttons(conversation)?.includes('topUp'));
    rig.onWay = async () => true;
    const id = conversation.state.conversation.turns[0]!.id;
    await conversation.press({ buttonId: 'topUp', ...pick(conversation, 'topUp'), turnId: id });
    assert.equal(lastAnswer(conversation).status, 'done');
    assert.equal(rig.ways[0]?.id, 'topUp');
    assert.equal(conversation.state.conversation.turns.length, 1);
  });

  const pick = (conversation: ReturnType<Rig['conversation']>, id: string) => {
    const argument = lastAnswer(conversation).card?.buttons.find((button) => button.id === id)?.argument;
    return argument === undefined ? {} : { argument };
  };

  it('stops at once and keeps what arrived', async () => {
    rig.deepseek.script({ text: ['Some ', 'words ', 'here '] });
    rig.deepseek.fault({ stall: 3 });
    const conversation = rig.conversation();
    const asked = conversation.ask({ text: 'Tell', attachments: [], mode: 'chat' });
    await until(conversation, (state) => state.conversation.turns[0]!.answer.text.length > 4);
    assert.equal(conversation.state.busy, true);
    await conversation.stop();
    await asked;
    assert.equal(lastAnswer(conversation).status, 'stopped');
    assert.match(lastAnswer(conversation).text, /^Some/);
    assert.deepEqual(buttons(conversation), ['continue', 'retry']);
    assert.equal(conversation.state.busy, false);
    await rig.deepseek.requests[0]!.closed;
    assert.equal(rig.deepseek.requests[0]!.aborted, true);
  });

  it('stops even when the server never says a word, and when who answers is still being found out', async () => {
    rig.deepseek.fault({ stall: 'beforeHeaders' });
    const conversation = rig.conversation();
    const asked = conversation.ask({ text: 'Tell', attachments: [], mode: 'chat' });
    await conversation.stop();
    await asked;
    assert.equal(lastAnswer(conversation).status, 'stopped');
    assert.deepEqual(buttons(conversation), ['retry']);
  });

  it('asks first, and asks the same question again in the same turn when allowed', async () => {
    rig.ollama.models.splice(0);
    const conversation = rig.conversation();
    await conversation.ask({ text: 'What is this?', attachments: [rig.files.plain] });
    assert.equal(lastAnswer(conversation).card?.tone, 'question');
    assert.deepEqual(buttons(conversation), ['allowForNow', 'allowAlways', 'never']);
    assert.equal(chatBodies().length, 0);
    const turnId = conversation.state.conversation.turns[0]!.id;
    rig.onWay = async (way) => {
      await rig.place.marks.set(way.argument ?? '', 'cleared');
      return true;
    };
    rig.deepseek.script({ text: 'A note.' }, titled('T'));
    await conversation.press({ buttonId: 'allowAlways', ...pick(conversation, 'allowAlways'), turnId });
    assert.equal(lastAnswer(conversation).status, 'done');
    assert.equal(lastAnswer(conversation).card, undefined);
    assert.equal(conversation.state.conversation.turns.length, 1);
    assert.match(chatBodies()[0]!.messages.at(-1)!.content, /note = 1[^]*What is this\?$/);
  });

  it('sends nothing away once private code was in it: later questions and the title stay here too', async () => {
    const conversation = rig.conversation();
    await conversation.ask({ text: 'What is this?', attachments: [rig.files.secret], mode: 'chat' });
    await until(conversation, () => rig.ollama.requests.filter(({ path }) => path === '/api/chat').length === 2);
    await conversation.ask({ text: 'And this?', attachments: [rig.files.public], mode: 'chat' });
    assert.equal(lastAnswer(conversation).badge?.place, 'local');
    assert.equal(conversation.state.badge.place, 'local');
    assert.deepEqual(conversation.sources, [rig.files.secret.source, rig.files.public.source]);
    assert.equal(rig.deepseek.requests.length, 0);
    assert.equal(rig.deepseek.connections(), 0);
  });

  it('stays here when it began with words alone beside a private folder, whatever goes along later', async () => {
    const { folders } = rig.place;
    rig.place.folders = [...folders, dirname(rig.files.secret.source)];
    const conversation = rig.conversation();
    await conversation.ask({ text: 'How does our secret plan work?', attachments: [], mode: 'chat' });
    assert.equal(lastAnswer(conversation).badge?.place, 'local');
    // The folder is closed again; what was said about it has been said.
    rig.place.folders = folders;
    await conversation.ask({ text: 'And this?', attachments: [rig.files.public], mode: 'chat' });
    assert.equal(lastAnswer(conversation).badge?.place, 'local');
    assert.equal(conversation.state.badge.place, 'local');
    assert.equal(rig.deepseek.connections(), 0);
  });

  it('leaves private code out on request when no model was given it, and is routed by what is left', async () => {
    rig.ollama.models.splice(0);
    const conversation = rig.conversation();
    await conversation.ask({ text: 'Hello', attachments: [rig.files.secret] });
    assert.equal(lastAnswer(conversation).status, 'failed');
    assert.equal(rig.deepseek.connections(), 0);
    const turnId = conversation.state.conversation.turns[0]!.id;
    await conversation.press({ buttonId: 'removeAttachments', turnId });
    assert.equal(lastAnswer(conversation).status, 'done');
    assert.ok(!JSON.stringify(chatBodies()).includes('secret'));
    assert.deepEqual(conversation.state.conversation.turns[0]!.question.chips, []);
  });

  it('offers an answer without thinking when the model ended while it thought, and keeps the thought', async () => {
    rig.deepseek.script({ reasoning: 'Hmm, where was I', text: '' });
    const conversation = rig.conversation();
    await conversation.ask({ text: 'Think', attachments: [], mode: 'reasoner' });
    assert.equal(lastAnswer(conversation).card?.tone, 'note');
    assert.deepEqual(buttons(conversation), ['answerWithoutThinking', 'retry']);
    rig.deepseek.script({ text: 'Here.' }, titled('T'));
    const turnId = conversation.state.conversation.turns[0]!.id;
    await conversation.press({ buttonId: 'answerWithoutThinking', turnId });
    const answer = lastAnswer(conversation);
    assert.equal(answer.text, 'Here.');
    assert.equal(answer.reasoning?.text, 'Hmm, where was I');
    assert.equal(answer.card, undefined);
    assert.deepEqual(
      chatBodies()
        .slice(0, 2)
        .map((body) => body.thinking.type),
      ['enabled', 'disabled'],
    );
  });

  it('answers now when asked to in the middle of thinking', async () => {
    rig.deepseek.script({ reasoning: ['Long ', 'long ', 'thought '], text: 'never' });
    rig.deepseek.fault({ stall: 3 });
    const conversation = rig.conversation();
    const asked = conversation.ask({ text: 'Think', attachments: [], mode: 'reasoner' });
    await until(conversation, (state) => state.conversation.turns[0]!.answer.status === 'thinking');
    rig.deepseek.script({ text: 'Now.' }, titled('T'));
    await conversation.press({
      buttonId: 'answerWithoutThinking',
      turnId: conversation.state.conversation.turns[0]!.id,
    });
    await asked;
    const answer = lastAnswer(conversation);
    assert.equal(answer.status, 'done');
    assert.equal(answer.text, 'Now.');
    assert.match(answer.reasoning?.text ?? '', /^Long/);
    assert.notEqual(answer.reasoning?.ms, undefined);
  });

  it('stops thinking that goes round in circles', async () => {
    rig.deepseek.script({ reasoning: Array.from({ length: 400 }, () => 'Wait, let me check that again. '), text: 'x' });
    const conversation = rig.conversation();
    await conversation.ask({ text: 'Think', attachments: [], mode: 'reasoner' });
    const answer = lastAnswer(conversation);
    assert.equal(answer.status, 'incomplete');
    assert.equal(answer.text, '');
    assert.deepEqual(buttons(conversation), ['answerWithoutThinking', 'retry']);
  });

  it('says when the answer was cut at its longest length', async () => {
    rig.deepseek.script({ text: 'Half an ans', finish: 'length' });
    const conversation = rig.conversation();
    await conversation.ask({ text: 'Tell', attachments: [], mode: 'chat' });
    assert.deepEqual(buttons(conversation), ['continue']);
    assert.equal(lastAnswer(conversation).card?.tone, 'note');
  });

  it('is titled by the first words at once and by a model after the first answer', async () => {
    rig.deepseek.script({ text: 'Yes.' }, titled('"**Dates in TypeScript**"\nand more'));
    const conversation = rig.conversation();
    const asked = conversation.ask({ text: 'How do I\nparse a date?', attachments: [], mode: 'chat' });
    assert.equal(conversation.state.conversation.title, 'How do I parse a date?');
    await asked;
    await until(conversation, (state) => state.conversation.title === 'Dates in TypeScript');
    await conversation.ask({ text: 'More', attachments: [], mode: 'chat' });
    assert.equal(chatBodies().length, 3, 'the second answer asks for no title');
  });

  it('gives up on a title without a word, and when the person asks on', async () => {
    rig.deepseek.script({ text: 'Yes.' });
    const conversation = rig.conversation();
    const titleAsked = rig.deepseek.waitForRequest(({ body }) => body.includes('Give this conversation a title'));
    rig.deepseek.fault({ on: ({ body }) => body.includes('Give this conversation a title'), stall: 'beforeHeaders' });
    await conversation.ask({ text: 'First question', attachments: [], mode: 'chat' });
    const request = await titleAsked;
    await conversation.ask({ text: 'Second question', attachments: [], mode: 'chat' });
    await request.closed;
    assert.equal(request.aborted, true);
    assert.equal(conversation.state.conversation.title, 'First question');
    assert.equal(lastAnswer(conversation).status, 'done');
  });

  it('is restored after the window died in mid-answer, with what arrived and a way to continue', async () => {
    rig.deepseek.script({ reasoning: ['Hm ', 'hm '], text: ['Part ', 'one ', 'of '] });
    rig.deepseek.fault({ stall: 6 });
    const conversation = rig.conversation();
    void conversation.ask({ text: 'Tell', attachments: [rig.files.public], mode: 'reasoner' }); // It never ends.
    await until(conversation, (state) => state.conversation.turns[0]!.answer.text.length > 5);
    conversation.dispose();
    const stored = readStored(JSON.parse(JSON.stringify(rig.saved.at(-1))));
    assert.ok(stored);
    const restored = rig.conversation(atRest(stored));
    const answer = lastAnswer(restored);
    assert.equal(answer.status, 'incomplete');
    assert.match(answer.text, /^Part one/);
    assert.match(answer.reasoning?.text ?? '', /^Hm/);
    assert.notEqual(answer.reasoning?.ms, undefined);
    assert.equal(buttons(restored)?.[0], 'continue');
    assert.equal(restored.state.busy, false);
    assert.deepEqual(restored.sources, [rig.files.public.source]);
    rig.deepseek.script({ text: 'the end.' }, titled('T'));
    await restored.continue(restored.state.conversation.turns[0]!.id);
    assert.match(lastAnswer(restored).text, /^Part one.*the end\.$/);
  });

  it('begins anew, leaves the old one to history, and takes nothing of it along', async () => {
    const conversation = rig.conversation();
    await conversation.ask({ text: 'Hello', attachments: [rig.files.secret], mode: 'chat' });
    const before = conversation.state.conversation.id;
    await conversation.newChat();
    assert.notEqual(conversation.state.conversation.id, before);
    assert.deepEqual(conversation.state.conversation.turns, []);
    assert.deepEqual(conversation.sources, []);
    assert.ok(rig.saved.some(({ id, turns }) => id === before && turns.length === 1));
    await conversation.ask({ text: 'Hello', attachments: [rig.files.public], mode: 'chat' });
    assert.equal(lastAnswer(conversation).badge?.place, 'cloud');
  });

  it('stops an answer that is on its way when another question comes, however many come at once', async () => {
    const conversation = rig.conversation();
    const first = conversation.ask({ text: 'One', attachments: [], mode: 'chat' });
    const second = conversation.ask({ text: 'Two', attachments: [], mode: 'chat' });
    const third = conversation.ask({ text: 'Three', attachments: [], mode: 'chat' });
    await Promise.all([first, second, third]);
    assert.deepEqual(
      conversation.state.conversation.turns.map(({ question, answer }) => [question.text, answer.status]),
      [
        ['One', 'stopped'],
        ['Two', 'stopped'],
        ['Three', 'done'],
      ],
    );
    assert.equal(conversation.state.busy, false);
  });

  it('has no state that a webview would not have from an older snapshot and the events since', async () => {
    rig.deepseek.script({ reasoning: 'Thinking about it.', text: 'A longer answer\n\n```ts\nx\n```' });
    const conversation = rig.conversation();
    const start = conversation.snapshot();
    const messages = collect(conversation);
    await conversation.composer.follow({ source: rig.files.public.source, attachments: [rig.files.public] });
    await conversation.askComposer('Why?');
    await conversation.setMode('chat');
    rig.deepseek.fault({ drop: 2 });
    await conversation.ask({ text: 'Break', attachments: [] });
    await conversation.retry(conversation.state.conversation.turns.at(-1)!.id);
    const end = conversation.snapshot();
    let { state } = start;
    let seq = start.seq;
    for (const message of messages) {
      assert.equal(message.seq, seq + 1, 'numbered without gaps');
      seq = message.seq;
      assert.deepEqual(JSON.parse(JSON.stringify(message)), message, 'survives the way to the webview');
      state = message.type === 'event' ? applyEvent(state, message.event) : message.state;
      for (const turn of state.conversation.turns) assert.ok(!turn.answer.text.includes('Thinking about it'));
    }
    assert.equal(end.seq, seq);
    assert.deepEqual(state, end.state);
  });

  it('tells of a fast answer in few messages', async () => {
    const words = Array.from({ length: 500 }, (_, index) => `word${index} `);
    rig.deepseek.script({ text: words });
    let due: (() => void) | undefined;
    rig.deps.schedule = (_ms, run) => {
      due = run;
      return () => (due = undefined);
    };
    const batched = rig.conversation();
    const messages = collect(batched);
    await batched.ask({ text: 'Many', attachments: [], mode: 'chat' });
    const texts = messages.filter((message) => message.type === 'event' && message.event.type === 'text');
    assert.equal(lastAnswer(batched).text, words.join(''));
    assert.equal(texts.length, 1);
    assert.equal(due, undefined, 'nothing is left to be told');
  });

  it('shows what to do first when neither key nor local model is there', async () => {
    rig.place.key = undefined;
    rig.ollama.models.splice(0);
    const conversation = rig.conversation();
    await conversation.composer.refresh();
    assert.deepEqual(
      conversation.state.setup?.buttons.map(({ id }) => id),
      ['signIn', 'pullModel'],
    );
    rig.onWay = async () => {
      rig.place.key = 'test-key';
      return true;
    };
    await conversation.press({ buttonId: 'signIn' });
    assert.equal(conversation.state.setup, undefined);
    assert.equal(conversation.state.badge.place, 'cloud');
  });
});
