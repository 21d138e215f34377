// How the test Ollama pulls a model: layer by layer, with progress, resumed where a cancelled pull stopped.
import { digestOf, withTag, type OllamaTestModel } from './ollamaModels.ts';
import type { Wire } from './wire.ts';

export interface PullableModel {
  model: OllamaTestModel;
  /** Bytes of each layer; weights, template, licence and configuration if left out. */
  layers?: number[];
  /** Lines of progress per layer of more than 100 kB: 20. */
  steps?: number;
}

export interface PullState {
  /** Bytes that are there, by digest. */
  received: Map<string, number>;
  stepMs: number;
  offline: boolean;
}

/** Writes the lines of a pull. @returns the model once it is complete; undefined when the pull failed or was cancelled */
export async function pullModel(
  asked: { name: string; insecure: boolean },
  pullable: PullableModel[],
  state: PullState,
  wire: Wire,
): Promise<OllamaTestModel | undefined> {
  const line = (value: object): Promise<boolean> => wire.chunk(`${JSON.stringify(value)}\n`, state.stepMs);
  if (!(await line({ status: 'pulling manifest' }))) return undefined;

  // "http://127.0.0.1:5000/library/deepseek-r1:1.5b": a registry of one's own.
  const [, registry, own] = /^http:\/\/([^/]+)\/(.*)$/.exec(asked.name) ?? [];
  const name = (own ?? asked.name).replace(/^library\//, '');
  const [repository = '', tag = ''] = withTag(name).split(/:(?=[^/:]*$)/);
  const path = repository.includes('/') ? repository : `library/${repository}`;
  if (registry !== undefined && !asked.insecure) {
    const url = `https://${registry}/v2/${path}/manifests/${tag}`;
    const reason = 'http: server gave HTTP response to HTTPS client';
    await wire.end(`${JSON.stringify({ error: `pull model manifest: Get "${url}": ${reason}` })}\n`);
    return undefined;
  }
  if (state.offline) {
    const url = `https://registry.ollama.ai/v2/${path}/manifests/${tag}`;
    const reason = 'dial tcp: lookup registry.ollama.ai on 192.0.2.53:53: no such host';
    await wire.end(`${JSON.stringify({ error: `pull model manifest: Get "${url}": ${reason}` })}\n`);
    return undefined;
  }
  const found = pullable.find((candidate) => candidate.model.name === withTag(name));
  if (!found) {
    await wire.end(`${JSON.stringify({ error: 'pull model manifest: file does not exist' })}\n`);
    return undefined;
  }

  const layers = found.layers ?? [found.model.sizeBytes - 1743, 1279, 50, 414];
  for (const [index, total] of layers.entries()) {
    const digest = digestOf(`${found.model.name} layer ${index}`);
    const key = `sha256:${digest}`;
    const step = total > 100_000 ? Math.ceil(total / (found.steps ?? 20)) : total;
    let completed = state.received.get(key) ?? 0;
    do {
      completed = Math.min(total, completed + step);
      state.received.set(key, completed);
      // `completed` is left out by Go while it is 0; here it never is.
      const told = { status: `pulling ${digest.slice(0, 12)}`, digest: key, total, completed };
      if (!(await line(told))) return undefined;
    } while (completed < total);
  }
  for (const status of ['verifying sha256 digest', 'writing manifest']) {
    if (!(await line({ status }))) return undefined;
  }
  await wire.end('{"status":"success"}\n');
  return found.model;
}
