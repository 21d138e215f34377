// What becomes of a proposal when the document changes under it, and that applying it is exactly the replacement.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import {
  lineSpan,
  minimalEdits,
  proposedText,
  rebase,
  replaceRange,
  type EditProposal,
} from '../../../src/edits/proposal.ts';
import type { TextRange } from '../../../src/edits/textRange.ts';

const line = fc.constantFrom('', 'a', 'b', '  a', '}', 'return 1', 'x = "ü🙂"');
const text = fc
  .tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'))
  .map(([lines, eol]) => lines.join(eol));

function rangeOf(base: string, part: string): TextRange {
  const start = base.indexOf(part);
  return { start, end: start + part.length };
}

function proposal(baseText: string, part: string, replacement: string): EditProposal {
  return {
    kind: 'edit',
    title: 'Fix',
    uri: 'file:///a.ts',
    languageId: 'typescript',
    baseText,
    range: rangeOf(baseText, part),
    replacement,
  };
}

describe('a proposal', () => {
  const base = 'one\ntwo\nthree\n';

  it('replaces its range and nothing else', () => {
    assert.equal(proposedText(proposal(base, 'two', 'TWO\nMORE'), base), 'one\nTWO\nMORE\nthree\n');
  });

  it('moves along when lines are added or removed before it', () => {
    assert.equal(proposedText(proposal(base, 'two', 'TWO'), 'zero\none\ntwo\nthree\n'), 'zero\none\nTWO\nthree\n');
    assert.equal(proposedText(proposal(base, 'two', 'TWO'), 'two\nthree\n'), 'TWO\nthree\n');
  });

  it('stays when the document grows after it', () => {
    assert.equal(proposedText(proposal(base, 'two', 'TWO'), 'one\ntwo\nthree\nfour\n'), 'one\nTWO\nthree\nfour\n');
  });

  it('is found again when the document changed on both sides', () => {
    assert.equal(proposedText(proposal(base, 'two', 'TWO'), 'ONE\ntwo\n3\n'), 'ONE\nTWO\n3\n');
  });

  it('no longer applies when its own lines changed', () => {
    assert.equal(proposedText(proposal(base, 'two', 'TWO'), 'one\ntwo!\nthree\n'), undefined);
    assert.equal(proposedText(proposal(base, 'two', 'TWO'), 'one\n!two\nthree\n'), undefined);
    assert.equal(proposedText(proposal(base, 'two', 'TWO'), ''), undefined);
  });

  it('no longer applies when its lines are there twice and can not be told apart', () => {
    assert.equal(proposedText(proposal(base, 'two', 'TWO'), 'ONE\ntwo\ntwo\nTHREE\n'), undefined);
  });

  it('does not mistake part of a longer line for its own', () => {
    assert.equal(proposedText(proposal(base, 'two', 'TWO'), 'ONE\ntwofold\nTHREE\n'), undefined);
  });

  it('says which lines it is about', () => {
    assert.deepEqual(lineSpan(proposal(base, 'two\nthree', 'x')), { first: 2, last: 3 });
  });

  it('after any change to other lines still replaces exactly its own text', () => {
    fc.assert(
      fc.property(text, text, text, text, text, (before, mine, after, newBefore, newAfter) => {
        const eol = '\n';
        const baseText = [before, mine, after].join(eol);
        const range = { start: before.length + 1, end: before.length + 1 + mine.length };
        const current = [newBefore, mine, newAfter].join(eol);
        const found = rebase(baseText, range, current);
        if (found) assert.equal(current.slice(found.start, found.end), mine);
        if (current === baseText) assert.deepEqual(found, range);
      }),
    );
  });
});

describe('minimal edits', () => {
  it('give the wanted text when applied, whatever the texts and line ends', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (before, after) => {
        const edits = await minimalEdits(before, after);
        const applied = edits.reduceRight((result, edit) => replaceRange(result, edit, edit.text), before);
        assert.equal(applied, after);
        edits.reduce((end, edit) => {
          assert.ok(edit.start >= end, 'ascending and disjoint');
          return edit.end;
        }, 0);
      }),
    );
  });

  it('touch only the lines that differ', async () => {
    assert.deepEqual(await minimalEdits('a\nb\nc\nd\n', 'a\nB\nc\nd\n'), [{ start: 2, end: 4, text: 'B\n' }]);
    assert.deepEqual(await minimalEdits('a\n', 'a\n'), []);
  });
});
