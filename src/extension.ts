// activate() builds the parts, joins them and returns. The only file that knows every room; it decides nothing itself.
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { FathomCodeActions } from './actions/vscodeCodeActions.ts';
import { Actions } from './actions/vscodeActions.ts';
import { registerSignIn } from './actions/vscodeSignIn.ts';
import { WaysOut } from './actions/vscodeWaysOut.ts';
import { ChatPanel } from './chat/panel.ts';
import { GhostTextControl } from './completion/vscodeGhostText.ts';
import { Review } from './edits/vscodeReview.ts';
import { Local, memoryFor } from './local/vscodeLocal.ts';
import { badgeOf, explain, explainRoute } from './privacy/explain.ts';
import type { Gateway, ModelAdmin } from './privacy/gatewayTypes.ts';
import type { Ledger } from './privacy/ledger.ts';
import type { Marks } from './privacy/marks.ts';
import { PrivacyMenu } from './privacy/vscodeMenu.ts';
import { createPrivacy } from './privacy/vscodePrivacy.ts';
import { askForRelease } from './privacy/vscodeRelease.ts';
import { createSentList } from './privacy/sentList.ts';
import type { Manner } from './privacy/sentWords.ts';
import { BillView } from './privacy/vscodeBill.ts';
import { SentDocuments } from './privacy/vscodeSentDocument.ts';
import { SentView } from './privacy/vscodeSentView.ts';
import { StatusBar } from './privacy/vscodeStatusBar.ts';
import type { WayOut } from './models/waysOut.ts';
import { applicationOnly, onSettingChange, setting } from './settings.ts';

/** What the tests in the extension host look at. Given to nobody else. */
export interface FathomParts {
  gateway: Gateway & ModelAdmin;
  ledger: Ledger;
  marks: Marks;
  panel: ChatPanel;
  ghostText: GhostTextControl;
  /** Conversations are kept in a folder of it. */
  historyFolder: string;
}

/** Routes what lies in no folder, as an untitled document does. */
const textInNoFolder = 'untitled:question';

export function activate(context: vscode.ExtensionContext): FathomParts | undefined {
  loadTranslations();
  const log = vscode.window.createOutputChannel('Fathom', { log: true });
  const now = Date.now;
  const keep = <Part extends vscode.Disposable>(part: Part): Part => {
    context.subscriptions.push(part);
    return part;
  };
  keep(log);

  const privacy = createPrivacy(context, log);
  const { gateway, key, marks, visibility, origins, holds, ledger, record, accounts, budget, currency, folders } =
    privacy;

  const waysOut = new WaysOut({ marks, budget, memoryFor: (tokens) => Promise.resolve(memoryFor(tokens)) });
  const local = keep(new Local({ admin: gateway, waysOut, logFolder: context.logUri }));
  const review = keep(new Review());
  let ghostTextProblem: string | undefined;
  const ghostText = keep(
    new GhostTextControl({
      gateway,
      now,
      onProblem: (error) => {
        ghostTextProblem = explain(error).sentence;
        log.warn(`ghost text: ${ghostTextProblem}`);
      },
      log,
    }),
  );
  keep(ghostText.onDidShow(() => (ghostTextProblem = undefined)));
  const historyFolder = (context.storageUri ?? context.globalStorageUri).fsPath;
  const runWayOut = (way: WayOut): Promise<boolean> => waysOut.run(way);
  const manner = (): Manner => ({ locale: vscode.env.language, currency: currency.get() });
  const list = keep(createSentList(ledger));
  const documents = keep(
    new SentDocuments({ list, record, manner, onDeleted: (listener) => ledger.onDeleted(listener) }),
  );
  keep(new SentView({ list, documents, ledger, record, manner, now }));
  const panel = keep(
    new ChatPanel({
      extensionUri: context.extensionUri,
      gateway,
      historyFolder,
      windowSources: () => (folders().length > 0 ? folders() : [textInNoFolder]),
      defaultMode: () => setting('chat.mode'),
      explain,
      badgeOf,
      explainRoute,
      runWayOut,
      showPreview: (preview) => documents.openPreview(preview),
      bill: (conversation) => bill.line(conversation),
      askForRelease: (conversation) => askForRelease({ holds, gateway }, conversation),
      lastCost: () => ledger.entries().findLast((entry) => entry.purpose === 'chat')?.cost,
      log: (message) => log.warn(message),
    }),
  );
  const bill: BillView = keep(
    new BillView({
      ...{ accounts, budget, ledger, currency, now, explain, runWayOut },
      conversation: () => panel.conversationId,
      balance: (signal) => gateway.balance(signal),
      log: (message) => log.warn(message),
    }),
  );
  keep(vscode.window.registerWebviewViewProvider(ChatPanel.viewId, panel));
  keep(accounts.onDidChange(() => panel.refreshBill()));
  keep(currency.onDidChange(() => panel.refreshBill()));
  keep(new Actions({ gateway, panel, review, waysOut }));
  keep(new FathomCodeActions());
  keep(registerSignIn({ admin: gateway, keys: key, waysOut }));
  keep(new PrivacyMenu({ gateway, origins, marks }));

  const changes = [
    (listener: () => void) => onSettingChange(applicationOnly, listener),
    (listener: () => void) => key.onDidChange(listener),
    (listener: () => void) => marks.onDidChange(listener),
    (listener: () => void) => visibility.onDidChange(listener),
    (listener: () => void) => local.onDidChange(listener),
  ];
  const answererMayDiffer = (): void => {
    ghostTextProblem = undefined;
    ghostText.retryNow();
    panel.refresh();
  };
  for (const subscribe of changes) keep(vscode.Disposable.from(subscribe(answererMayDiffer)));
  keep(
    new StatusBar({
      gateway,
      changes: [
        ...changes,
        (listener) => accounts.onDidChange(listener),
        (listener) => ghostText.onDidChangeState(listener),
      ],
      notes: () => ghostTextNotes(ghostText, ghostTextProblem),
      bill: () => bill.lines(),
    }),
  );

  keep(vscode.commands.registerCommand('fathom.showLog', () => log.show()));
  keep(
    vscode.commands.registerCommand('fathom.openSettings', () =>
      vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${context.extension.id}`),
    ),
  );
  keep(
    vscode.commands.registerCommand('fathom.openWalkthrough', () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#start`, false),
    ),
  );

  // Context keys for menus and the walkthrough: nothing waits for them, and neither call throws.
  void key.updateContext();
  void local.refresh(AbortSignal.timeout(5000));
  return context.extensionMode === vscode.ExtensionMode.Test
    ? { gateway, ledger, marks, panel, ghostText, historyFolder }
    : undefined;
}

/** Pure files can't ask VS Code for their sentences in the person's language: they get VS Code's table. */
function loadTranslations(): void {
  if (vscode.l10n.bundle !== undefined) l10n.config({ contents: vscode.l10n.bundle });
}

/** What the status bar's tooltip says about ghost text, beside who writes it. */
function ghostTextNotes(ghostText: GhostTextControl, problem: string | undefined): string[] {
  if (!ghostText.isEnabled(vscode.window.activeTextEditor?.document)) return [vscode.l10n.t('Ghost text is off.')];
  if (ghostText.isSnoozed()) return [vscode.l10n.t('Ghost text is snoozed.')];
  return problem === undefined ? [] : [vscode.l10n.t('Ghost text: {0}', problem)];
}
