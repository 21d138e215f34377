// What the ledger keeps of one request, in words: a row of the list "What Was Sent", its tooltip, and the day it belongs to. It looks
// at figures and names only; the text that was sent is sentText.ts's.
import * as l10n from '@vscode/l10n';
import type { Currency } from '../models/types.ts';
import { isLoopback } from '../models/loopback.ts';
import { entryCostWords } from './billWords.ts';
import type { Purpose } from './gatewayTypes.ts';
import type { LedgerEntry } from './ledger.ts';
import { reasonSentence } from './reasonWords.ts';

/** How things are written: the person's language, where they are, and what they pay in. */
export interface Manner {
  /** BCP 47: `en`, `de`, `pt-br`. */
  locale: string;
  currency: Currency;
  /** IANA; absent: the machine's. */
  timeZone?: string;
}

export interface SentRow {
  /** Codicon: where it went, or that it failed. */
  icon: 'cloud' | 'home' | 'circle-slash' | 'warning';
  label: string;
  description: string;
  /** Lines, no markup. */
  tooltip: string;
  /** The same for those who don't see the icon. */
  spoken: string;
}

const purposes: Record<Purpose, () => string> = {
  ghostText: () => l10n.t('ghost text'),
  chat: () => l10n.t('chat'),
  title: () => l10n.t('title'),
  action: () => l10n.t('action'),
};

/** How a request ended; reasons that are not here (a newer version wrote them) are told as they are. */
const outcomes: Readonly<Record<string, () => string>> = {
  done: () => l10n.t('Answered.'),
  cancelled: () => l10n.t('Stopped before the end: the rest was not wanted any more.'),
  noKey: () => l10n.t('Failed: there is no key.'),
  badKey: () => l10n.t('Failed: the key was not accepted.'),
  noCredit: () => l10n.t('Failed: no credit left.'),
  rateLimited: () => l10n.t('Failed: too many requests at once.'),
  overloaded: () => l10n.t('Failed: too busy, or out of memory.'),
  retiredModel: () => l10n.t('Failed: the model is not offered any more.'),
  contextTooLong: () => l10n.t('Failed: too long for the model.'),
  modelMissing: () => l10n.t('Failed: the model is not installed.'),
  modelNotLocal: () => l10n.t('Failed: the model does not run on this machine.'),
  notRunning: () => l10n.t('Failed: Ollama was not running.'),
  cannotFill: () => l10n.t('Failed: the model cannot complete code.'),
  noThinking: () => l10n.t('Failed: the model cannot think.'),
  dropped: () => l10n.t('Failed: the connection broke.'),
  stalled: () => l10n.t('Failed: nothing came for a long time.'),
  refused: () => l10n.t('Failed: the server refused it.'),
  badResponse: () => l10n.t('Failed: what came back was no answer of a model.'),
  askFirst: () => l10n.t('Not sent: you are asked first.'),
  noLocalModel: () => l10n.t('Not sent: it must stay on this machine, and no local model could answer.'),
  ignored: () => l10n.t('Not sent: a file in it goes along with nothing.'),
  insideSecret: () => l10n.t('Not sent: the cursor was in a secret.'),
  stopped: () => l10n.t('Not sent: the budget is spent.'),
  slowed: () => l10n.t('Not sent: ghost text comes less often, because most of the budget is spent.'),
};

export const purposeWord = (purpose: Purpose): string => purposes[purpose]();

export function outcomeSentence(outcome: string): string {
  return Object.hasOwn(outcomes, outcome) ? (outcomes[outcome]?.() ?? outcome) : l10n.t('Failed: {0}.', outcome);
}

export const failed = ({ outcome }: LedgerEntry): boolean => outcome !== 'done' && outcome !== 'cancelled';

/** "1,234". */
export const count = (value: number, { locale }: Pick<Manner, 'locale'>): string => value.toLocaleString(locale);

/** "1,234 in (88 % cached)", "120 out"; empty where the server told nothing. */
function tokenWords({ usage }: LedgerEntry, manner: Manner): string[] {
  if (usage === undefined) return [];
  const { promptTokens, cachedTokens, completionTokens } = usage;
  const shown = count(promptTokens, manner);
  const percent = Math.round((100 * (cachedTokens ?? 0)) / Math.max(promptTokens, 1));
  return [
    percent > 0 ? l10n.t('{0} in ({1} % cached)', shown, percent) : l10n.t('{0} in', shown),
    l10n.t('{0} out', count(completionTokens, manner)),
  ];
}

export function secretsReplaced(found: number): string {
  return found === 1 ? l10n.t('1 secret replaced') : l10n.t('{0} secrets replaced', found);
}

const zone = ({ timeZone }: Manner) => (timeZone === undefined ? {} : { timeZone });

/** "14:03". */
export function timeOf(at: number, manner: Manner): string {
  return new Date(at).toLocaleTimeString(manner.locale, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...zone(manner),
  });
}

/** "Tuesday, 24 November 2026, 14:03:07", as the language has it. */
export function momentOf(at: number, manner: Manner): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString(manner.locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
    ...zone(manner),
  });
  return l10n.t('{0}, {1}', dayName(at, manner), time);
}

function dayName(at: number, manner: Manner): string {
  return new Date(at).toLocaleDateString(manner.locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    ...zone(manner),
  });
}

/** The day a moment lies in, to group by: "2026-11-24". */
export function dayKey(at: number, manner: Manner): string {
  return new Date(at).toLocaleDateString('sv', zone(manner));
}

const dayMs = 24 * 60 * 60 * 1000;

/** "Today", "Yesterday", or the whole date. */
export function dayWord(at: number, now: number, manner: Manner): string {
  const day = dayKey(at, manner);
  if (day === dayKey(now, manner)) return l10n.t('Today');
  if (day === dayKey(now - dayMs, manner)) return l10n.t('Yesterday');
  return dayName(at, manner);
}

/** "840 ms", "2.4 s". */
export function durationOf(ms: number, manner: Manner): string {
  if (ms < 1000) return l10n.t('{0} ms', Math.round(ms));
  const seconds = (ms / 1000).toLocaleString(manner.locale, { maximumFractionDigits: 1 });
  return l10n.t('{0} s', seconds);
}

/** A host of the person's own on another machine, where a local model ran. */
function confirmedHost({ place, host = '' }: LedgerEntry): string | undefined {
  return place === 'local' && !isLoopback(`http://${host}`) ? host : undefined;
}

function placeSentence(entry: LedgerEntry): string {
  const { place, host = '', bytes } = entry;
  if (place === 'nowhere') return l10n.t('Nothing was sent.');
  if (bytes === 0) return l10n.t('Nothing was sent; {0} was to be asked.', host);
  if (confirmedHost(entry) !== undefined) return l10n.t('Sent to a machine that you confirmed: {0}', host);
  return place === 'cloud' ? l10n.t('Sent to another machine: {0}', host) : l10n.t('Stayed on this machine: {0}', host);
}

/** The chain of reasons, a sentence each. */
function reasonSentences(entry: LedgerEntry): string[] {
  const told = entry.reasons.filter(({ kind }) => kind !== 'nothingSent');
  return [...new Set(told.map((reason) => reasonSentence(reason, confirmedHost(entry), entry.at)))];
}

/** Lines that say all that is kept of a request, each with what it is called. */
export function factsOf(entry: LedgerEntry, manner: Manner): [name: string, value: string][] {
  const { usage, bytes } = entry;
  const tokens = [
    ...tokenWords(entry, manner),
    ...(usage?.reasoningTokens === undefined
      ? []
      : [l10n.t('{0} of them thinking', count(usage.reasoningTokens, manner))]),
  ];
  return [
    [l10n.t('Time'), momentOf(entry.at, manner)],
    [l10n.t('Purpose'), purposeWord(entry.purpose)],
    [l10n.t('Where'), placeSentence(entry)],
    [l10n.t('Why there'), reasonSentences(entry).join(' ')],
    [l10n.t('Model'), entry.model ?? ''],
    [l10n.t('Outcome'), outcomeSentence(entry.outcome)],
    [l10n.t('Took'), durationOf(entry.ms, manner)],
    [l10n.t('Size'), bytes === 0 ? '' : l10n.t('{0} bytes', count(bytes, manner))],
    [l10n.t('Tokens'), tokens.join(' · ')],
    [l10n.t('Cost'), entryCostWords(entry, manner.currency)],
    [l10n.t('Secrets'), entry.redactions === 0 ? '' : secretsReplaced(entry.redactions)],
  ].filter((fact): fact is [string, string] => fact[1] !== '');
}

/** So many bodies are kept. */
const mostBodies = 200;

/** Why the text of a request is not there. @param sentAfter requests that were sent after it */
export function whyNoBody({ bytes, visibilityPrivate }: LedgerEntry, sentAfter: number): string {
  if (bytes === 0) return l10n.t('Nothing was sent.');
  if (sentAfter >= mostBodies) {
    return l10n.t('The text is not kept any more: only those of the last {0} requests are.', mostBodies);
  }
  return visibilityPrivate
    ? l10n.t(
        'The text was private, so it was only in the memory of the window that sent it: that one was reloaded or closed, or is another one.',
      )
    : l10n.t('The text is not kept any more: it was deleted, or is older than your settings say.');
}

export function rowOf(entry: LedgerEntry, manner: Manner): SentRow {
  const label = [purposeWord(entry.purpose), entry.model].filter((part) => part !== undefined).join(' · ');
  const paid = entry.place === 'cloud' && entry.bytes > 0;
  const description = [
    timeOf(entry.at, manner),
    ...(entry.place === 'nowhere' ? [l10n.t('nothing sent')] : tokenWords(entry, manner)),
    ...(failed(entry) && entry.place !== 'nowhere' ? [l10n.t('failed')] : []),
    ...(paid ? [entryCostWords(entry, manner.currency)] : []),
    ...(entry.redactions === 0 ? [] : [secretsReplaced(entry.redactions)]),
  ].join(' · ');
  const places = { cloud: l10n.t('cloud'), local: confirmedHost(entry) ?? l10n.t('this machine'), nowhere: '' };
  const where = places[entry.place];
  return {
    icon: iconOf(entry),
    label,
    description,
    tooltip: factsOf(entry, manner)
      .map(([name, value]) => l10n.t('{0}: {1}', name, value))
      .join('\n'),
    spoken: [label, where, description].filter((part) => part !== '').join(', '),
  };
}

function iconOf(entry: LedgerEntry): SentRow['icon'] {
  if (entry.place === 'nowhere') return 'circle-slash';
  if (failed(entry)) return 'warning';
  return entry.place === 'cloud' ? 'cloud' : 'home';
}
