// Streaming markdown, cut into blocks: however it arrives, the same blocks come out, and each is rendered as it would be in the whole.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { BlockSplitter, type Block } from '../../../src/webview/blocks.ts';
import { renderMarkdown } from '../../../src/webview/markdown.ts';

function split(...chunks: string[]): Block[] {
  const splitter = new BlockSplitter();
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}
const markdown = (text: string): Block => ({ kind: 'markdown', text });
const code = (info: string, text: string): Block => ({ kind: 'code', info, code: text });

describe('Blocks of streaming markdown', () => {
  it('finishes a paragraph when the next one begins', () => {
    const splitter = new BlockSplitter();
    assert.deepEqual(splitter.push('One.\n\n'), []);
    assert.deepEqual(splitter.push('Two'), []);
    assert.deepEqual(splitter.push('.\n'), [markdown('One.')]);
    assert.deepEqual(splitter.tail, markdown('Two.'));
  });

  it('finishes a heading at its line’s end', () => {
    assert.deepEqual(new BlockSplitter().push('## Title\n'), [markdown('## Title')]);
  });

  it('keeps a loose list together, code in it included', () => {
    const list = '1. One\n\n   ```ts\n   a();\n\n   b();\n   ```\n\n2. Two';
    assert.deepEqual(split(`${list}\n\nAfter.`), [markdown(list), markdown('After.')]);
  });

  it('cuts a fence out of the text, without its indentation', () => {
    const text = 'See:\n  ```ts src/a.ts\n  if (a) {\n    b();\n  }\n  ```\nDone.';
    assert.deepEqual(split(text), [markdown('See:'), code('ts src/a.ts', 'if (a) {\n  b();\n}'), markdown('Done.')]);
  });

  it('ends a fence only with a mark of its own kind and length', () => {
    assert.deepEqual(split('````md\n```\nx\n```\n~~~\n````\n'), [code('md', '```\nx\n```\n~~~')]);
  });

  it('takes a fence that never closes as code', () => {
    assert.deepEqual(split('```py\nprint(1)\n'), [code('py', 'print(1)')]);
  });

  it('never shows half a closing mark as code', () => {
    const splitter = new BlockSplitter();
    splitter.push('```ts\na();\n``');
    assert.deepEqual(splitter.tail, code('ts', 'a();\n'));
  });

  it('holds back what may become a mark', () => {
    for (const start of ['-', '1.', '#', '```', '>', '| ']) {
      const splitter = new BlockSplitter();
      splitter.push(`Text:\n${start}`);
      assert.deepEqual(splitter.tail, markdown('Text:'), start);
    }
  });

  it('cuts a very long list between two items, so that no block grows without end', () => {
    const items = Array.from({ length: 400 }, (_, index) => `${index + 1}. Item number ${index + 1}`);
    const blocks = split(items.join('\n'));
    assert.ok(blocks.length > 1);
    assert.equal(blocks.map((block) => (block.kind === 'markdown' ? block.text : '')).join('\n'), items.join('\n'));
  });

  const lines = fc.constantFrom(
    'Some text.', '', '- item', '* item', '  more of the item', '1. one', '2) two', '# Title', '---', '> quote',
    '```ts', '```', '~~~', '  ```', '    indented', '\tindented', '| a | b |', '|---|---|', '**bold**', '[a]: http://b.c',
  ); // prettier-ignore
  const documents = fc.array(lines, { maxLength: 25 }).map((all) => all.join('\n'));

  it('does not depend on how the text arrives', () => {
    fc.assert(
      fc.property(documents, fc.array(fc.nat({ max: 300 }), { maxLength: 8 }), fc.boolean(), (text, cuts, crlf) => {
        const whole = crlf ? text.replaceAll('\n', '\r\n') : text;
        const at = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        const chunks = at.slice(1).map((end, index) => whole.slice(at[index], end));
        assert.deepEqual(split(...chunks), split(text));
      }),
    );
  });

  it('loses no text', () => {
    const letters = (text: string) => text.replace(/[\s`~]/g, '');
    fc.assert(
      fc.property(documents, (text) => {
        const blocks = split(text).map((block) => (block.kind === 'markdown' ? block.text : block.info + block.code));
        assert.equal(letters(blocks.join('\n')), letters(text));
      }),
    );
  });

  it('renders block by block what the whole would render to', () => {
    const pieces = fc.constantFrom(
      'A paragraph\nof two lines.', '- one\n- two', '- loose\n\n- list\n\n  with text', '1. a\n2. b', '## Title', '---',
      '> quote\n> more', '| a | b |\n|---|---|\n| 1 | 2 |', '**bold** and `code`', 'Text:\n- tight\n- list',
      '1. step\n\n   ```js\n   x\n\n   y\n   ```\n2. next',
    ); // prettier-ignore
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (all) => {
        // Two lists in a row are one list to markdown, and here: a rule keeps them apart.
        const text = all.join('\n\n***\n\n');
        const parts = split(text).map((block) => (block.kind === 'markdown' ? renderMarkdown(block.text) : block.code));
        assert.equal(parts.join(''), renderMarkdown(text));
      }),
    );
  });
});
