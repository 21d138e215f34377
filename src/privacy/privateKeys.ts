// Private keys in armour (PEM, OpenSSH, PGP): a stretch over many lines, as a file has it, as strings that are joined, in JSON with `\n`, or
// cut off by a window's edge.
import type { Finding } from './secretKinds.ts';

const marker = /-----(BEGIN|END) ?([A-Z0-9 ]{0,40})-----/g;
/** What may stand around a line of the key's text in code: quotes, commas, pluses, comment signs, escaped line ends. */
const ornament = /\\[nrt]|["'`+,;|#*>\\\s]|\/\/|^\s*-\s/g;
const header = /^[A-Za-z][A-Za-z-]{2,30}: ?[\w ,.:/()@<>-]{0,120}$/;
/** Longer keys exist nowhere: an opening marker without its closing one must not swallow a file. */
const most = 20_000;

/** A line of base64, a header of the armour or nothing. */
function isBody(line: string): boolean {
  return /^[A-Za-z0-9+/=]*$/.test(line.replace(ornament, '')) || header.test(line.replace(/^["'\s]+|["'\s+,]+$/g, ''));
}

/** The end of the key's text after an opening marker that is never closed. */
function bodyEnd(text: string, from: number): number {
  const body = /^(?:\\[nr]|[A-Za-z0-9+/=\s"'`,;\\])*/.exec(text.slice(from, from + most))?.[0] ?? '';
  const lines = body.split('\n');
  let end = from;
  for (const [index, line] of lines.entries()) {
    const bare = line.replace(ornament, '');
    if (index > 0 && bare.length < 16) break;
    end += line.length + (index < lines.length - 1 ? 1 : 0);
  }
  return text[end - 1] === '\n' ? end - 1 : end;
}

/** The beginning of the key's text before a closing marker that was never opened. */
function bodyStart(text: string, until: number, floor: number): number {
  let start = until;
  while (start > floor) {
    const previous = text.lastIndexOf('\n', start - 2);
    const from = Math.max(previous + 1, floor);
    const bare = text.slice(Math.max(from, start - most), start).replace(ornament, '');
    if (bare.length < 16 || !/^[A-Za-z0-9+/=]+$/.test(bare) || until - from > most) break;
    start = from;
  }
  return start;
}

/** @returns the stretches, in order and apart from each other */
export function privateKeys(text: string): Finding[] {
  const found: Finding[] = [];
  if (!text.includes('-----')) return found;
  let open: { start: number; bodyAt: number } | undefined;
  /** The end of the last marker. */
  let floor = 0;
  const add = (start: number, end: number): void => {
    found.push({ start, end, kind: 'privatekey' });
  };
  const closeUnfinished = (): void => {
    if (open === undefined) return;
    const end = bodyEnd(text, open.bodyAt);
    if (end - open.bodyAt >= 24) add(open.start, end);
  };
  for (const match of text.matchAll(marker)) {
    const [whole, which = '', what = ''] = match;
    const after = match.index + whole.length;
    if (!what.includes('PRIVATE KEY')) continue;
    if (which === 'BEGIN') {
      closeUnfinished();
      open = { start: match.index, bodyAt: after };
    } else if (open !== undefined) {
      const body = text.slice(open.bodyAt, match.index);
      const isKey =
        body.length <= most && body.replace(ornament, '').length >= 24 && body.split(/\n|\\n/).every(isBody);
      if (isKey) add(open.start, after);
      else closeUnfinished();
      open = undefined;
    } else {
      const start = bodyStart(text, match.index, floor);
      if (start < match.index) add(start, after);
    }
    floor = after;
  }
  closeUnfinished();
  return found;
}
