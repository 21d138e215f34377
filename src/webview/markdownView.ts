// An answer on the page. A finished block is parsed once and never touched again; only the block that still grows is drawn
// anew, and code that still streams is merely appended to.
import type { FromWebview } from '../chat/protocol.ts';
import { BlockSplitter, type Block } from './blocks.ts';
import { CodeBlock } from './codeBlock.ts';
import { element } from './elements.ts';
import { renderMarkdown, renderTail, type Definitions } from './markdown.ts';
import { sanitize } from './sanitize.ts';

export interface Surroundings {
  send: (message: FromWebview) => void;
  /** Asks for another `set`, with a frame's delay: something was left undone. */
  again: () => void;
  now: () => number;
}

/** The growing block may take this part of the time: a long table that takes 10 ms to draw is drawn every 80 ms. */
const share = 8;

export class MarkdownView {
  readonly element = element('div', { class: 'markdown' });
  private readonly around: Surroundings;
  private text = '';
  /** The splitter was told that no more text comes: what comes all the same needs another one. */
  private ended = false;
  private splitter = new BlockSplitter();
  private definitions: Definitions = {};
  /** The block that still grows: its element, and the code block if it is one. */
  private tail: { element: HTMLElement; code?: CodeBlock } | undefined;
  private drawTailAt = 0;

  constructor(around: Surroundings) {
    this.around = around;
  }

  /** Shows the text. @param complete no more text comes (for now) */
  set(text: string, complete: boolean): void {
    const added = text.length - this.text.length;
    // An answer that had ended and goes on may go on within its last block.
    if (!text.startsWith(this.text) || (this.ended && added > 0)) this.reset();
    const finished = this.splitter.push(text.slice(this.text.length));
    this.text = text;
    for (const block of finished) this.commit(block);
    if (complete && !this.ended) {
      for (const block of this.splitter.end()) this.commit(block);
      this.tail?.element.remove();
      this.tail = undefined;
      this.ended = true;
    }
    if (!this.ended) this.drawTail();
  }

  private reset(): void {
    this.element.replaceChildren();
    this.text = '';
    this.ended = false;
    this.splitter = new BlockSplitter();
    this.definitions = {};
    this.tail = undefined;
  }

  private commit(block: Block): void {
    if (block.kind === 'code') {
      this.codeTail(block.info).finish(block.code);
    } else {
      const target = this.markdownTail();
      target.replaceChildren(this.nodes(renderMarkdown(block.text, this.definitions)));
      // A block of nothing but link definitions shows nothing.
      if (!target.hasChildNodes()) target.remove();
    }
    this.tail = undefined;
    this.drawTailAt = 0;
  }

  private drawTail(): void {
    const block = this.splitter.tail;
    if (block?.kind === 'code') {
      this.codeTail(block.info).grow(block.code);
      return;
    }
    if (block === undefined) return;
    const start = this.around.now();
    if (start < this.drawTailAt) {
      this.around.again();
      return;
    }
    this.markdownTail().replaceChildren(sanitize(renderTail(block.text, this.definitions)));
    this.drawTailAt = start + (this.around.now() - start) * share;
  }

  private codeTail(info: string): CodeBlock {
    if (this.tail?.code === undefined) {
      this.tail?.element.remove();
      const code = new CodeBlock(info, this.around.send);
      this.element.append(code.element);
      this.tail = { element: code.element, code };
      return code;
    }
    return this.tail.code;
  }

  private markdownTail(): HTMLElement {
    if (this.tail === undefined || this.tail.code !== undefined) {
      this.tail?.element.remove();
      this.tail = { element: element('div', { class: 'block' }) };
      this.element.append(this.tail.element);
    }
    return this.tail.element;
  }

  /** Code inside lists and quotes becomes a code block as well. */
  private nodes(html: string): DocumentFragment {
    const fragment = sanitize(html);
    for (const code of fragment.querySelectorAll('pre > code')) {
      const block = new CodeBlock(/language-(\S+)/.exec(code.className)?.[1] ?? '', this.around.send);
      block.finish(code.textContent.replace(/\n$/, ''));
      code.parentElement?.replaceWith(block.element);
    }
    return fragment;
  }
}
