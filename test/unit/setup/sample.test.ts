import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { cleanEnvironment } from '../../setup/environment.mjs';
import { makeWorkspace } from '../../setup/sample.mjs';

describe('The sample workspace', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'fathom-sample-test-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('has a public and a private repository, each with a remote at the practice forge', async () => {
    const source = path.join(import.meta.dirname, '../../practice/sample');
    const file = await makeWorkspace(source, path.join(folder, 'practice'));
    const { folders } = JSON.parse(readFileSync(file, 'utf8')) as { folders: { path: string }[] };
    assert.deepEqual(
      folders.map((each) => each.path),
      ['public', 'private'],
    );
    for (const { path: name } of folders) {
      const config = readFileSync(path.join(folder, 'practice', name, '.git', 'config'), 'utf8');
      assert.match(config, new RegExp(`forge\\.practice\\.test/practice/${name}-sample`));
      assert.ok(existsSync(path.join(folder, 'practice', name, 'src')));
    }
  }).timeout(10_000);
});

describe('The environment of tests', () => {
  it('has no key and no model server of the person', () => {
    const env = { PATH: '/bin', DEEPSEEK_API_KEY: 'secret', OLLAMA_HOST: 'gpu:11434', OPENAI_API_KEY: 'secret' };
    assert.deepEqual(cleanEnvironment({ FATHOM_X: '1' }, env), { PATH: '/bin', FATHOM_X: '1' });
  });
});
