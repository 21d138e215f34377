// What an Ollama has and does: version, installed models, what is loaded, pulls. It generates nothing (ollama.ts does), and nothing
// that is sent from here carries code.
import type { ModelResponse, ShowResponse } from 'ollama';
import { ModelError } from './errors.ts';
import { ollamaAddress } from './loopback.ts';
import { detailsOf, ollamaStream, withOllama, type OllamaRequest } from './ollamaWire.ts';
import { remoteHostIn } from './serverWords.ts';
import type { Transport } from './transports.ts';
import type { LocalModel, PullProgress } from './types.ts';

const answerWithinMs = 15_000;
/** A pull is silent while it verifies tens of gigabytes. */
const pullIdleMs = 900_000;

export interface RunningModel {
  id: string;
  /** The window it was loaded with. */
  contextTokens: number;
  /** Weights and cache, without compute buffers. */
  sizeBytes: number;
  /** The part of it on a graphics card. */
  sizeVramBytes: number;
}

/** Fields that Ollama sends and the client's types lack. */
type Tag = ModelResponse & { capabilities?: string[] };
type Shown = Omit<ShowResponse, 'model_info'> & { model_info?: Record<string, unknown> };

/** Errors of all methods: `notRunning`, `stalled`, `refused`, `badResponse` …; the signal's reason when cancelled. */
export class OllamaServer {
  readonly url: string;
  readonly #transport: Transport | undefined;
  /** What `/api/show` told of the weights with a digest: they never change. Where a model runs is not kept. */
  readonly #shown = new Map<string, LocalModel>();

  constructor(url: string, transport?: Transport) {
    this.url = ollamaAddress(url);
    this.#transport = transport;
  }

  /** For example `0.17.4`. */
  async version(signal: AbortSignal): Promise<string> {
    const { version } = await withOllama(this.#wire(signal), (client) => client.version());
    if (typeof version !== 'string') throw new ModelError('badResponse', detailsOf(this));
    return version;
  }

  /** Installed models in Ollama's order (last changed first), those that run elsewhere included and marked by `remoteHost`. */
  async models(signal: AbortSignal): Promise<LocalModel[]> {
    const { models } = await withOllama(this.#wire(signal), (client) => client.list() as Promise<{ models: Tag[] }>);
    if (!Array.isArray(models)) throw new ModelError('badResponse', detailsOf(this));
    return Promise.all(models.map((tag) => this.#describe(tag, signal)));
  }

  /**
   * One model as it is now; this is what must be asked before each use, since `ollama create` can put a remote one behind any name.
   * `sizeBytes` is 0: this route doesn't tell it. @throws ModelError `modelMissing`
   */
  async show(id: string, signal: AbortSignal): Promise<LocalModel> {
    const shown = await withOllama(this.#wire(signal, id), (client) => client.show({ model: id }));
    return described(id, shown as unknown as Shown);
  }

  /** What is in memory now. */
  async running(signal: AbortSignal): Promise<RunningModel[]> {
    const { models } = await withOllama(this.#wire(signal), (client) => client.ps());
    if (!Array.isArray(models)) throw new ModelError('badResponse', detailsOf(this));
    return models.map((each: ModelResponse & { context_length?: number }) => ({
      id: each.name,
      contextTokens: each.context_length ?? 0,
      sizeBytes: each.size,
      sizeVramBytes: each.size_vram,
    }));
  }

  /**
   * Downloads a model; the last step is `success`. Ollama tells progress layer by layer, here it is summed over the layers seen so
   * far. Cancelled by the signal or by leaving the loop; the next call goes on where this one stopped.
   * @throws ModelError `modelMissing` for an unknown name, `dropped` (`unreached`, `host`) when the registry can't be reached
   */
  async *pull(id: string, signal: AbortSignal): AsyncGenerator<PullProgress, void, undefined> {
    const request: OllamaRequest = { ...this.#wire(signal, id), idleMs: pullIdleMs, expects: 'stream' };
    const layers = new Map<string, { total: number; completed: number }>();
    for await (const step of ollamaStream(request, (client) => client.pull({ model: id, stream: true }))) {
      // The fields are missing in steps that are not about a layer, whatever the client's types say.
      const { digest, total, completed } = step as Partial<typeof step>;
      if (digest !== undefined && total !== undefined) layers.set(digest, { total, completed: completed ?? 0 });
      // Ollama doesn't tell the last bytes of a layer: it goes on to verify, which means that they are there.
      if (digest === undefined) for (const layer of layers.values()) layer.completed = layer.total;
      const sum = (of: 'total' | 'completed'): number =>
        [...layers.values()].reduce((all, layer) => all + layer[of], 0);
      yield {
        status: step.status,
        ...(layers.size === 0 ? {} : { completedBytes: sum('completed'), totalBytes: sum('total') }),
      };
    }
  }

  async #describe(tag: Tag, signal: AbortSignal): Promise<LocalModel> {
    const known = this.#shown.get(tag.digest) ?? (await this.#showOr(tag, signal));
    const remoteHost = remoteHostIn(tag);
    const weights = { ...known };
    delete weights.remoteHost;
    return {
      ...weights,
      id: tag.name,
      sizeBytes: tag.size,
      ...(remoteHost === undefined ? {} : { remoteHost }),
    };
  }

  /** A model that can't be shown (removed a moment ago, or broken) is listed with what the list says. */
  async #showOr(tag: Tag, signal: AbortSignal): Promise<LocalModel> {
    try {
      const shown = await this.show(tag.name, signal);
      this.#shown.set(tag.digest, shown);
      return shown;
    } catch (error) {
      if (!ModelError.is(error)) throw error;
      return { id: tag.name, sizeBytes: tag.size, capabilities: tag.capabilities ?? [] };
    }
  }

  #wire(signal: AbortSignal, model?: string): OllamaRequest {
    return { url: this.url, model, signal, idleMs: answerWithinMs, expects: 'json', transport: this.#transport };
  }
}

function described(id: string, shown: Shown): LocalModel {
  const info = shown.model_info ?? {};
  const architecture = info['general.architecture'];
  const number = (name: string): number | undefined => {
    const value = info[`${typeof architecture === 'string' ? architecture : ''}.${name}`];
    return typeof value === 'number' ? value : undefined;
  };
  const contextLength = number('context_length');
  const kvBytesPerToken = kvBytes(number);
  const remoteHost = remoteHostIn(shown);
  // The client's types promise fields that older servers don't send.
  const { details, capabilities } = shown as { details?: { family?: string }; capabilities?: string[] };
  return {
    id,
    sizeBytes: 0,
    capabilities: capabilities ?? [],
    ...(details?.family === undefined || details.family === '' ? {} : { family: details.family }),
    ...(contextLength === undefined ? {} : { contextLength }),
    ...(kvBytesPerToken === undefined ? {} : { kvBytesPerToken }),
    ...(remoteHost === undefined ? {} : { remoteHost }),
  };
}

/** Keys and values, 2 bytes each, of every layer and every key-value head: what `/api/ps` was seen to add per token of window. */
function kvBytes(number: (name: string) => number | undefined): number | undefined {
  const layers = number('block_count');
  const heads = number('attention.head_count');
  const kvHeads = number('attention.head_count_kv') ?? heads;
  const width = number('embedding_length');
  const perHead = width === undefined || heads === undefined ? undefined : width / heads;
  const keys = number('attention.key_length') ?? perHead;
  const values = number('attention.value_length') ?? keys;
  if (layers === undefined || kvHeads === undefined || keys === undefined || values === undefined) return undefined;
  return layers * kvHeads * (keys + values) * 2;
}
