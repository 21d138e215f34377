// The answer's code takes on the indentation, the line ends and the blank lines of what it replaces.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { indentStyle, restoreShape } from '../../../src/actions/restoreShape.ts';

function shaped(code: string, base: string, documentText = base, eol: '\n' | '\r\n' = '\n'): string {
  return restoreShape(code, { documentText, base, eol });
}

describe('code that replaces other code', () => {
  const method = '    add(a, b) {\n        return a - b;\n    }';
  const fixed = '    add(a, b) {\n        return a + b;\n    }';

  it('gets back the indentation that the model took from the whole block', () => {
    assert.equal(shaped('add(a, b) {\n    return a + b;\n}', method), fixed);
  });

  it('gets back the indentation of its first line only, where only that was lost', () => {
    assert.equal(shaped('add(a, b) {\n        return a + b;\n    }', method), fixed);
  });

  it('tells the two apart in Python, where the last line is indented', () => {
    const base = '    def f(self):\n        return 1';
    assert.equal(shaped('def f(self):\n    return 2', base), '    def f(self):\n        return 2');
    const lines = '    x = 1\n    y = 2';
    assert.equal(shaped('x = 3\n    y = 4', lines), '    x = 3\n    y = 4');
  });

  it('is left alone where it is indented as before', () => assert.equal(shaped(fixed, method), fixed));

  it('does not get blanks on empty lines', () => {
    assert.equal(shaped('a();\n\nb();', '  a();\n\n  c();'), '  a();\n\n  b();');
  });

  it('has tabs where the document has tabs, and spaces where it has spaces', () => {
    assert.equal(
      shaped('f() {\n  if (x) {\n    g();\n  }\n}', '\tf() {\n\t\tg();\n\t}'),
      '\tf() {\n\t\tif (x) {\n\t\t\tg();\n\t\t}\n\t}',
    );
    assert.equal(shaped('f() {\n\tg();\n}', 'f() {\n  h();\n}'), 'f() {\n  g();\n}');
  });

  it('has the document’s line ends', () => {
    assert.equal(shaped('a\nb', 'x\r\ny', 'x\r\ny\r\n', '\r\n'), 'a\r\nb');
  });

  it('keeps the blank lines around it, and the file’s last newline', () => {
    assert.equal(shaped('b', 'a\n'), 'b\n');
    assert.equal(shaped('\n\nb\n\n', 'a'), 'b');
    assert.equal(shaped('b\n', '\na\n\n'), '\nb\n\n');
    assert.equal(shaped('b\n', 'a\r\n', 'a\r\n', '\r\n'), 'b\r\n');
  });

  it('comes out the same when nothing was lost, and when all of the indentation was', () => {
    const line = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom('a();', 'if (x) {', '}', 'return 1'));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), fc.integer({ min: 0, max: 3 }), (lines, depth) => {
        const dedented = lines.map(([level, code], index) => '    '.repeat(index === 0 ? 0 : level) + code);
        const base = dedented.map((code) => '    '.repeat(depth) + code).join('\n');
        assert.equal(shaped(base, base), base);
        assert.equal(shaped(dedented.join('\n'), base), base);
      }),
    );
  });
});

describe('the style of indentation', () => {
  it('is read from the text', () => {
    assert.deepEqual(indentStyle('a\n  b\n    c'), { tabs: false, width: 2 });
    assert.deepEqual(indentStyle('a\n    b\n        c'), { tabs: false, width: 4 });
    assert.deepEqual(indentStyle('a\n\tb'), { tabs: true, width: 4 });
    assert.equal(indentStyle('/**\n * a\n */\nb'), undefined);
    assert.equal(indentStyle('a\n\tb\n  c'), undefined);
  });
});
