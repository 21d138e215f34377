// What becomes of a model's text: cleaned, cut where it is complete, fitted to what stands after the cursor.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { fit } from '../../../src/completion/fit.ts';
import { clean, finish } from '../../../src/completion/refine.ts';
import { enough, shapeAt } from '../../../src/completion/shape.ts';
import { closersOrBlockHead, restOfLine, type Snapshot } from '../../../src/completion/snapshot.ts';
import { accepted, at } from './marked.ts';

/** The document as it is after accepting what is made of `raw`; the document as it was if that is nothing. */
function result(marked: string, raw: string, changes: Partial<Snapshot> = {}): string {
  const snapshot = at(marked, changes);
  const { text } = enough(clean(raw, snapshot), shapeAt(snapshot), snapshot, 'stop');
  const complete = finish(text, snapshot);
  return accepted(snapshot, complete === '' ? undefined : fit(complete, snapshot));
}

const tabs = { indent: { tabs: true, size: 4 } };
const four = { indent: { tabs: false, size: 4 } };
const python = { languageId: 'python', ...four };

type Case = [what: string, marked: string, raw: string, wanted: string, changes?: Partial<Snapshot>];
const tables: Record<string, Case[]> = {
  'what is no code': [
    ['DeepSeek’s markers', 'x = ▮', '1;<｜end▁of▁sentence｜>', 'x = 1;'],
    ['a marker before the code', 'x = ▮', '<｜fim▁hole｜>1;', 'x = 1;'],
    ['Qwen’s markers', 'x = ▮', '1;<|fim_pad|><|endoftext|>', 'x = 1;'],
    ['StarCoder’s markers', 'x = ▮', '1;<fim_suffix> + 2', 'x = 1;'],
    ['CodeLlama’s marker', 'x = ▮', '1; <EOT>', 'x = 1;'],
    ['Codestral’s marker', 'x = ▮', '1;[SUFFIX]', 'x = 1;'],
    ['the end of a text', 'x = ▮', '1;</s>', 'x = 1;'],
    ['but not F#’s operators', 'let x = ▮', 'f <| g |> h', 'let x = f <| g |> h'],
    ['thinking', 'x = ▮', '<think>The user wants 1.</think>\n1;', 'x = 1;'],
    ['thinking that isn’t closed', 'x = ▮', '<think>\nThe user', 'x = '],
    ['thinking that was opened in the prompt', 'x = ▮', 'The user wants 1.\n</think>\n\n1;', 'x = 1;'],
    ['thinking after the code', 'x = ▮', '1;<think>Is it?', 'x = 1;'],
    ['a fence around the code', '▮', '```ts\nfoo();\n```', 'foo();', { automatic: false }],
    ['a fence that only closes', 'x = 1;\n▮', 'foo();\n```\nThis calls foo.', 'x = 1;\nfoo();'],
    ['a chat’s answer', 'x = 1;\n▮', 'Here is the code:\n```ts\nfoo();\n```', 'x = 1;\nfoo();'],
    ['but no fence in Markdown', '# A\n\n▮', '```sh\nls\n```', '# A\n\n```sh\nls\n```', { languageId: 'markdown' }],
    ['white space', 'x = 1;\n▮\ny', '  \n   \n', 'x = 1;\n\ny'],
    ['white space at a line’s end', 'x = 1;\n▮', 'foo();  \nbar();\t', 'x = 1;\nfoo();\nbar();'],
  ],
  'what the line says already': [
    ['the whole line', 'const total = ▮', 'const total = a + b;', 'const total = a + b;'],
    ['the whole line, indented', '  const total = ▮', '  const total = a + b;', '  const total = a + b;'],
    ['its last word', 'console.▮', 'console.log(x);', 'console.log(x);'],
    ['its indent', 'if (x) {\n  ▮\n}', '  foo();', 'if (x) {\n  foo();\n}'],
    ['but not a deeper indent that is meant', 'def f():\n▮', '    return 1', 'def f():\n    return 1', python],
    ['the empty line that it is', 'if (x) {\n  ▮\n}', ' \n  foo();', 'if (x) {\n  foo();\n}'],
    ['the space before the cursor', 'return ▮', ' x;', 'return x;'],
    ['but no word that only looks like it', 'use▮', 'user', 'useuser'],
  ],
  'what stands after the cursor': [
    ['a closed bracket', 'foo(▮)', 'a, b)', 'foo(a, b)'],
    ['a closed bracket, and more', 'foo(▮)', 'a, b);', 'foo(a, b);'],
    ['a bracket and a semicolon', 'foo(▮);', 'a, b);', 'foo(a, b);'],
    ['only the bracket of both', 'foo(▮);', 'a, b)', 'foo(a, b);'],
    ['the semicolon of both', 'foo(▮);', 'bar();', 'foo(bar());'],
    ['but not the suggestion’s own bracket', 'foo(▮)', 'bar()', 'foo(bar())'],
    ['one of two brackets', 'foo(bar(▮))', 'x)', 'foo(bar(x))'],
    ['both brackets, and more', 'foo(bar(▮))', 'x)).then(y)', 'foo(bar(x)).then(y)'],
    ['but not a bracket that lacks', 'foo(bar(▮)', 'x)', 'foo(bar(x))'],
    ['a bracket opened in the line above', 'foo(\n  a, ▮)', 'b);', 'foo(\n  a, b);'],
    ['a closed quote', 'import x from "▮";', './x";', 'import x from "./x";'],
    ['a closed quote alone', 'const s = "▮"', 'hello"', 'const s = "hello"'],
    ['quote and bracket', 'foo("▮")', 'a", 1);', 'foo("a", 1);'],
    ['a function for an argument', 'on(▮)', '() => {\n  go();\n});', 'on(() => {\n  go();\n});'],
    ['a brace with a block inside', 'const f = () => {▮}', '\n  go();\n}', 'const f = () => {\n  go();\n}'],
    ['the head of a block', 'if (▮) {\n  a();\n}', 'x > 1) {', 'if (x > 1) {\n  a();\n}'],
    [
      'the rest of the line',
      'const x = ▮value + 1;',
      'await value + 1;',
      'const x = await value + 1;',
      { automatic: false },
    ],
    ['more lines than fit in the line', 'const x = ▮ + 1;', 'a\nb', 'const x = a + 1;', { automatic: false }],
    ['the next line', 'a();\n▮\nreturn x;', 'return x;', 'a();\n\nreturn x;'],
    [
      'the next lines',
      'f(() => {\n  ▮\n  b();\n});',
      'a();\n  b();\n});',
      'f(() => {\n  a();\n\n  b();\n});'.replace('\n\n', '\n'),
    ],
    ['the brace below', 'function f() {\n  ▮\n}', 'return 1;\n}', 'function f() {\n  return 1;\n}'],
    [
      'but not a brace of its own',
      'function f() {\n  ▮\n}',
      'if (x) {\n    y();\n  }',
      'function f() {\n  if (x) {\n    y();\n  }\n}',
    ],
    ['a lone brace', 'function f() {\n  a();\n▮\n}', '}', 'function f() {\n  a();\n\n}'],
    ['the end of a Ruby method', 'def f\n  ▮\nend', 'go\nend', 'def f\n  go\nend', { languageId: 'ruby' }],
  ],
  'the document’s own form': [
    ['tabs where it has tabs', 'if x {\n\t▮', 'for {\n    go()\n    }', 'if x {\n\tfor {\n\tgo()\n\t}', tabs],
    [
      'tabs of a model that indents by two',
      'f() {▮',
      '\n  a();\n  if (b) {\n    c();\n  }\n}',
      'f() {\n\ta();\n\tif (b) {\n\t\tc();\n\t}\n}',
      tabs,
    ],
    ['spaces where it has spaces', 'f() {▮', '\n\ta();\n}', 'f() {\n  a();\n}'],
    ['line ends', 'f() {▮', '\r\n  a();\r\n}', 'f() {\n  a();\n}'],
  ],
  'where it ends': [
    ['in a line: at the line’s end', 'const x = fo▮', 'o();\nconst y = 2;', 'const x = foo();'],
    ['on a new line: at a blank line', 'a();\n▮', 'b();\nc();\n\nfunction d() {}', 'a();\nb();\nc();'],
    ['at a dedent', 'def f():\n    ▮', 'a()\n    b()\nprint(f())', 'def f():\n    a()\n    b()', python],
    [
      'after the closing brace of a block',
      'function f() {▮',
      '\n  a();\n}\nfunction g() {',
      'function f() {\n  a();\n}',
    ],
    ['not before else', 'if (x) {▮', '\n  a();\n} else {\n  b();\n}\nc();', 'if (x) {\n  a();\n} else {\n  b();\n}'],
    [
      'before the next statement in Python',
      'def f():▮',
      '\n    return 1\nprint(f())',
      'def f():\n    return 1',
      python,
    ],
    ['with a brace that lacks', 'function f() {\n  ▮', 'return 1;\n}\nf();', 'function f() {\n  return 1;\n}'],
    ['at a loop of lines', 'a();\n▮', 'b();\nb();\nb();\nb();', 'a();\nb();'],
    ['at a loop of blocks', 'z();\n▮', 'a();\nb();\na();\nb();\na();\nb();', 'z();\na();\nb();'],
    ['at a loop in a line', 'const s = ▮', 'very very very very very very', 'const s = very'],
    ['but a rule of dashes is none', 'a();\n▮', '// ------------------------', 'a();\n// ------------------------'],
    [
      'before it repeats the lines above',
      'first(line);\nsecond(line);\n▮',
      'first(line);\nsecond(line);',
      'first(line);\nsecond(line);\n',
    ],
    ['never at // or a colon', 'get(▮', '"https://example.org/a");', 'get("https://example.org/a");'],
  ],
};

describe('refining', () => {
  for (const [title, cases] of Object.entries(tables))
    describe(title, () => {
      for (const [what, marked, raw, wanted, changes] of cases)
        it(what, () => assert.equal(result(marked, raw, changes), wanted));
    });

  it('asks for a line within a statement and for a block on a new line', () => {
    const kind = (marked: string) => shapeAt(at(marked)).kind;
    assert.deepEqual(['const x = fo▮', 'const x = ▮', 'f(▮)', 'a();\n▮', 'if (x) {▮', 'def f():▮', 'a ▮ b'].map(kind), [
      'line',
      'block',
      'block',
      'block',
      'block',
      'block',
      'rest',
    ]);
    assert.deepEqual([shapeAt(at('fo▮')).maxTokens, shapeAt(at('▮')).maxTokens], [64, 160]);
  });

  it('never cuts inside a line when the answer was cut short', () => {
    const snapshot = at('a();\n▮');
    const cut = (raw: string) => enough(raw, shapeAt(snapshot), snapshot, 'length').text;
    assert.equal(cut('b();\nc('), 'b();');
    assert.equal(cut('b(someLongArgu'), '');
  });

  it('is done as soon as enough has come', () => {
    const done = (marked: string, raw: string) => enough(raw, shapeAt(at(marked)), at(marked), 'no').done;
    assert.equal(done('const x = fo▮', 'o();'), false);
    assert.equal(done('const x = fo▮', 'o();\n'), true);
    assert.equal(done('function f() {▮', '\n  a();\n}'), false);
    assert.equal(done('function f() {▮', '\n  a();\n}\n'), true);
    assert.equal(done('a();\n▮', 'b();\n'), false);
    assert.equal(done('a();\n▮', 'b();\n\nc'), true);
  });

  it('never lets thinking through, however the tags come', () => {
    const word = fc.constantFrom('secret', 'plan', '\n', ' ', '<', '/', 'x');
    fc.assert(
      fc.property(fc.array(word), fc.constantFrom('<think>', '<thinking>', ''), fc.boolean(), (words, open, closed) => {
        const thought = `SECRETPLAN${words.join('')}`;
        const raw = `${open}${thought}${closed || open === '' ? '</think>' : ''}${closed || open === '' ? 'code();' : ''}`;
        assert.ok(!clean(raw, at('x = ▮')).includes('SECRETPLAN'));
      }),
    );
  });

  it('never makes more of a text than the model wrote, and never ends in white space', () => {
    const piece = fc.constantFrom(
      'a',
      'foo(',
      ')',
      '"',
      '{',
      '}',
      '\n',
      '  ',
      ';',
      '```',
      '\t',
      'end',
      '</s>',
      '|',
      ',',
    );
    const code = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(code, code, code, (before, after, raw) => {
        const snapshot = at(`${before}▮${after}`);
        const text = finish(clean(raw, snapshot), snapshot);
        const fitted = text === '' ? undefined : fit(text, snapshot);
        if (!fitted) return;
        if (closersOrBlockHead.test(restOfLine(snapshot))) assert.equal(fitted.text, fitted.text.trimEnd());
        assert.ok(text.startsWith(fitted.text));
        assert.ok(fitted.replace <= (snapshot.after + '\n').indexOf('\n'));
      }),
    );
  });
});
