// Which local models fit this machine: weights and context against its memory. An estimate with nothing assumed but the
// machine's whole memory: how much of it other programs need, and what a graphics card holds, is not known here.
import * as l10n from '@vscode/l10n';
import type { LocalCandidate } from '../models/catalog.ts';

/** What of a model takes memory: weights, and each token of context (Ollama's own formula, see catalog.ts). */
export type Sized = Pick<LocalCandidate, 'bytes' | 'kvBytesPerToken'>;

/** `tight`: it fits, with little left for the editor, the browser and the system. */
export type FitKind = 'fits' | 'tight' | 'tooBig';

export interface Fit {
  kind: FitKind;
  /** Weights and context, without the runtime's own buffers (about 0.5 to 2 GB more). */
  needBytes: number;
  /** "5.8 GB, fits with 10 GB to spare". */
  sentence: string;
}

const gigabyte = 1e9;
/** Less than this to spare is said. */
const comfortableBytes = 4 * gigabyte;

/** @param memoryBytes all of the machine's memory @param contextTokens the window that Ollama is asked for */
export function fitOf(model: Sized, contextTokens: number, memoryBytes: number): Fit {
  const needBytes = memoryNeed(model, contextTokens);
  const spare = memoryBytes - needBytes;
  const need = gigabytes(needBytes);
  if (spare <= 0) {
    const sentence = l10n.t('needs about {0} GB; this machine has {1}', need, gigabytes(memoryBytes));
    return { kind: 'tooBig', needBytes, sentence };
  }
  if (spare < comfortableBytes) {
    const sentence = l10n.t('{0} GB, fits but leaves only {1} GB for everything else', need, gigabytes(spare));
    return { kind: 'tight', needBytes, sentence };
  }
  return { kind: 'fits', needBytes, sentence: l10n.t('{0} GB, fits with {1} GB to spare', need, gigabytes(spare)) };
}

/** Bytes of weights and context together. */
export function memoryNeed(model: Sized, contextTokens: number): number {
  return model.bytes + model.kvBytesPerToken * contextTokens;
}

/** The largest model that fits with room to spare, else the smallest of all. */
export function recommended<Model extends Sized>(
  models: readonly Model[],
  contextTokens: number,
  memoryBytes: number,
): Model | undefined {
  const bySize = models.toSorted((a, b) => a.bytes - b.bytes);
  return bySize.findLast((model) => fitOf(model, contextTokens, memoryBytes).kind === 'fits') ?? bySize[0];
}

/** 10^9 bytes, as Ollama and download pages count: one decimal below ten, none above. */
export function gigabytes(bytes: number): string {
  const value = bytes / gigabyte;
  return value < 9.95 ? value.toFixed(1) : Math.round(value).toString();
}
