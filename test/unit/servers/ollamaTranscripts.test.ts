// The test Ollama says what a real one was heard to say: every recorded request is sent to it, and the answers are compared.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { ollamaFaults } from '../../servers/faults.ts';
import { startOllamaServer, type OllamaServer, type OllamaServerOptions } from '../../servers/ollama.ts';
import { ollamaModel } from '../../servers/ollamaModels.ts';
import { at, listOf, textOf } from '../../servers/json.ts';
import { lines, send, shapeOf, type RawAnswer } from './raw.ts';

interface Transcript {
  request: { method: string; path: string; body?: unknown };
  response: { status: number; headers: Record<string, string> };
  end: string;
  chunks: [number, string][];
}

const folder = path.join(import.meta.dirname, '../../transcripts/ollama');
const names = readdirSync(folder)
  .map((file) => file.replace(/\.json$/, ''))
  .sort();
const read = (name: string): Transcript =>
  JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')) as Transcript;

/** Not spoken by the test server, since Fathom never asks for it. */
const leftOut = new Set([...names.filter((name) => name.startsWith('v1-')), 'generate-logprobs']);

/** The models under the names they had when the transcripts were made. */
const thinking = ollamaModel('deepseek-r1:1.5b', { capabilities: ['completion', 'thinking'], sizeBytes: 98_364_175 });
const models = [
  ollamaModel('qwen2.5-coder:1.5b-base', {
    capabilities: ['completion', 'insert'],
    modifiedAt: '2026-11-24T01:56:50Z',
  }),
  { ...thinking, modifiedAt: '2026-11-24T01:55:21Z' },
  ollamaModel('fim', { capabilities: ['completion', 'insert'] }),
  ollamaModel('plain'),
];
const elsewhere = { remoteHost: 'https://ollama.com:11434', sizeBytes: 243 };
const remotes = [
  ollamaModel('deepseek-r1:671b-cloud', {
    ...elsewhere,
    family: '',
    remoteModel: 'deepseek-r1:671b',
    modifiedAt: '2026-11-24T02:10:12Z',
  }),
  ollamaModel('deepseek-v3.1:671b-cloud', {
    ...elsewhere,
    family: 'deepseek2',
    remoteModel: 'deepseek-v3.1:671b',
    modifiedAt: '2026-11-24T02:10:11Z',
  }),
];

const settings: Record<string, OllamaServerOptions> = {
  'pull-offline': { offline: true },
  'chat-remote-offline': { models: remotes, offline: true },
  'show-remote': { models: [ollamaModel('x'), ...remotes] },
  'tags-with-remote': { models: [...models, ...remotes] },
  'chat-busy': { maxQueue: 0, models: [{ ...thinking, name: '127.0.0.1:5000/library/deepseek-r1:1.5b' }] },
};
const headers: Record<string, Record<string, string>> = {
  'host-evil': { host: 'evil.example' },
  'origin-evil': { origin: 'https://evil.example' },
  'origin-webview': { origin: 'vscode-webview://abc' },
};

/** Very long prompts are described in the transcripts; this writes them out. */
function writtenOut(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const messages = listOf(at(body, 'messages')).flatMap((message) => {
    if (typeof message !== 'string') return [{ ...(message as object), content: repeated(at(message, 'content')) }];
    return Array.from({ length: 60 }, () => ({ role: 'user', content: 'word '.repeat(63) }));
  });
  return {
    ...body,
    ...(Array.isArray(at(body, 'messages')) ? { messages } : {}),
    ...(typeof at(body, 'prompt') === 'string' ? { prompt: repeated(at(body, 'prompt')) } : {}),
  };
}

function repeated(text: unknown): string {
  return textOf(text).replace(/<(.*) (\d+) times>/, (_all, what: string, times: string) =>
    `${what} `.repeat(Number(times)),
  );
}

/** What differs from run to run, made equal. */
function steady(text: string): string {
  return text.replace(/ts=\d+/, 'ts=0');
}

describe('the test Ollama and a recorded one', () => {
  let server: OllamaServer | undefined;
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  async function ask(name: string, transcript: Transcript): Promise<RawAnswer> {
    const { method, path: route, body } = transcript.request;
    server = await startOllamaServer({ models, pullable: [{ model: thinking, steps: 100 }], ...settings[name] });
    const load = { model: 'deepseek-r1:1.5b', messages: [], options: { num_ctx: 4096 } };
    if (name === 'ps-loaded') await send(server.url, { path: '/api/chat', body: load });
    if (name === 'chat-runner-killed') server.fault(ollamaFaults.runnerKilled);
    const cancelAfter = transcript.end === 'aborted by the client' ? transcript.chunks.length : undefined;
    if (transcript.chunks.some(([, text]) => text.includes('"done_reason":"length"'))) {
      server.script({ reasoning: Array<string>(20).fill(' word'), text: Array<string>(20).fill(' word') });
    }
    if (cancelAfter !== undefined) server.script({ reasoning: Array<string>(20).fill(' word') });
    const send1 = (): Promise<RawAnswer> =>
      send(server?.url ?? '', {
        method,
        path: route,
        ...(body === undefined ? {} : { body: writtenOut(body) }),
        ...(headers[name] ? { headers: headers[name] } : {}),
        ...(cancelAfter === undefined ? {} : { cancelAfter }),
      });
    if (name !== 'chat-busy') return send1();
    server.fault({ stall: 1 });
    const holds = new AbortController();
    const first = send(server.url, { path: route, body, signal: holds.signal });
    await server.waitForRequest();
    const answer = await send1();
    holds.abort();
    await first.catch(() => undefined);
    return answer;
  }

  for (const name of names) {
    if (leftOut.has(name)) continue;
    it(name, async () => {
      const transcript = read(name);
      const answer = await ask(name, transcript);
      const recorded = transcript.chunks.map(([, text]) => text).join('');

      assert.equal(answer.status, transcript.response.status);
      for (const header of ['content-type', 'access-control-allow-origin']) {
        assert.equal(answer.headers[header], transcript.response.headers[header], header);
      }
      const type = answer.headers['content-type'] ?? '';
      if (!type.includes('json') || answer.status >= 400) {
        assert.equal(steady(answer.text), steady(recorded));
        return;
      }

      const [mine, real] = [lines(answer.text), lines(recorded)];
      if (transcript.request.path === '/api/pull') {
        comparePulls(mine, real);
        return;
      }
      assert.deepEqual(shapeOf(forComparison(mine[0])), shapeOf(forComparison(real[0])), 'the first line');
      if (transcript.end === 'end')
        assert.deepEqual(shapeOf(forComparison(mine.at(-1))), shapeOf(forComparison(real.at(-1))), 'the last line');
      assert.equal(at(mine.at(-1), 'done_reason'), at(real.at(-1), 'done_reason'));
      return undefined;
    });
  }

  it('leaves nothing out but what Fathom never asks for', () => {
    assert.deepEqual([...leftOut].sort(), [
      'generate-logprobs',
      'v1-chat-effort-none',
      'v1-chat-nonstream',
      'v1-chat-stream',
      'v1-completions-suffix',
      'v1-missing',
      'v1-models',
    ]);
  });
});

/** What is true of one model only: the fields of its architecture. */
function forComparison(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('model_info' in value)) return value;
  return { ...value, model_info: 'of this model' };
}

/** Each kind of line of a real pull comes here too, with the same keys; real pulls have as many as they need. */
function comparePulls(mine: unknown[], real: unknown[]): void {
  const kind = (line: unknown): string => textOf(at(line, 'status')).replace(/pulling [0-9a-f]{12}/, 'pulling a layer');
  const kinds = (list: unknown[]): string[] => [...new Set(list.map(kind))];
  const shapes = (list: unknown[]): Map<string, unknown> => new Map(list.map((line) => [kind(line), shapeOf(line)]));
  assert.deepEqual(kinds(mine), kinds(real));
  assert.deepEqual(shapes(mine), shapes(real));
  assert.equal(at(mine.at(-1), 'error'), at(real.at(-1), 'error'));
}
