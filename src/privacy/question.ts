// What the gateway does with a request, whichever kind it is: what it is routed by, how its secrets are taken out, how a model is asked.
import type { ChatRequest, FillRequest, Mode, Model, ModelEvent } from '../models/types.ts';
import type { GatewayChatRequest, GatewayFillRequest, Held, Piece, Purpose, Sources } from './gatewayTypes.ts';
import type { FoundSecret, Redactor } from './redaction.ts';
import { chatWithoutSecrets, fillWithoutSecrets, type Aside } from './secretsAside.ts';

/** A request that is ready to be sent. */
export interface Prepared {
  /** Secrets that were taken out. */
  found: readonly FoundSecret[];
  /** Length of its texts in UTF-8. */
  bytes: number;
  ask(model: Model, signal: AbortSignal): AsyncIterable<ModelEvent>;
}

export interface Question {
  purpose: Purpose;
  mode: Mode;
  sources: Sources;
  pieces: readonly Piece[];
  held: Held | undefined;
  /**
   * @param redactor undefined: secrets stay in
   * @returns undefined when the text can't be sent without a secret
   */
  prepare(redactor: Redactor | undefined): Promise<Prepared | undefined>;
}

export function chatQuestion(asked: GatewayChatRequest): Question {
  const { purpose, mode, sources, pieces = [], conversation, messages, maxTokens, stop, tools } = asked;
  const request: ChatRequest = {
    messages,
    thinking: mode === 'reasoner',
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(stop === undefined ? {} : { stop }),
    ...(tools === undefined ? {} : { tools }),
  };
  return {
    purpose,
    mode,
    sources,
    pieces,
    held: conversation === undefined ? undefined : { conversation, pieces },
    prepare: async (redactor) =>
      prepared(
        redactor && (await chatWithoutSecrets(redactor, request)),
        request,
        messages.map(({ content }) => content),
        (model, each, signal) => model.chat(each, signal),
      ),
  };
}

export function fillQuestion(asked: GatewayFillRequest): Question {
  const { purpose, sources, pieces = [], prefix, suffix, maxTokens, stop } = asked;
  const request: FillRequest = { prefix, suffix, maxTokens, ...(stop === undefined ? {} : { stop }) };
  return {
    purpose,
    mode: 'complete',
    sources,
    pieces,
    held: undefined,
    prepare: async (redactor) => {
      const aside = redactor && (await fillWithoutSecrets(redactor, request));
      if (redactor !== undefined && aside === undefined) return undefined;
      return prepared(aside, request, [prefix, suffix], (model, each, signal) => model.fill(each, signal));
    },
  };
}

function prepared<Request>(
  aside: Aside<Request> | undefined,
  request: Request,
  texts: readonly string[],
  ask: (model: Model, request: Request, signal: AbortSignal) => AsyncIterable<ModelEvent>,
): Prepared {
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (aside === undefined) return { found: [], bytes, ask: (model, signal) => ask(model, request, signal) };
  return {
    found: aside.found,
    bytes,
    ask: (model, signal) => aside.restored(ask(model, aside.request, signal)),
  };
}
