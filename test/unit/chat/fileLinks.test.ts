// A link in an answer opens a file of the workspace, and nothing outside of it.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { resolveFileLink } from '../../../src/chat/fileLinks.ts';

describe('a link to a file', () => {
  let root: string;
  let folder: string;
  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'fathom-links-')));
    folder = join(root, 'work');
    await mkdir(join(folder, 'src'), { recursive: true });
    await writeFile(join(folder, 'src', 'a b.ts'), '');
    await writeFile(join(root, 'secret.txt'), '');
    await symlink(join(root, 'secret.txt'), join(folder, 'inside.txt'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('opens it, at its line', async () => {
    const path = join(folder, 'src', 'a b.ts');
    assert.deepEqual(await resolveFileLink('src/a%20b.ts', [folder]), { path });
    assert.deepEqual(await resolveFileLink('./src/a b.ts:12', [join(root, 'gone'), folder]), { path, line: 12 });
    assert.deepEqual(await resolveFileLink('src/a b.ts#L7-L9', [folder]), { path, line: 7 });
    assert.deepEqual(await resolveFileLink('src/a b.ts:12:3', [folder]), { path, line: 12 });
  });

  it('leads nowhere else', async () => {
    for (const href of [
      '../secret.txt',
      'src/../../secret.txt',
      '..%2Fsecret.txt',
      join(root, 'secret.txt'),
      `file://${join(root, 'secret.txt')}`,
      'inside.txt',
      'src',
      '',
      '.',
      'command:workbench.action.quit',
      'C:\\x',
      '\\\\host\\share',
      'none.ts',
      'a\0b',
    ]) {
      assert.equal(await resolveFileLink(href, [folder]), undefined, href);
    }
  });
});
