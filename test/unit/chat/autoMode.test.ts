// Which questions get thought about under `auto`. A wrong guess costs seconds or quality, so the table is spelled out.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { pickMode } from '../../../src/chat/autoMode.ts';

const thinks = [
  'Why does this function return undefined?',
  'this crashes with a segfault, help',
  'I get a TypeError exception in line 3',
  'The test is flaky',
  'Plan how to migrate this to ESM',
  'What is the best way to structure this module?',
  'What is the complexity of this algorithm?',
  'Prove that this loop terminates',
  'it doesn’t work'.replace('’', "'"),
  '为什么这个函数返回 undefined？',
  '这里报错了，帮我看看',
  '帮我设计一个缓存方案',
  '这个算法的复杂度是多少',
  '证明这个结论',
];
const answers = [
  'Rename this variable to total',
  'Write a docstring for this function',
  'What does this file do?',
  'Translate the comments to English',
  'Hello',
  'How do I open a file in Python?',
  '这个文件是做什么的？',
  '给这个函数写注释',
  '把它改名为 total',
];

describe('auto mode', () => {
  for (const question of thinks) {
    it(`thinks about “${question}”`, () => {
      const { mode, why } = pickMode(question, 1, true);
      assert.equal(mode, 'reasoner');
      assert.match(why, /^to /);
    });
  }
  for (const question of answers) {
    it(`answers “${question}” at once`, () => assert.equal(pickMode(question, 1, true).mode, 'chat'));
  }

  it('does not think about a why that has nothing to do with code', () => {
    assert.equal(pickMode('Why is the sky blue?', 0, true).mode, 'chat');
    assert.equal(pickMode('Why is `x` null?', 0, true).mode, 'reasoner');
  });

  it('looks at the question, not at the code pasted into it', () => {
    assert.equal(pickMode('Format this:\n```ts\nthrow new Error("crash");\n```', 0, true).mode, 'chat');
  });

  it('does not ask a model to think that cannot, and says why', () => {
    assert.deepEqual(pickMode('Debug this', 1, false), { mode: 'chat', why: 'this model does not think' });
    assert.equal(pickMode('Debug this', 1, undefined).mode, 'reasoner');
  });
});
