// What of a model's answer is taken for code, from the answers that models really give, and what is refused.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { extractCode, type Refusal } from '../../../src/actions/extractCode.ts';

const base = 'function add(a, b) {\n  return a - b;\n}';
const good = 'function add(a, b) {\n  return a + b;\n}';
const block = (code: string, info = 'js') => `\`\`\`${info}\n${code}\n\`\`\``;

const taken: Record<string, string> = {
  'one block': block(good),
  'a block without a language': block(good, ''),
  'a block of tildes': `~~~js\n${good}\n~~~`,
  'a block with prose around it': `Sure! Here is the fix:\n\n${block(good)}\n\nThe sign was wrong.`,
  'a block inside a list': `1. Replace it:\n\n   \`\`\`js\n${good.replace(/^/gm, '   ')}\n   \`\`\`\n`,
  'Windows line ends': block(good).replaceAll('\n', '\r\n'),
  'bare code': good,
  'bare code between blank lines': `\n\n${good}\n\n`,
  'a shell command beside the code': `${block('npm test', 'sh')}\n\n${block(good)}`,
  'an example of use beside the code': `${block(good)}\n\nUse it so:\n\n${block('console.log(sum(1, 2));')}`,
  'thinking before the code': `<think>\nMaybe ${block('nonsense()')}\n</think>\n\n${block(good)}`,
  'thinking whose opening tag is missing': `The sign is wrong.\n</think>\n\n${block(good)}`,
  'thinking that ends on the line of an answer': `hmm</think>Here:\n${block(good)}`,
  'two stray closing tags': `a\n</think>\nb\n</think>\n${block(good)}`,
  'prose that speaks of tags': `I left \`<think>\` alone.\n${block(good)}`,
};

const refused: Record<string, [answer: string, refusal: Refusal]> = {
  nothing: ['  \n', 'empty'],
  'an empty block': [block(''), 'empty'],
  'words only': ['The function subtracts, but it should add. Change the sign.', 'noCode'],
  'words with code in them': ['You should write `return a + b;` instead of `return a - b;`.', 'noCode'],
  'two versions': [`${block(good)}\n\nor shorter:\n\n${block(good.replace('a + b', 'b + a'))}`, 'severalBlocks'],
  'a fence that never closes': [`\`\`\`js\n${good}`, 'incomplete'],
  'thinking that never ends': [`<think>\n${block('nonsense()')}`, 'incomplete'],
  'thinking that begins late and never ends': [`Well. <think>\n${block(good)}`, 'incomplete'],
  'thinking only, with its opening tag missing': [`Maybe:\n${block(good)}\n</think>\n`, 'empty'],
  'a tag inside the code': [block(`${good}\n</think>`), 'thinkingInside'],
};

describe('the code of an answer', () => {
  for (const [name, answer] of Object.entries(taken)) {
    it(`is taken from ${name}`, () => assert.deepEqual(extractCode(answer, { base }), { code: good }));
  }

  for (const [name, [answer, refusal]] of Object.entries(refused)) {
    it(`is refused where there is ${name} (${refusal})`, () =>
      assert.deepEqual(extractCode(answer, { base }), { refusal }));
  }

  it('may hold such tags where the old code or the instruction has them', () => {
    const parser = 'const end = "</think>";';
    assert.deepEqual(extractCode(block(parser), { base: 'const end = "</think >";\n// </think>' }), { code: parser });
    assert.deepEqual(extractCode(block(parser), { base, told: 'look for </think>' }), { code: parser });
    assert.deepEqual(extractCode(block(parser), { base }), { refusal: 'thinkingInside' });
  });

  it('keeps fences that belong to markdown', () => {
    const readme = '# Fathom\n\n```sh\nnpm start\n```\n\nThat is all.';
    assert.deepEqual(extractCode(`\`\`\`\`markdown\n${readme}\n\`\`\`\``, { base: readme }), { code: readme });
    assert.deepEqual(extractCode(`\`\`\`markdown\n${readme}\n\`\`\``, { base: readme }), { code: readme });
  });

  it('is the longer block where a new file is wanted, and refused where two are alike', () => {
    const tests = 'import test from "node:test";\ntest("adds", () => {});\ntest("adds zero", () => {});';
    assert.deepEqual(extractCode(`${block('npm test', 'sh')}\n${block(tests)}`, { base: '' }), { code: tests });
    assert.deepEqual(extractCode(`${block(tests)}\n${block(`${tests}\n`)}`, { base: '' }), {
      refusal: 'severalBlocks',
    });
  });
});
