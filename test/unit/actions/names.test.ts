// What a file of tests is called, and what of a pasted text is the key.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { cleanKey } from '../../../src/actions/cleanKey.ts';
import { freeTestFileName } from '../../../src/actions/testFiles.ts';

const named = (file: string, languageId = '', taken: string[] = []) =>
  freeTestFileName(file, languageId, (name) => Promise.resolve(taken.includes(name)));

describe('a file of tests', () => {
  const names: [source: string, first: string, second: string][] = [
    ['cart.ts', 'cart.test.ts', 'cart.2.test.ts'],
    ['Button.tsx', 'Button.test.tsx', 'Button.2.test.tsx'],
    ['util.mjs', 'util.test.mjs', 'util.2.test.mjs'],
    ['date.utils.js', 'date.utils.test.js', 'date.utils.2.test.js'],
    ['cart.py', 'test_cart.py', 'test_cart_2.py'],
    ['cart.go', 'cart_test.go', 'cart_2_test.go'],
    ['Cart.java', 'CartTest.java', 'Cart2Test.java'],
    ['Cart.kt', 'CartTest.kt', 'Cart2Test.kt'],
    ['Cart.cs', 'CartTests.cs', 'Cart2Tests.cs'],
    ['Cart.php', 'CartTest.php', 'Cart2Test.php'],
    ['cart.rb', 'cart_spec.rb', 'cart_2_spec.rb'],
    ['cart.rs', 'cart_test.rs', 'cart_2_test.rs'],
    ['cart.ex', 'cart_test.exs', 'cart_2_test.exs'],
    ['App.vue', 'App.test.ts', 'App.2.test.ts'],
  ];
  for (const [source, first, second] of names) {
    it(`of ${source} is ${first}, then ${second}`, async () => {
      assert.equal(await named(source), first);
      assert.equal(await named(source, '', [first]), second);
    });
  }

  it('of a document without a name goes by its language', async () => {
    assert.equal(await named('Untitled-1', 'python'), 'test_Untitled-1.py');
    assert.equal(await named('Untitled-1', 'typescript'), 'Untitled-1.test.ts');
    assert.equal(await named('Makefile', 'makefile'), 'Makefile.test.makefile');
  });

  it('never has a name that is taken', async () => {
    assert.equal(await named('a.ts', '', ['a.test.ts', 'a.2.test.ts', 'a.3.test.ts']), 'a.4.test.ts');
  });
});

describe('a pasted key', () => {
  const key = 'sk-0123456789abcdef';
  for (const pasted of [
    key,
    ` ${key}\n`,
    `"${key}"`,
    `Bearer ${key}`,
    `DEEPSEEK_API_KEY=${key}`,
    `export DEEPSEEK_API_KEY="${key}"`,
  ]) {
    it(`is found in ${JSON.stringify(pasted)}`, () => assert.deepEqual(cleanKey(pasted), { key }));
  }

  it('is refused when it can’t be one', () => {
    assert.deepEqual(cleanKey('  '), { fault: 'empty' });
    assert.deepEqual(cleanKey('my key is sk-1'), { fault: 'notOneWord' });
    assert.deepEqual(cleanKey('sk-123…'), { fault: 'oddCharacters' });
  });
});
