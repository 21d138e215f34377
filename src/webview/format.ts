// Durations and token counts in the few characters that a side bar has, and the line above the reasoning.
import * as l10n from '@vscode/l10n';

/** "under 1 s", "12 s", "2 min 5 s", "1 h 4 min". @param ms milliseconds */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (!(seconds >= 1)) return l10n.t('under 1 s');
  if (seconds < 60) return l10n.t('{0} s', seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return seconds % 60 === 0 ? l10n.t('{0} min', minutes) : l10n.t('{0} min {1} s', minutes, seconds % 60);
  }
  return l10n.t('{0} h {1} min', Math.floor(minutes / 60), minutes % 60);
}

/** "640", "1.9k", "128k", "1.2M". */
export function formatTokens(tokens: number): string {
  if (tokens < 1000) return String(Math.round(tokens));
  const thousands = tokens / 1000;
  if (thousands < 9.95) return `${trim(thousands)}k`;
  if (thousands < 999.5) return `${Math.round(thousands)}k`;
  return `${trim(tokens / 1_000_000)}M`;
}

function trim(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}

/**
 * The line above the reasoning: "Thinking 4 s", "Thought for 12 s · 1.9k tokens".
 * @param state `running` while it thinks; then `elapsedMs`, if known, is what has passed so far
 */
export function reasoningSummary(state: {
  running: boolean;
  ms?: number | undefined;
  tokens?: number | undefined;
  elapsedMs?: number | undefined;
}): string {
  if (state.running && state.ms === undefined) {
    return state.elapsedMs === undefined || state.elapsedMs < 1000
      ? l10n.t('Thinking')
      : l10n.t('Thinking {0}', wholeSeconds(state.elapsedMs));
  }
  const thought = state.ms === undefined ? l10n.t('Thought') : l10n.t('Thought for {0}', formatDuration(state.ms));
  return state.tokens === undefined ? thought : l10n.t('{0} · {1} tokens', thought, formatTokens(state.tokens));
}

/** What goes on before anything arrived: "Loading deepseek-r1:8b · 12 s". The time appears when it begins to feel long. */
export function waitingSummary(activity: string | undefined, elapsedMs: number | undefined): string {
  const what = activity ?? l10n.t('Waiting for the answer');
  return elapsedMs === undefined || elapsedMs < 3000 ? what : l10n.t('{0} · {1}', what, wholeSeconds(elapsedMs));
}

/** A running clock counts seconds that are over. */
function wholeSeconds(ms: number): string {
  return formatDuration(Math.floor(ms / 1000) * 1000);
}
