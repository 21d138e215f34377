// The ledger against the server's own record: a thousand random requests with drops, cancellations, repetitions, silences and
// errors, through the real gateway over real sockets. Both must agree to the token and to the millionth of a millionth.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { billOf } from '../../../src/privacy/bill.ts';
import type { GatewayEvent } from '../../../src/privacy/gatewayTypes.ts';
import { createLedger, type LedgerEntry } from '../../../src/privacy/ledger.ts';
import { createLedgerStore } from '../../../src/privacy/ledgerStore.ts';
import { startDeepSeekServer, type DeepSeekServer, type WireUsage } from '../../servers/deepseek.ts';
import { deepSeekFaults, networkFaults, type Fault } from '../../servers/faults.ts';
import type { Script } from '../../servers/script.ts';
import type { RecordedRequest } from '../../servers/testServer.ts';
import { all } from './entries.ts';
import { startPlace, temporaryFolder, type Place } from './place.ts';

const requests = 1000;
const atOnce = 16;
/** Long, so that a busy machine does not look like a silent server. */
const idleMs = 1500;
const seed = Number(process.env.FATHOM_SEED ?? 20261124);

/** The published prices once more, written by hand: pico-dollars a token, off-peak. */
const prices = [
  { model: /flash/, from: Date.UTC(2026, 8, 10), hit: 3_000n, miss: 150_000n, output: 600_000n },
  { model: /flash/, from: Date.UTC(2026, 7, 16, 16), hit: 7_000n, miss: 220_000n, output: 660_000n },
  { model: /pro/, from: Date.UTC(2026, 7, 16, 16), hit: 22_000n, miss: 660_000n, output: 1_980_000n },
];

/** mulberry32: the same numbers for the same seed. */
function randomFrom(start: number) {
  let state = start;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return { below, pick: <T>(items: readonly T[]): T => items[below(items.length)]! };
}

/** One request, and how it goes. It carries its number, by which server and test know it again. */
interface Plan {
  mark: string;
  at: number;
  kind: 'chat' | 'reasoner' | 'fill';
  model: string;
  script: Script;
  fault?: Fault;
  /** When the person cancels, or stops reading without a word. */
  leaves?: 'beforeSending' | 'whenReceived' | 'atFirstWord' | 'stopsReading';
}

describe('the ledger and the server’s record', function () {
  this.timeout(120_000);
  let place: Place;
  let server: DeepSeekServer;
  let folder: string;
  const plans = new Map<string, Plan>();
  const random = randomFrom(seed);

  const ledgerIn = (session: string) =>
    createLedger({
      priced: () => true,
      store: createLedgerStore({
        folder: join(folder, 'ledger'),
        session,
        keepDays: () => 100_000,
        now: () => Date.UTC(2027, 0, 1),
        onError: (error) => assert.fail(String(error)),
      }),
    });

  before(async () => {
    folder = await temporaryFolder();
    server = await startDeepSeekServer({ answers: (request) => planOf(request).script });
    place = await startPlace({}, { ledger: ledgerIn('first'), idleMs });
    place.settings.mode = 'cloud';
    place.settings.deepseek.baseUrl = server.url;
  });
  after(async () => {
    await Promise.all([place.stop(), server.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  const markOf = ({ body }: RecordedRequest): string =>
    /#\d+#/.exec(body)?.[0] ?? assert.fail('a request without a number');
  const planOf = (request: RecordedRequest): Plan => plans.get(markOf(request)) ?? assert.fail('nobody sent this');

  /** Anything from a token to a full window, told in full. */
  function usage(thinks: boolean): Partial<WireUsage> {
    const prompt = 1 + random.below(random.pick([50, 5000, 650_000]));
    const hit = random.below(prompt + 1);
    const completion = random.below(random.pick([50, 5000, 390_000]));
    return {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
      prompt_cache_hit_tokens: hit,
      prompt_cache_miss_tokens: prompt - hit,
      prompt_tokens_details: { cached_tokens: hit },
      ...(thinks ? { completion_tokens_details: { reasoning_tokens: random.below(completion + 1) } } : {}),
    };
  }

  function plan(number: number): Plan {
    const kind = random.pick(['chat', 'reasoner', 'fill'] as const);
    const words = Array.from({ length: 3 + random.below(5) }, (_, at) => `word${at} `);
    const made: Plan = {
      mark: `#${number}#`,
      at: Date.UTC(2026, 7, 10) + random.below(110 * 24 * 60) * 60_000,
      kind,
      model: random.pick(['deepseek-flash', 'deepseek-flash', 'deepseek-v4-flash', 'deepseek-v4-pro']),
      script: {
        reasoning: ['Hm. ', 'So.'],
        text: words,
        usage: usage(kind === 'reasoner'),
        finish: random.pick(['stop', 'stop', 'stop', 'length', 'insufficient_system_resource', 'aborted']),
      },
    };
    // Two chunks at least, so that a word has come; fewer than there are, so that the usage has not.
    const middle = 2 + random.below(2);
    const faults: (() => Partial<Plan>)[] = [
      ...Array.from({ length: 9 }, () => () => ({})),
      () => ({ fault: { drop: random.pick(['beforeHeaders', 'afterHeaders', middle, 1] as const) } }),
      () => ({ fault: { drop: 'beforeHeaders', times: 2 } }),
      () => ({ fault: { endAfter: random.pick([0, middle]) } }),
      () => ({ fault: { errorEvent: { after: middle, error: 'Internal error' } } }),
      () => ({ fault: { ...networkFaults.brokenLine, stall: middle } }),
      () => ({
        fault: random.pick([...Object.values(deepSeekFaults), networkFaults.badGateway, networkFaults.captivePortal]),
      }),
      () => ({ fault: { splitBytes: 1 + random.below(30) } }),
      () => ({ leaves: 'beforeSending' }),
      () => ({ leaves: 'whenReceived', fault: { stall: random.pick(['beforeHeaders', 'afterHeaders'] as const) } }),
      () => ({ leaves: 'atFirstWord', fault: { stall: middle } }),
      () => ({ leaves: 'stopsReading', fault: { stall: middle } }),
      ...(random.below(5) === 0 ? [() => ({ fault: { stall: random.pick(['beforeHeaders', middle] as const) } })] : []),
    ];
    return { ...made, ...random.pick(faults)() };
  }

  async function run(planned: Plan): Promise<void> {
    const { mark, at, kind, model, fault, leaves } = planned;
    plans.set(mark, planned);
    if (fault !== undefined) server.fault({ ...fault, on: ({ body }) => body.includes(mark) });
    const abort = new AbortController();
    const { signal } = abort;
    const received = server.waitForRequest(({ body }) => body.includes(mark));
    if (leaves === 'whenReceived') void received.then(() => abort.abort());
    else received.catch(() => undefined);
    // Read when the answer begins, which is at the first step below. The settings are read later: they are whoever's came last, so
    // that a request may be decided anew in the middle.
    place.time = at;
    place.settings.deepseek.models = { chat: model, reasoner: model, complete: model };
    const answer: AsyncIterable<GatewayEvent> =
      kind === 'fill'
        ? place.gateway.fill({ purpose: 'ghostText', sources: [], prefix: mark, suffix: '', maxTokens: 99 }, signal)
        : place.gateway.chat(
            { purpose: 'chat', sources: [], mode: kind, messages: [{ role: 'user', content: mark }] },
            signal,
          );
    try {
      for await (const event of answer) {
        if (leaves === 'beforeSending') abort.abort();
        if (event.type !== 'text' && event.type !== 'reasoning') continue;
        if (leaves === 'atFirstWord') abort.abort();
        if (leaves === 'stopsReading') break;
      }
    } catch (error) {
      assert.ok(fault !== undefined || leaves !== undefined || planned.script.finish !== 'stop', String(error));
    }
  }

  /** What a request cost by the server's record; undefined before the first price list. */
  function billedPico(told: WireUsage, request: RecordedRequest): bigint | undefined {
    const { at } = planOf(request);
    const model = String(request.json.model);
    const row = prices.find((each) => each.model.test(model) && at >= each.from);
    if (row === undefined) return undefined;
    const time = new Date(at);
    const hour = time.getUTCHours();
    const workday = time.getUTCDay() % 6 !== 0;
    const peak = workday && ((hour >= 1 && hour < 4) || (hour >= 6 && hour < 10));
    const sum =
      BigInt(told.prompt_cache_hit_tokens) * row.hit +
      BigInt(told.prompt_cache_miss_tokens) * row.miss +
      BigInt(told.completion_tokens) * row.output;
    return peak ? sum * 2n : sum;
  }

  it(`agree over ${requests} random requests (FATHOM_SEED=${seed})`, async () => {
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < requests) await run(plan(next++));
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    await Promise.all(server.requests.map(({ closed }) => closed));
    await place.ledger.flush();

    // The server's side.
    const told = server.billed.filter((each) => each.told);
    const toldRequests = new Set(told.map(({ request }) => request));
    const refused = server.requests.filter(
      (request) =>
        (request.status !== undefined && request.status !== 200) ||
        planOf(request).fault === networkFaults.captivePortal,
    );
    const sum = (of: (usage: WireUsage) => number): number => told.reduce((total, { usage }) => total + of(usage), 0);
    const costs = told.map(({ usage, request }) => billedPico(usage, request));
    const expected = {
      entries: server.requests.length,
      tokens: {
        prompt: sum((usage) => usage.prompt_tokens),
        cached: sum((usage) => usage.prompt_cache_hit_tokens),
        completion: sum((usage) => usage.completion_tokens),
        reasoning: sum((usage) => usage.completion_tokens_details?.reasoning_tokens ?? 0),
      },
      pico: costs.reduce<bigint>((total, cost) => total + (cost ?? 0n), 0n),
      unpriced: costs.filter((cost) => cost === undefined).length,
      untold: server.requests.length - toldRequests.size - refused.length,
      refused: refused.length,
    };

    // The ledger's side: as another window would read it from disk.
    const entries = await all(ledgerIn('second').all());
    const bill = billOf(entries);
    const withBody = (entry: LedgerEntry): boolean => entry.bytes > 0;
    assert.deepEqual(
      {
        entries: entries.filter(withBody).length,
        tokens: bill.tokens,
        pico: BigInt(bill.cost.USD.pico),
        unpriced: bill.cost.USD.unpriced,
        untold: bill.untold,
        refused: entries.filter(({ status }) => status !== undefined).length,
      },
      expected,
    );

    // The thousand were of all kinds, and each has an entry of its own beside those for repetitions.
    assert.equal(entries.filter(({ outcome }) => outcome !== 'resent').length, requests);
    const counted = {
      told: told.length,
      untold: expected.untold,
      refused: expected.refused,
      unpriced: expected.unpriced,
      resent: entries.filter(({ outcome }) => outcome === 'resent').length,
      unsent: entries.filter((entry) => !withBody(entry)).length,
    };
    for (const [what, count] of Object.entries(counted)) assert.ok(count >= 10, `${count} ${what}`);
    assert.equal(bill.cost.USD.pico < Number.MAX_SAFE_INTEGER, true);
  });
});
