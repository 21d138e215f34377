// Whatever a person does in a conversation, each request begins with the bytes of the one before: that is what a server's cache finds.
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import type { Conversation } from '../../../src/chat/conversation.ts';
import type { PromptAttachment } from '../../../src/context/chatPrompt.ts';
import type { RecordedRequest, TestServer } from '../../servers/testServer.ts';
import { startRig, until, type Rig } from './rig.ts';

type Step =
  | { do: 'ask' | 'askAndStop'; files: readonly number[] }
  | { do: 'edit' | 'takeBack'; file: number }
  | { do: 'regenerate' | 'continue' | 'withoutThinking'; turn: number };

/** One request: the turn that it is for, and its messages as bytes. */
interface Asked {
  turn: number;
  messages: string[];
  /** Index of the turn's own question. */
  question: number;
}

const file = fc.nat({ max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('ask' as const), files: fc.uniqueArray(file) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('askAndStop' as const), files: fc.uniqueArray(file) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('edit' as const, 'takeBack' as const), file }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('regenerate' as const, 'continue' as const, 'withoutThinking' as const),
      turn: fc.nat({ max: 4 }),
    }),
  },
);

const contentOf = (message: string | undefined): string =>
  (JSON.parse(message ?? '{"content":""}') as { content: string }).content;
const isTitle = ({ body }: RecordedRequest): boolean => body.includes('Give this conversation a title');
const isAsked = (request: RecordedRequest): boolean =>
  /\/chat(\/completions)?$/.test(request.path) && !isTitle(request);

describe('a conversation’s requests', () => {
  let rig: Rig;
  let answers = 0;

  before(async () => {
    rig = await startRig();
  });
  after(() => rig.stop());

  /** Does the steps in a new conversation about files of this repository. @param lines of each file; with `rewritten` each question finds others @returns its requests, and for each turn whether it had text when the next came */
  async function requestsOf(
    steps: readonly Step[],
    about: 'public' | 'secret',
    lines: number,
    rewritten = false,
  ): Promise<{ asked: Asked; texts: boolean[] }[]> {
    const server = about === 'public' ? rig.deepseek : rig.ollama;
    server.clear();
    rig.place.folders = [dirname(rig.files[about].source)];
    const conversation = rig.conversation();
    const texts = Array.from(
      { length: 3 },
      (_, index) => `const file${index} = 0;\n${'let someName = 1;\n'.repeat(lines)}`,
    );
    const old = [...texts];
    const attach = (files: readonly number[]): PromptAttachment[] =>
      files.map((index) => ({
        kind: 'file',
        source: join(dirname(rig.files[about].source), `f${index}.ts`),
        path: `f${index}.ts`,
        languageId: 'typescript',
        text: (texts[index] ?? '') + (rewritten ? `// ${++answers}\n` : ''),
        startLine: 1,
        endLine: lines + 2,
      }));
    const turns = () => conversation.state.conversation.turns;
    const seen: { asked: Asked; texts: boolean[] }[] = [];
    /** The request that comes of what is done, with what there was to send before it. */
    const doing = async (turn: number, act: () => Promise<void>): Promise<void> => {
      const had = turns().map(({ answer }) => answer.text !== '');
      server.script((request) => ({ text: isTitle(request) ? 'Title' : `Answer ${++answers} of some words.` }));
      const from = server.requests.length;
      await act();
      const request = server.requests.slice(from).find(isAsked);
      if (!request) throw new Error('nothing was asked');
      const messages = (request.json.messages as object[]).map((message) => JSON.stringify(message));
      const goesOn = contentOf(messages.at(-1)).startsWith('Your answer broke off.');
      seen.push({ asked: { turn, messages, question: messages.length - (goesOn ? 3 : 1) }, texts: had });
    };
    for (const each of steps) {
      const count = turns().length;
      if (each.do === 'edit' || each.do === 'takeBack') {
        const text = each.do === 'edit' ? `${texts[each.file] ?? ''}// ${++answers}\n` : (old[each.file] ?? '');
        old[each.file] = texts[each.file] ?? '';
        texts[each.file] = text;
      } else if (each.do === 'ask' || each.do === 'askAndStop') {
        const stall = server.fault({
          stall: each.files.length === 0 ? 1 : 4,
          on: (request) => each.do === 'askAndStop' && isAsked(request),
        });
        await doing(count, async () => {
          const question = { text: `Question ${count}, please?`, attachments: attach(each.files) };
          const asking = conversation.ask({ ...question, mode: 'chat' });
          if (each.do === 'askAndStop') await stopped(server, conversation, each.files.length > 0);
          await asking;
        });
        stall();
      } else if ('turn' in each && count > 0) {
        const turn = each.turn % count;
        const id = turns()[turn]?.id ?? '';
        await doing(turn, () => {
          if (each.do === 'regenerate') return conversation.retry(id);
          return each.do === 'continue' ? conversation.continue(id) : conversation.answerWithoutThinking(id);
        });
      }
    }
    conversation.dispose();
    return seen;
  }

  /** Stops the answer once text has come, or once the server has the question. */
  async function stopped(server: TestServer, conversation: Conversation, withText: boolean): Promise<void> {
    const from = server.requests.length;
    if (withText) await until(conversation, ({ conversation: { turns } }) => turns.at(-1)?.answer.text !== '');
    else await server.waitForRequest((request) => server.requests.indexOf(request) >= from && isAsked(request));
    await conversation.stop();
  }

  it('begin with the bytes of the one before, up to its question', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 10 }), async (steps) => {
        let earlier: Asked | undefined;
        for (const { asked, texts } of await requestsOf(steps, 'public', 3)) {
          if (earlier) {
            // A turn without an answer is left out once it isn't the one that is asked.
            const first = asked.turn < earlier.turn ? asked : earlier;
            const stays = asked.turn === earlier.turn || texts[first.turn];
            const shared = first.question + (stays ? 1 : 0);
            assert.deepEqual(asked.messages.slice(0, shared), earlier.messages.slice(0, shared));
          }
          earlier = asked;
        }
      }),
      { numRuns: 40 },
    );
  }).timeout(60_000);

  it('leave a turn out for good once it no longer fits, and keep the head until the next one must go', async () => {
    let overflows = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 24 }), async (steps) => {
        const gone = new Set<number>();
        let droppedJustNow = false;
        let earlier: Asked | undefined;
        for (const { asked, texts } of await requestsOf(steps, 'secret', 80, true)) {
          const before = gone.size;
          const said = asked.messages.join('\n');
          for (let turn = 0; turn < asked.turn; turn++) {
            if (!texts[turn]) continue;
            const isIn = said.includes(`Question ${turn}, please?`);
            if (gone.has(turn)) assert.ok(!isIn, `turn ${turn} is back`);
            else if (!isIn) gone.add(turn);
          }
          if (gone.size > before) {
            overflows++;
            // So many go at a time that a few more short questions fit.
            const added = contentOf(earlier?.messages[earlier.question]) + contentOf(asked.messages[asked.question]);
            assert.ok(!droppedJustNow || added.length > 5000, 'turns go at each question');
          }
          if (
            gone.size === before &&
            earlier &&
            asked.turn > earlier.turn &&
            texts[earlier.turn] &&
            !gone.has(earlier.turn)
          ) {
            const shared = earlier.question + 1;
            assert.deepEqual(asked.messages.slice(0, shared), earlier.messages.slice(0, shared));
          }
          droppedJustNow = gone.size > before;
          earlier = asked;
        }
      }),
      { numRuns: 20 },
    );
    assert.ok(overflows > 0, 'the window overflowed');
  }).timeout(60_000);
});
