// Ollama when it misbehaves, which only the test server does on request. What it does when all is well is in ollama.contract.test.ts.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { OllamaModel } from '../../../src/models/ollama.ts';
import { OllamaServer } from '../../../src/models/ollamaServer.ts';
import { networkFaults, ollamaFaults } from '../../servers/faults.ts';
import { insertingModel, ollamaModel, plainModel, thinkingModel } from '../../servers/ollamaModels.ts';
import { startOllamaServer, type OllamaServer as TestOllama } from '../../servers/ollama.ts';
import { all, buttonsOf, failure, never, question, read, sentenceOf, type Read } from './helpers.ts';

const id = thinkingModel.name;

describe('Ollama, when it misbehaves', () => {
  let server: TestOllama;
  beforeEach(async () => {
    server = await startOllamaServer();
  });
  afterEach(() => server.stop());

  const model = (more: Partial<ConstructorParameters<typeof OllamaModel>[0]> = {}): OllamaModel =>
    new OllamaModel({ id, url: server.url, contextTokens: 4096, capabilities: [], ...more });
  const ask = (more = {}): ReturnType<OllamaModel['chat']> => model(more).chat(question('Hi'), never());

  it('sends the same window with everything, no silent cut, and whether to think', async () => {
    const fill = { prefix: 'a', suffix: '', maxTokens: 5, stop: ['\n\n', ''] };
    await read(model().chat({ ...question('Hi', true), maxTokens: 50, stop: ['X'] }, never()));
    await read(ask());
    await read(model().fill(fill, never()));
    await read(model({ id: insertingModel.name, capabilities: ['insert'] }).fill(fill, never()));
    const [thinking, chat, raw, insert] = server.requests.map(({ json }): unknown => json);
    const common = { stream: true, truncate: false, keep_alive: '30m' };
    const messages = [{ role: 'user', content: 'Hi' }];
    assert.deepEqual(thinking, {
      model: id,
      messages,
      think: true,
      options: { num_ctx: 4096, temperature: 0.6, num_predict: 50, stop: ['X'] },
      ...common,
    });
    assert.deepEqual(chat, {
      model: id,
      messages,
      think: false,
      options: { num_ctx: 4096, temperature: 0 },
      ...common,
    });
    assert.deepEqual(raw, {
      model: id,
      prompt: 'a',
      raw: true,
      think: false,
      options: { num_ctx: 4096, temperature: 0, num_predict: 5, stop: ['\n\n', '<think>', '</think>'] },
      ...common,
    });
    assert.deepEqual(insert, {
      model: insertingModel.name,
      prompt: 'a',
      suffix: '\n',
      think: false,
      options: { num_ctx: 4096, temperature: 0, num_predict: 5, stop: ['\n\n'] },
      ...common,
    });
  });

  it('sends no header but its own, and no key of the environment', async () => {
    process.env.OLLAMA_API_KEY = 'secret';
    try {
      await read(ask());
    } finally {
      delete process.env.OLLAMA_API_KEY;
    }
    const { headers } = server.requests[0]!;
    assert.deepEqual(Object.keys(headers).sort(), [
      'accept',
      'connection',
      'content-length',
      'content-type',
      'host',
      'user-agent',
    ]);
    assert.equal(headers['user-agent'], 'Fathom');
  });

  it('ends ghost text where R1 begins to think', async () => {
    server.script({ text: '<think>The user SECRET' });
    const seen = await read(model().fill({ prefix: 'a', suffix: '', maxTokens: 50 }, never()));
    assert.deepEqual([seen.text, seen.reasoning, seen.finish], ['', '', 'stop']);
  });

  it('reads tags in the content, as an Ollama without thinking support sends them, byte by byte', async () => {
    server.script({ reasoning: 'SECRET ü thought.', text: 'The 🐳 answer.' });
    server.fault({ think: { tags: 'inContent', split: true }, splitBytes: 1 });
    const seen = await read(model().chat(question('Hi', true), never()));
    assert.deepEqual([seen.reasoning.trim(), seen.text], ['SECRET ü thought.', 'The 🐳 answer.']);
  });

  it('completes an empty file', async () => {
    const fill = { prefix: '', suffix: '', maxTokens: 5 };
    assert.equal((await read(model().fill(fill, never()))).text, ' return a + b;');
    assert.equal(
      (await read(model({ id: insertingModel.name, capabilities: ['insert'] }).fill(fill, never()))).text,
      ' return a + b;',
    );
  });

  it('passes calls of tools on', async () => {
    server.script({ toolCalls: [{ name: 'f', arguments: { path: 'a' } }] });
    const tools = [{ name: 'f', description: 'd', parameters: { type: 'object', properties: {} } }];
    const seen = await read(model().chat({ ...question('Hi'), tools }, never()));
    assert.equal(seen.finish, 'toolCalls');
    assert.deepEqual(seen.calls, [{ id: 'call_0', name: 'f', arguments: '{"path":"a"}' }]);
  });

  it('notRunning: says where, and offers to start or install it', async () => {
    const { url } = server;
    await server.stop();
    const error = await failure(ask(), 'notRunning');
    assert.match(sentenceOf(error), new RegExp(`Ollama isn't running: nobody answers at ${new URL(url).host}`));
    assert.deepEqual(buttonsOf(error), ['startOllama', 'installOllama', 'openSettings']);
    await failure(new OllamaServer(url).version(never()), 'notRunning');
    server = await startOllamaServer();
  });

  it('overloaded: busy, or not enough memory', async () => {
    server.fault(ollamaFaults.busy);
    assert.match(sentenceOf(await failure(ask(), 'overloaded')), /too busy/);
    server.fault({
      status: 500,
      body: { error: 'model requires more system memory (5.6 GiB) than is available (3.2 GiB)' },
    });
    const error = await failure(ask(), 'overloaded');
    assert.match(sentenceOf(error), /needs more memory than this computer has free/);
    assert.equal(buttonsOf(error)[0], 'chooseLocalModel');
  });

  it('refused: another Origin or Host (403 without a body), and tools that a model lacks', async () => {
    server.fault({ status: 403 });
    await failure(ask(), 'refused');
    const tools = [{ name: 'f', description: 'd', parameters: {} }];
    await failure(model({ id: plainModel.name }).chat({ ...question('Hi'), tools }, never()), 'refused');
  });

  it('dropped: the model’s process dies, the socket breaks, the stream ends too early; what came is kept', async () => {
    for (const fault of [ollamaFaults.runnerKilled, { drop: 3 }, { endAfter: 3 }]) {
      const kept: Partial<Read> = {};
      server.fault(fault);
      const error = await failure(read(ask(), kept), 'dropped');
      assert.equal(kept.text, 'The capital of');
      assert.deepEqual(buttonsOf(error), ['continue', 'retry', 'showLog']);
    }
  });

  it('badResponse: another program behind the port; nothing of it is written to the console', async () => {
    const written: unknown[] = [];
    const { log, warn } = console;
    console.log = console.warn = (...words: unknown[]) => void written.push(words);
    try {
      server.fault({ ...networkFaults.captivePortal, times: 2 });
      await failure(ask(), 'badResponse');
      await failure(new OllamaServer(server.url).models(never()), 'badResponse');
      server.fault({ status: 404, body: '404 page not found', headers: { 'content-type': 'text/plain' } });
      await failure(ask(), 'badResponse');
      server.fault({ redirectTo: 'http://127.0.0.1:9/' });
      await failure(ask(), 'badResponse');
      server.fault({ garbage: { after: 2, text: '{"message": br\n' } });
      await failure(ask(), 'badResponse');
    } finally {
      Object.assign(console, { log, warn });
    }
    assert.deepEqual(written, []);
  });

  it('stalled: silence in the middle of an answer', async () => {
    const kept: Partial<Read> = {};
    server.fault({ stall: 2 });
    await failure(read(ask({ idleMs: 60 }), kept), 'stalled');
    assert.equal(kept.text, 'The capital');
    await server.requests[0]?.closed;
    assert.equal(server.openStreams(), 0);
  });

  it('waits as long as it takes for the first token, if the server answers other requests', async () => {
    server.fault({ on: '/api/chat', beforeHeadersMs: 300 });
    assert.equal((await read(ask({ idleMs: 60 }))).finish, 'stop');
    assert.ok(server.requests.some(({ path }) => path === '/api/version'));
  });

  it('stalled: not even the version is told', async () => {
    server.fault({ stall: 'beforeHeaders', times: Infinity });
    await failure(ask({ idleMs: 60 }), 'stalled');
  });

  it('modelNotLocal: also when the other host can’t be reached', async () => {
    await server.stop();
    const remote = ollamaModel('deepseek-r1:671b', {
      remoteHost: 'https://ollama.com:11434',
      remoteModel: 'deepseek-r1:671b',
    });
    server = await startOllamaServer({ models: [remote], offline: true });
    const error = await failure(ask({ id: remote.name }), 'modelNotLocal');
    assert.match(sentenceOf(error), /https:\/\/ollama\.com/);
  });

  it('gives up a load when it is cancelled, with the signal’s own reason', async () => {
    await server.stop();
    server = await startOllamaServer({ loadMs: 60_000 });
    const stop = new AbortController();
    const reason = new Error('closed');
    const answer = read(model().chat(question('Hi'), stop.signal));
    const request = await server.waitForRequest();
    stop.abort(reason);
    await assert.rejects(answer, reason);
    await request.closed;
    assert.equal(server.openStreams(), 0);
  });

  it('takes the address as people type it', async () => {
    const { port } = server;
    for (const url of [`127.0.0.1:${port}/`, `http://127.0.0.1:${port}`, `:${port}`, `0.0.0.0:${port}`]) {
      assert.equal(await new OllamaServer(url).version(never()), '0.17.4');
    }
  });

  describe('pull', () => {
    it('sums progress over all layers and ends with success', async () => {
      const steps = await all(new OllamaServer(server.url).pull('deepseek-r1:1.5b', never()));
      assert.equal(steps[0]?.status, 'pulling manifest');
      assert.equal(steps[0].totalBytes, undefined);
      assert.equal(steps.at(-1)?.status, 'success');
      assert.equal(steps.at(-1)?.completedBytes, steps.at(-1)?.totalBytes);
      const completed = steps.map(({ completedBytes = 0 }) => completedBytes);
      assert.deepEqual(
        completed,
        [...completed].sort((a, b) => a - b),
      );
      assert.ok((await new OllamaServer(server.url).models(never())).some((each) => each.id === 'deepseek-r1:1.5b'));
    });

    it('is cancelled by its signal and goes on where it stopped', async () => {
      const stop = new AbortController();
      const reason = new Error('enough');
      let before = 0;
      await assert.rejects(async () => {
        for await (const step of new OllamaServer(server.url).pull('deepseek-r1:1.5b', stop.signal)) {
          before = step.completedBytes ?? 0;
          if (before > 0) stop.abort(reason);
        }
      }, reason);
      const steps = await all(new OllamaServer(server.url).pull('deepseek-r1:1.5b', never()));
      assert.ok((steps.find((step) => step.completedBytes !== undefined)?.completedBytes ?? 0) >= before);
      assert.equal(steps.at(-1)?.status, 'success');
    });

    it('says when there is no such model, or no network', async () => {
      await failure(new OllamaServer(server.url).pull('deepseek-r1:nope', never()), 'modelMissing');
      await server.stop();
      server = await startOllamaServer({ offline: true });
      const error = await failure(new OllamaServer(server.url).pull('deepseek-r1:7b', never()), 'dropped');
      assert.match(sentenceOf(error), /^registry\.ollama\.ai can't be reached/);
    });
  });

  it('looks at where a model runs each time, and at its weights once', async () => {
    const ollama = new OllamaServer(server.url);
    await ollama.models(never());
    const shows = (): number => server.requests.filter(({ path }) => path === '/api/show').length;
    assert.equal(shows(), 3);
    server.models[0]!.remoteHost = 'https://ollama.com:11434';
    const [first] = (await ollama.models(never())).filter(({ id: each }) => each === server.models[0]!.name);
    assert.equal(first?.remoteHost, 'https://ollama.com:11434');
    assert.equal(shows(), 3);
  });
});
