// One request as a document to read: what is known of it, where each piece of code in it came from, what was replaced, the body
// laid out, and the body to the byte. It knows where its links lie; opening them is vscodeSentDocument.ts's job.
import * as l10n from '@vscode/l10n';
import type { Piece } from './gatewayTypes.ts';
import type { SentBody } from './record.ts';
import { count, type Manner } from './sentWords.ts';

/** A stretch of the text that leads to a file; offsets in UTF-16 units, the end not included. */
export interface SentLink {
  start: number;
  end: number;
  piece: Piece;
}

export interface SentText {
  text: string;
  links: readonly SentLink[];
}

export interface SentParts {
  title: string;
  /** What each fact is called, and the fact. */
  facts: readonly (readonly [name: string, value: string])[];
  /** What was sent, as far as it is still there. */
  sent?: Pick<SentBody, 'url' | 'body' | 'found' | 'pieces'>;
  /** A sentence where it is not. */
  missing?: string;
}

/** What a line of the person's own text can't begin with, so that it is never taken for one of ours. */
const indent = '    ';
/** A value that is short stays on the line of its path. */
const shortJson = 100;

/** Marks a placeholder in the laid-out body. */
export const marked = (placeholder: string): string => `⟦${placeholder}⟧`;

/** The path of the whole request as a document that can be read. */
export function textOfSent(parts: SentParts, manner: Manner): SentText {
  const { facts, sent, missing } = parts;
  const width = Math.max(0, ...facts.map(([name]) => name.length)) + 2;
  const lines: string[] = [
    `# ${parts.title}`,
    '',
    ...facts.flatMap(([name, value]) =>
      value.split('\n').map((line, index) => `${indent}${(index === 0 ? name : '').padEnd(width)}${line}`),
    ),
  ];
  const links: SentLink[] = [];
  if (missing !== undefined) lines.push('', `# ${l10n.t('What was sent')}`, '', indent + missing);
  if (sent !== undefined) {
    lines.push('', `# ${l10n.t('Where the code in it came from')}`, '');
    let at = lengthOf(lines);
    // The same stretch can be in a conversation twice, with another text each time.
    for (const [place, piece] of new Map(sent.pieces.map((each) => [placeOf(each), each]))) {
      const line = indent + place;
      links.push({ start: at + indent.length, end: at + line.length, piece });
      lines.push(line);
      at += line.length + 1;
    }
    if (sent.pieces.length === 0) lines.push(indent + l10n.t('No code of a file is in it.'));
    lines.push('', `# ${l10n.t('What was replaced')}`, '', ...replaced(sent.found));
    lines.push('', `# ${l10n.t('The body, laid out')}`, '', `POST ${sent.url}`, '', ...laidOut(sent));
    const bytes = count(new TextEncoder().encode(sent.body).length, manner);
    lines.push('', `# ${l10n.t('The body to the byte ({0} bytes)', bytes)}`, '', sent.body);
  }
  return { text: `${lines.join('\n')}\n`, links };
}

const lengthOf = (lines: readonly string[]): number => lines.reduce((sum, line) => sum + line.length + 1, 0);

/** "/home/ada/src/main.ts, lines 3 to 20". */
export function placeOf({ source, startLine, endLine }: Piece): string {
  if (startLine === undefined) return l10n.t('{0}, all of it', source);
  return endLine === undefined || endLine === startLine
    ? l10n.t('{0}, line {1}', source, startLine)
    : l10n.t('{0}, lines {1} to {2}', source, startLine, endLine);
}

function replaced(found: SentBody['found']): string[] {
  if (found.length === 0) return [indent + l10n.t('Nothing was replaced.')];
  return found.map(
    ({ placeholder, kind, length }) => indent + l10n.t('{0}: {1}, {2} characters', marked(placeholder), kind, length),
  );
}

/** Path by path; long strings as blocks with their own line breaks. */
function laidOut({ body, found }: Pick<SentBody, 'body' | 'found'>): string[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return block(body);
  }
  const placeholders = [...new Set(found.map(({ placeholder }) => placeholder))];
  return valueLines('', value, (text) => withMarks(text, placeholders));
}

/** In one pass, so that no placeholder is marked within another. */
function withMarks(text: string, placeholders: readonly string[]): string {
  if (placeholders.length === 0) return text;
  const longestFirst = [...placeholders].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map((each) => each.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g');
  return text.replace(pattern, (placeholder) => marked(placeholder));
}

function valueLines(path: string, value: unknown, mark: (text: string) => string): string[] {
  if (typeof value === 'string' && (value.includes('\n') || value.length > shortJson)) {
    return [`${path}:`, ...block(mark(value)), ''];
  }
  const json = JSON.stringify(value);
  const whole = typeof value !== 'object' || value === null || (json.length <= shortJson && !json.includes('\\n'));
  if (whole && path !== '') return [`${path}: ${mark(json)}`];
  if (Array.isArray(value)) {
    return value.flatMap((each: unknown, index) => valueLines(`${path}[${index}]`, each, mark));
  }
  if (typeof value !== 'object' || value === null) return [mark(json)];
  return Object.entries(value).flatMap(([key, each]) => {
    const step = /^[A-Za-z_$][\w$]*$/.test(key) ? (path === '' ? key : `.${key}`) : `[${JSON.stringify(key)}]`;
    return valueLines(path + step, each, mark);
  });
}

const block = (text: string): string[] => text.split(/\r\n|\r|\n/).map((line) => (line === '' ? '' : indent + line));
