import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { DeepSeekModel, forgetServers, listModels } from '../../../src/models/deepseek.ts';
import type { ChatMessage } from '../../../src/models/types.ts';
import { deepSeekError, deepSeekFaults, networkFaults } from '../../servers/faults.ts';
import { startDeepSeekServer, type DeepSeekServer } from '../../servers/deepseek.ts';
import { buttonsOf, failure, never, question, read, sentenceOf, type Read } from './helpers.ts';

const key = 'test-key';

describe("DeepSeek's API", () => {
  let server: DeepSeekServer;
  beforeEach(async () => {
    forgetServers();
    server = await startDeepSeekServer();
  });
  afterEach(() => server.stop());

  const model = (more: Partial<ConstructorParameters<typeof DeepSeekModel>[0]> = {}): DeepSeekModel =>
    new DeepSeekModel({ id: 'deepseek-flash', baseUrl: server.url, apiKey: key, ...more });
  const host = (): string => new URL(server.url).host;
  const ask = (thinking = false, more = {}): ReturnType<DeepSeekModel['chat']> =>
    model(more).chat(question('Hi', thinking), never());

  describe('answers', () => {
    it('streams reasoning, then text, then usage and the end', async () => {
      server.script({ reasoning: 'Hmm.', text: 'Hello, wörld 🐳.' });
      const seen = await read(ask(true));
      assert.deepEqual(seen.order, ['reasoning', 'text', 'usage', 'done']);
      assert.deepEqual([seen.reasoning, seen.text, seen.finish], ['Hmm.', 'Hello, wörld 🐳.', 'stop']);
      assert.equal(seen.usage?.reasoningTokens, 1);
      assert.equal(seen.usage.cachedTokens, 0);
    });

    it('sends what DeepSeek documents, and no temperature while it thinks', async () => {
      await read(model().chat({ ...question('Hi'), maxTokens: 50, stop: ['X', ''] }, never()));
      await read(ask(true));
      const [chat, reasoner] = server.requests;
      assert.equal(chat?.path, '/chat/completions');
      assert.deepEqual(chat.json, {
        model: 'deepseek-flash',
        messages: [{ role: 'user', content: 'Hi' }],
        thinking: { type: 'disabled' },
        temperature: 0,
        max_tokens: 50,
        stop: ['X'],
        stream: true,
        stream_options: { include_usage: true },
      });
      assert.deepEqual(reasoner?.json.thinking, { type: 'enabled' });
      assert.equal('temperature' in reasoner.json, false);
    });

    it('gives earlier reasoning back only along with tools, then for every turn', async () => {
      const messages: ChatMessage[] = [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b', reasoning: 'thought' },
        { role: 'user', content: 'c' },
        { role: 'assistant', content: '', toolCalls: [{ id: 'call_1', name: 'f', arguments: '{}' }] },
        { role: 'tool', content: 'r', toolCallId: 'call_1' },
      ];
      const tools = [{ name: 'f', description: 'd', parameters: { type: 'object', properties: {} } }];
      await read(model().chat({ messages: messages, thinking: true }, never()));
      await read(model().chat({ messages: messages, thinking: true, tools }, never()));
      assert.equal(server.requests[0]?.body.includes('reasoning_content'), false);
      const sent = server.requests[1]?.json.messages as unknown[];
      assert.deepEqual(sent.slice(1, 4), [
        { role: 'assistant', content: 'b', reasoning_content: 'thought' },
        { role: 'user', content: 'c' },
        {
          role: 'assistant',
          content: '',
          reasoning_content: '',
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
      ]);
    });

    it('puts calls of tools together', async () => {
      server.script({
        toolCalls: [
          { name: 'f', arguments: { path: 'a/b' } },
          { name: 'g', arguments: '{"x":' },
        ],
      });
      const seen = await read(ask());
      assert.equal(seen.finish, 'toolCalls');
      assert.deepEqual(seen.calls, [
        { id: 'call_00_0', name: 'f', arguments: '{"path":"a/b"}' },
        { id: 'call_00_1', name: 'g', arguments: '{"x":' },
      ]);
    });

    it('says when the answer was cut by its length or by a filter', async () => {
      server.script({ text: 'a', finish: 'length' }, { text: 'a', finish: 'content_filter' });
      assert.equal((await read(ask())).finish, 'length');
      assert.equal((await read(ask())).finish, 'contentFilter');
    });

    for (const tags of ['inContent', 'onlyClosing', 'stray', 'doubled'] as const) {
      it(`keeps reasoning out of the answer when the tags are ${tags}, byte by byte`, async () => {
        server.script({ reasoning: 'SECRET ü thought.', text: 'The 🐳 answer.' });
        server.fault({ think: { tags, split: true }, splitBytes: 1 });
        const seen = await read(
          new DeepSeekModel({ id: 'deepseek-flash', baseUrl: server.url, apiKey: key }).chat(
            question('Hi', true),
            never(),
          ),
        );
        if (tags !== 'onlyClosing') assert.equal(seen.text, 'The 🐳 answer.');
        // Without an opening tag nothing tells thoughts from text, the first time; then Fathom knows this server.
        server.script({ reasoning: 'SECRET ü thought.', text: 'The 🐳 answer.' });
        server.fault({ think: { tags, split: true }, splitBytes: 1 });
        const again = await read(ask(true));
        assert.deepEqual([again.reasoning.trim(), again.text], ['SECRET ü thought.', 'The 🐳 answer.']);
      });
    }

    it('knows by its name that R1 begins inside its thoughts', async () => {
      await server.stop();
      server = await startDeepSeekServer({ models: ['deepseek-r1:8b'] });
      server.script({ reasoning: 'SECRET thought.', text: 'The answer.' });
      server.fault({ think: { tags: 'onlyClosing' } });
      const seen = await read(ask(true, { id: 'deepseek-r1:8b' }));
      assert.equal(seen.text, 'The answer.');
    });
  });

  describe('fill-in-the-middle', () => {
    const fill = {
      prefix: 'def f(a):\n    ',
      suffix: '\n',
      maxTokens: 9000,
      stop: Array.from({ length: 20 }, (_, n) => `s${n}`),
    };

    it('goes to /beta, whatever the address ends with, within DeepSeek’s limits', async () => {
      for (const end of ['', '/', '/v1', '/v1/', '/beta', '/beta/', '/chat/completions']) {
        server.script({ text: '  return a\n', for: 'fill' });
        const seen = await read(model({ baseUrl: server.url + end }).fill(fill, never()));
        assert.equal(seen.text, '  return a\n');
        const request = server.requests.at(-1);
        assert.equal(request?.path, '/beta/completions');
        assert.equal(request.json.max_tokens, 4096);
        assert.equal(request.json.stop.length, 16);
        assert.equal(request.json.temperature, 0);
        assert.equal('thinking' in request.json, false);
      }
    });

    it('finds another server’s route once and remembers it', async () => {
      server.fault({
        on: '/beta/completions',
        status: 404,
        body: { error: { message: 'File Not Found' } },
        times: Infinity,
      });
      server.fault({ on: '/infill', status: 404, body: { error: { message: 'File Not Found' } }, times: Infinity });
      server.fault({
        on: '/v1/completions',
        times: Infinity,
        body: 'data: {"choices":[{"text":"x","finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
        headers: { 'content-type': 'text/event-stream' },
      });
      assert.equal((await read(model().fill(fill, never()))).text, 'x');
      assert.equal((await read(model().fill(fill, never()))).text, 'x');
      assert.deepEqual(
        server.requests.map(({ path }) => path),
        ['/beta/completions', '/infill', '/v1/completions', '/v1/completions'],
      );
    });

    it('says that a model can’t complete code, and does not ask again', async () => {
      server.fault({ on: '/beta/completions', status: 404, body: { error: { message: 'File Not Found' } } });
      server.fault({
        on: '/infill',
        status: 501,
        body: {
          error: {
            code: 501,
            message: 'Infill is not supported by this model: prefix token is missing.',
            type: 'not_supported_error',
          },
        },
      });
      const error = await failure(model().fill(fill, never()), 'cannotFill');
      assert.match(sentenceOf(error), /deepseek-flash can't complete code/);
      await failure(model().fill(fill, never()), 'cannotFill');
      assert.equal(server.requests.length, 2);
    });
  });

  describe('privacy of the wire', () => {
    it('sends three headers of its own and nothing from the environment', async () => {
      const environment = {
        OPENAI_API_KEY: 'sk-openai-key',
        OPENAI_BASE_URL: 'http://127.0.0.1:9',
        OPENAI_ORG_ID: 'org-1',
        OPENAI_PROJECT_ID: 'proj-1',
        OPENAI_CUSTOM_HEADERS: 'x-spy: yes',
      };
      Object.assign(process.env, environment);
      try {
        await read(ask());
        await read(model().fill({ prefix: 'a', suffix: 'b', maxTokens: 5 }, never()));
        await listModels({ baseUrl: server.url, apiKey: key }, never());
      } finally {
        for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
      }
      const usual = new Set([
        'host',
        'connection',
        'content-length',
        'transfer-encoding',
        'accept-encoding',
        'accept-language',
        'sec-fetch-mode',
      ]);
      for (const { headers } of server.requests) {
        const sent = Object.keys(headers).filter((name) => !usual.has(name));
        assert.deepEqual(
          sent.sort(),
          ['accept', 'authorization', 'content-type', 'user-agent'].filter((name) => name in headers),
        );
        assert.equal(headers.authorization, `Bearer ${key}`);
        assert.equal(headers['user-agent'], 'Fathom');
      }
    });

    it('follows no redirect', async () => {
      const other = await startDeepSeekServer();
      try {
        server.fault({ redirectTo: `${other.url}/chat/completions` });
        await failure(ask(), 'badResponse');
        assert.equal(other.connections(), 0);
      } finally {
        await other.stop();
      }
    });
  });

  describe('failures', () => {
    it('noKey: before anything is sent to DeepSeek, and when a server wants one', async () => {
      const error = await failure(
        new DeepSeekModel({ id: 'x', baseUrl: 'https://api.deepseek.com', apiKey: '' }).chat(question('Hi'), never()),
        'noKey',
      );
      assert.match(sentenceOf(error), /^api\.deepseek\.com needs an API key/);
      await failure(ask(false, { apiKey: '' }), 'noKey');
      assert.equal(server.requests[0]?.headers.authorization, undefined);
    });

    it('badKey: without the end of the key that DeepSeek quotes', async () => {
      const error = await failure(ask(false, { apiKey: 'sk-0123456789abcdef' }), 'badKey');
      assert.equal(JSON.stringify([error.message, error.details]).includes('cdef'), false, error.message);
      assert.deepEqual(buttonsOf(error), ['signIn', 'getKey']);
      await failure(listModels({ baseUrl: server.url, apiKey: 'wrong' }, never()), 'badKey');
    });

    it('badKey: in plain text as well', async () => {
      server.fault({ status: 401, body: 'Authentication Fails (governor)', headers: { 'content-type': 'text/plain' } });
      assert.equal((await failure(ask(), 'badKey')).details.serverMessage, 'Authentication Fails (governor)');
    });

    it('noCredit, rateLimited and overloaded: each asked once', async () => {
      server.fault(deepSeekFaults.noCredit);
      assert.deepEqual(buttonsOf(await failure(ask(), 'noCredit')), ['topUp', 'showBalance', 'retry']);
      server.fault({ ...deepSeekFaults.rateLimited, headers: { 'retry-after': '7' } });
      assert.match(sentenceOf(await failure(ask(), 'rateLimited')), /in 7 seconds/);
      server.fault(deepSeekFaults.overloaded);
      assert.match(sentenceOf(await failure(ask(), 'overloaded')), /too busy/);
      server.fault(deepSeekFaults.serverError);
      await failure(ask(), 'overloaded');
      server.fault(networkFaults.badGateway);
      assert.equal((await failure(ask(), 'overloaded')).details.serverMessage, undefined);
      assert.equal(server.requests.length, 5);
    });

    it('overloaded: when the stream ends for want of resources', async () => {
      server.script({ text: 'So', finish: 'insufficient_system_resource' });
      const kept: Partial<Read> = {};
      await failure(read(ask(), kept), 'overloaded');
      assert.equal(kept.text, 'So');
      // It is billed all the same.
      assert.equal(kept.usage?.completionTokens, 1);
    });

    it('retiredModel: offers what the server says it has', async () => {
      const error = await failure(ask(false, { id: 'deepseek-chat' }), 'retiredModel');
      assert.deepEqual(error.details.supported, ['deepseek-flash', 'deepseek-v4-pro']);
      assert.deepEqual(buttonsOf(error), ['switchModel deepseek-flash', 'switchModel deepseek-v4-pro', 'openSettings']);
      assert.match(sentenceOf(error), /doesn't offer deepseek-chat any more\. Switch to deepseek-flash\?/);
      server.fault({ status: 400, body: deepSeekError('Model Not Exist') });
      assert.deepEqual(buttonsOf(await failure(ask(), 'retiredModel')), ['openSettings', 'showLog']);
    });

    it('contextTooLong: in DeepSeek’s words and in llama.cpp’s', async () => {
      await server.stop();
      server = await startDeepSeekServer({ contextWindow: 100 });
      const error = await failure(model().chat(question('word '.repeat(200)), never()), 'contextTooLong');
      assert.equal(error.details.limitTokens, 100);
      assert.ok((error.details.sentTokens ?? 0) > 200);
      assert.deepEqual(buttonsOf(error), ['removeAttachments', 'newChat', 'largerWindow']);
      server.fault({
        status: 400,
        body: {
          error: {
            code: 400,
            message: 'request (12014 tokens) exceeds the available context size (4096 tokens), try increasing it',
            type: 'exceed_context_size_error',
            n_prompt_tokens: 12014,
            n_ctx: 4096,
          },
        },
      });
      assert.match(sentenceOf(await failure(ask(), 'contextTooLong')), /12.014 tokens, and 4.096 fit/);
    });

    it('refused: 403 and requests that the server finds wrong', async () => {
      server.fault({ status: 403, body: deepSeekError('Forbidden') });
      await failure(ask(), 'refused');
      server.fault({
        status: 400,
        body: deepSeekError('Invalid max_tokens value, the valid range of max_tokens is [1, 393216]'),
      });
      assert.match((await failure(ask(), 'refused')).details.serverMessage ?? '', /max_tokens/);
    });

    it('badResponse: a log-in page, broken JSON, an address without the route', async () => {
      server.fault(networkFaults.captivePortal);
      assert.match(sentenceOf(await failure(ask(), 'badResponse')), /logged in to this network/);
      server.fault(networkFaults.captivePortal);
      await failure(listModels({ baseUrl: server.url, apiKey: key }, never()), 'badResponse');
      server.fault(networkFaults.brokenLine);
      await failure(ask(), 'badResponse');
      await failure(ask(false, { baseUrl: `${server.url}/elsewhere` }), 'badResponse');
    });

    it('dropped: the socket breaks, the stream ends too early, an error comes inside it; what came is kept', async () => {
      for (const fault of [
        { drop: 3 },
        { endAfter: 3 },
        { errorEvent: { after: 3, error: { message: 'Internal', type: 'x' } } },
      ]) {
        const kept: Partial<Read> = {};
        server.script({ text: ['One ', 'two ', 'three ', 'four'] });
        server.fault(fault);
        const error = await failure(read(ask(), kept), 'dropped');
        assert.match(kept.text ?? '', /^One /);
        assert.equal(kept.text?.includes('four'), false);
        assert.deepEqual(buttonsOf(error), ['continue', 'retry', 'showLog']);
      }
    });

    it('dropped: nobody answers at the address', async () => {
      const url = server.url;
      const at = host();
      await server.stop();
      const error = await failure(ask(), 'dropped');
      assert.equal(error.details.unreached, true);
      assert.match(sentenceOf(error), new RegExp(`^${at} can't be reached`));
      server = await startDeepSeekServer({ port: Number(new URL(url).port) });
    });

    it('asks once more when a connection was reset before a byte came, and not twice', async () => {
      server.fault({ drop: 'beforeHeaders' });
      assert.equal((await read(ask())).finish, 'stop');
      server.fault({ drop: 'beforeHeaders', times: 2 });
      await failure(ask(), 'dropped');
      assert.equal(server.requests.length, 4);
    });

    it('stalled: silence after the headers, and silence in the middle', async () => {
      server.fault({ stall: 'afterHeaders' });
      await failure(ask(false, { idleMs: 60 }), 'stalled');
      const kept: Partial<Read> = {};
      server.script({ text: ['One ', 'two'] });
      server.fault({ stall: 2 });
      const error = await failure(read(ask(false, { idleMs: 60 }), kept), 'stalled');
      assert.match(kept.text ?? '', /^One/);
      assert.match(sentenceOf(error), /Nothing has come from/);
      await server.requests[1]?.closed;
      assert.equal(server.openStreams(), 0);
    });

    it('takes an answer as complete that said so, though the connection then hangs or breaks', async () => {
      const body = 'data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\n';
      const sockets = new Set<import('node:net').Socket>();
      const hanging = createServer((socket) => {
        sockets.add(socket);
        socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${body}`));
      });
      await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
      const { port } = hanging.address() as { port: number };
      assert.equal((await read(ask(false, { baseUrl: `http://127.0.0.1:${port}`, idleMs: 60 }))).text, 'Hi');
      for (const socket of sockets) socket.destroy();
      hanging.close();
    });
  });

  describe('cancelling', () => {
    it('throws the signal’s own reason, before the headers and in the middle, and frees the server', async () => {
      for (const fault of [{ stall: 'beforeHeaders' as const }, { stall: 2 }]) {
        server.clear();
        server.fault(fault);
        const stop = new AbortController();
        const reason = new Error('the person typed on');
        const answer = read(model().chat(question('Hi'), stop.signal));
        const request = await server.waitForRequest();
        stop.abort(reason);
        await assert.rejects(answer, reason);
        await request.closed;
        assert.equal(server.openStreams(), 0);
      }
    });

    it('does not send anything when it is cancelled beforehand', async () => {
      const reason = new Error('late');
      await assert.rejects(read(model().chat(question('Hi'), AbortSignal.abort(reason))), reason);
      assert.equal(server.connections(), 0);
    });

    it('frees the server when the reader leaves the loop', async () => {
      server.fault({ stall: 3 });
      for await (const event of ask()) {
        assert.equal(event.type, 'text');
        break;
      }
      await server.requests[0]?.closed;
      assert.equal(server.requests[0]?.aborted, true);
    });
  });

  it('lists models', async () => {
    assert.deepEqual(await listModels({ baseUrl: `${server.url}/beta`, apiKey: key }, never()), [
      'deepseek-flash',
      'deepseek-v4-pro',
    ]);
  });
});
