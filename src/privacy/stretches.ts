// Stretches of a text that are to be replaced: brought in order, and looked for again wherever the same secret stands without anything
// that gives it away.
import { placeholderForm } from './placeholders.ts';
import { privateKeys } from './privateKeys.ts';
import type { Finding, SecretKind } from './secretKinds.ts';
import { chunkEnds, type ChunkSizes } from './textChunks.ts';

/** No kind: a placeholder's form by itself. It is replaced, too, so that it comes back as itself and not as somebody's secret. */
export type Stretch = Omit<Finding, 'kind'> & { kind: SecretKind | undefined };

/** In order and apart: what overlaps becomes one, of the first and widest one's kind. */
export function merged(stretches: readonly Stretch[]): Stretch[] {
  const sorted = [...stretches].sort((a, b) => a.start - b.start || b.end - a.end);
  const apart: Stretch[] = [];
  for (const each of sorted) {
    const last = apart.at(-1);
    if (last === undefined || each.start >= last.end) {
      apart.push({ ...each });
    } else {
      last.end = Math.max(last.end, each.end);
      last.kind ??= each.kind;
    }
  }
  return apart;
}

function ownForms(text: string): Stretch[] {
  return Array.from(text.matchAll(placeholderForm), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    kind: undefined,
  }));
}

/** All that is to be replaced in a text, in order and apart. Keys over many lines are looked for in the whole: a chunk may part one. */
export function stretchesOf(
  text: string,
  inChunk: (chunk: string) => readonly Finding[],
  sizes?: ChunkSizes,
): Stretch[] {
  const stretches: Stretch[] = [...privateKeys(text), ...ownForms(text)];
  let start = 0;
  for (const end of chunkEnds(text, sizes)) {
    for (const found of inChunk(text.slice(start, end))) {
      stretches.push({ start: start + found.start, end: start + found.end, kind: found.kind });
    }
    start = end;
  }
  return merged(stretches);
}

/** A shorter secret may be part of an innocent word elsewhere. */
const shortest = 12;
const headLength = 8;
const pairOf = (first: number, second: number): number => ((first << 7) ^ second) & 0xffff;

/**
 * Looks for secrets anywhere, in one pass whatever their number: the first two characters decide whether a closer look is worth it.
 * @param secrets with their kinds
 * @returns where they stand in a text; stretches may overlap
 */
export function echoesOf(secrets: ReadonlyMap<string, SecretKind | undefined>): (text: string) => Stretch[] {
  const lengthsByHead = new Map<string, Set<number>>();
  const pairs = new Uint8Array(0x10000);
  for (const [secret, kind] of secrets) {
    // Private keys and placeholders' forms are found everywhere by what they are.
    if (secret.length < shortest || kind === undefined || kind === 'privatekey') continue;
    const head = secret.slice(0, headLength);
    const lengths = lengthsByHead.get(head) ?? new Set();
    lengthsByHead.set(head, lengths.add(secret.length));
    pairs[pairOf(secret.charCodeAt(0), secret.charCodeAt(1))] = 1;
  }
  if (lengthsByHead.size === 0) return () => [];
  return (text) => {
    const stretches: Stretch[] = [];
    const until = text.length - shortest;
    let next = text.charCodeAt(0);
    for (let start = 0; start <= until; start += 1) {
      const first = next;
      next = text.charCodeAt(start + 1);
      if (pairs[pairOf(first, next)] === 0) continue;
      for (const length of lengthsByHead.get(text.slice(start, start + headLength)) ?? []) {
        const secret = text.slice(start, start + length);
        if (secrets.has(secret)) stretches.push({ start, end: start + length, kind: secrets.get(secret) });
      }
    }
    return stretches;
  };
}
