// What a scenario starts from: a copy of a workspace with a public and a private repository, the servers that answer, and one window of
// VS Code with Fathom installed as a person has it. A window takes seconds to open, so the tests of a file share one.
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before } from 'mocha';
import { startDeepSeekServer, type DeepSeekServer } from '../servers/deepseek.ts';
import { startForgeServer, type ForgeServer } from '../servers/forge.ts';
import { startOllamaServer } from '../servers/ollama.ts';
import type { Script, ScriptSource } from '../servers/script.ts';
import type { RecordedRequest } from '../servers/testServer.ts';
import { packVsix } from '../setup/pack.mjs';
import { scratchFolder } from '../setup/processes.mjs';
import { forgeHost, makeWorkspace } from '../setup/sample.mjs';
import { CodeWindow } from './driver.ts';

/** `sample` is what `npm start` opens; `three` has a public and a private repository and a folder without one. */
export type WorkspaceName = 'sample' | 'three';

export interface StageOptions {
  workspace?: WorkspaceName;
  /** The key in the extension host's environment; `''`: none. The server accepts `test-key`. */
  key?: string;
  /** Address of an Ollama, or `double` for the test server; left out: nobody listens there. */
  ollama?: string | undefined;
  /** How DeepSeek continues code; it knows nothing when left out. */
  fill?: (prompt: string) => string;
  settings?: Readonly<Record<string, unknown>>;
  trust?: boolean;
  /** How long a step may take, in milliseconds. */
  patience?: number;
}

export interface Stage {
  readonly window: CodeWindow;
  readonly deepseek: DeepSeekServer;
  readonly forge: ForgeServer;
  /** Folder of the workspace's folders. */
  readonly folder: string;
  /** What DeepSeek answers to the next questions and actions, in order. */
  readonly answer: (...scripts: Script[]) => void;
}

/** A question or an action: not the request for a conversation's title, which follows a first answer. */
export const isQuestion = ({ path: address, body }: RecordedRequest): boolean =>
  address.endsWith('/chat/completions') && !body.includes('Give this conversation a title');

/** The discard port: connections are refused at once. */
export const nobody = 'http://127.0.0.1:9';
const folders: Record<WorkspaceName, string> = {
  sample: path.join(import.meta.dirname, '..', 'practice', 'sample'),
  three: path.join(import.meta.dirname, '..', 'host', 'workspace'),
};
/** Reading a full window of 8,192 tokens would take a tiny model half a minute. */
const practiceContextTokens = 4096;

/**
 * Opens a stage before the tests of a suite and closes it after them. A picture of the window is kept of each test that fails (its path
 * is printed), and of every test in the folder `FATHOM_PICTURES`.
 * @returns gives the stage, once the tests run
 */
export function useStage(options: StageOptions = {}): () => Stage {
  let stage: (Stage & { close: () => Promise<void> }) | undefined;
  before(async function () {
    this.timeout(180_000);
    stage = await openStage(options);
  });
  after(() => stage?.close());
  afterEach(async function () {
    const { currentTest } = this;
    const wanted = process.env.FATHOM_PICTURES;
    const failed = currentTest?.state === 'failed';
    if (stage === undefined || currentTest === undefined || (wanted === undefined && !failed)) return;
    const name = currentTest.fullTitle().replace(/\W+/g, '-');
    const folder = wanted ?? mkdtempSync(path.join(os.tmpdir(), 'fathom-ui-'));
    const file = await stage.window.screenshot(path.join(folder, `${name}.png`));
    if (failed) console.log(`      What was on the screen: ${file}`);
  });
  return () => {
    if (stage === undefined) throw new Error('The stage is not open yet');
    return stage;
  };
}

async function openStage(options: StageOptions): Promise<Stage & { close: () => Promise<void> }> {
  const { workspace = 'sample', key = 'test-key', fill, settings = {}, trust = true, patience = 30_000 } = options;
  const undo: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const { folder, remove } = scratchFolder('fathom-ui');
    undo.push(remove);
    const vsix = process.env.FATHOM_VSIX ?? (await packVsix(path.join(folder, 'fathom.vsix')));
    const file = await makeWorkspace(folders[workspace], path.join(folder, 'workspace'));
    const queue: Script[] = [];
    const answers: ScriptSource = (request, kind) => {
      if (kind === 'fill') return { text: fill?.(String(request.json.prompt)) ?? '' };
      if (!isQuestion(request)) return { text: 'A short title' };
      return queue.shift() ?? { text: 'Nothing was prepared.' };
    };
    const deepseek = await startDeepSeekServer({ answers });
    undo.push(() => deepseek.stop());
    const forge = await startForgeServer({
      repos: { 'practice/public-sample': 'public', 'practice/private-sample': 'private' },
    });
    undo.push(() => forge.stop());
    let ollama = options.ollama ?? nobody;
    if (ollama === 'double') {
      const double = await startOllamaServer();
      undo.push(() => double.stop());
      ollama = double.url;
    }
    const window = await CodeWindow.open({
      workspace: file,
      extension: { vsix },
      env: key === '' ? {} : { DEEPSEEK_API_KEY: key },
      trust,
      patience,
      settings: {
        'fathom.deepseek.baseUrl': deepseek.url,
        'fathom.privacy.forges': { [forgeHost]: { kind: 'gitea', api: forge.apis.gitea } },
        'fathom.local.url': ollama,
        'fathom.local.contextTokens': practiceContextTokens,
        ...settings,
      },
    });
    undo.push(() => window.close());
    return {
      window,
      deepseek,
      forge,
      folder: path.dirname(file),
      answer: (...scripts) => queue.push(...scripts),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
