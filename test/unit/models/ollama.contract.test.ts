// One contract, two servers: the same tests run against the test server and, where there is one, a real Ollama, so that neither
// Fathom's client nor the double can drift away from it. A real one is given by the test runner (FATHOM_TEST_OLLAMA).
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { OllamaModel } from '../../../src/models/ollama.ts';
import { OllamaServer } from '../../../src/models/ollamaServer.ts';
import { createRemoteModel } from '../../setup/ollama.mjs';
import { ollamaModel } from '../../servers/ollamaModels.ts';
import { startOllamaServer, type OllamaServer as TestOllama } from '../../servers/ollama.ts';
import { buttonsOf, failure, never, question, read, sentenceOf } from './helpers.ts';

const think = 'practice-think:135m';
const insert = 'practice-insert:135m';
const plain = 'practice-plain:135m';
/** The real model is small, but the machine may be busy with something else. */
const patience = 120_000;

interface Server {
  url: string;
  /** What the test server shall answer next; the real one answers by itself. */
  script: (...answers: Parameters<TestOllama['script']>) => void;
  stop: () => Promise<void>;
}

const servers: Record<string, () => Promise<Server | undefined>> = {
  'the test server': () =>
    startOllamaServer({
      models: [
        ollamaModel(think, { capabilities: ['completion', 'thinking'] }),
        ollamaModel(insert, { capabilities: ['completion', 'insert'] }),
        ollamaModel(plain),
      ],
    }),
  'a real Ollama': async () => {
    const url = process.env.FATHOM_TEST_OLLAMA;
    return url === undefined ? undefined : { url, script: () => undefined, stop: async () => undefined };
  },
};

for (const [name, start] of Object.entries(servers)) {
  describe(`Ollama: ${name}`, function () {
    this.timeout(patience);
    let server: Server;
    let elsewhere: TestOllama;
    before(async function () {
      const started = await start();
      if (started === undefined) {
        console.log('      skipped: no Ollama');
        return this.skip();
      }
      server = started;
      elsewhere = await startOllamaServer({ models: [ollamaModel('far-away:1b')] });
    });
    after(async () => {
      await (server as Server | undefined)?.stop();
      await (elsewhere as TestOllama | undefined)?.stop();
    });

    const model = (id: string, contextTokens = 2048, capabilities: string[] = []): OllamaModel =>
      new OllamaModel({ id, url: server.url, contextTokens, capabilities });
    const capital = 'What is the capital of France?';
    const whole = 'function add(a, b) {\n  ';

    it('thinks, then answers, then tells what it took', async () => {
      server.script({ reasoning: 'The user wants a country name.', text: ' The capital of France is Paris.' });
      const seen = await read(model(think).chat({ ...question(capital, true), maxTokens: 200 }, never()));
      assert.deepEqual(seen.order, ['reasoning', 'text', 'usage', 'done']);
      assert.match(seen.reasoning, /\w/);
      assert.match(seen.text, /^\S.*Paris/);
      assert.equal(/Thought:|think>/.test(seen.text), false);
      assert.equal(seen.finish, 'stop');
      assert.ok((seen.usage?.promptTokens ?? 0) > 0 && (seen.usage?.completionTokens ?? 0) > 0);
      assert.notEqual(seen.usage?.loadMs, undefined);
      assert.notEqual(seen.usage?.promptMs, undefined);
    });

    it('does not think when it is not asked to', async () => {
      server.script({ reasoning: 'The user wants a country name.', text: 'The capital of France is Paris.' });
      const seen = await read(model(think).chat({ ...question(capital), maxTokens: 60 }, never()));
      assert.deepEqual(seen.order, ['text', 'usage', 'done']);
    });

    it('may end while it thinks: no text, and no error', async () => {
      server.script({ reasoning: 'The user wants a function. It returns the sum of two numbers.', text: 'x' });
      const request = { ...question('Write a Python function that adds two numbers.', true), maxTokens: 6 };
      const seen = await read(model(think).chat(request, never()));
      assert.deepEqual(seen.order, ['reasoning', 'usage', 'done']);
      assert.equal(seen.finish, 'length');
    });

    it('says when a model can’t think, and offers to answer without', async () => {
      const error = await failure(model(plain).chat(question('Hi', true), never()), 'noThinking');
      assert.equal(buttonsOf(error)[0], 'answerWithoutThinking');
    });

    it('fills in the middle with a model that can, also at the end of a file', async () => {
      server.script({ text: 'return a + b;' }, { text: 'return a + b;' });
      const inserting = model(insert, 2048, ['completion', 'insert']);
      const fill = { prefix: whole, maxTokens: 32, stop: ['\n}'] };
      assert.match((await read(inserting.fill({ ...fill, suffix: '\n}\n' }, never()))).text, /return a \+ b;/);
      assert.match((await read(inserting.fill({ ...fill, suffix: '' }, never()))).text, /return a \+ b;/);
    });

    it('lets any other model continue the prefix, without its chat template', async () => {
      server.script({ text: 'return a + b;' });
      const seen = await read(
        model(think).fill({ prefix: whole, suffix: '\n}\n', maxTokens: 16, stop: ['\n}'] }, never()),
      );
      assert.match(seen.text, /return/);
      assert.deepEqual(seen.order, ['text', 'usage', 'done']);
      assert.ok((seen.usage?.promptTokens ?? 0) < 15, 'the chat template was applied');
    });

    it('says when a model can’t fill in the middle after all', async () => {
      const wrong = model(plain, 2048, ['insert']);
      await failure(wrong.fill({ prefix: whole, suffix: '\n}\n', maxTokens: 8 }, never()), 'cannotFill');
    });

    it('refuses a prompt that is too long instead of cutting its head off', async () => {
      const long = 'The quick brown fox jumps over the lazy dog. '.repeat(1200);
      const error = await failure(model(plain).chat({ ...question(long), maxTokens: 8 }, never()), 'contextTooLong');
      assert.equal(error.details.limitTokens, 2048);
      assert.match(sentenceOf(error), /2.048 tokens fit/);
      assert.deepEqual(buttonsOf(error), ['removeAttachments', 'newChat', 'largerWindow']);
      await failure(model(plain).fill({ prefix: long, suffix: '', maxTokens: 8 }, never()), 'contextTooLong');
    });

    it('offers to download a model that is missing', async () => {
      const error = await failure(model('deepseek-r1:7b').chat(question('Hi'), never()), 'modelMissing');
      assert.deepEqual(buttonsOf(error), ['pullModel deepseek-r1:7b', 'chooseLocalModel']);
      assert.match(sentenceOf(error), /Ollama has no model deepseek-r1:7b yet/);
    });

    it('does not take an answer that came from another host', async () => {
      const about = { model: 'deepseek-r1:1.5b', from: 'far-away:1b', remoteHost: elsewhere.url };
      await createRemoteModel(server.url, about);
      const listed = await new OllamaServer(server.url).show(about.model, never());
      assert.equal(listed.remoteHost, elsewhere.url);
      const models = await new OllamaServer(server.url).models(never());
      assert.equal(models.find(({ id }) => id === about.model)?.remoteHost, elsewhere.url);

      const error = await failure(model(about.model).chat(question('Hi'), never()), 'modelNotLocal');
      assert.equal(error.details.remoteHost, elsewhere.url);
      assert.match(
        sentenceOf(error),
        new RegExp(`^Ollama has passed this request on to ${elsewhere.url}: .*stopped the answer`),
      );
      assert.equal(buttonsOf(error)[0], 'chooseLocalModel');
    });

    it('does not reload a model between chat and ghost text', async () => {
      server.script({ text: 'a' }, { text: 'b' }, { text: 'c' });
      const one = model(insert, 1024, ['insert']);
      const first = await read(one.chat({ ...question('Hi'), maxTokens: 2 }, never()));
      const fill = await read(one.fill({ prefix: whole, suffix: '\n}', maxTokens: 2 }, never()));
      await read(one.chat({ ...question('Hi'), maxTokens: 2 }, never()));
      const running = await new OllamaServer(server.url).running(never());
      assert.equal(running.find(({ id }) => id === insert)?.contextTokens, 1024);
      // The first one loaded the model (its window differs from that of the tests above); the second found it there.
      const [load = 0, lookUp = Infinity] = [first.usage?.loadMs, fill.usage?.loadMs];
      assert.ok(lookUp <= load, `loaded in ${load} ms, and again in ${lookUp} ms`);
    });

    it('frees the model at once when an answer is cancelled', async () => {
      server.script({ text: 'word '.repeat(500), chunkMs: 5 }, { text: 'Paris' });
      const stop = new AbortController();
      const reason = new Error('the person typed on');
      const long = { ...question('Count from one to one thousand.'), maxTokens: 1500 };
      const answer = model(plain).chat(long, stop.signal)[Symbol.asyncIterator]();
      assert.equal((await answer.next()).done, false);
      stop.abort(reason);
      await assert.rejects(answer.next(), reason);
      // The next one would wait for all of the first: one answer at a time per model.
      const next = await read(model(plain).chat({ ...question(capital), maxTokens: 4 }, never()));
      assert.notEqual(next.text, '');
    });

    it('describes what is installed and running', async () => {
      const ollama = new OllamaServer(server.url);
      assert.match(await ollama.version(never()), /^\d+\.\d+/);
      const models = await ollama.models(never());
      const found = models.find(({ id }) => id === think);
      assert.ok(found);
      assert.ok(found.capabilities.includes('thinking'));
      assert.ok(models.find(({ id }) => id === insert)?.capabilities.includes('insert'));
      assert.ok(found.sizeBytes > 1_000_000);
      assert.equal(found.remoteHost, undefined);
      assert.equal(found.contextLength, 8192);
      // 30 layers, 3 key-value heads of 64, keys and values, 2 bytes.
      assert.equal(found.kvBytesPerToken, 30 * 3 * 64 * 2 * 2);
      await failure(ollama.show('nope:7b', never()), 'modelMissing');
    });
  });
}
