// The gateway over the wire: where each kind of request really arrives, and what a person is told when it can't go anywhere.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { ModelError } from '../../../src/models/errors.ts';
import type { GatewayEvent } from '../../../src/privacy/gatewayTypes.ts';
import { RouteError } from '../../../src/privacy/routeError.ts';
import { startDeepSeekServer, type DeepSeekServer } from '../../servers/deepseek.ts';
import { startOllamaServer, type OllamaServer } from '../../servers/ollama.ts';
import { ollamaModel, remoteModel } from '../../servers/ollamaModels.ts';
import { all, failure, nobody, repository, startPlace, textOf, type Place } from './place.ts';

const never = new AbortController().signal;

describe('the gateway', () => {
  let place: Place;
  let deepseek: DeepSeekServer;
  let ollama: OllamaServer;
  let open: string;
  let secret: string;
  let scratch: string;

  beforeEach(async () => {
    [place, deepseek, ollama] = await Promise.all([
      startPlace({ 'o/open': 'public', 'o/secret': 'private' }),
      startDeepSeekServer(),
      startOllamaServer(),
    ]);
    open = join(await repository(join(place.folder, 'open'), 'https://forge.test/o/open'), 'a.ts');
    secret = join(await repository(join(place.folder, 'secret'), 'https://forge.test/o/secret'), 'a.ts');
    scratch = join(await repository(join(place.folder, 'scratch')), 'a.ts');
    place.settings.deepseek.baseUrl = deepseek.url;
    place.settings.local.url = ollama.url;
  });
  afterEach(() => Promise.all([place.stop(), deepseek.stop(), ollama.stop()]));

  const chat = (sources: string[], purpose: 'chat' | 'title' | 'action' = 'chat', signal = never) =>
    place.gateway.chat(
      { purpose, sources, mode: 'chat', messages: [{ role: 'user', content: 'the secret sentence' }] },
      signal,
    );
  const think = (sources: string[]) =>
    place.gateway.chat(
      { purpose: 'chat', sources, mode: 'reasoner', messages: [{ role: 'user', content: 'the secret sentence' }] },
      never,
    );
  const fill = (sources: string[], signal = never) =>
    place.gateway.fill(
      { purpose: 'ghostText', sources, prefix: 'function add(a, b) {\n  ', suffix: '\n}\n', maxTokens: 64 },
      signal,
    );
  /** Every way in which a text can be in a request. */
  const everyWay = (sources: string[]): [string, () => AsyncIterable<GatewayEvent>][] => [
    ['chat', () => chat(sources)],
    ['reasoner', () => think(sources)],
    ['title', () => chat(sources, 'title')],
    ['action', () => chat(sources, 'action')],
    ['ghost text', () => fill(sources)],
  ];
  const asked = (server: OllamaServer, path: string) => server.requests.filter((request) => request.path === path);
  const silent = (server: DeepSeekServer) => assert.equal(server.connections(), 0, 'a byte reached the cloud');

  describe('with a key, and Ollama off', () => {
    beforeEach(() => {
      place.settings.local.url = nobody;
    });

    it('sends nothing of a private repository anywhere, by any way', async () => {
      for (const [what, ask] of everyWay([secret])) {
        const error = await failure(all(ask()));
        assert.ok(RouteError.is(error, 'noLocalModel'), what);
        assert.ok(ModelError.is(error.cause, 'notRunning'), what);
      }
      silent(deepseek);
    });

    it('nor of a mix, an unknown, a forbidden one, or under localOnly', async () => {
      place.forge.set('o/silent', 'down');
      const unknown = join(await repository(join(place.folder, 'unknown'), 'https://forge.test/o/silent'), 'a.ts');
      const mixes: [string[], () => void][] = [
        [[open, secret], () => undefined],
        [[unknown], () => undefined],
        [[open, 'untitled:Untitled-1'], () => undefined],
        [[scratch], () => undefined],
        [[open], () => void place.marks.set(join(place.folder, 'open'), 'forbidden')],
        [[open], () => (place.settings.mode = 'cloud')],
        [[open], () => (place.settings.mode = 'localOnly')],
      ];
      for (const [sources, before] of mixes) {
        before();
        for (const [what, ask] of everyWay(sources)) assert.ok(RouteError.is(await failure(all(ask()))), what);
      }
      silent(deepseek);
    });

    it('asks the person about a repository that nobody said anything about', async () => {
      const error = await failure(all(chat([scratch])));
      assert.ok(RouteError.is(error, 'askFirst'));
      assert.equal(error.route.askAbout?.name, 'scratch');
      silent(deepseek);
      place.marks.clearForNow(join(place.folder, 'scratch'));
      assert.equal(textOf(await all(chat([scratch]))), 'Hello from the test server.');
    });

    it('sends what is public, and names who answers first', async () => {
      for (const [what, ask] of everyWay([open])) {
        const events = await all(ask());
        const [first] = events;
        assert.ok(first?.type === 'answerer' && first.answerer.route.place === 'cloud', what);
        assert.equal(events.at(-1)?.type, 'done', what);
      }
      assert.equal(deepseek.requests.filter((request) => request.method === 'POST').length, 5);
    });
  });

  describe('with Ollama', () => {
    it('answers for a private repository on this machine', async () => {
      for (const [what, ask] of everyWay([secret])) {
        const [first, ...rest] = await all(ask());
        assert.ok(first?.type === 'answerer' && first.answerer.route.place === 'local', what);
        assert.equal(rest.at(-1)?.type, 'done', what);
      }
      silent(deepseek);
    });

    it('answers without a question where it could be asked', async () => {
      assert.equal((await all(chat([scratch])))[0]?.type, 'answerer');
      silent(deepseek);
    });

    it('answers for public code when there is no key', async () => {
      place.key = undefined;
      const [first] = await all(chat([open]));
      assert.ok(first?.type === 'answerer' && first.answerer.route.reasons[0].kind === 'noKey');
    });

    it('never falls back to the cloud, whatever happens on this machine', async () => {
      ollama.models.splice(0);
      assert.ok(RouteError.is(await failure(all(chat([secret]))), 'noLocalModel'));
      ollama.models.push(ollamaModel('plain'));
      ollama.fault({ on: '/api/chat', drop: 1 });
      await failure(all(chat([secret])));
      ollama.fault({ on: '/api/chat', status: 500, body: { error: 'out of luck' }, times: Infinity });
      await failure(all(chat([secret])));
      silent(deepseek);
    });

    it('sends one context window from everywhere, so that the model is loaded once', async () => {
      ollama.models.splice(0, Infinity, ollamaModel('deepseek-r1:8b', { capabilities: ['completion', 'thinking'] }));
      place.settings.local.contextTokens = 6000;
      for (const [, ask] of everyWay([secret])) await all(ask());
      const windows = [...asked(ollama, '/api/chat'), ...asked(ollama, '/api/generate')].map(
        (request): unknown => request.json?.options?.num_ctx,
      );
      assert.deepEqual(windows, [6000, 6000, 6000, 6000, 6000]);
      assert.equal(ollama.loads.length, 1);
    });

    it('asks for no larger window than the model was trained for, and says which one', async () => {
      ollama.models.splice(0, Infinity, ollamaModel('plain', { contextLength: 2048 }));
      const [first] = await all(chat([secret]));
      assert.equal(first?.type === 'answerer' ? first.answerer.contextTokens : undefined, 2048);
      assert.equal(asked(ollama, '/api/chat')[0]?.json?.options?.num_ctx, 2048);
    });

    it('takes the models of the settings', async () => {
      place.settings.local.chatModel = 'plain:latest';
      await all(chat([secret]));
      assert.equal(asked(ollama, '/api/chat')[0]?.json?.model, 'plain:latest');
      place.settings.local.completionModel = 'plain:latest';
      await all(fill([secret]));
      assert.equal(asked(ollama, '/api/generate')[0]?.json?.model, 'plain:latest');
    });

    it('writes ghost text with the model of the settings where none can insert', async () => {
      ollama.models.splice(0, Infinity, ollamaModel('small'), ollamaModel('large', { sizeBytes: 1e9 }));
      place.settings.local.chatModel = 'small';
      await all(fill([secret]));
      assert.equal(asked(ollama, '/api/generate')[0]?.json?.model, 'small');
    });

    it('says which model of the settings is missing', async () => {
      place.settings.local.chatModel = 'deepseek-r1:70b';
      const error = await failure(all(chat([secret])));
      assert.ok(RouteError.is(error) && ModelError.is(error.cause, 'modelMissing'));
      assert.equal(error.cause.details.model, 'deepseek-r1:70b');
    });

    it('finds a model that was pulled after it found none', async () => {
      ollama.models.splice(0);
      await failure(all(chat([secret])));
      ollama.models.push(ollamaModel('deepseek-r1:8b'));
      assert.equal((await all(chat([secret]))).at(-1)?.type, 'done');
    });

    it('picks again when the model it knew is gone', async () => {
      await all(chat([secret]));
      ollama.models.splice(0, Infinity, ollamaModel('other'));
      place.time += 6000;
      assert.equal((await all(chat([secret]))).at(-1)?.type, 'done');
      assert.equal(asked(ollama, '/api/chat').at(-1)?.json?.model, 'other:latest');
    });
  });

  describe('a model that runs elsewhere', () => {
    const prompts = () => [...asked(ollama, '/api/chat'), ...asked(ollama, '/api/generate')].length;

    it('is never picked, and gets no prompt when it is chosen', async () => {
      ollama.models.splice(0, Infinity, remoteModel);
      for (const chosen of ['', remoteModel.name]) {
        place.settings.local.chatModel = chosen;
        place.settings.local.completionModel = chosen;
        for (const [what, ask] of everyWay([secret])) {
          const error = await failure(all(ask()));
          assert.ok(RouteError.is(error, 'noLocalModel') && ModelError.is(error.cause, 'modelNotLocal'), what);
          assert.equal(error.cause.details.remoteHost, remoteModel.remoteHost, what);
        }
      }
      assert.equal(prompts(), 0);
      silent(deepseek);
    });

    it('is noticed when it takes the name of one that ran here', async () => {
      place.settings.local.chatModel = 'deepseek-r1:8b';
      await all(chat([secret]));
      const at = ollama.models.findIndex((model) => model.name === 'deepseek-r1:8b');
      ollama.models[at] = { ...remoteModel, name: 'deepseek-r1:8b' };
      const before = prompts();
      assert.ok(RouteError.is(await failure(all(chat([secret])))));
      assert.equal(prompts(), before);
    });

    it('is noticed between two suggestions of ghost text, within a second', async () => {
      place.settings.local.completionModel = 'deepseek-r1:8b';
      await all(fill([secret]));
      const at = ollama.models.findIndex((model) => model.name === 'deepseek-r1:8b');
      ollama.models[at] = { ...remoteModel, name: 'deepseek-r1:8b' };
      place.time += 1001;
      const before = prompts();
      assert.ok(RouteError.is(await failure(all(fill([secret])))));
      assert.equal(prompts(), before);
    });

    it('is noticed while the request is made ready', async () => {
      const at = ollama.models.findIndex((model) => model.name === 'deepseek-r1:8b');
      const events = chat([secret])[Symbol.asyncIterator]();
      await events.next();
      ollama.models[at] = { ...remoteModel, name: 'deepseek-r1:8b' };
      assert.ok(RouteError.is(await failure(events.next()), 'noLocalModel'));
      assert.equal(prompts(), 0);
    });

    it('is told of by itself when a prompt has been passed on, even where a question was due', async () => {
      const at = ollama.models.findIndex((model) => model.name === 'deepseek-r1:8b');
      const here = ollama.models[at];
      assert.ok(here);
      let shown = 0;
      ollama.onRequest(({ path }) => {
        if (path === '/api/chat') ollama.models[at] = { ...remoteModel, name: here.name };
        if (path === '/api/show') shown += 1;
      });
      const error = await failure(all(chat([scratch])));
      assert.ok(shown > 0 && ModelError.is(error, 'modelNotLocal'));
      assert.equal(error.details.passedOn, true);
      silent(deepseek);
    });

    it('and a host that was confirmed by name answers, for set-up too, as long as its name leads to one place', async () => {
      const { port } = ollama;
      place.settings.local.url = `http://box.local:${port}`;
      place.settings.local.confirmedHosts = [`box.local:${port}`];
      const [first] = await all(chat([secret]));
      assert.ok(first?.type === 'answerer' && first.answerer.route.place === 'local');
      assert.equal(first.answerer.confirmedHost, `box.local:${port}`);
      assert.equal((await place.gateway.answerer([secret], 'chat')).confirmedHost, `box.local:${port}`);
      assert.equal(await place.gateway.localVersion(never), '0.17.4');
      place.namesLeadTo = '192.0.2.7';
      const before = ollama.requests.length;
      const error = await failure(all(chat([secret])));
      assert.ok(RouteError.is(error) && ModelError.is(error.cause, 'modelNotLocal'));
      assert.equal(error.cause.details.resolvedTo, '192.0.2.7');
      assert.equal(ollama.requests.length, before);
      silent(deepseek);
    });

    it('and an Ollama at another address is not asked at all', async () => {
      place.settings.local.url = 'http://ollama.example.org:11434';
      const error = await failure(all(chat([secret])));
      assert.ok(RouteError.is(error) && ModelError.is(error.cause, 'modelNotLocal'));
      assert.equal(error.cause.details.host, 'ollama.example.org:11434');
      assert.equal(await place.gateway.localVersion(never), undefined);
      assert.ok(ModelError.is(await failure(place.gateway.localModels(never)), 'modelNotLocal'));
      place.settings.local.url = '';
      place.env.OLLAMA_HOST = 'ollama.example.org';
      assert.ok(RouteError.is(await failure(all(chat([secret])))));
    });
  });

  describe('a decision that changes while a request waits', () => {
    it('holds for that request: forbidden, localOnly, signed out', async () => {
      place.settings.local.url = nobody;
      const changes: [string, () => unknown][] = [
        ['forbidden', () => place.marks.set(join(place.folder, 'open'), 'forbidden')],
        ['localOnly', () => (place.settings.mode = 'localOnly')],
        ['signed out', () => (place.key = undefined)],
      ];
      for (const [what, change] of changes) {
        const events = chat([open])[Symbol.asyncIterator]();
        const first = await events.next();
        assert.ok(first.value?.type === 'answerer' && first.value.answerer.route.place === 'cloud', what);
        await change();
        await failure(events.next());
        await place.marks.set(join(place.folder, 'open'), undefined);
        place.settings.mode = 'auto';
        place.key = 'test-key';
      }
      silent(deepseek);
    });

    it('names the new answerer when the request goes elsewhere', async () => {
      const events = chat([open])[Symbol.asyncIterator]();
      await events.next();
      await place.marks.set(join(place.folder, 'open'), 'forbidden');
      const second = await events.next();
      assert.ok(second.value?.type === 'answerer' && second.value.answerer.route.place === 'local');
      while ((await events.next()).done !== true);
      silent(deepseek);
    });
  });

  describe('who would answer', () => {
    it('is told without a prompt, under the names that people know', async () => {
      const [cloud, local, ghost] = await Promise.all([
        place.gateway.answerer([open], 'reasoner').then(() => place.gateway.answerer([open], 'reasoner')),
        place.gateway.answerer([secret], 'chat').then(() => place.gateway.answerer([secret], 'chat')),
        place.gateway.answerer([secret], 'complete').then(() => place.gateway.answerer([secret], 'complete')),
      ]);
      assert.equal(local.model, 'deepseek-r1:8b');
      assert.equal(local.canThink, true);
      assert.equal(ghost.model, 'qwen2.5-coder:1.5b-base');
      assert.equal(cloud.problem, undefined);
      assert.equal(asked(ollama, '/api/chat').length + asked(ollama, '/api/generate').length, 0);
      silent(deepseek);
    });

    it("calls DeepSeek's models by mode, and every other server by its name or host", async () => {
      place.settings.mode = 'cloud';
      const other = await place.gateway.answerer([open], 'chat');
      assert.equal(other.server, new URL(deepseek.url).host);
      place.settings.deepseek.name = 'practice server';
      assert.equal((await place.gateway.answerer([open], 'chat')).server, 'practice server');
      place.settings.deepseek.baseUrl = 'https://api.deepseek.com';
      const own = await place.gateway.answerer([open], 'reasoner');
      assert.equal(own.server, undefined);
      assert.equal(own.shownAs, 'deepseek-reasoner');
      assert.equal(own.model, 'deepseek-flash');
    });

    it('never throws: what stands in the way is part of the answer', async () => {
      place.settings.local.url = nobody;
      const answerer = await place.gateway.answerer([secret], 'chat');
      assert.equal(answerer.model, undefined);
      assert.ok(RouteError.is(answerer.problem, 'noLocalModel'));
    });

    it('asks Ollama once for many looks', async () => {
      for (let look = 0; look < 10; look++) await place.gateway.answerer([secret], 'chat');
      assert.equal(asked(ollama, '/api/tags').length, 1);
    });

    it('with neither key nor Ollama says that a key is missing', async () => {
      place.key = undefined;
      place.settings.local.url = nobody;
      await place.origins.resolve([open], true);
      for (const source of [open, scratch]) {
        assert.ok(ModelError.is((await place.gateway.answerer([source], 'chat')).problem, 'noKey'));
        assert.ok(ModelError.is(await failure(all(chat([source]))), 'noKey'));
      }
      assert.ok(RouteError.is((await place.gateway.answerer([secret], 'chat')).problem, 'noLocalModel'));
    });
  });

  describe('the ledger', () => {
    it('has every request once: answered, failed, refused, cancelled', async () => {
      await all(chat([open], 'title'));
      deepseek.fault({ on: '/chat/completions', status: 402, body: { error: { message: 'Insufficient Balance' } } });
      await failure(all(chat([open])));
      place.settings.local.url = nobody;
      await failure(all(fill([secret])));
      const abort = new AbortController();
      for await (const event of chat([open], 'chat', abort.signal)) {
        if (event.type === 'text') break;
      }
      const rows = place.ledger.entries().map((e) => [e.purpose, e.place, e.outcome, e.usage !== undefined]);
      assert.deepEqual(rows, [
        ['title', 'cloud', 'done', true],
        ['chat', 'cloud', 'noCredit', false],
        ['ghostText', 'nowhere', 'noLocalModel', false],
        ['chat', 'cloud', 'cancelled', false],
      ]);
    });

    it('has no prompt, no answer, no key and no path', async () => {
      await all(chat([open]));
      await all(fill([secret]));
      const kept = JSON.stringify(place.ledger.entries());
      for (const text of ['secret sentence', 'Hello from', 'test-key', 'function add', 'a.ts']) {
        assert.ok(!kept.includes(text), text);
      }
    });
  });

  it('cancels by the signal, with its reason, while it waits for a forge', async () => {
    place.forge.set('o/open', 'slow');
    const abort = new AbortController();
    const reason = new Error('typed on');
    const running = failure(all(chat([open], 'chat', abort.signal)));
    await place.forge.waitForRequest();
    abort.abort(reason);
    assert.equal(await running, reason);
    silent(deepseek);
  });

  it('checks a key under every mode, since the person asked for it', async () => {
    place.settings.mode = 'localOnly';
    assert.deepEqual(await place.gateway.checkKey('test-key', never), ['deepseek-flash', 'deepseek-v4-pro']);
    assert.ok(ModelError.is(await failure(place.gateway.checkKey('wrong-key', never)), 'badKey'));
  });
});
