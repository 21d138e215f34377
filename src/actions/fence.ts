// Finds the fenced code blocks of an answer in markdown. Writing one is context/fence.ts's job.

export interface FencedBlock {
  /** What follows the opening fence: "ts", "python title=a.py". */
  info: string;
  /** Without the fences and without the line end before the closing one; `\n` as line end. */
  code: string;
  closed: boolean;
}

export interface FencedText {
  blocks: FencedBlock[];
  /** Every line that is not in a block, with its number in the text (first is 0). */
  outside: { number: number; text: string }[];
}

const opening = /^([ \t]*)(`{3,}|~{3,})[ \t]*(.*?)[ \t]*$/;

/**
 * The top-level blocks of `text`, by CommonMark's rules, with one leniency: with `nesting`, a fence that carries a
 * language inside an equally long one opens a block within the block, as models write markdown inside of markdown.
 */
export function fencedBlocks(text: string, nesting = true): FencedText {
  const blocks: FencedBlock[] = [];
  const outside: FencedText['outside'] = [];
  let open: { mark: string; indent: number; info: string; lines: string[]; depth: number } | undefined;
  for (const [number, line] of text.split(/\r\n|\n/).entries()) {
    const fence = readFence(line);
    if (!open) {
      if (fence) open = { mark: fence.mark, indent: fence.indent, info: fence.info, lines: [], depth: 1 };
      else outside.push({ number, text: line });
      continue;
    }
    if (fence?.mark.startsWith(open.mark.charAt(0))) {
      if (fence.info === '' && fence.mark.length >= open.mark.length) open.depth--;
      else if (nesting && fence.info !== '' && fence.mark.length === open.mark.length) open.depth++;
    }
    if (open.depth === 0) {
      blocks.push({ info: open.info, code: open.lines.join('\n'), closed: true });
      open = undefined;
    } else {
      open.lines.push(withoutIndent(line, open.indent));
    }
  }
  if (open) blocks.push({ info: open.info, code: open.lines.join('\n'), closed: false });
  return { blocks, outside };
}

function readFence(line: string): { mark: string; indent: number; info: string } | undefined {
  const match = opening.exec(line);
  const [, indent = '', mark = '', info = ''] = match ?? [];
  if (!match || (mark.startsWith('`') && info.includes('`'))) return undefined;
  return { mark, indent: indent.length, info };
}

/** A fence inside a list is indented, and so is everything in it. */
function withoutIndent(line: string, indent: number): string {
  let at = 0;
  while (at < indent && (line[at] === ' ' || line[at] === '\t')) at++;
  return line.slice(at);
}
