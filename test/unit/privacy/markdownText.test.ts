// That text stays text in a tooltip's Markdown.
import assert from 'node:assert/strict';
import MarkdownIt from 'markdown-it';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { asMarkdown } from '../../../src/privacy/markdownText.ts';

const markdown = new MarkdownIt({ html: true, linkify: true });

/** What a reader sees, if nothing in it became more than text. */
function seen(text: string): string {
  const tokens = markdown.parse(`x${asMarkdown(text)}x`, {});
  assert.deepEqual(
    tokens.map(({ type }) => type),
    ['paragraph_open', 'inline', 'paragraph_close'],
  );
  const children = tokens[1]?.children ?? [];
  assert.ok(
    children.every(({ type }) => type === 'text' || type === 'text_special'),
    JSON.stringify(children),
  );
  return children.map(({ content }) => content).join('');
}

describe('text in a tooltip', () => {
  it('stays what it is', () => {
    for (const text of [
      '[Run](command:fathom.deleteSent)',
      '<img src=x>',
      '`code` *b* _i_',
      '&nbsp;',
      '# h',
      'https://example.org',
    ]) {
      assert.equal(seen(text), `x${text}x`);
    }
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => assert.equal(seen(text), `x${text}x`)),
      { numRuns: 2000 },
    );
  });
});
