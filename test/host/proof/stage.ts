// Everything around a walk: the folders with their canaries, the servers, and a recorder in front of each of them, so that there is no
// address that Fathom knows of at which its bytes are not kept.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { FathomParts } from '../../../src/extension.ts';
import { settingDefaults } from '../../../src/settings.ts';
import { startDeepSeekServer, type DeepSeekServer } from '../../servers/deepseek.ts';
import { startForgeServer, type ForgeServer } from '../../servers/forge.ts';
import { startOllamaServer, type OllamaServer } from '../../servers/ollama.ts';
import { insertingModel, ollamaModel, thinkingModel } from '../../servers/ollamaModels.ts';
import { startRecorder, type Recorder } from '../../servers/recorder.ts';
import { createRemoteModel } from '../../setup/ollama.mjs';
import { closeEditors, fathom, inFolder, nowhere, practiceKey, realOllama, set } from '../world.ts';
import { makeRepository, Places } from './places.ts';
import { quoting } from './quoting.ts';
import type { Random } from './random.ts';

/** Looks like any other model and runs elsewhere. */
export const innocent = 'innocent:8b';
/** At first a model of this machine, in mid-run one that runs elsewhere. */
export const swapped = 'swapped:1b';
/** Folders of the workspace; what a walk adds comes after them. */
export const ownFolders = 3;
const forgeHost = 'forge.proof.test';

export interface Stage {
  parts: FathomParts;
  places: Places;
  deepseek: DeepSeekServer;
  forge: ForgeServer;
  double: OllamaServer;
  /** What stands before each server: the cloud, the forge, the double of Ollama, the real one, and the host of models that run elsewhere. */
  recorders: Record<'cloud' | 'forge' | 'double' | 'real' | 'other', Recorder>;
  /** `127.0.0.1:PORT` of everything that somebody in this process has a reason to connect to. */
  expected: ReadonlySet<string>;
  /** Undefined on a machine that can have no Ollama: the double takes its part. */
  realOllama: string | undefined;
  /** Deletes the local model `swapped` of both Ollamas and gives its name to one that runs elsewhere. */
  swap(): Promise<void>;
  end(): Promise<void>;
}

export async function openStage(random: Random): Promise<Stage> {
  const parts = await fathom();
  const scratch = mkdtempSync(path.join(tmpdir(), 'fathom-proof-'));
  const places = makePlaces(random, scratch);

  const deepseek = await startDeepSeekServer({ keys: [practiceKey], answers: quoting(random) });
  const forge = await startForgeServer({
    repos: {
      'practice/public-sample': 'public',
      'practice/private-sample': 'private',
      'proof/opened': 'public',
      ...Object.fromEntries(repositories.map(({ name, forge: says }) => [`proof/${name}`, says] as const)),
    },
  });
  const here = { capabilities: ['completion', 'thinking', 'insert'] };
  const elsewhere = await startOllamaServer({ answers: quoting(random) });
  const other = await startRecorder(elsewhere.port);
  const double = await startOllamaServer({
    answers: quoting(random),
    models: [
      thinkingModel,
      insertingModel,
      ollamaModel(swapped, here),
      ollamaModel(innocent, { ...here, remoteHost: other.url, remoteModel: 'deepseek-r1:671b' }),
    ],
  });
  const realPort = realOllama === undefined ? double.port : Number(new URL(realOllama).port);
  const recorders = {
    cloud: await startRecorder(deepseek.port),
    forge: await startRecorder(forge.port),
    double: await startRecorder(double.port),
    real: await startRecorder(realPort),
    other,
  };
  const servers = [deepseek, forge, double, elsewhere];
  const ports = [...Object.values(recorders), ...servers].map(({ port }) => port);

  if (realOllama !== undefined) {
    await ask(realOllama, 'POST', 'copy', { source: 'practice-insert:135m', destination: swapped });
    await createRemoteModel(realOllama, { model: innocent, from: 'deepseek-r1:671b', remoteHost: other.url });
  }
  await beQuick(true);
  await set('privacy.forges', {
    'forge.practice.test': { kind: 'gitea', api: `${recorders.forge.url}/api/v1` },
    [forgeHost]: { kind: 'gitea', api: `${recorders.forge.url}/api/v1` },
  });
  await set('deepseek.baseUrl', recorders.cloud.url);
  await set('local.url', recorders.double.url);
  await set('local.contextTokens', 4096);
  await parts.marks.set(places.get('forbidden').folder ?? '', 'forbidden');
  await parts.marks.set(places.get('cleared').folder ?? '', 'cleared');

  return {
    parts,
    places,
    deepseek,
    forge,
    double,
    recorders,
    realOllama,
    expected: new Set([...ports, realPort, 9].map((port) => `127.0.0.1:${port}`)),
    swap: async () => {
      for (const url of [double.url, ...(realOllama === undefined ? [] : [realOllama])]) {
        await ask(url, 'DELETE', 'delete', { model: swapped });
        await createRemoteModel(url, { model: swapped, from: 'deepseek-r1:671b', remoteHost: other.url });
      }
    },
    end: async () => {
      await parts.panel.stop();
      await closeEditors();
      await beQuick(false);
      for (const { folder } of places.all) if (folder !== undefined) await parts.marks.set(folder, undefined);
      await set('deepseek.baseUrl', nowhere);
      await set('local.url', nowhere);
      await set('privacy.forges', {});
      for (const key of [
        'privacy.mode',
        'local.chatModel',
        'local.completionModel',
        'local.contextTokens',
        'chat.mode',
      ] as const) {
        await set(key, settingDefaults[key]);
      }
      await set('completion.enabled', true);
      await set('completion.delay', settingDefaults['completion.delay']);
      const { length } = vscode.workspace.workspaceFolders ?? [];
      if (length > ownFolders) vscode.workspace.updateWorkspaceFolders(ownFolders, length - ownFolders);
      if (realOllama !== undefined) {
        for (const model of [innocent, swapped]) await ask(realOllama, 'DELETE', 'delete', { model });
      }
      await Promise.all(Object.values(recorders).map((recorder) => recorder.stop()));
      await Promise.all(servers.map((server) => server.stop()));
      for (const { folder, files } of places.all) {
        for (const file of files) rmSync(file, { force: true });
        if (folder !== undefined && within().some((outer) => folder.startsWith(outer)))
          rmSync(folder, { recursive: true });
      }
      rmSync(inFolder('public', '.gitignore'));
      rmSync(scratch, { recursive: true });
    },
  };
}

/** Repositories beside the workspace; where nothing else is said, their remote is at the forge. */
const repositories = [
  { name: 'openly', forge: 'public', mayLeave: true },
  { name: 'hidden', forge: 'private', mayLeave: false },
  { name: 'forbidden', forge: 'public', mayLeave: false },
  { name: 'cleared', forge: 'private', mayLeave: true },
  { name: 'turning', forge: 'public', mayLeave: true },
  { name: 'wavering', forge: 'private', mayLeave: false },
  { name: 'limited', forge: 'ratelimited', mayLeave: false },
  { name: 'stranger', forge: 'public', mayLeave: false, remotes: ['https://git.example.invalid/proof/stranger.git'] },
  {
    name: 'twofold',
    forge: 'public',
    mayLeave: false,
    remotes: [`https://${forgeHost}/proof/twofold.git`, 'git@git.example.invalid:proof/twofold.git'],
  },
  { name: 'remoteless', forge: 'public', mayLeave: false, remotes: [] },
] as const;

/** Where there are repositories within those of the workspace. */
const within = (): string[] => [inFolder('public', 'vendor'), inFolder('private', 'libraries')];

function makePlaces(random: Random, scratch: string): Places {
  const places = new Places(random);
  const home = places.add('public', true, inFolder('public'));
  const secret = places.add('private', false, inFolder('private'));
  const loose = places.add('loose', false, inFolder('loose'), 'lua');
  for (const place of [home, secret, loose]) places.fill(place);

  for (const { name, mayLeave, ...rest } of repositories) {
    const folder = path.join(scratch, name);
    makeRepository(folder, 'remotes' in rest ? rest.remotes : [`https://${forgeHost}/proof/${name}.git`]);
    places.fill(places.add(name, mayLeave, folder));
  }
  const inner = places.add('inner', false, undefined);
  inner.folder = inFolder('public', 'vendor', `inner_${places.canary('inner')}`);
  makeRepository(inner.folder, [`https://${forgeHost}/proof/inner.git`]);
  places.fill(inner);

  // It is public, the way to it is private: a model is told its files' paths from its own folder on.
  const opened = places.add('opened', true, undefined);
  opened.folder = inFolder('private', 'libraries', `of_${places.canary('private')}`, 'opened');
  makeRepository(opened.folder, [`https://${forgeHost}/proof/opened.git`]);
  places.fill(opened);

  const ignored = places.add('ignored', false, inFolder('public'));
  ignored.onlyOpened = true;
  const ignoredFolder = `drafts_${places.canary('ignored')}`;
  places.fill(ignored, ignoredFolder);
  writeFileSync(inFolder('public', '.gitignore'), `${ignoredFolder}/\n`);

  const environment = places.add('environment', false, inFolder('public'));
  environment.onlyOpened = true;
  places.write(
    environment,
    '.env',
    `TOKEN=${places.canary('environment')}\nPASSWORD='${places.canary('environment')}'\nUSER=\n`,
  );
  places.add('untitled', false);
  places.link(home, 'src/linked.go', secret.files[0] ?? '');
  return places;
}

/** VS Code's own ideas about every file that is opened and every key that is pressed, which would take most of the time. */
const dear = {
  'git.enabled': false,
  'editor.minimap.enabled': false,
  'editor.quickSuggestions': false,
  'editor.wordBasedSuggestions': 'off',
  'editor.occurrencesHighlight': 'off',
  'workbench.editor.enablePreview': true,
  'breadcrumbs.enabled': false,
  'workbench.editor.limit.enabled': true,
  'workbench.editor.limit.value': 3,
};

async function beQuick(quick: boolean): Promise<void> {
  for (const [key, value] of Object.entries(dear)) {
    await vscode.workspace.getConfiguration().update(key, quick ? value : undefined, vscode.ConfigurationTarget.Global);
  }
}

async function ask(url: string, method: 'POST' | 'DELETE', what: string, body: object): Promise<void> {
  const answer = await fetch(`${url}/api/${what}`, { method, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${what}: ${answer.status} ${text}`);
}
