// What a model says that it sends is what the server receives, attempt by attempt; and a request can be made without sending it.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { DeepSeekModel, forgetServers } from '../../../src/models/deepseek.ts';
import { OllamaModel } from '../../../src/models/ollama.ts';
import type { Transport } from '../../../src/models/transports.ts';
import type { Model, OnSend, Sent } from '../../../src/models/types.ts';
import { startDeepSeekServer } from '../../servers/deepseek.ts';
import { insertingModel, thinkingModel } from '../../servers/ollamaModels.ts';
import { startOllamaServer } from '../../servers/ollama.ts';
import type { TestServer } from '../../servers/testServer.ts';
import { failure, never, read } from './helpers.ts';

type Hooks = { onSend: OnSend; transport?: Transport };

const wires: Record<string, { start: () => Promise<TestServer>; model: (url: string, hooks: Hooks) => Model }> = {
  DeepSeek: {
    start: () => startDeepSeekServer(),
    model: (url, hooks) => new DeepSeekModel({ id: 'deepseek-flash', baseUrl: url, apiKey: 'test-key', ...hooks }),
  },
  Ollama: {
    start: () => startOllamaServer({ models: [{ ...thinkingModel, capabilities: insertingModel.capabilities }] }),
    model: (url, hooks) =>
      new OllamaModel({ id: thinkingModel.name, url, contextTokens: 4096, capabilities: ['insert'], ...hooks }),
  },
};

for (const [name, { start, model }] of Object.entries(wires)) {
  describe(`What is sent to ${name}`, () => {
    let server: TestServer;
    let sent: Sent[];
    beforeEach(async () => {
      forgetServers();
      server = await start();
      sent = [];
    });
    afterEach(() => server.stop());

    const asked = (hooks: Partial<Hooks> = {}): Model =>
      model(server.url, { onSend: (each) => sent.push(each), ...hooks });
    const chat = { messages: [{ role: 'user' as const, content: 'Wörld 🐳\n"quoted"' }], thinking: false };
    const fill = { prefix: 'const a =\t"', suffix: '";', maxTokens: 5 };
    const received = (): Sent[] => server.requests.map(({ path, body }) => ({ url: server.url + path, body }));

    it('is told as it leaves, byte for byte', async () => {
      let seenBefore = 0;
      const counting = asked({
        onSend: (each) => {
          seenBefore += server.requests.length;
          sent.push(each);
        },
      });
      await read(counting.chat(chat, never()));
      assert.equal(seenBefore, 0);
      await read(asked().fill(fill, never()));
      assert.equal(sent.length, 2);
      assert.deepEqual(sent, received());
    });

    it('is told for each attempt, if the connection broke before the first byte', async () => {
      server.fault({ drop: 'beforeHeaders' });
      await read(asked().chat(chat, never()));
      assert.equal(sent.length, 2);
      assert.deepEqual(sent, received());
    });

    it('is told for what fails, and not for what was cancelled beforehand', async () => {
      server.fault({ status: 503, body: { error: 'busy' } });
      await failure(asked().chat(chat, never()), 'overloaded');
      assert.deepEqual(sent, received());
      const reason = new Error('late');
      await assert.rejects(read(asked().chat(chat, AbortSignal.abort(reason))), reason);
      assert.equal(sent.length, 1);
    });

    it('can be made without being sent', async () => {
      const previewed: Sent[] = [];
      const transport: Transport = (url, { body = '' }) => {
        previewed.push({ url, body });
        return Promise.reject(new Error('only a preview'));
      };
      const preview = model(server.url, { onSend: () => undefined, transport });
      const dropped = await failure(preview.chat(chat, never()), 'dropped');
      assert.equal((dropped.cause as Error).message, 'only a preview');
      await failure(preview.fill(fill, never()), 'dropped');
      assert.equal(server.connections(), 0);
      await read(asked().chat(chat, never()));
      await read(asked().fill(fill, never()));
      assert.deepEqual(previewed, received());
    });

    it('stays here if whoever is told of it refuses', async () => {
      const refusing = asked({
        onSend: () => {
          throw new Error('no');
        },
      });
      await failure(refusing.chat(chat, never()), 'dropped');
      assert.equal(server.connections(), 0);
    });
  });
}
