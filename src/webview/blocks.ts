// Cuts streaming markdown into top-level blocks: those that no further text can change, and the one that still grows.
// It only finds the cuts (and code fences); what a block looks like is markdown.ts's matter.

export type Block =
  | { kind: 'markdown'; text: string }
  /** A fence at top level. `info` is what follows the opening marks: "ts", "ts src/main.ts". */
  | { kind: 'code'; info: string; code: string };

interface Fence {
  mark: string;
  length: number;
  indent: number;
  info: string;
}

/** Lists may grow without end; from this many characters on they are cut between two items. */
const longList = 4_000;

const item = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
const heading = /^ {0,3}#{1,6}(?:\s|$)/;
const rule = /^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/;

/** Feed it text as it comes; it returns each block once, when it is finished. However the text is cut into chunks, the blocks are the same. */
export class BlockSplitter {
  /** The line that has no end yet. */
  private rest = '';
  private lines: string[] = [];
  private size = 0;
  private inList = false;
  /** Fence at top level: its lines are `lines`. */
  private fence: Fence | undefined;
  /** Fence inside a list item: part of the list's block. */
  private nested: Fence | undefined;
  private finished: Block[] = [];

  push(text: string): Block[] {
    const all = this.rest + text;
    let start = 0;
    for (let end = all.indexOf('\n'); end >= 0; end = all.indexOf('\n', start)) {
      this.line(all.slice(start, all[end - 1] === '\r' && end > start ? end - 1 : end));
      start = end + 1;
    }
    this.rest = all.slice(start);
    return this.take();
  }

  /** The block that still grows; undefined if nothing has begun. What may yet turn out to be a mark of its own is held back. */
  get tail(): Block | undefined {
    if (this.fence !== undefined) {
      const shown = /^\s*[`~]*\s*$/.test(this.rest) ? [] : [unindent(this.rest, this.fence.indent)];
      // A line is shown with its end, so that code only ever grows.
      const code = this.lines.map((line) => `${line}\n`).join('') + shown.join('');
      return { kind: 'code', info: this.fence.info, code };
    }
    // "-", "1." or "``" alone is the beginning of something else than the paragraph above it.
    const undecided = /^\s*(?:[-*+=#>|]+|\d{1,9}[.)]?|[`~]+)?\s*$/.test(this.rest);
    const text = [...this.lines, ...(undecided ? [] : [this.rest])].join('\n');
    return text.trim() === '' ? undefined : { kind: 'markdown', text };
  }

  /** No more text comes: the rest is finished as it is. */
  end(): Block[] {
    if (this.rest !== '') this.line(this.rest);
    this.rest = '';
    this.close();
    return this.take();
  }

  private take(): Block[] {
    return this.finished.splice(0);
  }

  private line(line: string): void {
    if (this.fence !== undefined) {
      if (closes(this.fence, line)) this.close();
      else this.lines.push(unindent(line, this.fence.indent));
      return;
    }
    const indent = indentOf(line);
    const blank = line.trim() === '';
    if (this.nested !== undefined) {
      if (closes(this.nested, line)) this.nested = undefined;
      // Text at the margin ends the list item, and its fence with it.
      if (blank || indent >= 2 || this.nested === undefined) {
        this.add(line);
        return;
      }
      this.nested = undefined;
    }
    if (blank) {
      if (this.lines.length > 0) this.add('');
      return;
    }
    if (this.lines.at(-1) === '' && !this.continues(line, indent)) this.close();
    if (this.inList && this.size > longList && indent === 0 && item.test(line)) this.close();

    const fence = opens(line);
    if (fence !== undefined && this.inList && indent >= 2) {
      this.nested = fence;
      this.add(line);
    } else if (fence !== undefined) {
      this.close();
      this.fence = fence;
    } else if (indent < 2 && (heading.test(line) || rule.test(line))) {
      this.close();
      this.add(line);
      this.close();
    } else {
      this.inList ||= item.test(line);
      this.add(line);
    }
  }

  /** Whether a line after a blank one still belongs to the block before it: a list goes on, and so does indented code. */
  private continues(line: string, indent: number): boolean {
    if (this.inList) return indent >= 2 || (item.test(line) && !rule.test(line));
    return indent >= 4 && indentOf(this.lines[0] ?? '') >= 4;
  }

  private add(line: string): void {
    this.lines.push(line);
    this.size += line.length + 1;
  }

  private close(): void {
    const text = this.lines.join('\n');
    if (this.fence !== undefined) this.finished.push({ kind: 'code', info: this.fence.info, code: text });
    else if (text.trim() !== '') this.finished.push({ kind: 'markdown', text: text.replace(/\n+$/, '') });
    this.lines = [];
    this.size = 0;
    this.inList = false;
    this.fence = undefined;
    this.nested = undefined;
  }
}

function opens(line: string): Fence | undefined {
  const match = /^(\s*)(`{3,}|~{3,})(.*)$/.exec(line);
  if (match === null) return undefined;
  const [, space = '', marks = '', info = ''] = match;
  const mark = marks.charAt(0);
  const indent = indentOf(space);
  // "```a```" is inline code, and a fence that is indented by four outside a list is indented code.
  if (mark === '`' && info.includes('`')) return undefined;
  return { mark, length: marks.length, indent, info: info.trim() };
}

function closes(fence: Fence, line: string): boolean {
  const bare = line.trim();
  return bare.length >= fence.length && bare === fence.mark.repeat(bare.length);
}

/** Width of the white space a line begins with, a tab reaching to the next multiple of four. */
function indentOf(line: string): number {
  let width = 0;
  for (const char of line) {
    if (char === ' ') width += 1;
    else if (char === '\t') width += 4 - (width % 4);
    else break;
  }
  return width;
}

function unindent(line: string, indent: number): string {
  let cut = 0;
  while (cut < indent && line[cut] === ' ') cut += 1;
  return line.slice(cut);
}
