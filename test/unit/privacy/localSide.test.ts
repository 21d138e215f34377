// How fresh the knowledge is that a local model runs where it is said to: a model that is put behind a known name gets no prompt, and
// where it does (in the instant between the look and the prompt) its answer is stopped at the first line.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { ModelError } from '../../../src/models/errors.ts';
import { OllamaModel } from '../../../src/models/ollama.ts';
import { OllamaServer } from '../../../src/models/ollamaServer.ts';
import { straightBy } from '../../../src/models/transports.ts';
import type { Mode, ModelEvent } from '../../../src/models/types.ts';
import { createLocalSide, type LocalChoice, type LocalSettings } from '../../../src/privacy/localSide.ts';
import { startOllamaServer, type OllamaServer as TestOllama } from '../../servers/ollama.ts';
import { insertingModel, thinkingModel } from '../../servers/ollamaModels.ts';
import { failure } from './place.ts';

const never = new AbortController().signal;

describe('the local side', () => {
  let ollama: TestOllama;
  /** Where the model that is put in place of the local one runs. */
  let other: TestOllama;
  let time: number;
  let confirmed: string[];
  beforeEach(async () => {
    [ollama, other] = await Promise.all([startOllamaServer(), startOllamaServer()]);
    time = 1000;
    confirmed = [];
  });
  afterEach(() => Promise.all([ollama.stop(), other.stop()]));

  const settings = (more: Partial<LocalSettings> = {}): LocalSettings => ({
    url: ollama.url,
    chatModel: thinkingModel.name,
    completionModel: insertingModel.name,
    contextTokens: 4096,
    confirmedHosts: confirmed,
    ...more,
  });
  const side = () => {
    const transport = straightBy({
      confirmed: () => confirmed,
      resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    });
    return createLocalSide(
      () => time,
      (url) => new OllamaServer(url, transport),
    );
  };
  const swap = (name: string): void => {
    const model = ollama.models.find((each) => each.name === name);
    assert.ok(model);
    Object.assign(model, { remoteHost: other.url, remoteModel: name });
  };
  const shows = () => ollama.requests.filter(({ path }) => path === '/api/show').length;
  const prompts = () => ollama.requests.filter(({ path }) => /chat|generate/.test(path)).length;
  /** As the gateway asks: right after the last look. */
  async function* ask(mode: Mode, choice: LocalChoice): AsyncGenerator<ModelEvent> {
    const { url, model, contextTokens } = choice;
    await choice.stillRunsThere(never);
    const asked = new OllamaModel({ id: model.id, url, contextTokens, capabilities: model.capabilities });
    const messages = [{ role: 'user' as const, content: 'canary' }];
    if (mode === 'complete') yield* asked.fill({ prefix: 'canary', suffix: '', maxTokens: 9 }, never);
    else yield* asked.chat({ messages, thinking: mode === 'reasoner' }, never);
  }
  const read = async (events: AsyncIterable<ModelEvent>): Promise<string[]> => {
    const types: string[] = [];
    for await (const { type } of events) types.push(type);
    return types;
  };
  const nameOf = (mode: Mode) => (mode === 'complete' ? insertingModel.name : thinkingModel.name);

  for (const mode of ['chat', 'reasoner'] as const) {
    it(`${mode}: looks with every choice and again right before the prompt`, async () => {
      const local = side();
      await read(ask(mode, await local.choose(settings(), mode, never)));
      await read(ask(mode, await local.choose(settings(), mode, never)));
      assert.equal(shows(), 4);
      assert.deepEqual(
        ollama.requests.map(({ path }) => path).filter((path) => path !== '/api/version'),
        ['/api/show', '/api/show', '/api/chat', '/api/show', '/api/show', '/api/chat'],
      );
    });

    it(`${mode}: a model that was replaced between two requests gets no prompt`, async () => {
      const local = side();
      await read(ask(mode, await local.choose(settings(), mode, never)));
      swap(nameOf(mode));
      const error = await failure(local.choose(settings(), mode, never));
      assert.ok(ModelError.is(error, 'modelNotLocal'));
      assert.equal(error.details.remoteHost, other.url);
      assert.equal(prompts(), 1);
    });
  }

  it('ghost text looks at most once in a second, and no second later', async () => {
    const local = side();
    const fill = async () => read(ask('complete', await local.choose(settings(), 'complete', never)));
    await fill();
    time += 1000;
    await fill();
    assert.equal(shows(), 1);
    time += 1;
    await fill();
    assert.equal(shows(), 2);
    swap(insertingModel.name);
    time += 1001;
    assert.ok(ModelError.is(await failure(fill()), 'modelNotLocal'));
    assert.equal(prompts(), 3);
    assert.equal(other.requests.length, 0);
  });

  it('does not take a look made for ghost text as good enough for a question', async () => {
    const local = side();
    const one = settings({ completionModel: thinkingModel.name });
    await local.choose(one, 'complete', never);
    swap(thinkingModel.name);
    assert.ok(ModelError.is(await failure(local.choose(one, 'chat', never)), 'modelNotLocal'));
  });

  for (const mode of ['chat', 'reasoner', 'complete'] as const) {
    it(`${mode}: a model that was replaced while the request was made ready gets no prompt`, async () => {
      const choice = await side().choose(settings(), mode, never);
      swap(nameOf(mode));
      time += 1001;
      assert.ok(ModelError.is(await failure(read(ask(mode, choice))), 'modelNotLocal'));
      assert.equal(prompts(), 0);
      assert.equal(other.requests.length, 0);
    });

    it(`${mode}: one that is replaced in the last instant is stopped at its first line, and that is told`, async () => {
      const choice = await side().choose(settings(), mode, never);
      const stillRunsThere = async (signal: AbortSignal): Promise<void> => {
        await choice.stillRunsThere(signal);
        swap(nameOf(mode));
      };
      const seen: string[] = [];
      const error = await failure(
        (async () => {
          for await (const { type } of ask(mode, { ...choice, stillRunsThere })) seen.push(type);
        })(),
      );
      assert.ok(ModelError.is(error, 'modelNotLocal'));
      assert.equal(error.details.remoteHost, other.url);
      assert.equal(error.details.passedOn, true);
      assert.deepEqual(seen, []);
    });
  }

  it('tells the same when the other host answers with an error', async () => {
    const choice = await side().choose(settings(), 'chat', never);
    const stillRunsThere = (): Promise<void> => {
      swap(thinkingModel.name);
      return Promise.resolve();
    };
    other.models.splice(0);
    const error = await failure(read(ask('chat', { ...choice, stillRunsThere })));
    assert.ok(ModelError.is(error, 'modelNotLocal'));
    assert.deepEqual([error.details.remoteHost, error.details.passedOn], [other.url, true]);
  });

  it('asks a host that was confirmed by name, and says which one it is', async () => {
    const { port } = ollama;
    const url = `http://box.local:${port}`;
    for (const entries of [[], ['other.local'], [`box.local:${port + 1}`], ['*.local'], [`http://box.local:${port}`]]) {
      confirmed = entries;
      const error = await failure(side().choose(settings({ url }), 'chat', never));
      assert.ok(ModelError.is(error, 'modelNotLocal'), JSON.stringify(entries));
      assert.equal(error.details.host, `box.local:${port}`);
    }
    assert.equal(ollama.connections(), 0);
    for (const entries of [['box.local'], [`BOX.local:${port}`]]) {
      confirmed = entries;
      const choice = await side().choose(settings({ url }), 'chat', never);
      assert.equal(choice.confirmedHost, `box.local:${port}`);
    }
    assert.equal((await side().choose(settings(), 'chat', never)).confirmedHost, undefined);
  });

  it('does not let a confirmed host pass prompts on', async () => {
    confirmed = ['box.local'];
    swap(thinkingModel.name);
    const url = `http://box.local:${ollama.port}`;
    assert.ok(ModelError.is(await failure(side().choose(settings({ url }), 'chat', never)), 'modelNotLocal'));
  });
});
