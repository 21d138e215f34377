// How much to ask for, and when enough has come: a line in the middle of a statement, a block on a new line. Lines are never cut.
import { brackets, lackingClosers } from './brackets.ts';
import { closersOrBlockHead, indentWidth, linePrefix, restOfLine, type Snapshot } from './snapshot.ts';

export interface Shape {
  /** `rest`: the line has content after the cursor, so that only what fits into it is of use. */
  kind: 'rest' | 'line' | 'block';
  maxTokens: number;
  stop?: string[];
}

const shapes: Readonly<Record<Shape['kind'], Shape>> = {
  rest: { kind: 'rest', maxTokens: 64, stop: ['\n'] },
  // No stop at a line's end: a model that goes on in a new line begins with one.
  line: { kind: 'line', maxTokens: 64 },
  block: { kind: 'block', maxTokens: 160 },
};

/** Ends of a line after which more lines belong to it. */
const continues = /([{([:,=]|[=-]>|&&|\|\||\b(do|then|else|begin|of|return))\s*$/;
const closing = /^\s*([)\]}]|end\b|fi\b|done\b|esac\b)/;
const opening = /([{([:]|[=-]>|\b(do|then|else|begin))\s*$/;

/** Longer suggestions are not read before they are accepted. */
const longestBlock = 16;

/** What to ask for at the cursor. */
export function shapeAt(snapshot: Snapshot): Shape {
  if (!closersOrBlockHead.test(restOfLine(snapshot))) return shapes.rest;
  const prefix = linePrefix(snapshot);
  return prefix.trim() === '' || continues.test(prefix) ? shapes.block : shapes.line;
}

/** How the stream stands: still running, ended by the model, or ended by `maxTokens`. */
export type Ended = 'no' | 'stop' | 'length';

/**
 * Cuts cleaned text (refine.ts) where the suggestion is complete.
 *
 * @returns the text in whole lines, and whether more of the stream could change it. A last line that may be unfinished is left out
 *   once the stream has ended by length.
 */
export function enough(text: string, shape: Shape, snapshot: Snapshot, ended: Ended): { text: string; done: boolean } {
  const lines = text.split('\n');
  // The last line of a running or cut stream may be half a line.
  const unfinished = ended === 'stop' ? undefined : lines.pop();
  const done = ended !== 'no';
  const [first = ''] = lines;

  if (shape.kind === 'rest') return { text: first, done: done || lines.length > 0 };
  if (shape.kind === 'line' && first.trim() !== '') return { text: first, done: true };

  const end = endOfBlock(lines, snapshot);
  if (end !== undefined) return { text: lines.slice(0, end).join('\n'), done: true };
  if (done || unfinished === undefined) return { text: lines.join('\n'), done: true };
  return { text: lines.join('\n'), done: false };
}

/** Number of whole lines that make the block, or undefined if it goes on. */
function endOfBlock(lines: readonly string[], snapshot: Snapshot): number | undefined {
  const prefix = linePrefix(snapshot);
  const size = snapshot.indent.size;
  const base = indentWidth(prefix, size);
  const header = prefix.trim() !== '' && opening.test(prefix + (lines[0] ?? ''));
  let lacking: number | undefined;
  let started = false;
  let deeper = false;

  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') {
      if (started || index > 1) return index;
      continue;
    }
    const width = index === 0 ? base : indentWidth(line, size);
    const begun = started;
    started = true;
    if (index >= longestBlock) return index;
    if (index === 0) continue;

    if (width < base) {
      // Belongs to what is around the block, unless the document lacks that closer.
      lacking ??= lackingClosers(snapshot);
      const closer = brackets(lines.slice(0, index + 1).join('\n')).outer.length;
      return closing.test(line) && closer > 0 && closer <= lacking ? index + 1 : index;
    }
    if (width === base && header) {
      if (closing.test(line)) {
        if (!opening.test(line)) return index + 1;
      } else if (deeper && begun) return index;
    }
    deeper ||= width > base;
  }
  return undefined;
}
