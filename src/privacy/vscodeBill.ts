// The bill, the balance and the budget's warning as VS Code shows them: one summary, one question to the server, one notification. The
// figures come from accounts.ts and budget.ts, the words from billLine.ts.
import * as vscode from 'vscode';
import type { Balance } from '../models/types.ts';
import type { Explanation, WayOut } from '../models/waysOut.ts';
import { setting } from '../settings.ts';
import type { Accounts } from './accounts.ts';
import { balanceSentence, billLineOf, figureLines, remarkLines, type BillLine, type Bills } from './billLine.ts';
import type { BillCurrency } from './billCurrency.ts';
import { budgetWords } from './billWords.ts';
import type { Budget, BudgetState } from './budget.ts';
import type { Disposable } from './emitter.ts';
import type { Ledger } from './ledger.ts';
import { hostOf } from './localSide.ts';
import { deepseekHost } from './plans.ts';
import { tell } from './vscodeNotice.ts';

export interface BillDeps {
  accounts: Accounts;
  budget: Budget;
  ledger: Pick<Ledger, 'entries'>;
  currency: Pick<BillCurrency, 'get' | 'learn'>;
  /** Of the conversation that the panel shows; undefined before it was opened. */
  conversation: () => string | undefined;
  /** Asks the server. Throws a `ModelError`. */
  balance: (signal: AbortSignal) => Promise<Balance>;
  /** Milliseconds since 1970. */
  now: () => number;
  explain: (error: unknown) => Explanation;
  runWayOut: (way: WayOut) => Promise<boolean>;
  log: (message: string) => void;
}

/** What other windows and earlier sessions spent is looked at again after this time. */
const freshMs = 30_000;
/** Nobody waits longer for a figure. */
const balanceTimeoutMs = 15_000;

export class BillView implements vscode.Disposable {
  private readonly deps: BillDeps;
  private readonly disposables: Disposable[];
  private readAt = -Infinity;

  constructor(deps: BillDeps) {
    this.deps = deps;
    this.disposables = [
      vscode.commands.registerCommand('fathom.showBill', () => this.show()),
      vscode.commands.registerCommand('fathom.showBalance', () => this.showBalance()),
      deps.accounts.onDidChange(() => void this.catchUp()), // Its end is told by the same event.
      deps.budget.onWarning((state) => void this.warn(state)), // Nobody waits for a notification to be read.
    ];
  }

  /** For the panel's footer. */
  line(conversation: string): BillLine | undefined {
    void this.catchUp(); // What it finds is told by the accounts' own event.
    return billLineOf(this.bills(conversation), this.deps.budget.states(), this.deps.currency.get());
  }

  /** For the status bar's tooltip: today, this month, and what is to be known beside. */
  lines(): string[] {
    const { currency, budget, conversation } = this.deps;
    const bills = this.bills(conversation());
    return [...figureLines(bills, currency.get()), ...remarkLines(bills, budget.states(), currency.get())];
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  private bills(conversation: string | undefined): Bills {
    const { accounts, ledger } = this.deps;
    const last = ledger.entries().findLast((entry) => entry.purpose === 'chat' && entry.conversation === conversation);
    return {
      answer: last === undefined ? undefined : accounts.answer([last]),
      conversation: conversation === undefined ? undefined : accounts.conversation(conversation),
      today: accounts.today(),
      month: accounts.month(),
    };
  }

  /** Reads what others spent, unless that was done just now. Never throws. */
  private async catchUp(): Promise<void> {
    const { accounts, now, log } = this.deps;
    if (now() - this.readAt < freshMs) return;
    this.readAt = now();
    try {
      await accounts.refresh();
    } catch (error) {
      log(`The ledger could not be read: ${String(error)}`);
    }
  }

  /** Everything in one modal, which a screen reader reads as a whole. */
  private async show(): Promise<void> {
    const { currency, budget, conversation } = this.deps;
    this.readAt = -Infinity;
    await this.catchUp();
    const bills = this.bills(conversation());
    const figures = figureLines(bills, currency.get());
    const remarks = remarkLines(bills, budget.states(), currency.get());
    const detail = [
      ...(figures.length > 0 ? figures : [vscode.l10n.t('Nothing was asked this month.')]),
      ...(remarks.length > 0 ? ['', ...remarks] : []),
      '',
      vscode.l10n.t('Reckoned with published prices. What counts is the bill of the server.'),
    ].join('\n');
    const balance = vscode.l10n.t('Show Balance');
    const sent = vscode.l10n.t('What Was Sent');
    const title = vscode.l10n.t('The bill');
    const pressed = await vscode.window.showInformationMessage(title, { modal: true, detail }, balance, sent);
    if (pressed === balance) await this.showBalance();
    if (pressed === sent) await vscode.commands.executeCommand('fathom.showSent');
  }

  /** @returns false: knowing the balance changes nothing, so that there is no reason to try again */
  private async showBalance(): Promise<false> {
    const { balance, explain, runWayOut, currency } = this.deps;
    const server = serverName();
    try {
      const told = await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: vscode.l10n.t('Asking for the balance'),
          cancellable: true,
        },
        (_progress, token) => {
          const controller = new AbortController();
          token.onCancellationRequested(() => controller.abort());
          return balance(AbortSignal.any([controller.signal, AbortSignal.timeout(balanceTimeoutMs)]));
        },
      );
      currency.learn(told);
      void vscode.window.showInformationMessage(balanceSentence(told, server)); // Nobody waits for it to be read.
    } catch (error) {
      if (error instanceof Error && error.name === 'AbortError') return false;
      const late = vscode.l10n.t('{0} did not tell the balance in time.', server);
      const said: Explanation = timedOut(error) ? { tone: 'error', sentence: late, waysOut: [] } : explain(error);
      void tell(said, runWayOut); // Nobody waits for it to be read.
    }
    return false;
  }

  private async warn(state: BudgetState): Promise<void> {
    const settings = vscode.l10n.t('Open Settings');
    const sent = vscode.l10n.t('What Was Sent');
    const pressed = await vscode.window.showWarningMessage(budgetWords(state), settings, sent);
    if (pressed === settings) await vscode.commands.executeCommand('workbench.action.openSettings', 'fathom.budget');
    if (pressed === sent) await vscode.commands.executeCommand('fathom.showSent');
  }
}

/** As the panel calls it. */
function serverName(): string {
  const host = hostOf(setting('deepseek.baseUrl'));
  const name = setting('deepseek.name');
  return host === deepseekHost ? 'DeepSeek' : name === '' ? host : name;
}

const timedOut = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError';
