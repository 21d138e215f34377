// Takes secrets out of texts before they leave this machine, and puts them back into the answer. Nothing here is logged, and the cache
// knows where in a chunk something was found, never what.
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { placeholderOf, restoreWith, restorerWith, type Restorer } from './placeholders.ts';
import { loadDetector, type Detector } from './secretDetector.ts';
import { secretKindInWords, type Finding, type SecretKind } from './secretKinds.ts';
import { echoesOf, merged, stretchesOf, type Stretch } from './stretches.ts';

export interface FoundSecret {
  placeholder: string;
  /** In words for people. */
  kind: string;
  /** In UTF-16 units. */
  length: number;
}

export interface Redaction {
  texts: string[];
  /** Each secret once, in the order of their first places. */
  found: readonly FoundSecret[];
  restore: (text: string) => string;
  /** For a stream: holds back what may be the beginning of a placeholder. */
  restorer: () => Restorer;
}

export interface Redactor {
  /** Rejects when the detector can't be loaded: then nothing may leave. */
  redact: (texts: readonly string[]) => Promise<Redaction>;
}

/** Bytes, roughly: an entry is a hash and a few numbers. */
const cacheSize = 2_000_000;
const sizeOf = (findings: readonly Finding[]): number => 200 + 60 * findings.length;

/** Where chunks are written to be hashed; nothing stays in it. */
const scratch = Buffer.alloc(64 * 1024);

/** Not of its UTF-8, where all half pairs are the same. */
function keyOf(chunk: string): string {
  const long = chunk.length * 2 > scratch.length;
  const bytes = long ? Buffer.from(chunk, 'utf16le') : scratch.subarray(0, scratch.write(chunk, 'utf16le'));
  const key = hash('sha256', bytes, 'base64');
  bytes.fill(0);
  return key;
}

export function createRedactor({ salt }: { salt: () => string }): Redactor {
  const known = new LRUCache<string, readonly Finding[]>({ maxSize: cacheSize, sizeCalculation: sizeOf });
  let detector: Promise<Detector> | undefined;

  const inChunk = (chunk: string, detect: Detector): readonly Finding[] => {
    const key = keyOf(chunk);
    const before = known.get(key);
    if (before !== undefined) return before;
    const findings = detect(chunk);
    known.set(key, findings);
    return findings;
  };

  return {
    redact: async (texts) => {
      detector ??= loadDetector().catch((error: unknown) => {
        detector = undefined;
        throw error;
      });
      const detect = await detector;
      const stretches = texts.map((text) => stretchesOf(text, (chunk) => inChunk(chunk, detect)));
      return replaced(texts, stretches, salt());
    },
  };
}

/** Replaces, and remembers what by what. A secret that was found in one place is replaced in all. */
function replaced(texts: readonly string[], stretches: Stretch[][], salt: string): Redaction {
  const secrets = new Map<string, string>();
  const placeholders = new Map<string, string>();
  const found: FoundSecret[] = [];
  const placeholderFor = (secret: string, kind: SecretKind | undefined): string => {
    const before = placeholders.get(secret);
    if (before !== undefined) return before;
    let turn = 0;
    let placeholder = placeholderOf(secret, salt);
    while (secrets.has(placeholder)) placeholder = placeholderOf(secret, salt, (turn += 1));
    placeholders.set(secret, placeholder);
    secrets.set(placeholder, secret);
    if (kind !== undefined) found.push({ placeholder, kind: secretKindInWords(kind), length: secret.length });
    return placeholder;
  };
  const kinds = new Map(
    texts.flatMap((text, index) =>
      (stretches[index] ?? []).map(({ start, end, kind }) => [text.slice(start, end), kind] as const),
    ),
  );
  const findEchoes = echoesOf(kinds);
  const out = texts.map((text, index) => {
    let result = '';
    let at = 0;
    for (const stretch of merged([...(stretches[index] ?? []), ...findEchoes(text)])) {
      result += text.slice(at, stretch.start) + placeholderFor(text.slice(stretch.start, stretch.end), stretch.kind);
      at = stretch.end;
    }
    return at === 0 ? text : result + text.slice(at);
  });
  return {
    texts: out,
    found,
    restore: (text) => restoreWith(secrets, text),
    restorer: () => restorerWith(secrets),
  };
}
