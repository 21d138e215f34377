// Whatever happens in whatever order, a webview that was thrown away and came back shows what one that stayed shows.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Conversation } from '../../../src/chat/conversation.ts';
import { applyEvent, type PanelState } from '../../../src/chat/protocol.ts';
import { atRest, readStored, type StoredConversation } from '../../../src/chat/stored.ts';
import { ModelError } from '../../../src/models/errors.ts';
import { badgeOf, explain } from '../../../src/privacy/explain.ts';
import type { Gateway, GatewayEvent } from '../../../src/privacy/gatewayTypes.ts';
import type { Answerer } from '../../../src/privacy/route.ts';

const answerer: Answerer = {
  route: { place: 'cloud', reasons: [{ kind: 'nothingSent' }] },
  model: 'm',
  contextTokens: 9000,
};
/** Never the sign by which thinking is told from answers below. */
const word = fc.string({ unit: 'grapheme', minLength: 0, maxLength: 6 }).map((text) => text.replaceAll('☠', ''));
const event: fc.Arbitrary<GatewayEvent> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('text' as const), text: word }) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('reasoning' as const), text: word.map((text) => `☠${text}`) }),
  },
  fc.constant<GatewayEvent>({ type: 'usage', usage: { promptTokens: 9, completionTokens: 3, reasoningTokens: 1 } }),
);
const ending = fc.constantFrom('stop', 'length', 'contentFilter', 'drop', 'silence', 'vanish');
const answer = fc.record({ events: fc.array(event, { maxLength: 12 }), ending });
const step = fc.oneof(
  fc.record({ kind: fc.constant('ask' as const), wait: fc.boolean() }),
  fc.constantFrom<{ kind: 'stop' | 'retry' | 'continue' | 'answerWithoutThinking' | 'newChat' | 'compose' | 'mode' }>(
    { kind: 'stop' },
    { kind: 'retry' },
    { kind: 'continue' },
    { kind: 'answerWithoutThinking' },
    { kind: 'newChat' },
    { kind: 'compose' },
    { kind: 'mode' },
  ),
);

/** Gives the answers in turn; each but the silent ones ends by itself. */
function gatewayOf(answers: readonly { events: GatewayEvent[]; ending: string }[]): Gateway {
  let next = 0;
  return {
    async *chat(_request, signal) {
      yield { type: 'answerer', answerer };
      const { events, ending } = answers[next++ % answers.length]!;
      for (const one of events) {
        await new Promise(setImmediate);
        yield one;
      }
      if (ending === 'drop') throw new ModelError('dropped');
      if (ending === 'silence' && next < answers.length) {
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      }
      if (ending === 'stop' || ending === 'length' || ending === 'contentFilter')
        yield { type: 'done', reason: ending };
    },
    async *fill() {
      yield await Promise.reject<GatewayEvent>(new Error('nobody asks for ghost text here'));
    },
    answerer: () => Promise.resolve(answerer),
    preview: () => Promise.reject(new Error('nobody looks at a prompt here')),
    ignored: () => Promise.resolve(undefined),
  };
}

describe('snapshot and events', () => {
  it('always tell the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(answer, { minLength: 1, maxLength: 5 }),
        fc.array(step, { minLength: 1, maxLength: 8 }),
        fc.nat(40),
        async (answers, steps, cameBackAt) => {
          let ids = 0;
          let saved: StoredConversation | undefined;
          const conversation = new Conversation({
            gateway: gatewayOf(answers),
            explain,
            badgeOf,
            windowSources: () => ['/w'],
            runWayOut: () => Promise.resolve(true),
            defaultMode: () => 'auto',
            save: (state) => (saved = state),
            now: () => 0,
            schedule: (_ms, run) => {
              const handle = setImmediate(run);
              return () => clearImmediate(handle);
            },
            newId: () => `id${++ids}`,
          });
          let stayed: PanelState = conversation.snapshot().state;
          let back: PanelState | undefined;
          let seq = conversation.snapshot().seq;
          conversation.listen((message) => {
            assert.equal(message.seq, ++seq);
            stayed = message.type === 'event' ? applyEvent(stayed, message.event) : message.state;
            if (back && message.type === 'event') back = applyEvent(back, message.event);
            else if (back || seq >= cameBackAt) back = stayed;
          });
          const running: Promise<void>[] = [];
          for (const one of steps) {
            const id = conversation.state.conversation.turns.at(-1)?.id ?? '';
            if (one.kind === 'ask') {
              const asked = conversation.ask({ text: 'Why?', attachments: [], mode: 'reasoner' });
              running.push(asked);
              if (one.wait) await new Promise(setImmediate);
            } else if (one.kind === 'mode') running.push(conversation.setMode('chat'));
            else if (one.kind === 'compose') running.push(conversation.compose([], 'draft'));
            else if (one.kind === 'stop' || one.kind === 'newChat') running.push(conversation[one.kind]());
            else running.push(conversation.press({ buttonId: one.kind, turnId: id }));
          }
          const midway = structuredClone(saved);
          for (let i = 0; i < 30; i++) await new Promise(setImmediate);
          await conversation.stop();
          await Promise.all(running);
          await conversation.stop();
          const { state } = conversation;
          assert.deepEqual(stayed, state);
          if (back) assert.deepEqual(back, state);
          assert.equal(state.busy, false);
          for (const {
            answer: { text, status, reasoning },
          } of state.conversation.turns) {
            assert.ok(!['waiting', 'thinking', 'answering'].includes(status), status);
            assert.ok(!reasoning || reasoning.ms !== undefined, 'nothing thinks any more');
            assert.ok(!text.includes('☠'), 'thinking is not in the answer');
          }
          // A window that died midway can be opened again.
          if (midway) assert.ok(readStored(JSON.parse(JSON.stringify(atRest(midway)))));
        },
      ),
      { numRuns: 150 },
    );
  });
});
