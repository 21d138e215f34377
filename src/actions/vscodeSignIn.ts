// Signing in and out: asks for the key, tries it and hands it to its store. Keeps no key itself and shows none.
import * as vscode from 'vscode';
import { ModelError } from '../models/errors.ts';
import type { WayOut } from '../models/waysOut.ts';
import { explain } from '../privacy/explain.ts';
import type { ModelAdmin } from '../privacy/gatewayTypes.ts';
import { cleanKey, type KeyFault } from './cleanKey.ts';
import { sites } from './sites.ts';

export interface SignInDeps {
  admin: Pick<ModelAdmin, 'checkKey'>;
  /** `delete` tells whether no key is left: the environment may have one too. */
  keys: { set(key: string): Promise<void>; delete(): Promise<boolean> };
  waysOut: { run(way: WayOut): Promise<boolean> };
}

/** Registers `fathom.signIn` (returns true when a key was stored) and `fathom.signOut`. */
export function registerSignIn(deps: SignInDeps): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('fathom.signIn', () => signIn(deps)),
    vscode.commands.registerCommand('fathom.signOut', async () => {
      const gone = await deps.keys.delete();
      void vscode.window.showInformationMessage(
        gone
          ? vscode.l10n.t('The key was removed from this machine. Local models go on answering.')
          : vscode.l10n.t(
              'The stored key was removed, but the environment variable DEEPSEEK_API_KEY has one too, which is still used.',
            ),
      );
    }),
  );
}

async function signIn(deps: SignInDeps): Promise<boolean> {
  const box = vscode.window.createInputBox();
  const getKey: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('link-external'),
    tooltip: vscode.l10n.t('Get a key at platform.deepseek.com'),
  };
  const closed = new AbortController();
  box.title = vscode.l10n.t('Sign in to DeepSeek');
  box.prompt = vscode.l10n.t(
    'Paste your API key. It is kept in the system’s secret storage. No key yet? Get one at {0}',
    sites.keys,
  );
  box.placeholder = 'sk-…';
  box.password = true;
  box.ignoreFocusOut = true;
  box.buttons = [getKey];
  /** A key that could not be tried: entered once more, it is kept all the same. */
  let untried: string | undefined;
  const stored = new Promise<{ key: string; error?: unknown } | undefined>((resolve) => {
    box.onDidTriggerButton(() => void vscode.env.openExternal(vscode.Uri.parse(sites.keys, true)));
    box.onDidChangeValue(() => {
      box.validationMessage = undefined;
    });
    box.onDidHide(() => {
      closed.abort();
      resolve(undefined);
    });
    box.onDidAccept(async () => {
      if (box.busy) return;
      const cleaned = cleanKey(box.value);
      if (cleaned.fault !== undefined) {
        box.validationMessage = faultSentence(cleaned.fault);
        return;
      }
      if (cleaned.key === untried) {
        resolve({ key: cleaned.key });
        return;
      }
      box.busy = true;
      box.enabled = false;
      try {
        const error = await fault(deps, cleaned.key, closed.signal);
        if (error === undefined) resolve({ key: cleaned.key });
        // The key is good, the account is empty: kept, and said.
        else if (ModelError.is(error, 'noCredit')) resolve({ key: cleaned.key, error });
        else if (!closed.signal.aborted) {
          const { sentence } = explain(error);
          const wrong = ModelError.is(error, 'badKey');
          if (!wrong) untried = cleaned.key;
          const text = wrong
            ? vscode.l10n.t('{0} Keys are made at {1}', sentence, sites.keys)
            : vscode.l10n.t('{0} The key could not be tried. Press Enter again to keep it anyway.', sentence);
          box.validationMessage = {
            message: text,
            severity: wrong ? vscode.InputBoxValidationSeverity.Error : vscode.InputBoxValidationSeverity.Warning,
          };
        }
      } finally {
        box.busy = false;
        box.enabled = true;
      }
    });
  });
  box.show();
  try {
    const result = await stored;
    if (!result) return false;
    await deps.keys.set(result.key);
    box.hide();
    // Not awaited: whoever asked to be signed in can go on, whatever becomes of the notification.
    void said(deps, result.error);
    return result.error === undefined;
  } finally {
    box.dispose();
  }
}

/** What is wrong with the key, or undefined. */
async function fault(deps: SignInDeps, key: string, signal: AbortSignal): Promise<unknown> {
  try {
    await deps.admin.checkKey(key, signal);
    return undefined;
  } catch (error) {
    return error ?? new ModelError('badResponse');
  }
}

async function said(deps: SignInDeps, error: unknown): Promise<void> {
  if (error === undefined) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t(
        'Signed in. DeepSeek may now be asked about code of public repositories; everything else stays on this machine.',
      ),
    );
    return;
  }
  const { sentence, waysOut } = explain(error);
  const ways = waysOut.filter(({ id }) => id !== 'retry');
  const pressed = await vscode.window.showWarningMessage(
    vscode.l10n.t('The key is right and was kept. {0}', sentence),
    ...ways.map(({ title }) => title),
  );
  const way = ways.find(({ title }) => title === pressed);
  if (way) await deps.waysOut.run(way);
}

function faultSentence(fault: KeyFault): string {
  const sentences: Record<KeyFault, string> = {
    empty: vscode.l10n.t('Paste a key first. You get one at {0}', sites.keys),
    notOneWord: vscode.l10n.t('A key has no blanks in it. Was something else copied along?'),
    oddCharacters: vscode.l10n.t('There are characters in it that no key has. Copy it again.'),
  };
  return sentences[fault];
}
