// What other rooms may ask of the gateway. They see this and never a client, a key or a URL.
import type { Balance, ChatMessage, LocalModel, ModelEvent, PullProgress, Tool } from '../models/types.ts';
import type { Ignored } from './ignoreRules.ts';
import type { FoundSecret } from './redaction.ts';
import type { Answerer } from './route.ts';

export type Purpose = 'ghostText' | 'chat' | 'title' | 'action';

/** Absolute file paths (or URIs with another scheme than `file`) of everything whose text is in the request. */
export type Sources = readonly string[];

/** One stretch of a file's text that is in a request. */
export interface Piece {
  /** As in `Sources`. */
  source: string;
  /** From 1, both included; absent: all of it. */
  startLine?: number;
  endLine?: number;
  /** The person opened and picked it for this: what is ignored goes along all the same, but never further than it may. */
  chosen?: boolean;
  /** Tells one text from another at the same place. */
  digest?: string;
}

export interface GatewayChatRequest {
  purpose: Purpose;
  /** Everything that the request is routed by. */
  sources: Sources;
  /** What of it is in the messages, as far as it is code. */
  pieces?: readonly Piece[];
  /** Id of the conversation that it belongs to: private text in it holds all of it here. */
  conversation?: string;
  messages: ChatMessage[];
  /** `reasoner` thinks, `chat` doesn't. */
  mode: 'chat' | 'reasoner';
  maxTokens?: number;
  stop?: string[];
  tools?: Tool[];
}

export interface GatewayFillRequest {
  purpose: 'ghostText';
  sources: Sources;
  pieces?: readonly Piece[];
  prefix: string;
  suffix: string;
  maxTokens: number;
  stop?: string[];
}

/** First of every answer: who gives it and by which route. The rest are the model's own events. */
export type GatewayEvent = { type: 'answerer'; answerer: Answerer } | ModelEvent;

/** What would be sent, to the letter. */
export interface Preview {
  answerer: Answerer;
  url: string;
  /** The body as it would leave: JSON, secrets replaced. */
  body: string;
  found: readonly FoundSecret[];
  pieces: readonly Piece[];
}

/** The one door to every model. Errors: `ModelError`, or `RouteError` when the text has nowhere to go. */
export interface Gateway {
  chat(request: GatewayChatRequest, signal: AbortSignal): AsyncIterable<GatewayEvent>;
  fill(request: GatewayFillRequest, signal: AbortSignal): AsyncIterable<GatewayEvent>;
  /** Who would answer now for text from these sources; asks no model to generate anything. Never throws. */
  answerer(sources: Sources, mode: 'chat' | 'reasoner' | 'complete', held?: Held): Promise<Answerer>;
  /** Goes the whole way but the last step: nothing is sent. Errors as those of `chat`. */
  preview(request: GatewayChatRequest, signal: AbortSignal): Promise<Preview>;
  /** Why this file goes along with nothing by itself; undefined: it may. Never throws. */
  ignored(source: string): Promise<Ignored | undefined>;
}

/** A conversation, and the code that is in it. */
export interface Held {
  conversation: string;
  pieces: readonly Piece[];
}

/** What set-up may ask of the servers; none of it carries code. Errors: `ModelError`. */
export interface ModelAdmin {
  /** Asks `GET /models` with this key; throws `badKey`, `noCredit`, `dropped` … when it can't be used. @returns the ids that the server offers */
  checkKey(key: string, signal: AbortSignal): Promise<string[]>;
  /** What is left on the account. */
  balance(signal: AbortSignal): Promise<Balance>;
  /** The address that is asked for local models. */
  readonly localUrl: string;
  /** Version of the Ollama at `localUrl`; undefined when none answers. */
  localVersion(signal: AbortSignal): Promise<string | undefined>;
  /** Installed models, those that run elsewhere included (marked by `remoteHost`). Throws `notRunning`. */
  localModels(signal: AbortSignal): Promise<LocalModel[]>;
  /** Downloads a model; ends after `success`. Cancelled by the signal, resumed by the next call. */
  pull(model: string, signal: AbortSignal): AsyncIterable<PullProgress>;
}

/** A conversation as it is at the moment of the question. */
export interface Releasable {
  id: string;
  sources: Sources;
  pieces: readonly Piece[];
  /** How many questions are in it. */
  questions: number;
}
