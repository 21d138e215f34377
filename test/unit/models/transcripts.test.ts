// Replays what real servers sent, cut anywhere, and bodies of all four forms of reasoning, cut at every byte. The bytes go in below
// the client libraries, where the socket would be. Format of the transcripts: test/transcripts/README.md.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { DeepSeekModel, forgetServers, listModels } from '../../../src/models/deepseek.ts';
import type { ModelErrorReason } from '../../../src/models/errors.ts';
import type { Transport } from '../../../src/models/transports.ts';
import { OllamaModel } from '../../../src/models/ollama.ts';
import { OllamaServer } from '../../../src/models/ollamaServer.ts';
import type { FillRequest, ModelEvent } from '../../../src/models/types.ts';
import { all, failure, never, question, read, sentenceOf, type Read } from './helpers.ts';

interface Transcript {
  request: { path: string; body?: { think?: unknown; messages?: unknown; stream?: boolean } };
  response: { status: number; headers: Record<string, string> };
  end: string;
  chunks: [number, string][];
}

const folder = path.resolve(import.meta.dirname, '../../transcripts');
const load = (server: string, name: string): Transcript =>
  JSON.parse(readFileSync(path.join(folder, server, `${name}.json`), 'utf8')) as Transcript;
const names = (server: string): string[] =>
  readdirSync(path.join(folder, server)).map((file) => file.replace('.json', ''));

/** A connection that gives these pieces, one read each. */
function wire(pieces: Uint8Array[], status = 200, headers: Record<string, string> = {}): Transport {
  return () => {
    const left = [...pieces];
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const piece = left.shift();
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
    });
    return Promise.resolve(new Response(body, { status, headers }));
  };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function pieces(whole: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(whole.length / size) }, (_, at) => whole.subarray(at * size, (at + 1) * size));
}

/** As recorded, in one piece, byte by byte, and in pieces that fit nothing. */
function cuts({ chunks }: Transcript): Uint8Array[][] {
  const whole = bytes(chunks.map(([, text]) => text).join(''));
  return [chunks.map(([, text]) => bytes(text)), [whole], pieces(whole, 1), pieces(whole, 7), pieces(whole, 1000)];
}

const fill: FillRequest = { prefix: 'function add(a, b) {\n  ', suffix: '\n}\n', maxTokens: 32 };
const ollama = (transport: Transport): OllamaModel =>
  new OllamaModel({ id: 'deepseek-r1:1.5b', url: '', contextTokens: 4096, capabilities: [], transport });
const openAi = (transport: Transport, id = 'deepseek-r1'): DeepSeekModel =>
  new DeepSeekModel({ id, baseUrl: 'http://127.0.0.1:8080/v1', apiKey: 'k', transport });

describe('recorded exchanges with Ollama', () => {
  const answers = names('ollama')
    .map((name) => ({ name, recorded: load('ollama', name) }))
    .filter(({ recorded: { request, response, end } }) => {
      const streams = response.headers['content-type'] === 'application/x-ndjson';
      return /^\/api\/(chat|generate)$/.test(request.path) && streams && response.status === 200 && end === 'end';
    });

  for (const { name, recorded } of answers.filter((each) => each.name !== 'chat-runner-killed')) {
    it(name, async () => {
      const lines = recorded.chunks
        .map(([, text]) => text)
        .join('')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { message?: { content: string; thinking?: string }; response?: string });
      const thought = lines.map(({ message }) => message?.thinking ?? '').join('');
      const text = lines.map(({ message, response }) => message?.content ?? response ?? '').join('');
      for (const cut of cuts(recorded)) {
        const model = ollama(wire(cut, 200, recorded.response.headers));
        const chat = recorded.request.path === '/api/chat';
        const seen = await read(chat ? model.chat(question('x'), never()) : model.fill(fill, never()));
        assert.equal(seen.reasoning.trim(), thought.trim());
        assert.equal(seen.text, chat ? text.trimStart() : text);
        assert.match(seen.finish ?? '', /^(stop|length)$/);
        assert.notEqual(seen.usage?.promptMs, undefined);
      }
    });
  }

  const failures: [string, ModelErrorReason][] = [
    ['chat-runner-killed', 'dropped'],
    ['chat-cancelled', 'dropped'],
    ['chat-busy', 'overloaded'],
    ['chat-missing', 'modelMissing'],
    ['chat-remote-offline', 'modelNotLocal'],
    ['chat-think-unsupported', 'noThinking'],
    ['chat-think-high', 'noThinking'],
    ['chat-too-long-truncate-false', 'contextTooLong'],
    ['generate-too-long-truncate-false', 'contextTooLong'],
    ['generate-insert-unsupported', 'cannotFill'],
    ['chat-tools-unsupported', 'refused'],
    ['chat-badtype', 'refused'],
    ['host-evil', 'refused'],
    ['unknown-route', 'badResponse'],
    ['root', 'badResponse'],
  ];
  for (const [name, reason] of failures) {
    it(`${name} → ${reason}`, async () => {
      const { response, chunks } = load('ollama', name);
      const transport = wire(
        chunks.map(([, text]) => bytes(text)),
        response.status,
        response.headers,
      );
      await failure(ollama(transport).chat(question('x'), never()), reason);
    });
  }

  it('pulls: sums over layers, unknown tags, no network', async () => {
    const at = (name: string): OllamaServer => {
      const { response, chunks } = load('ollama', name);
      const parts = chunks.map(([, text]) => bytes(text));
      return new OllamaServer('', wire(parts, response.status, response.headers));
    };
    const steps = await all(at('pull-resumed').pull('x', never()));
    assert.equal(steps.at(-1)?.status, 'success');
    assert.equal(steps.at(-1)?.completedBytes, steps.at(-1)?.totalBytes);
    await failure(at('pull-unknown-tag').pull('x', never()), 'modelMissing');
    const offline = await failure(at('pull-offline').pull('x', never()), 'dropped');
    assert.equal(sentenceOf(offline).startsWith("registry.ollama.ai can't be reached"), true);
  });

  it('show: capabilities, family, and where a model runs', async () => {
    const show = (name: string): ReturnType<OllamaServer['show']> => {
      const { response, chunks } = load('ollama', name);
      const parts = chunks.map(([, text]) => bytes(text));
      return new OllamaServer('', wire(parts, 200, response.headers)).show('x', never());
    };
    assert.deepEqual((await show('show-thinking')).capabilities, ['completion', 'thinking']);
    assert.deepEqual((await show('show-insert')).capabilities, ['completion', 'insert']);
    assert.equal((await show('show-insert')).kvBytesPerToken, 23_040);
    assert.equal((await show('show-remote')).remoteHost, 'https://ollama.com:11434');
    assert.equal((await show('show-thinking')).remoteHost, undefined);
  });
});

describe("recorded exchanges with a server of one's own (llama.cpp)", () => {
  afterEach(forgetServers);
  const answers: Record<string, Pick<Read, 'reasoning' | 'text' | 'finish'>> = {
    'chat-think': { reasoning: 'The capital of France is Paris.', text: '', finish: 'stop' },
    'chat-thinking-disabled': { reasoning: 'The capital of France is Paris.', text: '', finish: 'stop' },
    'chat-effort-none': { reasoning: '', text: 'The answer is: "Paris"', finish: 'stop' },
    'chat-think-off': { reasoning: '', text: 'The answer is: "Paris"', finish: 'stop' },
    'chat-length': { reasoning: 'The capital of France is Paris', text: '', finish: 'length' },
  };
  for (const [name, expected] of Object.entries(answers)) {
    it(name, async () => {
      const recorded = load('llama-server', name);
      for (const cut of cuts(recorded)) {
        const { reasoning, text, finish } = await read(
          openAi(wire(cut, 200, recorded.response.headers)).chat(question('x'), never()),
        );
        assert.deepEqual({ reasoning, text: text.trim(), finish }, expected);
      }
    });
  }

  it('chat-think-long: the stray closing tags of an ended budget are not shown', async () => {
    const recorded = load('llama-server', 'chat-think-long');
    for (const cut of cuts(recorded)) {
      const seen = await read(openAi(wire(cut, 200, recorded.response.headers)).chat(question('x', true), never()));
      assert.match(seen.reasoning, /^The code is designed/);
      assert.equal(seen.text.includes('think>'), false);
      assert.equal(seen.usage?.cachedTokens, 3);
      assert.ok((seen.usage.promptMs ?? 0) > 0);
    }
  });

  it('completions', async () => {
    const recorded = load('llama-server', 'completions');
    for (const cut of cuts(recorded)) {
      const seen = await read(openAi(wire(cut, 200, recorded.response.headers)).fill(fill, never()));
      assert.match(seen.text, /^ return/);
    }
  });

  const failures: [string, ModelErrorReason][] = [
    ['chat-too-long', 'contextTooLong'],
    ['key-missing', 'badKey'],
    ['key-wrong', 'badKey'],
    ['chat-badjson', 'refused'],
    ['unknown-route', 'badResponse'],
    ['chat-cancelled', 'dropped'],
    ['chat-think-nonstream', 'badResponse'],
  ];
  for (const [name, reason] of failures) {
    it(`${name} → ${reason}`, async () => {
      const { response, chunks } = load('llama-server', name);
      const transport = wire(
        chunks.map(([, text]) => bytes(text)),
        response.status,
        response.headers,
      );
      const error = await failure(openAi(transport).chat(question('x'), never()), reason);
      if (name === 'chat-too-long')
        assert.deepEqual([error.details.sentTokens, error.details.limitTokens], [12014, 4096]);
    });
  }

  it('models', async () => {
    const { response, chunks } = load('llama-server', 'models');
    const transport = wire([bytes(chunks[0]?.[1] ?? '')], 200, response.headers);
    assert.deepEqual(await listModels({ baseUrl: 'http://127.0.0.1:8080', apiKey: 'k', transport }, never()), [
      'deepseek-r1',
    ]);
  });
});

describe('the four forms of reasoning, cut at every byte', () => {
  const sse = { 'content-type': 'text/event-stream' };
  const event = (delta: object, finish: string | null = null): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const line = (message: object, done = false): string =>
    `${JSON.stringify({ message: { role: 'assistant', content: '', ...message }, done })}\n`;
  const last = event({}, 'stop') + 'data: [DONE]\n\n';
  const chat = (model: { chat: DeepSeekModel['chat'] }): AsyncIterable<ModelEvent> =>
    model.chat(question('x', true), never());

  const forms: Record<string, { body: string; ask: (transport: Transport) => AsyncIterable<ModelEvent> }> = {
    reasoning_content: {
      body:
        event({ role: 'assistant', content: null, reasoning_content: '' }) +
        event({ content: null, reasoning_content: 'SÜ🐳' }) +
        event({ content: null, reasoning_content: 'CRET' }) +
        event({ content: 'Añ', reasoning_content: null }) +
        event({ content: '🐳.' }) +
        last,
      ask: (transport) => chat(openAi(transport)),
    },
    reasoning: {
      body: event({ content: '', reasoning: 'SÜ🐳CRET' }) + event({ content: ' Añ🐳.' }) + last,
      ask: (transport) => chat(openAi(transport)),
    },
    thinking: {
      body: line({ thinking: 'SÜ🐳' }) + line({ thinking: 'CRET' }) + line({ content: 'Añ🐳.' }) + line({}, true),
      ask: (transport) => chat(ollama(transport)),
    },
    '<think> in content': {
      body:
        event({ content: '<thi' }) +
        event({ content: 'nk>\nSÜ🐳CRET\n</th' }) +
        event({ content: 'ink>\n\nAñ🐳.' }) +
        last,
      ask: (transport) => chat(openAi(transport, 'plain')),
    },
    'only </think>': {
      body: event({ content: 'SÜ🐳CRET\n</' }) + event({ content: 'think>\n\nAñ🐳.' }) + last,
      ask: (transport) => chat(openAi(transport)),
    },
    '<think> on Ollama': {
      body: line({ content: '<think>SÜ🐳CRET</thi' }) + line({ content: 'nk>\nAñ🐳.' }) + line({}, true),
      ask: (transport) => chat(ollama(transport)),
    },
  };
  for (const [name, { body, ask }] of Object.entries(forms)) {
    it(name, async function () {
      this.timeout(30_000);
      const whole = bytes(body);
      for (let at = 1; at < whole.length; at += 1) {
        forgetServers();
        const seen = await read(ask(wire([whole.subarray(0, at), whole.subarray(at)], 200, sse)));
        assert.deepEqual([seen.reasoning.trim(), seen.text], ['SÜ🐳CRET', 'Añ🐳.'], `cut at byte ${at}`);
      }
    });
  }
});
