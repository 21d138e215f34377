// What the replays of the `cache` benchmark share: the whole way from gateway to a DeepSeek over HTTP on a clock that they move, and
// what that DeepSeek found in its cache.
import path from 'node:path';
import type { Gateway } from '../../src/privacy/gatewayTypes.ts';
import { startDeepSeekServer, type DeepSeekServer } from '../servers/deepseek.ts';
import { practiceAnswers } from '../servers/practice.ts';
import { fixedUnits, persistedUnits, type PrefixCache } from '../servers/prefixCache.ts';
import type { RecordedRequest } from '../servers/testServer.ts';
import { repository, startPlace, type Place } from '../unit/privacy/place.ts';
import { VirtualTime } from './virtualTime.ts';

export const cacheModels = { 'persisted units': persistedUnits, '64-token units': fixedUnits } as const;
export type CacheModel = keyof typeof cacheModels;

/** Tokens that were asked for from the second minute on, and how many of them were in the cache. */
export interface Found {
  requests: number;
  tokens: number;
  hits: number;
}

export interface Stage {
  place: Place;
  gateway: Gateway;
  time: VirtualTime;
  /** A path in a repository that may go to the cloud. */
  file: (name: string) => string;
  /** Resolves when the next request is there. */
  nextRequest(): Promise<void>;
  found(): Found;
  stop(): Promise<void>;
}

const minute = 60_000;
/** Until the first token, as a busy API takes. */
const firstTokenMs = 300;

export async function openStage(model: CacheModel): Promise<Stage> {
  const cache = cacheModels[model]();
  const asked: { tokens: number; hits: number; at: number }[] = [];
  const record: PrefixCache = {
    ...cache,
    ask: (tokens, at) => {
      const hits = cache.ask(tokens, at);
      asked.push({ tokens: tokens.length, hits, at });
      return hits;
    },
  };
  const place = await startPlace({ 'bench/open': 'public' });
  /** Answers that wait for the time that they take. */
  const thinking = new Set<RecordedRequest>();
  const waiting: (() => void)[] = [];
  let sent = 0;
  let open = 0;
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  /** Every request has reached the server and waits there for the time, and the server has seen each that was dropped. */
  const atRest = async (): Promise<void> => {
    const rests = (): boolean =>
      deepseek.requests.length === sent && deepseek.openStreams() === thinking.size && open === thinking.size;
    do for (let turns = 0; turns < 3; turns++) await turn();
    while (!rests());
  };
  const time = new VirtualTime(place.time, atRest);
  const answers = practiceAnswers({ instantly: true });
  const deepseek: DeepSeekServer = await startDeepSeekServer({
    cache: record,
    now: time.now,
    answers: async (request, kind) => {
      thinking.add(request);
      void request.closed.then(() => thinking.delete(request));
      for (const resolve of waiting.splice(0)) resolve();
      await time.wait(firstTokenMs);
      thinking.delete(request);
      return typeof answers === 'function' ? await answers(request, kind) : answers;
    },
  });
  const counted = async function* <T>(events: AsyncIterable<T>): AsyncGenerator<T> {
    open++;
    sent++;
    try {
      yield* events;
    } finally {
      open--;
    }
  };
  const start = time.now();
  place.settings.deepseek.baseUrl = deepseek.url;
  const folder = await repository(path.join(place.folder, 'open'), 'https://forge.test/bench/open');
  place.folders = [folder];
  return {
    place,
    time,
    gateway: {
      ...place.gateway,
      chat: (request, signal) => counted(place.gateway.chat(request, signal)),
      fill: (request, signal) => counted(place.gateway.fill(request, signal)),
    },
    file: (name) => path.join(folder, name),
    nextRequest: () => new Promise((resolve) => waiting.push(resolve)),
    found: () => {
      const counted = asked.filter(({ at }) => at - start >= minute);
      const sum = (of: 'tokens' | 'hits'): number => counted.reduce((total, each) => total + each[of], 0);
      return { requests: counted.length, tokens: sum('tokens'), hits: sum('hits') };
    },
    stop: async () => {
      await Promise.all([deepseek.stop(), place.stop()]);
    },
  };
}
