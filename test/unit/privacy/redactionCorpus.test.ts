// How much redaction finds, and how often it cries wolf: measured on secrets made from seeds, on what only looks like one, and on whole files
// of other people's code.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import { createRedactor } from '../../../src/privacy/redaction.ts';
import { loadSecretlint } from '../../../src/privacy/secretlint.ts';
import { innocents, makerOf, secretCases } from './redactionCorpus.ts';

const redactor = createRedactor({ salt: () => 'salt' });
const seeds = Array.from({ length: 25 }, (_, index) => (index + 1) * 104_729);
const root = path.join(import.meta.dirname, '..', '..', '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** Whole files: clients, compilers, lock files, minified code, documentation, styles. */
const wholeFiles = [
  'package-lock.json',
  'node_modules/openai/client.js',
  'node_modules/openai/client.d.ts',
  'node_modules/openai/src/client.ts',
  'node_modules/openai/src/auth/workload-identity-auth.ts',
  'node_modules/openai/src/resources/chat/completions/completions.ts',
  'node_modules/openai/README.md',
  'node_modules/openai/CHANGELOG.md',
  'node_modules/ollama/dist/browser.mjs',
  'node_modules/markdown-it/dist/markdown-it.cjs.js',

  'node_modules/dompurify/dist/purify.min.js',
  'node_modules/highlight.js/styles/github.css',
  'node_modules/lru-cache/README.md',
  'node_modules/mocha/mocha.js',
  'node_modules/typescript/lib/typescript.js',
  'node_modules/typescript/lib/lib.dom.d.ts',
  'node_modules/@types/node/crypto.d.ts',
  'node_modules/@types/node/tls.d.ts',
  'node_modules/@vscode/codicons/dist/codicon.css',
  'src/privacy/secretFormats.ts',
  'docs/privacy.md',
];

describe('what redaction finds', function () {
  // Megabytes of other people's code.
  this.timeout(20_000);
  let missed: string[] = [];
  let asked = 0;
  let hits = 0;

  before(async () => {
    missed = [];
    for (const { language, what, secret, text } of secretCases) {
      for (const seed of seeds) {
        const make = makerOf(seed);
        const value = secret(make);
        const whole = text(value, make);
        assert.ok(whole.includes(value), `${language}, ${what}: the case itself is wrong`);
        const { texts, found, restore } = await redactor.redact([whole]);
        assert.equal(restore(texts[0]!), whole);
        asked += 1;
        if (found.length > 0 && !texts[0]!.includes(value)) hits += 1;
        else missed.push(`${language}, ${what}`);
      }
    }
  });

  it('has at least 60 secrets in 8 languages to look for', () => {
    assert.ok(secretCases.length >= 60);
    assert.ok(new Set(secretCases.map(({ language }) => language)).size >= 8);
    assert.ok(innocents.length >= 60);
  });

  it('finds them, whatever their value is', () => {
    const recall = hits / asked;
    console.log(
      `      recall ${(recall * 100).toFixed(2)} % of ${asked} (${secretCases.length} cases, ${seeds.length} seeds)`,
    );
    assert.ok(recall >= 0.995, `missed: ${missed.join('; ')}`);
    const often = [...new Set(missed)].filter((each) => missed.filter((other) => other === each).length > 1);
    assert.deepEqual(often, []);
  });

  it('takes what looks like a secret for what it is', async () => {
    const alarms: string[] = [];
    let texts = 0;
    for (const [what, text] of innocents) {
      for (const seed of seeds) {
        texts += 1;
        const { found } = await redactor.redact([text(makerOf(seed))]);
        if (found.length > 0) alarms.push(what);
      }
    }
    for (const file of wholeFiles) {
      texts += 1;
      const { found } = await redactor.redact([read(file)]);
      if (found.length > 0) alarms.push(file);
    }
    const kinds = [...new Set(alarms)];
    console.log(
      `      precision ${((hits / (hits + alarms.length)) * 100).toFixed(2)} %: ${alarms.length} alarms in ${texts} innocent texts (${kinds.join(', ') || 'none'})`,
    );
    // Prose that names a token is told from configuration by nothing but its line.
    assert.deepEqual(kinds, ['page token']);
  });

  it('loses nothing of what the preset finds', async () => {
    const secretlint = await loadSecretlint();
    let found = 0;
    for (const { text, secret, what } of secretCases) {
      const make = makerOf(4711);
      const value = secret(make);
      const whole = text(value, make);
      const { texts } = await redactor.redact([whole]);
      for (const { start, end } of secretlint(whole)) {
        found += 1;
        const inIt = whole.slice(start, end).includes(value) ? value : whole.slice(start, end);
        assert.ok(!texts[0]!.includes(inIt), what);
      }
    }
    assert.ok(found >= 25, String(found));
  });

  it('does not let a comment in the text switch it off', async () => {
    const token = `ghp_${makerOf(1)('alnum', 36)}`;
    for (const comment of [
      'disable',
      'disable-line',
      'disable-next-line',
      'disable @secretlint/secretlint-rule-github',
    ]) {
      const { found } = await redactor.redact([
        `// secretlint-${comment}\nconst a = '${token}'; // secretlint-${comment}\n`,
      ]);
      assert.equal(found.length, 1, comment);
    }
  });

  it('takes the secret alone, not the name it is given to', async () => {
    const { texts } = await redactor.redact([`aws_secret_access_key = ${makerOf(1)('base64', 39)}x\n`]);
    assert.match(texts[0]!, /^aws_secret_access_key = SECRET_[0-9a-f]{12}\n$/);
  });

  it('knows every rule of the preset', () => {
    const kinds = rules.map((rule) => rule.meta.id.replace(/^.*secretlint-rule-/, ''));
    assert.ok(kinds.length >= 28);
    assert.ok(
      kinds.includes('filter-comments'),
      'left out by name: if it is renamed, it must be left out by its new name',
    );
  });
});
