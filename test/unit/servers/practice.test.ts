// The practice answers say what they are, tell what was received, and give ghost text and the review something to show.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { startDeepSeekServer, type DeepSeekServer } from '../../servers/deepseek.ts';
import { at, textOf } from '../../servers/json.ts';
import { practiceAnswers } from '../../servers/practice.ts';
import { emptyTests, visiblyChanged } from '../../servers/practiceEdit.ts';
import { continueFrom } from '../../servers/practiceFill.ts';
import { send } from './raw.ts';

describe('practice ghost text', () => {
  const cases: [string, string, string, string][] = [
    [
      'a block like an earlier one',
      'function a(x) {\n  const y = x + 1;\n  return y;\n}\n\nfunction b(x) {\n  ',
      '\n}\n',
      'const y = x + 1;\n  return y;',
    ],
    ['the rest of a word', 'const total = 1;\nuse(total);\nconst t', '\n', 'otal = 1;'],
    ['what follows the same line in the suffix', 'import a;\n', '\nfoo();\nimport a;\nimport b;\n', 'import b;'],
    ['no more than stands behind the cursor', 'console.log(a, b);\ncons', ');', 'ole.log(a, b'],
    ['the indentation of the cursor', 'if (a) {\n  go(1);\n  stop(1);\n}\n    go(1);\n    ', '\n', 'stop(1);'],
    [
      'what follows a line that only ends alike',
      'function sum(list: readonly number[]): number {\n  let total = 0;\n  return total;\n}\n\nfunction add(a: number): number {\n  ',
      '\n}\n',
      'let total = 0;\n  return total;',
    ],
    ['nothing where nothing looks alike', 'const a = 1;\nzzz', '\n', ''],
    ['nothing twice', 'a.one();\na.two();\n\na.one();\n', 'a.two();\n', ''],
  ];
  for (const [what, prefix, suffix, expected] of cases) {
    it(`continues with ${what}`, () => assert.equal(continueFrom(prefix, suffix), expected));
  }
});

describe('practice edits', () => {
  it('add one comment in the language of the code', () => {
    const changed = visiblyChanged('  def a():\n    pass', 'python').split('\n');
    assert.match(changed[0] ?? '', /^ {2}# Practice server: .* not from DeepSeek\.$/);
    assert.deepEqual(changed.slice(1), ['  def a():', '    pass']);
    assert.match(visiblyChanged('<?php\n$a = 1;', 'php'), /^<\?php\n\/\/ Practice/);
    assert.match(visiblyChanged('a {}', 'css'), /^\/\* Practice.*\*\/\na \{\}$/);
    assert.deepEqual(JSON.parse(visiblyChanged('{\n"a": 1\n}', 'json')), { a: 1 });
  });

  it('write a test for each function of a new test file', () => {
    assert.match(
      emptyTests('export function slug(x) {}\nclass Tree {}', 'typescript'),
      /describe\('slug'.*describe\('Tree'/s,
    );
    assert.match(emptyTests('def slug(x):\n  pass', 'python'), /^# Practice.*\n\ndef test_slug\(\):/);
  });
});

describe('practice chat', () => {
  let server: DeepSeekServer;
  before(async () => {
    server = await startDeepSeekServer({ answers: practiceAnswers({ instantly: true }) });
  });
  after(() => server.stop());

  async function ask(content: string, more: object = {}): Promise<{ text: string; reasoning: string }> {
    const headers = { authorization: 'Bearer test-key' };
    const body = { model: 'deepseek-flash', messages: [{ role: 'user', content }], ...more };
    const told: unknown = JSON.parse((await send(server.url, { path: '/v1/chat/completions', headers, body })).text);
    const message = at(told, 'choices', 0, 'message');
    return { text: textOf(at(message, 'content')), reasoning: textOf(at(message, 'reasoning_content')) };
  }

  it('says that it is not DeepSeek, and what it received', async () => {
    const { text, reasoning } = await ask(
      'Lines 3-4 of `src/a.ts`:\n```typescript\nconst a = 1;\nuse(a);\n```\n\nWhat is `a`?',
    );
    assert.match(text, /^This is the practice server; the answer is not from DeepSeek\./);
    assert.match(text, /It received 1 message \(about \d+ tokens\)/);
    assert.match(text, /- Lines 3-4 of `src\/a\.ts`: 2 lines of typescript/);
    assert.match(text, /> What is `a`\?/);
    assert.match(text, /```typescript\nconst a = 1;\nuse\(a\);\n```$/);
    assert.match(reasoning, /I look at Lines 3-4 of `src\/a\.ts`/);
    assert.equal((await ask('Hello?', { thinking: { type: 'disabled' } })).reasoning, '');
  });

  it('answers a request for an edit with one block: the code to replace, and a comment', async () => {
    const question = [
      'What stands before it, not to be repeated:\n````ts\nbefore();\n````',
      'The code to replace (lines 2 to 3):\n````ts\nconst a = "```";\nuse(a);\n````',
      'Task: Fix it.',
      'Answer with one block fenced by ```` that holds the complete replacement of the code to replace.',
    ].join('\n\n');
    assert.match(
      (await ask(question)).text,
      /^````ts\n\/\/ Practice server: [^\n]*\nconst a = "```";\nuse\(a\);\n````$/,
    );
  });
});

describe('the practice program', () => {
  it('prints its addresses and ends when its input does', async () => {
    const program = path.join(import.meta.dirname, '../../servers/practiceMain.ts');
    const child = spawn(process.execPath, [program, '--ollama'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const exit = once(child, 'exit');
    const [printed] = (await once(child.stdout, 'data')) as [Buffer];
    const addresses: unknown = JSON.parse(printed.toString());
    const tags = await send(textOf(at(addresses, 'ollama')), { path: '/api/tags' });
    assert.equal(at(JSON.parse(tags.text), 'models', 0, 'name'), at(addresses, 'ollamaModel'));
    const forge = textOf(at(addresses, 'forges', 'gitea'));
    assert.equal((await send(forge, { path: '/repos/practice/public-sample' })).status, 200);
    assert.equal((await send(forge, { path: '/repos/practice/private-sample' })).status, 404);
    child.stdin.end();
    assert.deepEqual(await exit, [0, null]);
  });
});
