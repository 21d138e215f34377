// Canaries and how they are found again in bytes that were sent, whatever was done to them on the way: another case, escapes of JSON,
// URLs and HTML, base64 and hex at any alignment, UTF-16, compression, signs put in between. A part of a canary is enough.
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Random } from './random.ts';

/**
 * Letters of which a canary consists, in lower case. In a row of `partLength` they occur in nothing that a person or Fathom writes, so
 * that one pattern finds the few places of a text that have to be looked at.
 */
export const plainLetters = 'jkqvwxz';
/** For canaries that are not ASCII: Cyrillic letters out of use. */
export const strangeLetters = 'ѣѯѱѳѵѧѫ';
/** So many characters in a row of a canary give it away. */
export const partLength = 12;
const canaryLength = 20;
/** Base64 of hex of an escape: deeper than that nobody nests by accident. */
const deepest = 3;

/** The part of a canary that occurs nowhere else. */
export function newCanary(random: Random, letters: string = plainLetters): string {
  const all = Array.from(letters);
  return Array.from({ length: canaryLength }, () => random.pick(all)).join('');
}

export interface Found {
  canary: string;
  /** By which way of reading it was found: `text`, `base64 of text` … */
  reading: string;
}

/** A set of canaries that grows, and the search for them. */
export class Needles {
  readonly #canaryOf = new Map<string, string>();

  /** @param canary made by `newCanary` */
  add(canary: string): void {
    for (const part of partsOf(canary)) this.#canaryOf.set(part, canary);
  }

  /** Every canary that is in the bytes, whole or in part, each once. */
  find(bytes: Buffer): Found[] {
    const found = new Map<string, string>();
    for (const { reading, text } of readings(bytes)) {
      for (const [row] of text.toLowerCase().matchAll(rows)) {
        for (const part of partsOf(row)) {
          const canary = this.#canaryOf.get(part);
          if (canary !== undefined && !found.has(canary)) found.set(canary, reading);
        }
      }
    }
    return [...found].map(([canary, reading]) => ({ canary, reading }));
  }
}

const rows = new RegExp(`[${plainLetters}${strangeLetters}]{${partLength},}`, 'g');

function partsOf(text: string): string[] {
  return Array.from({ length: text.length - partLength + 1 }, (_, at) => text.slice(at, at + partLength));
}

interface Reading {
  reading: string;
  text: string;
}

/** All that the bytes may say. */
function* readings(bytes: Buffer): Generator<Reading> {
  for (const { reading, text } of ofBytes(bytes)) yield* within(text, reading, deepest);
}

function* ofBytes(bytes: Buffer): Generator<Reading> {
  yield { reading: 'text', text: bytes.toString('utf8') };
  // In UTF-16 every second byte of ASCII is 0, and of Cyrillic 4; neither is in ordinary text.
  if (bytes.includes(0) || bytes.includes(4)) {
    for (const start of [0, 1]) {
      const even = bytes.subarray(start, start + ((bytes.length - start) & ~1));
      yield { reading: 'UTF-16 LE', text: even.toString('utf16le') };
      yield { reading: 'UTF-16 BE', text: Buffer.from(even).swap16().toString('utf16le') };
    }
  }
  const unpacked = unpack(bytes);
  if (unpacked !== undefined) yield { reading: 'unpacked', text: unpacked.toString('utf8') };
}

/** What was compressed as a whole; undefined where that is not so. */
function unpack(bytes: Buffer): Buffer | undefined {
  const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const zlib = bytes[0] === 0x78;
  for (const [fits, open] of [
    [gzip, gunzipSync],
    [zlib, inflateSync],
    [!gzip && !zlib && bytes.length > 0 && !/[\s{]/.test(String.fromCharCode(bytes[0] ?? 0)), brotliDecompressSync],
  ] as const) {
    if (!fits || bytes.length > 1_000_000) continue;
    try {
      return open(bytes);
    } catch {
      // Not packed in this way.
    }
  }
  return undefined;
}

function* within(text: string, reading: string, depth: number): Generator<Reading> {
  yield { reading, text };
  yield { reading: `letters of ${reading}`, text: lettersOf(text) };
  const leaves = leavesOf(text);
  if (leaves !== undefined) yield { reading: `strings in ${reading}`, text: lettersOf(leaves) };
  if (depth === 0) return;
  for (const [name, decode] of decoders) {
    for (const decoded of decode(text)) {
      if (decoded !== '' && decoded !== text) yield* within(decoded, `${name} of ${reading}`, depth - 1);
    }
  }
}

/** Without everything that could have been put between the letters. */
function lettersOf(text: string): string {
  return text.replace(/[^a-zA-Z\u0400-\u04ff]+/g, '');
}

/** All strings of a JSON text in their order, so that fields between them separate nothing; undefined for other texts. */
function leavesOf(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const leaves: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === 'string') leaves.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  try {
    collect(JSON.parse(text));
  } catch {
    return undefined;
  }
  return leaves.join('');
}

/** Each gives what a text says in that encoding: nothing, one text, or one for each alignment. */
const decoders: readonly [string, (text: string) => string[]][] = [
  [
    'escapes',
    (text) =>
      /\\u|\\x/i.test(text)
        ? [text.replace(/\\+(?:u\{?([0-9a-f]{4,5})\}?|x([0-9a-f]{2}))/gi, (_, u?: string, x?: string) => sign(u ?? x))]
        : [],
  ],
  [
    'URL encoding',
    (text) =>
      /%[0-9a-f]{2}/i.test(text)
        ? [text.replace(/(?:%[0-9a-f]{2})+/gi, (row) => Buffer.from(row.replaceAll('%', ''), 'hex').toString('utf8'))]
        : [],
  ],
  [
    'HTML entities',
    (text) =>
      text.includes('&#')
        ? [
            text.replace(/&#(?:x([0-9a-f]{1,5})|(\d{1,6}));/gi, (_, x?: string, d?: string) =>
              sign(x ?? Number(d).toString(16)),
            ),
          ]
        : [],
  ],
  // Rows as long as the shortest part of a canary can be in that encoding. Base64 may be wrapped at any column.
  [
    'base64',
    (text) =>
      [0, 1, 2, 3].map((start) =>
        decodedRows(text, /[a-z0-9+/_-]{16,}(?:(?:\\r)?(?:\\n|\s){1,2}[a-z0-9+/_-]{4,})*/gi, 'base64', start),
      ),
  ],
  ['hex', (text) => [0, 1].map((start) => decodedRows(text, /(?:[0-9a-f]{2}[ :,]?){12,}[0-9a-f]?/gi, 'hex', start))],
];

function decodedRows(text: string, pattern: RegExp, encoding: 'base64' | 'hex', start: number): string {
  const clean = (row: string) => (encoding === 'hex' ? row.replace(/[ :,]/g, '') : row.replace(/\\[rn]|\s/g, ''));
  return [...text.matchAll(pattern)]
    .map(([row]) => Buffer.from(clean(row).slice(start), encoding).toString('utf8'))
    .join('\n');
}

function sign(hex: string | undefined): string {
  const code = Number.parseInt(hex ?? '', 16);
  return code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
}
