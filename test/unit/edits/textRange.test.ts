// Which whole lines a selection means.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { lineAt, linesOf, wholeLines } from '../../../src/edits/textRange.ts';

/** The selection is what stands between `[` and `]`. */
function selected(marked: string): string {
  const start = marked.indexOf('[');
  const end = marked.indexOf(']') - 1;
  const text = marked.replace(/[[\]]/g, '');
  const range = wholeLines(text, { start, end });
  return text.slice(range.start, range.end);
}

describe('the lines of a selection', () => {
  it('are whole, without the last line end', () => {
    assert.equal(selected('one\ntw[o\nthr]ee\nfour'), 'two\nthree');
    assert.equal(selected('one\r\ntw[o\r\nthr]ee\r\nfour'), 'two\r\nthree');
    assert.equal(selected('[]one\ntwo'), 'one');
    assert.equal(selected('one\ntwo[]'), 'two');
  });

  it('leave out a line that the selection only touches at its start', () => {
    assert.equal(selected('[one\n]two\n'), 'one');
    assert.equal(selected('[one\r\n]two\r\n'), 'one');
    assert.equal(selected('[one\n\n]two\n'), 'one\n');
  });

  it('are counted and split the same for both line ends', () => {
    assert.equal(lineAt('a\r\nb\r\nc', 6), 2);
    assert.equal(lineAt('a\nb', 1), 0);
    assert.deepEqual(linesOf('a\r\nb\nc'), ['a', 'b', 'c']);
  });
});
