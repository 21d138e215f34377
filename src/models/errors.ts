// The ways in which a model can fail, each with a reason that code can ask for. The sentences for people are in sentences.ts.

export const modelErrorReasons = [
  'noKey',
  'badKey',
  'noCredit',
  'rateLimited',
  'overloaded',
  'retiredModel',
  'contextTooLong',
  'modelMissing',
  'modelNotLocal',
  'notRunning',
  'cannotFill',
  'noThinking',
  'dropped',
  'stalled',
  'refused',
  'badResponse',
] as const;

export type ModelErrorReason = (typeof modelErrorReasons)[number];

/** What is known beyond the reason. Never a key, a prompt or an answer. */
export interface ModelErrorDetails {
  /** Model id on the wire. */
  model?: string;
  /** Host (and port) that was asked. */
  host?: string;
  status?: number;
  /** The server's own words, with keys masked. */
  serverMessage?: string;
  /** `retiredModel`: ids that the server says it supports. */
  supported?: string[];
  /** `modelNotLocal`: where the prompt would have gone. */
  remoteHost?: string;
  /** `modelNotLocal`: the address that the host's name stands for now. Nothing was sent there. */
  resolvedTo?: string;
  /** `modelNotLocal`: an answer that had begun showed it, so Ollama has passed this prompt on. */
  passedOn?: true;
  /** `badResponse`: where the server wanted the request to be sent instead. Nothing was sent there. */
  redirectTo?: string;
  /** `rateLimited`, `overloaded`: when to try again. */
  retryAfterMs?: number;
  /** `contextTooLong`: tokens that fit, and tokens that were sent, where the server tells. */
  limitTokens?: number;
  sentTokens?: number;
  /** `dropped`: nobody could be reached at all, so that nothing was sent. */
  unreached?: boolean;
  /** `overloaded`: the model needs more memory than the machine has free; the same again would fail again. */
  outOfMemory?: boolean;
}

/** Every failure of a model or its server, by reason. Cancelling is not a failure: it throws the signal's own reason. */
export class ModelError extends Error {
  readonly reason: ModelErrorReason;
  readonly details: ModelErrorDetails;

  constructor(reason: ModelErrorReason, details: ModelErrorDetails = {}, cause?: unknown) {
    super(`${reason}${details.serverMessage === undefined ? '' : `: ${details.serverMessage}`}`, { cause });
    this.name = 'ModelError';
    this.reason = reason;
    this.details = details;
  }

  /** True for a `ModelError`, and of that reason if one is given. */
  static is(error: unknown, reason?: ModelErrorReason): error is ModelError {
    return error instanceof ModelError && (reason === undefined || error.reason === reason);
  }
}
