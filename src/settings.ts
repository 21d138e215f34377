// Every setting of Fathom, typed once. package.json declares the same keys and defaults; a test compares the two.
import * as vscode from 'vscode';
import type { ForgeKind } from './models/forge.ts';
import type { PrivacyMode } from './privacy/route.ts';

export interface Settings {
  /** Where code may go: `auto` by repository, `localOnly`, or `cloud`. */
  'privacy.mode': PrivacyMode;
  /** Further forges that may be asked whether a repository is public: host name → kind and API address. */
  'privacy.forges': Record<string, { kind: ForgeKind; api: string }>;
  /** Takes secrets out of what stays on this machine too. */
  'privacy.redactLocal': boolean;
  /** Whether forges may be asked at all; false: everything that nobody cleared is private. */
  'privacy.lookup': boolean;
  /** Address of DeepSeek's API or of an OpenAI-compatible host; with or without `/v1` or `/beta`. */
  'deepseek.baseUrl': string;
  /** What that server is called in Fathom when it is not DeepSeek's own; empty: its host name. */
  'deepseek.name': string;
  /** Model ids sent for each mode; empty: the catalog's. */
  'deepseek.models': { chat?: string; reasoner?: string; complete?: string };
  /** Address of Ollama; empty: `OLLAMA_HOST`, else http://127.0.0.1:11434. */
  'local.url': string;
  /** Hosts of other machines, with or without a port, whose Ollama the person trusts like one on this machine. */
  'local.confirmedHosts': string[];
  /** Ollama model that answers questions; empty: the best installed one. */
  'local.chatModel': string;
  /** Ollama model that writes ghost text; empty: an installed one that can insert, else the chat model. */
  'local.completionModel': string;
  /** Context window asked of Ollama, in tokens; one value for everything, since another value reloads the model. */
  'local.contextTokens': number;
  /** What may be spent in a day and in a month, in the currency that the account is billed in; 0: no limit. */
  'budget.day': number;
  'budget.month': number;
  /** Whole days that entries of the ledger, and bodies that may be stored, stay on disk; 0: memory only. */
  'ledger.keepDays': number;
  /** Bodies of requests that are not public may be stored too. */
  'record.keepPrivateBodies': boolean;
  'completion.enabled': boolean;
  /** Shortest pause in typing, in milliseconds, before the network is asked. */
  'completion.delay': number;
  'chat.mode': 'auto' | 'chat' | 'reasoner';
}

export type SettingKey = keyof Settings;

export const settingDefaults: Settings = {
  'privacy.mode': 'auto',
  'privacy.forges': {},
  'privacy.redactLocal': false,
  'privacy.lookup': true,
  'deepseek.baseUrl': 'https://api.deepseek.com',
  'deepseek.name': '',
  'deepseek.models': {},
  'local.url': '',
  'local.confirmedHosts': [],
  'local.chatModel': '',
  'local.completionModel': '',
  'local.contextTokens': 8192,
  'budget.day': 0,
  'budget.month': 0,
  'ledger.keepDays': 90,
  'record.keepPrivateBodies': false,
  'completion.enabled': true,
  'completion.delay': 75,
  'chat.mode': 'auto',
};

/** Settings that decide where code goes and what is spent: VS Code lets no workspace set them (scope `application`), and `settings` ignores one that tries. */
export const applicationOnly: readonly SettingKey[] = [
  'privacy.mode',
  'privacy.forges',
  'privacy.redactLocal',
  'privacy.lookup',
  'deepseek.baseUrl',
  'deepseek.name',
  'deepseek.models',
  'local.url',
  'local.confirmedHosts',
  'local.chatModel',
  'local.completionModel',
  'local.contextTokens',
  'budget.day',
  'budget.month',
  'ledger.keepDays',
  'record.keepPrivateBodies',
];

/** The value in force, in the scope of `document` if one is given. */
export function setting<K extends SettingKey>(key: K, scope?: vscode.ConfigurationScope): Settings[K] {
  const configuration = vscode.workspace.getConfiguration('fathom', scope ?? null);
  if (applicationOnly.includes(key)) {
    const inspected = configuration.inspect<Settings[K]>(key);
    return inspected?.globalValue ?? inspected?.defaultValue ?? settingDefaults[key];
  }
  return configuration.get<Settings[K]>(key) ?? settingDefaults[key];
}

/** Writes a setting to the person's own settings, never to a workspace's. */
export async function setSetting<K extends SettingKey>(key: K, value: Settings[K]): Promise<void> {
  await vscode.workspace.getConfiguration('fathom').update(key, value, vscode.ConfigurationTarget.Global);
}

/** Calls `listener` when any of `keys` changes. */
export function onSettingChange(keys: readonly SettingKey[], listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (keys.some((key) => event.affectsConfiguration(`fathom.${key}`))) listener();
  });
}
