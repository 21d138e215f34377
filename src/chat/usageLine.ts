// The footer of an answer: what it cost in tokens. Prices are the ledger's.
import * as l10n from '@vscode/l10n';
import type { Usage } from '../models/types.ts';
import { money } from '../privacy/billWords.ts';

/** Both of one turn: an answer that was continued was billed twice. */
export function addUsage(a: Usage | undefined, b: Usage): Usage {
  if (a === undefined) return b;
  const both = (x: number | undefined, y: number | undefined): number | undefined =>
    x === undefined && y === undefined ? undefined : (x ?? 0) + (y ?? 0);
  const cachedTokens = both(a.cachedTokens, b.cachedTokens);
  const reasoningTokens = both(a.reasoningTokens, b.reasoningTokens);
  return {
    promptTokens: a.promptTokens + b.promptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    ...(cachedTokens === undefined ? {} : { cachedTokens }),
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
  };
}

/**
 * "2.1k in, 88 % cached · 640 out · $0.00051".
 * @param cost in US dollars, where it is known
 * @param upTo it may be less
 */
export function usageLine(usage: Usage, cost?: number, upTo = false): string {
  const { promptTokens, cachedTokens, completionTokens } = usage;
  const percent = cachedTokens === undefined ? 0 : Math.round((100 * cachedTokens) / Math.max(promptTokens, 1));
  const line =
    percent > 0
      ? l10n.t('{0} in, {1} % cached · {2} out', short(promptTokens), percent, short(completionTokens))
      : l10n.t('{0} in · {1} out', short(promptTokens), short(completionTokens));
  if (cost === undefined) return line;
  const amount = money(cost, 'USD');
  return `${line} · ${upTo ? l10n.t('up to {0}', amount) : amount}`;
}

/** "640", "2.1k", "128k", "1.2M". */
function short(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  if (tokens < 999_500) return `${oneDigit(tokens / 1000)}k`;
  return `${oneDigit(tokens / 1_000_000)}M`;
}

function oneDigit(value: number): string {
  return value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value));
}
