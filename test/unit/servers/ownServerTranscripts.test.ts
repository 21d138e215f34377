// The test server of one's own says what llama.cpp's server was heard to say: every recorded request is sent to it, and the
// answers are compared.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { at, listOf, textOf } from '../../servers/json.ts';
import { startOwnServer, type OwnServer } from '../../servers/ownServer.ts';
import { events, send, shapeOf } from './raw.ts';

interface Transcript {
  request: { method: string; path: string; body?: unknown };
  response: { status: number; headers: Record<string, string> };
  end: string;
  chunks: [number, string][];
}

const folder = path.join(import.meta.dirname, '../../transcripts/llama-server');
const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));

/** Forty fields of one build; Fathom never asks. */
const leftOut = new Set(['props']);

/** The deltas of a stream by the keys they have, each kind once: `content`, `reasoning_content`, none. */
function deltasOf(told: unknown[]): string[] {
  const keys = told.map((event) => Object.keys(at(event, 'choices', 0, 'delta') ?? {}).join());
  return [...new Set(keys)].sort();
}

/** Counts differ with the rule by which tokens are counted. */
function steady(text: string): string {
  return text.replace(/\d{4,}/g, '0');
}

describe("the test server of one's own and a recorded one", () => {
  let server: OwnServer | undefined;
  afterEach(() => server?.stop());

  for (const name of names) {
    if (leftOut.has(name)) continue;
    it(name, async () => {
      const transcript = JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')) as Transcript;
      const recorded = transcript.chunks.map(([, text]) => text).join('');
      server = await startOwnServer(name.startsWith('key-') ? { keys: ['right'] } : {});

      // As much thinking and text as was heard, and the same end.
      const real = events(recorded);
      const deltas = real.map((event) => at(event, 'choices', 0, 'delta'));
      const pieces = (key: string): string[] =>
        deltas.map((delta) => textOf(at(delta, key))).filter((text) => text !== '');
      const whole =
        transcript.end === 'end' && recorded.startsWith('{') ? (JSON.parse(recorded) as unknown) : undefined;
      const message = at(whole, 'choices', 0, 'message');
      const finish = [
        at(whole, 'choices', 0, 'finish_reason'),
        ...real.map((event) => at(event, 'choices', 0, 'finish_reason')),
      ];
      server.script({
        reasoning: [...pieces('reasoning_content'), textOf(at(message, 'reasoning_content'))],
        alwaysThinks: true,
        text: [
          ...pieces('content'),
          textOf(at(message, 'content')),
          ...real.map((event) => textOf(at(event, 'choices', 0, 'text'))),
        ],
        finish: textOf(finish.find((reason) => typeof reason === 'string') ?? 'stop'),
      });

      const { method, path: route, body } = transcript.request;
      const messages = listOf(at(body, 'messages')).map((each) => ({
        ...(each as object),
        content: textOf(at(each, 'content')).replace(/<(.*) 1200 times>/, (_all, what: string) =>
          `${what} `.repeat(1200),
        ),
      }));
      const sent = typeof body === 'object' && messages.length > 0 ? { ...body, messages, max_tokens: 4000 } : body;
      const answer = await send(server.url, { method, path: route, ...(sent === undefined ? {} : { body: sent }) });

      assert.equal(answer.status, transcript.response.status);
      assert.equal(answer.headers['content-type'], transcript.response.headers['content-type']);
      if (answer.status >= 400 || route === '/health') {
        assert.equal(steady(answer.text), steady(recorded));
        return;
      }
      if (whole !== undefined) {
        assert.deepEqual(shapeOf(JSON.parse(answer.text)), shapeOf(whole));
        return;
      }

      const mine = events(answer.text);
      assert.deepEqual(shapeOf(mine[0]), shapeOf(real[0]), 'the first event');
      if (transcript.end !== 'end') return undefined;
      assert.deepEqual(deltasOf(mine), deltasOf(real));
      assert.deepEqual(
        shapeOf({ ...(mine.at(-1) as object), timings: 0 }),
        shapeOf({ ...(real.at(-1) as object), timings: 0 }),
        'the last event',
      );
      assert.equal(answer.text.endsWith('data: [DONE]\n\n'), recorded.endsWith('data: [DONE]\n\n'));
      return undefined;
    });
  }

  it("ignores DeepSeek's switch for thinking, and obeys its own", async () => {
    server = await startOwnServer();
    const messages = [{ role: 'user', content: 'Hello?' }];
    const thoughts = async (body: object): Promise<boolean> => {
      const answer = await send(server?.url ?? '', { path: '/v1/chat/completions', body: { messages, ...body } });
      return answer.text.includes('reasoning_content');
    };
    assert.equal(await thoughts({ thinking: { type: 'disabled' } }), true);
    assert.equal(await thoughts({ reasoning_effort: 'none' }), false);
    assert.equal(await thoughts({ chat_template_kwargs: { enable_thinking: false } }), false);
  });
});
