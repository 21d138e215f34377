// Which lines an action takes: what a person would expect to be changed when they press the button.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { surroundings } from '../../../src/actions/editPrompt.ts';
import { isWholeText, targetOf, type CodeSymbol } from '../../../src/actions/target.ts';

const text = [
  'import x;',
  'class Cart {',
  '  total() {',
  '    const list = [',
  '      1,',
  '    ];',
  '    return list;',
  '  }',
  '  name = 1;',
  '}',
  'const f = () => {',
  '  go();',
  '};',
].join('\n');
const at = (part: string) => text.indexOf(part);
const span = (from: string, to: string) => ({ start: at(from), end: at(to) + to.length });
const total = { kind: 'callable', range: span('total() {', 'return list;\n  }') } satisfies CodeSymbol;
const cart = { kind: 'type', range: span('class Cart', 'name = 1;\n}') } satisfies CodeSymbol;
const symbols: CodeSymbol[] = [
  cart,
  total,
  { kind: 'value', range: span('list = [', '];') },
  { kind: 'value', range: span('name = 1', '1;') },
  { kind: 'value', range: span('f = () =>', '  go();\n}') },
];

function target(from: string, to = '', problems: { start: number; end: number }[] = []): string {
  const start = at(from);
  const selection = { start, end: to === '' ? start : at(to) + to.length };
  const range = targetOf({ text, selection, symbols, problems });
  return text.slice(range.start, range.end);
}

describe('the lines that an action takes', () => {
  it('are those of the selection, whole', () => assert.equal(target('list = [', '1,'), '    const list = [\n      1,'));

  it('are the function around the cursor, not a value in it', () => {
    assert.equal(target('1,'), text.slice(at('  total'), total.range.end));
  });

  it('are the class where the cursor is in no method', () => {
    assert.equal(target('name = 1'), text.slice(cart.range.start, cart.range.end));
  });

  it('are the function in a variable', () => assert.equal(target('go();'), text.slice(at('const f'))));

  it('are the whole file where nothing is around the cursor', () => assert.equal(target('import'), text));

  it('are the function around the problem on the cursor’s line, wherever the cursor is on it', () => {
    const problem = span('list;', 'list;');
    assert.equal(target('return', '', [problem]), text.slice(at('  total'), total.range.end));
  });

  it('ignore a selection of blanks only', () => {
    const range = targetOf({ text: '  \nfoo', selection: { start: 0, end: 2 }, symbols: [] });
    assert.deepEqual(range, { start: 0, end: 6 });
  });

  it('are sixty lines near the cursor in a long file without symbols', () => {
    const long = Array.from({ length: 1000 }, (_, line) => `line ${line}`).join('\r\n');
    const taken = (cursor: number) => {
      const range = targetOf({ text: long, selection: { start: cursor, end: cursor }, symbols: [] });
      return long.slice(range.start, range.end).split('\r\n');
    };
    const middle = taken(long.indexOf('line 500'));
    assert.deepEqual([middle[0], middle.at(-1), middle.length], ['line 470', 'line 529', 60]);
    assert.deepEqual(taken(0).length, 60);
    assert.equal(taken(long.length).at(-1), 'line 999');
  });

  it('leave out a class that is too long for one answer', () => {
    const long = `class A {\n${'  x;\n'.repeat(500)}}`;
    const range = targetOf({
      text: long,
      selection: { start: 100, end: 100 },
      symbols: [{ kind: 'type', range: { start: 0, end: long.length } }],
    });
    assert.equal(isWholeText(long, range), false);
  });
});

describe('what stands around them', () => {
  it('is whole lines on both sides, with one kind of line end', () => {
    const lines = Array.from({ length: 9 }, (_, line) => `line ${line}`);
    const crlf = lines.join('\r\n');
    const start = crlf.indexOf('line 4');
    const range = { start, end: start + 6 };
    assert.deepEqual(surroundings(crlf, range, { before: 20, after: 20 }), {
      before: 'line 2\nline 3',
      after: 'line 5\nline 6',
    });
    assert.deepEqual(surroundings(crlf, range), {
      before: 'line 0\nline 1\nline 2\nline 3',
      after: 'line 5\nline 6\nline 7\nline 8',
    });
    assert.deepEqual(surroundings('a', { start: 0, end: 1 }), { before: '', after: '' });
  });
});
