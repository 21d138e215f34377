// The test Ollama behaves over time as a real one does: one request at a time, reloads, unloading, resumed pulls.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { at, listOf, textOf } from '../../servers/json.ts';
import { startOllamaServer, type OllamaServer, type OllamaServerOptions } from '../../servers/ollama.ts';
import { insertingModel, plainModel, remoteModel, thinkingModel } from '../../servers/ollamaModels.ts';
import { lines, send, type RawAnswer } from './raw.ts';

const messages = [{ role: 'user', content: 'Hello?' }];

describe('the test Ollama over time', () => {
  const running: OllamaServer[] = [];
  afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())));

  async function start(options?: OllamaServerOptions): Promise<OllamaServer> {
    const server = await startOllamaServer(options);
    running.push(server);
    return server;
  }
  const chat = (server: OllamaServer, body: object = {}, signal?: AbortSignal): Promise<RawAnswer> =>
    send(server.url, {
      path: '/api/chat',
      body: { model: 'deepseek-r1:8b', messages, ...body },
      ...(signal ? { signal } : {}),
    });
  const text = (answer: RawAnswer): string =>
    lines(answer.text)
      .map((line) => textOf(at(line, 'message', 'content')))
      .join('');
  const loaded = async (server: OllamaServer): Promise<unknown[]> =>
    listOf(at(JSON.parse((await send(server.url, { path: '/api/ps' })).text), 'models'));
  const ending = (answer: RawAnswer): unknown => lines(answer.text).at(-1);

  it('loads a model for another num_ctx, and for none after one, and tells so', async () => {
    const server = await start();
    const durations: unknown[] = [];
    for (const options of [{ num_ctx: 8192 }, { num_ctx: 8192 }, {}, { num_ctx: 8192 }]) {
      durations.push(at(ending(await chat(server, { options })), 'load_duration'));
    }
    assert.deepEqual(
      server.loads.map((load) => load.contextTokens),
      [8192, 4096, 8192],
    );
    assert.deepEqual(
      durations.map((duration) => Number(duration) > 100_000_000),
      [true, false, true, true],
    );
    assert.equal(at((await loaded(server))[0], 'context_length'), 8192);
  });

  it('needs memory for the context', async () => {
    const server = await start();
    const sizes: number[] = [];
    for (const num_ctx of [4096, 8192]) {
      await chat(server, { options: { num_ctx } });
      sizes.push(Number(at((await loaded(server))[0], 'size')));
    }
    assert.equal(Number(sizes[1]) - Number(sizes[0]), 2 * 36 * 8 * 128 * 2 * 4096);
  });

  it('unloads when told, and when its time is over', async () => {
    let now = Date.UTC(2026, 10, 24);
    const server = await start({ now: () => now });
    await chat(server);
    assert.equal((await loaded(server)).length, 1);
    await chat(server, { messages: [], keep_alive: 0 });
    assert.equal((await loaded(server)).length, 0);
    await chat(server, { keep_alive: '10m' });
    now += 599_000;
    assert.equal((await loaded(server)).length, 1);
    now += 2000;
    assert.equal((await loaded(server)).length, 0);
  });

  it('answers one request at a time per model, in turn, and frees it when the client goes', async () => {
    const server = await start();
    server.fault({ stall: 1 });
    const cancel = new AbortController();
    const first = chat(server, {}, cancel.signal).catch(() => undefined);
    await server.waitForRequest((request) => request === server.requests[0]);
    const second = chat(server);
    await server.waitForRequest((request) => request === server.requests[1]);
    const other = await chat(server, { model: 'plain' });
    assert.equal(other.status, 200);
    assert.equal(server.requests[1]?.status, undefined, 'the second waits');
    cancel.abort();
    await first;
    assert.equal(text(await second), 'The capital of France is Paris.');
  });

  it('lets one that waited and went pass the turn on', async () => {
    const server = await start();
    server.fault({ stall: 1 });
    const [one, two] = [new AbortController(), new AbortController()];
    const gone = [chat(server, {}, one.signal), chat(server, {}, two.signal)].map((answer) =>
      answer.catch(() => undefined),
    );
    await server.waitForRequest((request) => request === server.requests[1]);
    two.abort();
    await server.requests[1]?.closed;
    one.abort();
    await Promise.all(gone);
    assert.equal((await chat(server)).status, 200);
  });

  it('abandons a load when the client goes', async () => {
    const server = await start({ loadMs: 60_000 });
    const cancel = new AbortController();
    const answer = chat(server, {}, cancel.signal).catch(() => undefined);
    const request = await server.waitForRequest();
    cancel.abort();
    await Promise.all([answer, request.closed]);
    assert.deepEqual(server.loads, []);
  });

  it('loads a model again whose process died', async () => {
    const server = await start();
    server.fault({ errorEvent: { after: 2, error: 'unexpected EOF' } });
    await chat(server);
    await chat(server);
    assert.equal(server.loads.length, 2);
  });

  it('cuts the oldest messages without a word, or refuses when it may not', async () => {
    const server = await start();
    const long = { role: 'user', content: 'x'.repeat(4000) };
    const system = { role: 'system', content: 'Be brief.' };
    const body = { messages: [system, long, long, ...messages], options: { num_ctx: 1024 } };
    assert.equal(at(ending(await chat(server, body)), 'prompt_eval_count'), 7 + 1004 + 6, 'the oldest went');
    const one = { ...body, messages: [{ role: 'user', content: 'x'.repeat(40_000) }] };
    assert.equal(at(ending(await chat(server, one)), 'prompt_eval_count'), 1024);
    const refused = await chat(server, { ...body, truncate: false });
    assert.deepEqual([refused.status, refused.text], [400, '{"error":"the input length exceeds the context length"}']);
  });

  it('continues a pull where it was cancelled', async () => {
    const server = await start();
    const pull = (cancelAfter?: number): Promise<RawAnswer> => {
      const body = { model: 'deepseek-r1:1.5b' };
      return send(server.url, { path: '/api/pull', body, ...(cancelAfter === undefined ? {} : { cancelAfter }) });
    };
    const before = lines((await pull(6)).text).map((line) => Number(at(line, 'completed')));
    await server.requests[0]?.closed;
    assert.equal(server.models.length, 3);
    const after = lines((await pull()).text);
    const there = Number(before.at(-1));
    assert.ok(there > 0 && Number(at(after[1], 'completed')) > there);
    assert.deepEqual(at(after.at(-1), 'status'), 'success');
    assert.equal(server.models.length, 4);
  });

  it('hands the prompts of a remote model to its host, and marks every line', async () => {
    const far = await start();
    const near = await start({ models: [{ ...remoteModel, remoteHost: far.url, remoteModel: 'deepseek-r1:8b' }] });
    const told = lines((await chat(near, { model: 'deepseek-r1:7b' })).text);
    assert.equal(at(far.requests[0]?.json, 'messages', 0, 'content'), 'Hello?');
    for (const line of told) {
      assert.deepEqual([at(line, 'model'), at(line, 'remote_host')], ['deepseek-r1:7b', far.url]);
    }
  });

  it('is told of a remote model by a create', async () => {
    const server = await start();
    const body = {
      model: 'hidden',
      from: 'deepseek-r1:671b',
      remote_host: 'https://ollama.com',
      info: { capabilities: ['thinking'] },
    };
    await send(server.url, { path: '/api/create', body });
    const shown: unknown = JSON.parse((await send(server.url, { path: '/api/show', body: { model: 'hidden' } })).text);
    assert.deepEqual([at(shown, 'remote_host'), at(shown, 'capabilities')], ['https://ollama.com:11434', ['thinking']]);
  });

  it('has models that differ in what they can', () => {
    const can = [thinkingModel, insertingModel, plainModel].map((model) => model.capabilities.join());
    assert.deepEqual(can, ['completion,thinking,tools', 'completion,insert', 'completion']);
  });
});
