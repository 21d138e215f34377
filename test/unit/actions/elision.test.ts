// Answers that leave code out are recognised, and comments that only sound like it are not.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { elision } from '../../../src/actions/elision.ts';

const base = ['function a() {', '  return 1;', '}', 'function b() {', '  return 2;', '}', 'function c() {}'].join('\n');

const leavesOut = [
  'function a() {\n  return 3;\n}\n// rest of the code unchanged',
  'function a() {\n  return 3;\n}\n// ... existing code ...',
  'function a() {\n  return 3;\n}\n...',
  'function a() {\n  return 3;\n}\n…',
  'function a() {\n  return 3;\n}\n/* ... */',
  'def a():\n    return 3\n\n# ... rest of the file ...',
  'def a():\n    return 3\n\n# (remaining methods omitted)',
  '<ul>\n<!-- the other items stay the same -->\n</ul>',
  'function a() {\n  return 3;\n}\n// The rest of the class remains the same.',
  'function a() { /* unchanged */\n// existing methods here\n}',
];

const complete = [
  'def a():\n    ...\n',
  'class A(Protocol):\n    """A."""\n    ...',
  'function f(...rest) {\n  return g(...rest);\n}',
  '// Loading...\nshow("Loading...");',
  'const all = [...old, ...other];',
];

describe('an answer that leaves code out', () => {
  for (const answer of leavesOut) {
    it(JSON.stringify(answer.split('\n').at(-1)), () => assert.notEqual(elision(answer, base), undefined));
  }
});

describe('an answer that is complete', () => {
  for (const answer of complete) {
    it(JSON.stringify(answer), () => assert.equal(elision(answer, base), undefined));
  }

  it('may keep a remark that the old code has too', () => {
    const old = `${base}\n// ... existing code ...`;
    assert.equal(elision('function a() {}\n// ... existing code ...', old), undefined);
  });
});
