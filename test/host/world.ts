// The surroundings that the tests in the extension host share: Fathom's parts, a DeepSeek and a forge on this machine, and the
// three folders of the workspace (public, private, and one that is no repository).
import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import type { FathomParts } from '../../src/extension.ts';
import { setSetting, settingDefaults, type SettingKey, type Settings } from '../../src/settings.ts';
import { startDeepSeekServer, type DeepSeekServer, type DeepSeekServerOptions } from '../servers/deepseek.ts';
import { startForgeServer, type ForgeServer } from '../servers/forge.ts';
import { startOllamaServer, type OllamaServer, type OllamaServerOptions } from '../servers/ollama.ts';
import { until } from './until.ts';

/** The key that the launcher puts into the extension host's environment: the person is signed in. */
export const practiceKey = 'practice-key';
/** Where nobody listens. */
export const nowhere = 'http://127.0.0.1:9';
/** A real Ollama with the practice models; undefined on a machine that can have none. */
export const realOllama = process.env.FATHOM_TEST_OLLAMA;

export type Place = 'public' | 'private' | 'loose';

/** What Fathom hands to tests. */
export async function fathom(): Promise<FathomParts> {
  const extension = vscode.extensions.getExtension<FathomParts | undefined>('fathom-code.fathom');
  assert.ok(extension);
  const parts = await extension.activate();
  assert.ok(parts, 'Fathom hands out its parts in test mode');
  return parts;
}

/** Absolute path in one of the workspace's folders. */
export function inFolder(place: Place, ...rest: string[]): string {
  const folder = vscode.workspace.workspaceFolders?.find(({ name }) => name === place);
  assert.ok(folder, `the workspace has a folder ${place}`);
  return path.join(folder.uri.fsPath, ...rest);
}

/** Changes one of the person's settings and waits until it is in force. */
export async function set<K extends SettingKey>(key: K, value: Settings[K]): Promise<void> {
  await setSetting(key, value);
  const wanted = JSON.stringify(value);
  await until(`fathom.${key} is ${wanted}`, () => {
    const now = vscode.workspace.getConfiguration('fathom', null).inspect<Settings[K]>(key);
    return JSON.stringify(now?.globalValue ?? now?.defaultValue) === wanted;
  });
}

export interface World {
  parts: FathomParts;
  deepseek: DeepSeekServer;
  forge: ForgeServer;
  /** Starts an Ollama that `fathom.local.url` names from then on. */
  startOllama(options?: OllamaServerOptions): Promise<OllamaServer>;
  /** Puts every setting back, takes every mark away, closes editors and stops all servers. */
  end(): Promise<void>;
}

/** The person is signed in; the forge says which repository is public; no Ollama runs until a test starts or names one. */
export async function startWorld(options: DeepSeekServerOptions = {}): Promise<World> {
  const parts = await fathom();
  const deepseek = await startDeepSeekServer({ keys: [practiceKey], ...options });
  const forge = await startForgeServer({
    repos: { 'practice/public-sample': 'public', 'practice/private-sample': 'private' },
  });
  const ollamas: OllamaServer[] = [];
  await set('privacy.forges', { 'forge.practice.test': { kind: 'gitea', api: forge.apis.gitea } });
  await set('deepseek.baseUrl', deepseek.url);
  await set('local.url', nowhere);
  return {
    parts,
    deepseek,
    forge,
    startOllama: async (ollamaOptions = {}) => {
      const ollama = await startOllamaServer(ollamaOptions);
      ollamas.push(ollama);
      await set('local.url', ollama.url);
      return ollama;
    },
    end: async () => {
      await parts.panel.stop();
      await vscode.commands.executeCommand('fathom.discardEdit');
      await closeEditors();
      for (const place of ['public', 'private', 'loose'] as const) await parts.marks.set(inFolder(place), undefined);
      await set('deepseek.baseUrl', nowhere);
      await set('local.url', nowhere);
      await set('privacy.forges', {});
      for (const key of ['privacy.mode', 'local.chatModel', 'local.completionModel', 'local.contextTokens'] as const) {
        await set(key, settingDefaults[key]);
      }
      await set('completion.enabled', true);
      await Promise.all([deepseek, forge, ...ollamas].map((server) => server.stop()));
    },
  };
}

/** Closes all editors; what was changed in them is lost. */
export async function closeEditors(): Promise<void> {
  while (vscode.window.activeTextEditor?.document.isDirty === true) {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** Opens a file of the workspace with the cursor (or a selection) at these lines and characters, counted from 0. */
export async function open(
  file: string,
  [line, character, endLine, endCharacter]: [number, number] | [number, number, number, number] = [0, 0],
): Promise<vscode.TextEditor> {
  const editor = await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
  await until('the editor is the active one', () => vscode.window.activeTextEditor === editor);
  editor.selection = new vscode.Selection(line, character, endLine ?? line, endCharacter ?? character);
  return editor;
}
