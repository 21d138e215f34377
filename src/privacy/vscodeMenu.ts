// The menus behind the status bar item: where code may go, and what holds for this repository. They show and change what other
// files decide by: the setting, and the marks.
import * as vscode from 'vscode';
import { setSetting, setting } from '../settings.ts';
import { badgeOf } from './explain.ts';
import type { Gateway } from './gatewayTypes.ts';
import { markKeyOf, type Marks } from './marks.ts';
import type { Origins } from './origins.ts';
import { nameOf, originSentence } from './reasonWords.ts';
import type { Origin, PrivacyMode } from './route.ts';
import { isAside, sourceOf } from './vscodeSource.ts';

export interface MenuDeps {
  gateway: Gateway;
  origins: Origins;
  marks: Marks;
}

interface Choice extends vscode.QuickPickItem {
  run?: () => Thenable<unknown>;
}

const modes: readonly PrivacyMode[] = ['auto', 'localOnly', 'cloud'];

function modeChoice(mode: PrivacyMode): { label: string; detail: string } {
  const words: Record<PrivacyMode, { label: string; detail: string }> = {
    auto: {
      label: vscode.l10n.t('Auto'),
      detail: vscode.l10n.t('Code of public repositories goes to DeepSeek; everything else stays on this machine.'),
    },
    localOnly: { label: vscode.l10n.t('Local only'), detail: vscode.l10n.t('Nothing leaves this machine.') },
    cloud: {
      label: vscode.l10n.t('Cloud'),
      detail: vscode.l10n.t('Everything may go to DeepSeek, except repositories that you forbade.'),
    },
  };
  return words[mode];
}

const command = (id: string) => () => vscode.commands.executeCommand(id);

export class PrivacyMenu implements vscode.Disposable {
  readonly #deps: MenuDeps;
  readonly #commands: vscode.Disposable[];

  constructor(deps: MenuDeps) {
    this.#deps = deps;
    this.#commands = [
      vscode.commands.registerCommand('fathom.menu', () => this.#menu()),
      vscode.commands.registerCommand('fathom.choosePrivacyMode', (mode: unknown) => this.#chooseMode(mode)),
      vscode.commands.registerCommand('fathom.repositoryPrivacy', (root: unknown) => this.#repository(root)),
    ];
  }

  #sources(): string[] {
    const uri = vscode.window.activeTextEditor?.document.uri;
    return uri === undefined || isAside(uri) ? [] : [sourceOf(uri)];
  }

  async #menu(): Promise<void> {
    const sources = this.#sources();
    const [answerer, origins] = await Promise.all([
      this.#deps.gateway.answerer(sources, 'chat'),
      this.#deps.origins.resolve(sources, false),
    ]);
    const badge = badgeOf(answerer);
    const language = vscode.window.activeTextEditor?.document;
    const ghostText = setting('completion.enabled', language);
    const items: Choice[] = [
      {
        label: vscode.l10n.t('Privacy mode'),
        description: modeChoice(setting('privacy.mode')).label,
        run: command('fathom.choosePrivacyMode'),
      },
      ...(origins.length === 0
        ? []
        : [
            {
              label: vscode.l10n.t('Privacy of this repository'),
              description: origins.map(nameOf).join(', '),
              run: command('fathom.repositoryPrivacy'),
            },
          ]),
      { label: vscode.l10n.t('Local model'), run: command('fathom.chooseLocalModel') },
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      {
        label: vscode.l10n.t('Ghost text'),
        description: ghostText ? vscode.l10n.t('on') : vscode.l10n.t('off'),
        run: command('fathom.toggleGhostText'),
      },
      { label: vscode.l10n.t('Snooze ghost text'), run: command('fathom.snoozeGhostText') },
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      { label: vscode.l10n.t('What was sent'), run: command('fathom.showSent') },
      { label: vscode.l10n.t('The bill'), run: command('fathom.showBill') },
      { label: vscode.l10n.t('Balance'), run: command('fathom.showBalance') },
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      { label: vscode.l10n.t('Log'), run: command('fathom.showLog') },
      { label: vscode.l10n.t('Settings'), run: command('fathom.openSettings') },
    ];
    const picked = await vscode.window.showQuickPick(items, {
      title: badge.text,
      placeHolder: badge.title.split('\n').join(' '),
    });
    await picked?.run?.();
  }

  /** @param wished from the walkthrough: the mode itself */
  async #chooseMode(wished: unknown): Promise<void> {
    const given = modes.find((mode) => mode === wished);
    if (given !== undefined) {
      await setSetting('privacy.mode', given);
      return;
    }
    const now = setting('privacy.mode');
    const items = modes.map((mode) => ({ ...modeChoice(mode), mode, picked: mode === now }));
    const marked = items.map((item) => (item.picked ? { ...item, description: vscode.l10n.t('in force') } : item));
    const picked = await vscode.window.showQuickPick(marked, { title: vscode.l10n.t('Where may your code go?') });
    if (picked !== undefined) await setSetting('privacy.mode', picked.mode);
  }

  /** @param root what an error's button is about; else the active file decides */
  async #repository(root: unknown): Promise<void> {
    const all = await this.#deps.origins.resolve(typeof root === 'string' ? [root] : this.#sources(), false);
    const origin = all.length < 2 ? all[0] : await this.#chooseOrigin(all);
    if (origin === undefined) return;
    const key = markKeyOf(origin);
    const inForce = this.#deps.marks.of(key);
    const choice = (mark: Origin['mark'], label: string, detail: string): Choice => ({
      label,
      detail,
      ...(mark === inForce ? { description: vscode.l10n.t('in force') } : {}),
      run: () => this.#mark(key, mark),
    });
    const items: Choice[] = [
      choice(undefined, vscode.l10n.t('Follow the forge'), originSentence(origin)),
      choice(
        'cleared',
        vscode.l10n.t('Clear for the cloud'),
        vscode.l10n.t('Its code may go to DeepSeek, whatever the forge says.'),
      ),
      choice(
        'forbidden',
        vscode.l10n.t('Keep on this machine'),
        vscode.l10n.t('Its code, and everything below it, stays here under every privacy mode.'),
      ),
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      { label: vscode.l10n.t('Ask the forge again'), run: () => this.#deps.origins.lookAgain(origin) },
    ];
    const picked = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Privacy of {0}', nameOf(origin)),
      placeHolder: origin.root ?? '',
    });
    await picked?.run?.();
  }

  async #mark(key: string, mark: Origin['mark']): Promise<void> {
    const { marks } = this.#deps;
    await marks.set(key, mark);
    if (marks.of(key) === mark) return;
    await vscode.window.showInformationMessage(
      vscode.l10n.t('A folder above it is kept on this machine, and so is everything in it.'),
    );
  }

  async #chooseOrigin(origins: readonly Origin[]): Promise<Origin | undefined> {
    const items = origins.map((origin) => ({ label: nameOf(origin), detail: originSentence(origin), origin }));
    return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Which folder?') }))?.origin;
  }

  dispose(): void {
    for (const registered of this.#commands) registered.dispose();
  }
}
