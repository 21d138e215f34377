// Joins this room: everything between a request and the models, with VS Code's settings, storage and folders. What other rooms need
// of it is in `Privacy`; it decides nothing itself.
import { randomBytes, randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { setting } from '../settings.ts';
import { createAccounts, type Accounts } from './accounts.ts';
import { createBillCurrency, type BillCurrency } from './billCurrency.ts';
import { createBudget, type Budget } from './budget.ts';
import { calendarOf } from './calendar.ts';
import { createGateway } from './gateway.ts';
import type { Gateway, ModelAdmin } from './gatewayTypes.ts';
import { createHolds, type Holds } from './holds.ts';
import { createIgnoreRules } from './ignoreRules.ts';
import { createLedger, formatEntry, type Ledger } from './ledger.ts';
import { createLedgerStore } from './ledgerStore.ts';
import { createMarks, type Marks } from './marks.ts';
import { createOrigins, type Origins } from './origins.ts';
import type { GatewaySettings } from './plans.ts';
import { reasonSentence } from './reasonWords.ts';
import { createRecord, type RecordOfSent } from './record.ts';
import { createRedactor } from './redaction.ts';
import { createRepositories, ownGitConfigs } from './repositories.ts';
import type { RouteReason } from './route.ts';
import { createVisibility, forgesWith, type VisibilityOfRepositories } from './visibility.ts';
import { registerConfirmHost } from './vscodeConfirmHost.ts';
import { excludedGlobs, watchRules } from './vscodeIgnoreRules.ts';
import { DeepSeekKey } from './vscodeKey.ts';
import { sourceOf } from './vscodeSource.ts';
import { WorkspaceTriesWatch } from './vscodeWorkspaceTries.ts';

export interface Privacy {
  gateway: Gateway & ModelAdmin;
  key: DeepSeekKey;
  marks: Marks;
  visibility: VisibilityOfRepositories;
  origins: Origins;
  holds: Holds;
  ledger: Ledger;
  record: RecordOfSent;
  accounts: Accounts;
  budget: Budget;
  currency: BillCurrency;
  /** The window's folders, as the gateway routes by. */
  folders: () => string[];
}

/** Longest wait for a forge to say whether a repository is public. */
const forgeTimeoutMs = 5000;

export function createPrivacy(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Privacy {
  const { globalState: storage, secrets, subscriptions } = context;
  const now = Date.now;
  const keep = <Part extends { dispose(): unknown }>(part: Part): Part => {
    subscriptions.push(part);
    return part;
  };
  const onError = (error: unknown): void => log.warn(`keeping the record failed: ${String(error)}`);
  const folders = (): string[] => (vscode.workspace.workspaceFolders ?? []).map((folder) => sourceOf(folder.uri));

  const key = keep(new DeepSeekKey(secrets, process.env));
  const marks = createMarks(storage);
  const visibility = createVisibility({
    forges: () => forgesWith(setting('privacy.forges')),
    cache: storage,
    now,
    timeoutMs: forgeTimeoutMs,
    trusted: () => vscode.workspace.isTrusted,
    mode: () => setting('privacy.mode'),
    lookup: () => setting('privacy.lookup'),
  });
  const [home, { env }] = [homedir(), process];
  const repositories = createRepositories({ now, ownConfigs: ownGitConfigs(home, env), home, env });
  const ignoreRules = createIgnoreRules({ repositories, folders, filesExclude: excludedGlobs, now });
  keep(watchRules(ignoreRules));
  const origins = createOrigins({ repositories, visibility, marks, folders, ignoreRules });
  const holds = createHolds(storage, now);

  const keepDays = () => setting('ledger.keepDays');
  const kept = context.globalStorageUri.fsPath;
  const store = createLedgerStore({ folder: path.join(kept, 'ledger'), session: randomUUID(), keepDays, now, onError });
  const ledger = createLedger({ store });
  // Codes to search for, and then the same in words.
  const inWords = (reasons: readonly RouteReason[]) => reasons.map((reason) => reasonSentence(reason)).join(' ');
  keep(ledger.onEntry((entry) => log.info(`${formatEntry(entry)} · ${inWords(entry.reasons)}`)));
  const record = createRecord({ folder: path.join(kept, 'sent'), keepDays, now, onError });
  const calendar = calendarOf();
  const accounts = keep(createAccounts({ ledger, calendar, now }));
  const currency = createBillCurrency(storage, onError);
  const budget = keep(
    createBudget({
      ...{ accounts, calendar, storage, now, onError },
      limits: () => ({ day: setting('budget.day'), month: setting('budget.month') }),
      currency: () => currency.get(),
    }),
  );
  const gateway = createGateway({
    settings: gatewaySettings,
    key: () => key.get(),
    redactor: createRedactor({ salt: () => saltIn(storage) }),
    ...{ origins, holds, ignoreRules, budget, ledger, record, now },
    env: process.env,
  });
  keep(registerConfirmHost({ admin: gateway }));
  keep(new WorkspaceTriesWatch(storage));
  return { gateway, key, marks, visibility, origins, holds, ledger, record, accounts, budget, currency, folders };
}

/** Of this installation: with it, a secret has the same placeholder for ever, and nobody else can tell what it stands for. */
function saltIn(storage: vscode.Memento): string {
  const before = storage.get<string>('fathom.salt');
  if (before !== undefined) return before;
  const salt = randomBytes(16).toString('hex');
  void storage.update('fathom.salt', salt); // Should that fail, placeholders change with the next window, and nothing else.
  return salt;
}

function gatewaySettings(): GatewaySettings {
  return {
    mode: setting('privacy.mode'),
    deepseek: {
      baseUrl: setting('deepseek.baseUrl'),
      name: setting('deepseek.name'),
      models: setting('deepseek.models'),
    },
    local: {
      url: setting('local.url'),
      chatModel: setting('local.chatModel'),
      completionModel: setting('local.completionModel'),
      contextTokens: setting('local.contextTokens'),
      confirmedHosts: setting('local.confirmedHosts'),
    },
    redactLocal: setting('privacy.redactLocal'),
    keepPrivateBodies: setting('record.keepPrivateBodies'),
  };
}
