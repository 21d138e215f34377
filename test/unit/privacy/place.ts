// A disposable place for the tests of this room: folders with repositories in them (written by hand, no git runs), storage, and
// the whole room joined as extension.ts joins it, with forge, DeepSeek and Ollama as real servers.
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createGateway, type GatewaySettings } from '../../../src/privacy/gateway.ts';
import type { Gateway, GatewayEvent, ModelAdmin } from '../../../src/privacy/gatewayTypes.ts';
import { createLedger, type Ledger } from '../../../src/privacy/ledger.ts';
import { createMarks, type Marks } from '../../../src/privacy/marks.ts';
import { createOrigins, type Origins } from '../../../src/privacy/origins.ts';
import { createRepositories } from '../../../src/privacy/repositories.ts';
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
  ledger: Ledger;
  gateway: Gateway & ModelAdmin;
  /** What a test changes: settings, key, window, clock. */
  settings: GatewaySettings;
  key: string | undefined;
  folders: string[];
  time: number;
  trusted: boolean;
  /** How long a forge is waited for. */
  timeoutMs: number;
  env: Record<string, string>;
  stop(): Promise<void>;
}

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
  const { ledger = createLedger(), idleMs } = more;
  const settings: GatewaySettings = {
    mode: 'auto',
    deepseek: { baseUrl: 'http://127.0.0.1:1', name: '', models: {} },
    local: { url: 'http://127.0.0.1:1', chatModel: '', completionModel: '', contextTokens: 8192 },
  };
  const now = (): number => place.time;
  const visibility = createVisibility({
    forges: () => ({ 'forge.test': { kind: 'gitea', api: forge.apis.gitea } }),
    cache: storage,
    now,
    get timeoutMs() {
      return place.timeoutMs;
    },
    trusted: () => place.trusted,
    mode: () => place.settings.mode,
  });
  const repositories = createRepositories({ now, keepMs: 0 });
  const origins = createOrigins({ repositories, visibility, marks, folders: () => place.folders });
  const env: Record<string, string> = {};
  const key = async () => place.key;
  const gateway = createGateway({
    ...{ key, origins, ledger, now, env },
    ...(idleMs === undefined ? {} : { idleMs }),
    settings: () => structuredClone(place.settings),
  });
  const place: Place = {
    ...{ folder, forge, storage, visibility, marks, origins, ledger, gateway, settings, env },
    key: 'test-key',
    folders: [],
    time: Date.UTC(2026, 10, 24, 12),
    trusted: true,
    timeoutMs: 20_000,
    stop: async () => {
      await forge.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
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
