// From what a server answered to the reason that code asks for: two tables, one for OpenAI-compatible servers and one for Ollama.
// The only place where messages are matched, because neither wire gives anything else; sentences for people are in sentences.ts.
import { ModelError, type ModelErrorDetails, type ModelErrorReason } from './errors.ts';
import { masked, type FailedAnswer } from './serverWords.ts';

/** The first rule that fits decides: by status, or else by message. A rule without either fits always. */
interface Rule {
  reason: ModelErrorReason;
  status?: readonly number[];
  message?: RegExp;
  /** More that the answer tells. */
  details?: (failed: FailedAnswer) => ModelErrorDetails;
}

/** DeepSeek (documented statuses, messages as quoted in issues), llama.cpp's server, vLLM, and Ollama's `/v1`. */
const openAiRules: readonly Rule[] = [
  { reason: 'badKey', status: [401] },
  { reason: 'noCredit', status: [402] },
  { reason: 'noCredit', message: /insufficient (balance|quota|credit)/i },
  { reason: 'rateLimited', status: [429] },
  {
    reason: 'cannotFill',
    message: /(infill|insert|suffix|fim)\b.*\bnot supported|does not support (infill|insert|fim)/i,
  },
  {
    reason: 'retiredModel',
    message: /supported API model names are/i,
    details: ({ message }) => ({ supported: supportedModels(message) }),
  },
  { reason: 'retiredModel', message: /model not exist|model\b.*\b(does not exist|not found|not supported)/i },
  {
    reason: 'contextTooLong',
    message: /maximum context length|exceeds? the (available |model's )?context|context (length|size|window).*exceed/i,
    details: contextSize,
  },
  { reason: 'contextTooLong', status: [413] },
  { reason: 'noThinking', message: /does not support (thinking|reasoning)/i },
  { reason: 'overloaded', message: /too busy|overloaded|server busy/i },
  { reason: 'overloaded', status: [408, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529] },
  { reason: 'badResponse', status: [404, 405] },
  { reason: 'refused', status: [400, 403, 409, 415, 422, 451] },
  { reason: 'dropped' },
];

/** Ollama 0.17.4, as seen. `Post "https://…"` in a failure shows that the prompt was on its way to that host. */
const ollamaRules: readonly Rule[] = [
  {
    reason: 'modelNotLocal',
    message: /^Post "https?:\/\//,
    details: ({ message }) => ({ remoteHost: /^Post "(https?:\/\/[^/"]+)/.exec(message)?.[1] ?? '' }),
  },
  { reason: 'noThinking', message: /does not support thinking|think value .* is not supported/i },
  { reason: 'cannotFill', message: /does not support insert/i },
  { reason: 'contextTooLong', message: /exceeds the context length|context length exceeded/i },
  { reason: 'modelMissing', message: /model\b.*\bnot found|file does not exist/i },
  {
    reason: 'overloaded',
    message: /(system|GPU) memory|out of memory|unable to allocate|signal: killed/i,
    details: () => ({ outOfMemory: true }),
  },
  { reason: 'overloaded', status: [503, 429] },
  { reason: 'badResponse', status: [404, 405] },
  { reason: 'refused', status: [400, 401, 403] },
  {
    reason: 'dropped',
    message: /no such host|dial tcp|i\/o timeout/i,
    details: ({ message }) => {
      const host = /"https?:\/\/([^/"]+)/.exec(message)?.[1];
      return { unreached: true, ...(host === undefined ? {} : { host }) };
    },
  },
  { reason: 'dropped' },
];

/** @param known what is known beforehand (model, host) · @param key masked in the server's words */
export function openAiFailure(failed: FailedAnswer, known: ModelErrorDetails, key = ''): ModelError {
  const error = failure(openAiRules, failed, known, key);
  // A server that wants a key and got none has not seen a bad one.
  return error.reason === 'badKey' && key === '' ? new ModelError('noKey', error.details) : error;
}

/** @param contextTokens the window that was asked for: Ollama doesn't say how long the prompt was or might have been */
export function ollamaFailure(failed: FailedAnswer, known: ModelErrorDetails, contextTokens?: number): ModelError {
  if (failed.remoteHost !== undefined) return passedOnTo(failed.remoteHost, known);
  const error = failure(ollamaRules, failed, known, '');
  return error.reason === 'contextTooLong' && contextTokens !== undefined
    ? new ModelError('contextTooLong', { ...error.details, limitTokens: contextTokens })
    : error;
}

/** For an answer, or a failure, that came from another host than Ollama's: the prompt has been there. */
export function passedOnTo(remoteHost: string, known: ModelErrorDetails): ModelError {
  return new ModelError('modelNotLocal', { ...known, remoteHost, passedOn: true });
}

function failure(rules: readonly Rule[], failed: FailedAnswer, known: ModelErrorDetails, key: string): ModelError {
  const { status, message, retryAfterMs } = failed;
  const rule = rules.find((each) => {
    if (each.status === undefined && each.message === undefined) return true;
    return each.status === undefined
      ? each.message?.test(message)
      : status !== undefined && each.status.includes(status);
  });
  const serverMessage = masked(message, key);
  return new ModelError(rule?.reason ?? 'dropped', {
    ...known,
    ...(status === undefined ? {} : { status }),
    ...(serverMessage === '' ? {} : { serverMessage }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...rule?.details?.(failed),
  });
}

/** "The supported API model names are deepseek-flash, deepseek-v4-pro, but you passed X." */
function supportedModels(message: string): string[] {
  const list = /names are (.*?)(?:,? but you passed|[.;]?$)/i.exec(message)?.[1] ?? '';
  return list.split(/,|\band\b|\bor\b/).flatMap((name) => /[\w.:/-]*\w/.exec(name)?.[0] ?? []);
}

/** DeepSeek tells tokens in words, llama.cpp's server in fields. */
function contextSize({ message, error }: FailedAnswer): ModelErrorDetails {
  const limit = error?.n_ctx ?? numberIn(message, /(?:length is|context size \()\s*(\d+)/);
  const sent = error?.n_prompt_tokens ?? numberIn(message, /(?:you requested|request \()\s*(\d+)/);
  return {
    ...(typeof limit === 'number' ? { limitTokens: limit } : {}),
    ...(typeof sent === 'number' ? { sentTokens: sent } : {}),
  };
}

function numberIn(message: string, pattern: RegExp): number | undefined {
  const digits = pattern.exec(message)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
