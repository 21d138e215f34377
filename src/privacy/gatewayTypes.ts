// What other rooms may ask of the gateway. They see this and never a client, a key or a URL.
import type { ChatMessage, LocalModel, ModelEvent, PullProgress, Tool } from '../models/types.ts';
import type { Answerer } from './route.ts';

export type Purpose = 'ghostText' | 'chat' | 'title' | 'action';

/** Absolute file paths (or URIs with another scheme than `file`) of everything whose text is in the request. */
export type Sources = readonly string[];

export interface GatewayChatRequest {
  purpose: Purpose;
  sources: Sources;
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
  prefix: string;
  suffix: string;
  maxTokens: number;
  stop?: string[];
}

/** First of every answer: who gives it and by which route. The rest are the model's own events. */
export type GatewayEvent = { type: 'answerer'; answerer: Answerer } | ModelEvent;

/** The one door to every model. Errors: `ModelError`, or `RouteError` when the text has nowhere to go. */
export interface Gateway {
  chat(request: GatewayChatRequest, signal: AbortSignal): AsyncIterable<GatewayEvent>;
  fill(request: GatewayFillRequest, signal: AbortSignal): AsyncIterable<GatewayEvent>;
  /** Who would answer now for text from these sources; asks no model to generate anything. Never throws. */
  answerer(sources: Sources, mode: 'chat' | 'reasoner' | 'complete'): Promise<Answerer>;
}

/** What set-up may ask of the servers; none of it carries code. Errors: `ModelError`. */
export interface ModelAdmin {
  /** Asks `GET /models` with this key; throws `badKey`, `noCredit`, `dropped` … when it can't be used. @returns the ids that the server offers */
  checkKey(key: string, signal: AbortSignal): Promise<string[]>;
  /** The address that is asked for local models. */
  readonly localUrl: string;
  /** Version of the Ollama at `localUrl`; undefined when none answers. */
  localVersion(signal: AbortSignal): Promise<string | undefined>;
  /** Installed models, those that run elsewhere included (marked by `remoteHost`). Throws `notRunning`. */
  localModels(signal: AbortSignal): Promise<LocalModel[]>;
  /** Downloads a model; ends after `success`. Cancelled by the signal, resumed by the next call. */
  pull(model: string, signal: AbortSignal): AsyncIterable<PullProgress>;
}
