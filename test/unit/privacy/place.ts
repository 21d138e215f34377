// A disposable place for the tests of this room: folders with repositories in them (written by hand, no git runs), storage, and
// the whole room joined as extension.ts joins it, with forge, DeepSeek and Ollama as real servers.
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Forge } from '../../../src/models/forge.ts';
import { createAccounts } from '../../../src/privacy/accounts.ts';
import { createBudget, type Budget, type BudgetPeriod } from '../../../src/privacy/budget.ts';
import { calendarOf } from '../../../src/privacy/calendar.ts';
import { createGateway } from '../../../src/privacy/gateway.ts';
import type { Gateway, GatewayEvent, ModelAdmin } from '../../../src/privacy/gatewayTypes.ts';
import { createHolds, type Holds } from '../../../src/privacy/holds.ts';
import { createIgnoreRules, type IgnoreRules } from '../../../src/privacy/ignoreRules.ts';
import { createLedger, type Ledger } from '../../../src/privacy/ledger.ts';
import { createMarks, type Marks } from '../../../src/privacy/marks.ts';
import { createOrigins, type Origins } from '../../../src/privacy/origins.ts';
import type { GatewaySettings } from '../../../src/privacy/plans.ts';
import { createRecord, type RecordOfSent } from '../../../src/privacy/record.ts';
import { createRedactor } from '../../../src/privacy/redaction.ts';
import { createRepositories, ownGitConfigs } from '../../../src/privacy/repositories.ts';
import type { Storage } from '../../../src/privacy/storage.ts';
import { createVisibility, type VisibilityOfRepositories } from '../../../src/privacy/visibility.ts';
import { startForgeServer, type ForgeAnswer, type ForgeServer } from '../../servers/forge.ts';

export class MapStorage implements Storage {
  readonly kept = new Map<string, unknown>();
  get(key: string): unknown {
    return this.kept.get(key);
  }
  update(key: string, value: unknown): Promise<void> {
    if (value === undefined) this.kept.delete(key);
    else this.kept.set(key, value);
    return Promise.resolve();
  }
}

export async function temporaryFolder(): Promise<string> {
  return await realpath(await mkdtemp(join(tmpdir(), 'fathom-privacy-')));
}

export async function write(path: string, text = ''): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

/** A repository as git lays it out; `remotes`: URLs. */
export async function repository(folder: string, ...remotes: string[]): Promise<string> {
  const config = remotes
    .map((url, index) => `[remote "r${index}"]\n\turl = ${url}\n\tfetch = +refs/heads/*\n`)
    .join('');
  await write(join(folder, '.git', 'HEAD'), 'ref: refs/heads/main\n');
  await write(join(folder, '.git', 'config'), `[core]\n\tbare = false\n${config}`);
  return folder;
}

export interface Place {
  folder: string;
  forge: ForgeServer;
  storage: MapStorage;
  visibility: VisibilityOfRepositories;
  marks: Marks;
  origins: Origins;
  ignoreRules: IgnoreRules;
  holds: Holds;
  budget: Budget;
  /** In US dollars; 0: none. */
  limits: Record<BudgetPeriod, number>;
  ledger: Ledger;
  record: RecordOfSent;
  gateway: Gateway & ModelAdmin;
  /** What a test changes: settings, key, window, clock. */
  settings: GatewaySettings;
  key: string | undefined;
  folders: string[];
  /** Further forges, by host. */
  forges: Record<string, Forge>;
  time: number;
  trusted: boolean;
  lookup: boolean;
  /** The person's home folder, with their git config. */
  home: string;
  /** How long a forge is waited for. */
  timeoutMs: number;
  env: Record<string, string>;
  /** What every name of a local host leads to. */
  namesLeadTo: string;
  stop(): Promise<void>;
}

const start = Date.UTC(2026, 10, 24, 12);

/**
 * `repos`: what the forge at `forge.test` says; remotes are `https://forge.test/owner/name`.
 * @param more another ledger than one in memory, and the longest silence of a model in milliseconds
 */
export async function startPlace(
  repos: Record<string, ForgeAnswer> = {},
  more: { ledger?: Ledger; idleMs?: number } = {},
): Promise<Place> {
  const folder = await temporaryFolder();
  const forge = await startForgeServer({ repos });
  const storage = new MapStorage();
  const marks = createMarks(storage);
  const priced = (host: string) => host.startsWith('127.0.0.1');
  const { ledger = createLedger({ priced }), idleMs } = more;
  const settings: GatewaySettings = {
    mode: 'auto',
    deepseek: { baseUrl: 'http://127.0.0.1:1', name: '', models: {} },
    local: { url: 'http://127.0.0.1:1', chatModel: '', completionModel: '', contextTokens: 8192, confirmedHosts: [] },
    redactLocal: false,
    keepPrivateBodies: false,
  };
  const clock: { place?: Place } = {};
  const now = (): number => clock.place?.time ?? start;
  const visibility = createVisibility({
    forges: () => ({ 'forge.test': { kind: 'gitea', api: forge.apis.gitea }, ...place.forges }),
    cache: storage,
    now,
    get timeoutMs() {
      return place.timeoutMs;
    },
    trusted: () => place.trusted,
    mode: () => place.settings.mode,
    lookup: () => place.lookup,
  });
  const home = join(folder, 'home');
  const ownConfigs = ownGitConfigs(home, { GIT_CONFIG_NOSYSTEM: '1' });
  const repositories = createRepositories({ now, keepMs: 0, home, ownConfigs });
  const folders = () => place.folders;
  const ignoreRules = createIgnoreRules({ repositories, folders, filesExclude: () => [], now, keepMs: 0 });
  const origins = createOrigins({ repositories, visibility, marks, folders, ignoreRules });
  const onError = (error: unknown): never => {
    throw error;
  };
  const record = createRecord({ keepDays: () => 0, now, onError });
  const limits = { day: 0, month: 0 };
  const calendar = calendarOf('UTC');
  const accounts = createAccounts({ ledger, calendar, now });
  const budget = createBudget({
    ...{ accounts, calendar, storage, now, priced, onError },
    limits: () => limits,
    currency: () => 'USD',
  });
  const holds = createHolds(storage, now);
  const redactor = createRedactor({ salt: () => 'salt' });
  const env: Record<string, string> = {};
  const key = async () => place.key;
  const resolve = () => Promise.resolve([{ address: place.namesLeadTo, family: 4 }]);
  const gateway = createGateway({
    settings: () => structuredClone(place.settings),
    ...{ key, origins, holds, ignoreRules, redactor, budget, ledger, record, now, env, resolve },
    ...(idleMs === undefined ? {} : { idleMs }),
  });
  const place: Place = {
    ...{
      folder,
      forge,
      storage,
      visibility,
      marks,
      origins,
      ignoreRules,
      holds,
      budget,
      limits,
      ledger,
      record,
      gateway,
      settings,
      env,
      home,
    },
    key: 'test-key',
    folders: [],
    time: start,
    trusted: true,
    lookup: true,
    forges: {},
    timeoutMs: 20_000,
    namesLeadTo: '127.0.0.1',
    stop: async () => {
      await forge.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  clock.place = place;
  return place;
}

/** An address where nobody listens. */
export const nobody = 'http://127.0.0.1:1';

export async function all(events: AsyncIterable<GatewayEvent>): Promise<GatewayEvent[]> {
  const list: GatewayEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it should have failed');
}

export const textOf = (events: GatewayEvent[]): string =>
  events.map((event) => (event.type === 'text' ? event.text : '')).join('');
