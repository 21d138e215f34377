// What every model speaks: requests in, events out. Facts of one wire format stay in that model's own file.

/** `complete` is ghost text; `auto` (a wish, not a mode) is resolved to `chat` or `reasoner` before a model is asked. */
export type Mode = 'chat' | 'reasoner' | 'complete';

export interface ToolCall {
  id: string;
  name: string;
  /** JSON text as the model wrote it; it may be incomplete or invalid. */
  arguments: string;
}

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: string;
  /** Assistant turns: what was thought. Sent back only where the wire demands it. */
  reasoning?: string;
  toolCalls?: ToolCall[];
  /** Tool turns: which call this answers. */
  toolCallId?: string;
}

export interface Tool {
  name: string;
  description: string;
  /** JSON schema of the arguments. */
  parameters: Record<string, unknown>;
}

export interface ChatRequest {
  messages: ChatMessage[];
  thinking: boolean;
  /** Upper bound of generated tokens, thinking included. */
  maxTokens?: number;
  stop?: string[];
  tools?: Tool[];
}

/** Fill in the middle: the model writes what belongs between `prefix` and `suffix`. */
export interface FillRequest {
  prefix: string;
  suffix: string;
  maxTokens: number;
  /** At most 16 (DeepSeek's limit). */
  stop?: string[];
}

/** Token counts as the server billed them; durations in milliseconds where the server tells them. */
export interface Usage {
  promptTokens: number;
  /** Part of `promptTokens` that the server took from its cache. */
  cachedTokens?: number;
  /** Generated tokens, thinking included. */
  completionTokens: number;
  reasoningTokens?: number;
  loadMs?: number;
  promptMs?: number;
}

export type FinishReason = 'stop' | 'length' | 'toolCalls' | 'contentFilter';

/**
 * One answer, in order: any number of `reasoning`, `text` and `toolCall`, then `usage` (if the server tells it), then
 * exactly one `done`. An answer that can't end so throws a `ModelError`; one that is cancelled throws the signal's reason.
 */
export type ModelEvent =
  | { type: 'reasoning'; text: string }
  | { type: 'text'; text: string }
  | { type: 'toolCall'; call: ToolCall }
  | { type: 'usage'; usage: Usage }
  | { type: 'done'; reason: FinishReason };

/** A request as it leaves: the text of its body, byte for byte. */
export interface Sent {
  url: string;
  body: string;
}

/**
 * Called right before each attempt to send a body. One answer can take several: a connection that was reset before the first byte is
 * tried once more, and a compatible server is asked below `/v1` when it knows no other route (and may be asked by an empty request
 * to `/infill` whether it can insert). An attempt at an address where nobody listens counts as well. What it throws ends the request.
 */
export type OnSend = (sent: Sent) => void;

export interface Model {
  /** The id on the wire, which is also the name that people are shown. */
  readonly id: string;
  chat(request: ChatRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
  fill(request: FillRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
}

/** A model that Ollama has installed, as it describes it. */
export interface LocalModel {
  /** With its tag: `deepseek-r1:8b`. */
  id: string;
  sizeBytes: number;
  /** `qwen2`, `qwen3`, `llama` … */
  family?: string;
  /** `completion`, `thinking`, `insert`, `tools` … */
  capabilities: readonly string[];
  /** Longest context the model was trained for, in tokens. */
  contextLength?: number;
  /** Memory that one token of context takes in the cache, in bytes at 16 bits a value; where the model describes itself well enough. */
  kvBytesPerToken?: number;
  /** Set when the model runs on another host: its prompts leave this machine. */
  remoteHost?: string;
}

/** One step of a pull. Bytes are summed over all layers seen so far. */
export interface PullProgress {
  /** The server's own word: `pulling manifest`, `pulling 6a0746a1ec1a`, `verifying sha256 digest`, `success`. */
  status: string;
  completedBytes?: number;
  totalBytes?: number;
}

/** What DeepSeek bills in, by account. */
export type Currency = 'USD' | 'CNY';

/** What is left on an account. */
export interface Balance {
  /** False: every request for an answer would be refused. */
  available: boolean;
  /** One for each currency, at least one; those with money in them come first. */
  amounts: BalanceAmount[];
}

export interface BalanceAmount {
  currency: Currency;
  /** In whole units; it may be below zero. */
  total: number;
  /** Parts of the total: given by DeepSeek, and paid in. */
  granted: number;
  toppedUp: number;
}
