// Takes the secrets out of a request and puts them back into its answer: the model sees placeholders, the person sees their own text.
// What a secret is, is redaction.ts's job. Tool calls keep their placeholders: nothing outside this machine is handed a secret by a model.
import type { ChatRequest, FillRequest, ModelEvent } from '../models/types.ts';
import type { FoundSecret, Redaction, Redactor } from './redaction.ts';

/** A request without its secrets. */
export interface Aside<Request> {
  request: Request;
  found: readonly FoundSecret[];
  /** The events with the secrets back in their places, wherever the stream cut a placeholder in two. */
  restored(events: AsyncIterable<ModelEvent>): AsyncIterable<ModelEvent>;
}

export async function chatWithoutSecrets(redactor: Redactor, request: ChatRequest): Promise<Aside<ChatRequest>> {
  const { messages } = request;
  const redaction = await redactor.redact(messages.flatMap(({ content, reasoning = '' }) => [content, reasoning]));
  const without = messages.map((message, index) => ({
    ...message,
    content: redaction.texts[2 * index] ?? '',
    ...(message.reasoning === undefined ? {} : { reasoning: redaction.texts[2 * index + 1] ?? '' }),
  }));
  return aside({ ...request, messages: without }, redaction);
}

/** @returns undefined when the cursor is inside a secret, whose halves nobody would know by themselves */
export async function fillWithoutSecrets(
  redactor: Redactor,
  request: FillRequest,
): Promise<Aside<FillRequest> | undefined> {
  const { prefix, suffix } = request;
  const line = prefix.slice(prefix.lastIndexOf('\n') + 1) + (/^[^\n]*/.exec(suffix)?.[0] ?? '');
  const [redaction, { found: inLine }] = await Promise.all([
    redactor.redact([prefix, suffix]),
    redactor.redact([line]),
  ]);
  const known = new Set(redaction.found.map(({ placeholder }) => placeholder));
  if (inLine.some(({ placeholder }) => !known.has(placeholder))) return undefined;
  const [before = '', after = ''] = redaction.texts;
  return aside({ ...request, prefix: before, suffix: after }, redaction);
}

function aside<Request>(request: Request, redaction: Redaction): Aside<Request> {
  const { found } = redaction;
  return { request, found, restored: (events) => (found.length === 0 ? events : restored(events, redaction)) };
}

async function* restored(events: AsyncIterable<ModelEvent>, redaction: Redaction): AsyncGenerator<ModelEvent> {
  const restorers = { text: redaction.restorer(), reasoning: redaction.restorer() };
  function* rest(): Generator<ModelEvent> {
    for (const type of ['reasoning', 'text'] as const) {
      const text = restorers[type].end();
      if (text !== '') yield { type, text };
    }
  }
  for await (const event of events) {
    if (event.type === 'text' || event.type === 'reasoning') {
      // The thinking is over when the answer begins.
      if (event.type === 'text') yield* flush('reasoning', restorers.reasoning.end());
      const text = restorers[event.type].push(event.text);
      yield* flush(event.type, text);
    } else {
      yield* rest();
      yield event;
    }
  }
  yield* rest();
}

function* flush(type: 'text' | 'reasoning', text: string): Generator<ModelEvent> {
  if (text !== '') yield { type, text };
}
