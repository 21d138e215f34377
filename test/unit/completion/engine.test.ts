// The engine while people type: what it asks for, what it answers without asking, what it drops. The model is a real HTTP server.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { after, afterEach, before, describe, it } from 'mocha';
import { Engine } from '../../../src/completion/engine.ts';
import { pauseAfter } from '../../../src/completion/backOff.ts';
import { Problems } from '../../../src/completion/problems.ts';
import type { Snapshot } from '../../../src/completion/snapshot.ts';
import { DeepSeekModel } from '../../../src/models/deepseek.ts';
import { BudgetError } from '../../../src/privacy/budgetError.ts';
import { ModelError } from '../../../src/models/errors.ts';
import type { Answerer } from '../../../src/privacy/route.ts';
import type { Gateway } from '../../../src/privacy/gatewayTypes.ts';
import { startDeepSeekServer, type DeepSeekServer } from '../../servers/deepseek.ts';
import { accepted, at, Clock } from './marked.ts';

/** The way to the test server without the decisions: those are the gateway's own tests. */
function direct(url: string, place: 'cloud' | 'local'): Pick<Gateway, 'fill'> {
  const model = new DeepSeekModel({ id: 'deepseek-flash', baseUrl: url, apiKey: 'test-key' });
  return {
    async *fill(request, signal) {
      const answerer: Answerer = { route: { place, reasons: [{ kind: 'nothingSent' }] }, model: model.id };
      yield { type: 'answerer', answerer };
      yield* model.fill(request, signal);
    },
  };
}

const never = new AbortController().signal;
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the engine', () => {
  let server: DeepSeekServer;
  let clock: Clock;
  let problems: unknown[];
  let engine: Engine;

  function start(place: 'cloud' | 'local' = 'cloud'): Engine {
    clock = new Clock();
    problems = [];
    engine = new Engine({
      gateway: direct(server.url, place),
      now: clock.now,
      setTimer: clock.setTimer,
      onProblem: (error) => problems.push(error),
    });
    return engine;
  }

  /** Asks, lets the pause pass, and waits for the answer. */
  async function ask(snapshot: Snapshot): Promise<string | undefined> {
    const answer = engine.suggest(snapshot, never);
    clock.advance(snapshot.delayMs);
    return (await answer)?.text;
  }

  async function settled(): Promise<void> {
    while (engine.pending > 0) await turn();
  }

  before(async () => {
    server = await startDeepSeekServer();
  });
  afterEach(async () => {
    engine.dispose();
    await settled();
    server.clear();
    assert.equal(clock.timers, 0, 'no timer is left behind');
  });
  after(() => server.stop());

  it('asks after the pause, with the window around the cursor, and answers', async () => {
    start();
    server.script({ text: 'return a + b;' });
    const snapshot = at('function add(a, b) {\n  ▮\n}');
    const answer = engine.suggest(snapshot, never);
    clock.advance(74);
    await turn();
    assert.equal(server.requests.length, 0);
    clock.advance(1);
    assert.equal(accepted(snapshot, await answer), 'function add(a, b) {\n  return a + b;\n}');
    const { prompt, suffix, max_tokens: maxTokens } = server.requests[0]!.json;
    assert.deepEqual([prompt, suffix, maxTokens], ['function add(a, b) {\n  ', '\n}', 160]);
  });

  it('does not wait when it is asked expressly', async () => {
    start();
    const answer = engine.suggest(at('const x = ▮', { automatic: false }), never);
    await server.waitForRequest();
    assert.equal((await answer)?.text, 'return a + b;');
  });

  it('asks only once while keys come faster than the pause', async () => {
    start();
    const answers = ['c▮', 'co▮', 'con▮', 'cons▮'].map((text) => {
      const answer = engine.suggest(at(text), never);
      clock.advance(50);
      return answer;
    });
    clock.advance(25);
    assert.deepEqual(
      (await Promise.all(answers)).map((answer) => answer?.text),
      [undefined, undefined, undefined, 'return a + b;'],
    );
    assert.equal(server.requests.length, 1);
  });

  it('shows nothing whose question was cancelled, but remembers the answer', async () => {
    start();
    const controller = new AbortController();
    const answer = engine.suggest(at('const x = ▮'), controller.signal);
    clock.advance(75);
    await server.waitForRequest();
    controller.abort();
    assert.equal(await answer, undefined);
    await settled();
    assert.equal(await ask(at('const x = ▮')), 'return a + b;');
    assert.equal(server.requests.length, 1);
    assert.equal(server.requests[0]!.aborted, false);
  });

  it('waits for the request under way when what is typed is what it says', async () => {
    start();
    server.script({ text: ['foo', '(bar', ');'], firstMs: 30 });
    const first = engine.suggest(at('x = ▮'), never);
    clock.advance(75);
    await server.waitForRequest();
    const second = engine.suggest(at('x = f▮'), never);
    const third = engine.suggest(at('x = fo▮'), never);
    assert.deepEqual([await first, await second, (await third)?.text], [undefined, undefined, 'o(bar);']);
    assert.equal(server.requests.length, 1);
  });

  it('drops the request when something else is typed, and asks anew', async () => {
    start();
    server.script({ text: ['foo', '(', 'bar', ');'], chunkMs: 20 }, { text: 'eta();' });
    void engine.suggest(at('x = ▮'), never);
    clock.advance(75);
    const request = await server.waitForRequest();
    const answer = engine.suggest(at('x = b▮'), never);
    clock.advance(75);
    assert.equal((await answer)?.text, 'eta();');
    await request.closed;
    assert.deepEqual(
      server.requests.map(({ aborted }) => aborted),
      [true, false],
    );
  });

  it('drops the request when the cursor goes elsewhere', async () => {
    start();
    server.script({ text: 'foo();', firstMs: 60_000 });
    void engine.suggest(at('x = ▮'), never);
    clock.advance(75);
    const request = await server.waitForRequest();
    assert.equal(await ask(at('y = ▮\nx = ')), 'return a + b;');
    await request.closed;
    assert.equal(request.aborted, true);
  });

  it('stops reading when enough has come', async () => {
    start();
    server.script({ text: ['o();', '\n', ...Array.from({ length: 200 }, (_, i) => `line${i}\n`)], chunkMs: 5 });
    assert.equal(await ask(at('const x = fo▮')), 'o();');
    await server.requests[0]!.closed;
    assert.equal(server.requests[0]!.aborted, true);
  });

  it('never offers reasoning', async () => {
    start();
    server.script({ text: '<think>The user wants a sum.</think>a + b;' }, { text: '<think>Hm' });
    assert.equal(await ask(at('const x = ▮')), 'a + b;');
    assert.equal(await ask(at('const y = ▮')), undefined);
  });

  it('does not ask again where the model had nothing to say, unless it is asked expressly', async () => {
    start();
    server.script({ text: ' \n' }, { text: 'x;' });
    assert.equal(await ask(at('const x = ▮')), undefined);
    assert.equal(await ask(at('const x = ▮')), undefined);
    assert.equal(server.requests.length, 1);
    assert.equal(await ask(at('const x = ▮', { automatic: false })), 'x;');
  });

  it('is silent after a deletion until something is typed, though it knows an answer', async () => {
    start();
    const snapshot = at('const x = ▮');
    assert.equal(await ask(snapshot), 'return a + b;');
    engine.noteChange(snapshot.document, 'remove');
    assert.equal(await ask(snapshot), undefined);
    engine.noteChange(snapshot.document, 'undo');
    assert.equal(await ask(snapshot), undefined);
    engine.noteChange(snapshot.document, 'insert');
    assert.equal(await ask(snapshot), 'return a + b;');
    assert.equal(server.requests.length, 1);
  });

  it('asks for what comes next when a suggestion was accepted whole', async () => {
    start();
    server.script({ text: 'foo();' }, { text: '\nbar();' });
    assert.equal(await ask(at('x = ▮')), 'foo();');
    assert.equal(await ask(at('x = foo();▮')), '\nbar();');
  });

  it('gives the cloud a larger window than a local model, once it knows who answers', async () => {
    const text = `${'const someName = otherName + 1;\n'.repeat(600)}const x = `;
    const lengths: number[] = [];
    for (const place of ['cloud', 'local'] as const) {
      server.clear();
      start(place);
      await ask(at(`${text}▮`));
      await ask(at(`${text}1;\n▮`));
      lengths.push(...server.requests.map(({ json }) => String(json.prompt).length));
      engine.dispose();
    }
    const [first = 0, cloud = 0, , local = 0] = lengths;
    assert.ok(cloud > first * 1.5 && Math.abs(local - first) < first / 2, String(lengths));
  });

  it('asks again when the text below has changed', async () => {
    start();
    await ask(at('const x = ▮\nfoo();'));
    await ask(at('const x = ▮\nbar();'));
    assert.equal(server.requests.length, 2);
  });

  it('knows the place again when a line was added above', async () => {
    start();
    const text = Array.from({ length: 200 }, (_, i) => `line${i}();`).join('\n');
    await ask(at(`${text}\nconst x = ▮`));
    assert.equal(await ask(at(`new();\n${text}\nconst x = ret▮`)), 'urn a + b;');
    assert.equal(server.requests.length, 1);
  });

  it('goes on through brackets that the editor closes by itself', async () => {
    start();
    server.script({ text: 'foo(bar[0]);' });
    await ask(at('▮\nnext();', { automatic: false }));
    const steps = ['foo(▮)', 'foo(bar▮)', 'foo(bar[▮])', 'foo(bar[0▮])', 'foo(bar[0]▮)', 'foo(bar[0])▮'];
    for (const step of steps) {
      const snapshot = at(`${step}\nnext();`);
      const fitted = await engine.suggest(snapshot, never);
      assert.equal(accepted(snapshot, fitted), 'foo(bar[0]);\nnext();', step);
    }
    assert.equal(server.requests.length, 1);
  });

  it('offers the rest of a suggestion, whatever it is and however much was typed, with no new request', async () => {
    start();
    const piece = fc.constantFrom('a', 'foo', '(', ')', ' ', '\n  ', '{', '}', ';', '"', '1', '😀', '汉', '=> ');
    const text = fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(''));
    let run = 0;
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom('', ')', ');', '\nnext();'), async (raw, rest) => {
        const document = `file:///${run++}.ts`;
        const typedTo = (typed: string) => at(`call(${typed}▮${rest}`, { document });
        server.script({ text: raw });
        const shown = await ask(typedTo(''));
        const asked = server.requests.length;
        // Up to the last character that isn't followed by white space only: the rest of a suggestion is never blank.
        for (let length = 1; shown !== undefined && shown.slice(length).trim() !== ''; length++) {
          const rested = await engine.suggest(typedTo(shown.slice(0, length)), never);
          assert.equal(rested?.text, shown.slice(length));
        }
        assert.equal(server.requests.length, asked);
      }),
      { numRuns: 60 },
    );
  });

  it('waits half a minute after a rate limit or an overloaded server, and tells no one but onProblem', async () => {
    start();
    server.fault({ status: 429, body: '{}' });
    assert.equal(await ask(at('const x = ▮')), undefined);
    assert.ok(ModelError.is(problems[0], 'rateLimited'));
    clock.advance(29_000);
    assert.equal(await ask(at('const x = ▮')), undefined);
    assert.equal(server.requests.length, 1);
    clock.advance(1000);
    assert.equal(await ask(at('const x = ▮')), 'return a + b;');
    assert.equal(problems.length, 1);
  });

  it('asks again at once when somebody has put things right', async () => {
    start();
    server.fault({ status: 401, body: 'Authentication Fails (governor)' });
    assert.equal(await ask(at('const x = ▮')), undefined);
    engine.retryNow();
    assert.equal(await ask(at('const x = ▮')), 'return a + b;');
  });

  it('gives a silent cloud up after ten seconds', async () => {
    start();
    server.fault({ stall: 'beforeHeaders' });
    const answer = engine.suggest(at('const x = ▮'), never);
    clock.advance(75);
    const request = await server.waitForRequest();
    clock.advance(10_000);
    assert.equal(await answer, undefined);
    await request.closed;
    assert.equal(request.aborted, true);
    assert.deepEqual(problems, []);
  });

  it('lets a local model load, whatever is typed meanwhile, and then asks for what is there', async () => {
    start('local');
    let loaded = (): void => undefined;
    const loading = new Promise<void>((resolve) => (loaded = resolve));
    server.script(() => loading.then(() => ({ text: ['fo', 'o();'] })), { text: 'eta();' });
    void engine.suggest(at('x = ▮'), never);
    clock.advance(75);
    const load = await server.waitForRequest();
    const answer = engine.suggest(at('y = b▮\nx = '), never);
    clock.advance(75);
    for (let n = 0; n < 50; n++) await turn();
    assert.deepEqual([load.aborted, server.requests.length], [false, 1]);
    loaded();
    assert.equal((await answer)?.text, 'eta();');
    assert.equal(server.requests.length, 2);
    // Loaded now, so that a request of no use is dropped like any other.
    server.script({ text: 'never', firstMs: 60_000 });
    void engine.suggest(at('y = ▮'), never);
    clock.advance(75);
    const third = await server.waitForRequest((request) => request.json.prompt === 'y = ');
    void engine.suggest(at('▮z', { automatic: false }), never);
    await third.closed;
    assert.equal(third.aborted, true);
  });

  it('leaves nothing behind after 200 seconds of typing against it', async () => {
    start();
    const text = 'for (const key of Object.keys(settings)) {\n  console.log(key, settings[key]);\n}\n'
      .repeat(40)
      .slice(0, 2500);
    server.clear();
    let most = 0;
    let controller = new AbortController();
    const stop = server.onRequest(() =>
      server.script({ text: ['no', 'thing like', ' this', ' at', ' all;'], chunkMs: 1 }),
    );
    for (let length = 1; length <= text.length; length++) {
      // As VS Code does: each key cancels the question of the key before.
      controller.abort();
      controller = new AbortController();
      engine.noteChange('file:///project/main.ts', 'insert');
      void engine.suggest(at(`${text.slice(0, length)}▮`), controller.signal);
      clock.advance(80);
      await turn();
      most = Math.max(most, engine.pending);
    }
    stop();
    assert.ok(most <= 3, `${most} pending at once`);
    assert.ok(engine.pending <= 2);
    await settled();
    assert.equal(engine.pending, 0);
    await Promise.all(server.requests.map(({ closed }) => closed));
    assert.equal(server.openStreams(), 0);
    assert.ok(
      server.requests.some(({ aborted }) => aborted),
      'what departs from the typing is aborted at the server',
    );
    assert.ok(server.requests.length < text.length, `${server.requests.length} requests`);
  }).timeout(30_000);

  it('answers nothing once disposed', async () => {
    start();
    const answer = engine.suggest(at('x = ▮'), never);
    engine.dispose();
    assert.equal(await answer, undefined);
    assert.equal(await engine.suggest(at('x = ▮'), never), undefined);
  });
});

describe('problems', () => {
  it('are told once per reason in five minutes, and again after it worked', () => {
    const clock = new Clock();
    const told: unknown[] = [];
    const problems = new Problems(clock.now, (error) => told.push((error as ModelError).reason));
    const fail = (reason: 'noKey' | 'dropped') => problems.note(new ModelError(reason));
    fail('noKey');
    fail('noKey');
    fail('dropped');
    assert.deepEqual(told, ['noKey', 'dropped']);
    clock.advance(5 * 60_000);
    fail('noKey');
    problems.clear();
    fail('noKey');
    assert.deepEqual(told, ['noKey', 'dropped', 'noKey', 'noKey']);
  });

  it('are no problem when the budget only slows ghost text, which then waits; a spent budget is told once', () => {
    const clock = new Clock();
    const told: unknown[] = [];
    const problems = new Problems(clock.now, (error) => told.push((error as BudgetError).reason));
    const slowed = new BudgetError({ kind: 'wait', ms: 3000 });
    const stopped = new BudgetError({ kind: 'stop', period: 'day', spent: 1, limit: 1, currency: 'USD' });
    for (const error of [slowed, stopped, stopped]) problems.note(error);
    assert.deepEqual(told, ['stopped']);
    assert.deepEqual([pauseAfter(slowed), pauseAfter(stopped)], [3000, 0]);
  });
});
