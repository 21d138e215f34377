// The item that VS Code is given: it shows it, and accepting it gives what was meant.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { fit } from '../../../src/completion/fit.ts';
import { after, before } from '../../../src/completion/snapshot.ts';
import { itemFor, wouldShow } from '../../../src/completion/visible.ts';
import { accepted, at } from './marked.ts';

/**
 * VS Code's own rule, written from its source in its own terms: a document's line, an edit from column `start` to `end`, the cursor.
 * Then the second half, which it applies when it draws: ghost text is made of insertions only, none before the cursor.
 */
function vscodeShows(line: string, start: number, end: number, text: string, cursor: number): boolean {
  const replaced = line.slice(start, end);
  let shared = 0;
  while (shared < Math.min(replaced.length, text.length) && replaced[shared] === text[shared]) shared++;
  const from = start + shared;
  const original = line.slice(from, end);
  const filter = text.slice(shared);
  if (original === '' && filter === '') return false;
  const index = Math.max(0, cursor - from);
  let originalBefore = original.slice(0, index);
  let originalAfter = original.slice(index);
  let filterBefore = filter.slice(0, index);
  let filterAfter = filter.slice(index);
  const indent = line.length - line.trimStart().length;
  if (from <= indent) {
    originalBefore = originalBefore.trimStart();
    if (originalBefore === '') originalAfter = originalAfter.trimStart();
    filterBefore = filterBefore.trimStart();
    if (filterBefore === '') filterAfter = filterAfter.trimStart();
  }
  const isPart = (part: string, whole: string): boolean => {
    const found = part === '' ? 0 : whole.indexOf(part.charAt(0));
    return part === '' || (found >= 0 && isPart(part.slice(1), whole.slice(found + 1)));
  };
  const visible =
    filterBefore.startsWith(originalBefore) && isPart(originalAfter.toLowerCase(), filterAfter.toLowerCase());
  const insertionsOnly = isPart(original, filter) && from >= cursor;
  return visible && insertionsOnly;
}

const code = (max: number) =>
  fc
    .array(fc.constantFrom('a', 'B', 'b', '(', ')', '"', ';', ' ', '\t', '{', '}', '1'), { maxLength: max })
    .map((p) => p.join(''));

describe('what VS Code shows', () => {
  it('is what VS Code’s own rule shows', () => {
    fc.assert(
      fc.property(code(8), code(5), code(8), fc.nat(5), fc.boolean(), (prefix, rest, added, end, keeps) => {
        const line = prefix + rest;
        const replace = Math.min(end, rest.length);
        const text = keeps ? prefix + added : added;
        const expected = vscodeShows(line, 0, prefix.length + replace, text, prefix.length);
        assert.equal(wouldShow(line.slice(0, prefix.length + replace), text, prefix.length), expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('is no edit of what stands before the cursor, and nothing that is there already', () => {
    assert.equal(wouldShow('foo(', 'bar(x', 4), false);
    assert.equal(wouldShow('foo()', 'foo(a)', 4), true);
    assert.equal(wouldShow('foo("', 'foo(a)', 4), false);
    assert.equal(wouldShow('foo(', 'a foo(', 4), false);
    assert.equal(wouldShow('foo', 'foo', 3), false);
    assert.equal(wouldShow('  ', '  return x;', 2), true);
  });
});

describe('the item', () => {
  it('starts at the line’s start, and ends where the closers end that it brings', () => {
    const snapshot = at('a();\n  foo(▮)\nb();');
    const fitted = fit('a, b);', snapshot);
    assert.deepEqual(fitted && itemFor(snapshot, fitted, '\n'), { start: 2 - 2, end: 7, insertText: '  foo(a, b);' });
  });

  it('starts at the cursor in a line too long to repeat', () => {
    const long = 'x'.repeat(100_000);
    const known = before(`${long}(`, 0);
    const snapshot = at('▮', { ...known, character: 100_001, offset: 100_001 });
    assert.deepEqual(itemFor(snapshot, { text: '1)', replace: 0 }, '\n'), {
      start: 100_001,
      end: 100_001,
      insertText: '1)',
    });
  });

  it('when accepted gives what the model meant, with the document’s own line ends', () => {
    const lines = fc.array(code(6), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(lines, lines, lines, fc.constantFrom<'\n' | '\r\n'>('\n', '\r\n'), (above, below, raw, eol) => {
        const head = above.join(eol);
        const tail = below.join(eol);
        const snapshot = at('▮', {
          ...before(head, 0),
          after: after(tail),
          character: above.at(-1)?.length ?? 0,
          offset: above.join('\n').length,
        });
        const fitted = fit(raw.join('\n'), snapshot);
        const item = fitted && itemFor(snapshot, fitted, eol);
        if (!fitted || !item) return;
        const lineStart = head.length - snapshot.character;
        const document = head + tail;
        const result =
          document.slice(0, lineStart + item.start) + item.insertText + document.slice(lineStart + item.end);
        assert.equal(result.replaceAll('\r\n', '\n'), accepted(snapshot, fitted));
        assert.equal(result.replaceAll('\r\n', '').includes('\r'), false);
        if (eol === '\r\n') assert.ok(!/(?<!\r)\n/.test(result));
        else assert.ok(!result.includes('\r'));
      }),
    );
  });
});
