// Which repository or folder a file belongs to as far as its privacy goes: nested ones, worktrees, submodules, links, no folder at all.
import assert from 'node:assert/strict';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { pathToFileURL } from 'node:url';
import { noFolderKey } from '../../../src/privacy/marks.ts';
import { repository, startPlace, write, type Place } from './place.ts';

describe('the origin of', () => {
  let place: Place;
  let open: string;
  let secret: string;

  beforeEach(async () => {
    place = await startPlace({ 'o/open': 'public', 'o/secret': 'private' });
    open = await repository(join(place.folder, 'open'), 'https://forge.test/o/open.git');
    secret = await repository(join(place.folder, 'secret'), 'git@forge.test:o/secret.git');
  });
  afterEach(() => place.stop());

  const origins = async (...sources: string[]) => {
    const found = await place.origins.resolve(sources, true);
    return found.map((o) => `${o.name || '(none)'}: ${o.because}`).sort();
  };

  it('a file in a repository is that repository, as its forge sees it', async () => {
    assert.deepEqual(await origins(await write(join(open, 'src', 'a.ts'))), ['open: forgeSaysPublic']);
    assert.deepEqual(await origins(await write(join(secret, 'a.ts'))), ['secret: forgeSaysPrivate']);
  });

  it('a file that is not saved yet is the repository it will lie in', async () => {
    assert.deepEqual(await origins(join(secret, 'new', 'b.ts')), ['secret: forgeSaysPrivate']);
  });

  it('several files are all of theirs, each once', async () => {
    assert.deepEqual(await origins(join(open, 'a'), join(open, 'b'), join(secret, 'c')), [
      'open: forgeSaysPublic',
      'secret: forgeSaysPrivate',
    ]);
  });

  it('a repository within another is the inner one', async () => {
    const inner = await repository(join(open, 'vendor', 'inner'), 'https://forge.test/o/secret');
    assert.deepEqual(await origins(join(inner, 'x.c')), ['inner: forgeSaysPrivate']);
    assert.deepEqual(await origins(join(open, 'vendor', 'y.c')), ['open: forgeSaysPublic']);
  });

  it('an empty folder named .git does not hide the repository around it', async () => {
    await mkdir(join(secret, 'sub', '.git'), { recursive: true });
    assert.deepEqual(await origins(join(secret, 'sub', 'x')), ['secret: forgeSaysPrivate']);
  });

  it('a submodule is the submodule', async () => {
    const modules = join(open, '.git', 'modules', 'sub');
    await write(join(modules, 'HEAD'), 'ref: refs/heads/main\n');
    await write(join(modules, 'config'), '[remote "origin"]\nurl = https://forge.test/o/secret\n');
    await write(join(open, 'sub', '.git'), 'gitdir: ../.git/modules/sub\n');
    assert.deepEqual(await origins(join(open, 'sub', 'x')), ['sub: forgeSaysPrivate']);
  });

  it('a further worktree is its repository, and what is forbidden there is forbidden here', async () => {
    const gitDir = join(open, '.git', 'worktrees', 'tree');
    await write(join(gitDir, 'HEAD'), 'ref: refs/heads/other\n');
    await write(join(gitDir, 'commondir'), '../..\n');
    const tree = join(place.folder, 'tree');
    await write(join(tree, '.git'), `gitdir: ${gitDir}\n`);
    assert.deepEqual(await origins(join(tree, 'x')), ['tree: forgeSaysPublic']);
    await place.marks.set(open, 'forbidden');
    assert.equal((await place.origins.resolve([join(tree, 'x')], true))[0]?.mark, 'forbidden');
  });

  it('a .git file that leads nowhere is a repository that nobody can see', async () => {
    const lost = join(open, 'lost');
    await write(join(lost, '.git'), 'gitdir: /nowhere/at/all\n');
    await write(join(open, 'odd', '.git'), 'rubbish');
    assert.deepEqual(await origins(join(lost, 'x')), ['lost: cannotRead']);
    assert.deepEqual(await origins(join(open, 'odd', 'x')), ['odd: cannotRead']);
  });

  it('a config that includes another has its remotes too', async () => {
    await write(join(open, '.git', 'more'), '[remote "work"]\nurl = https://forge.test/o/secret\n');
    await write(
      join(open, '.git', 'config'),
      '[remote "r"]\nurl = https://forge.test/o/open\n[includeIf "onbranch:x"]\npath = more\n',
    );
    assert.deepEqual(await origins(join(open, 'x')), ['open: forgeSaysPrivate']);
  });

  it('a link is both: where it lies and where it points', async () => {
    const file = await write(join(secret, 'plans.txt'));
    await symlink(file, join(open, 'plans.txt'));
    await symlink(secret, join(open, 'all'));
    const both = ['open: forgeSaysPublic', 'secret: forgeSaysPrivate'];
    assert.deepEqual(await origins(join(open, 'plans.txt')), both);
    assert.deepEqual(await origins(join(open, 'all', 'other', 'new.txt')), both);
    await symlink(open, join(secret, 'lib'));
    assert.deepEqual(await origins(join(secret, 'lib', 'a.ts')), both);
  });

  it('a repository that is reached by a link is one repository', async () => {
    await symlink(place.folder, join(place.folder, 'again'));
    assert.equal((await place.origins.resolve([join(place.folder, 'again', 'open', 'x')], true)).length, 1);
  });

  it('a folder without repository is the workspace folder', async () => {
    const notes = join(place.folder, 'notes');
    await write(join(notes, 'a.txt'));
    place.folders = [open, notes];
    assert.deepEqual(await origins(join(notes, 'a.txt')), ['notes: noRepository']);
  });

  it('a repository without remotes says so', async () => {
    assert.deepEqual(await origins(join(await repository(join(place.folder, 'mine')), 'a')), ['mine: noRemote']);
  });

  it('an untitled document is no folder and the strictest of the window', async () => {
    place.folders = [open, secret];
    assert.deepEqual(await origins('untitled:Untitled-1'), [
      '(none): noFolder',
      'open: forgeSaysPublic',
      'secret: forgeSaysPrivate',
    ]);
  });

  it('a file outside of all folders and repositories is no folder, too', async () => {
    place.folders = [secret];
    assert.deepEqual(await origins(join(place.folder, 'loose.txt')), ['(none): noFolder', 'secret: forgeSaysPrivate']);
  });

  it('a question without code is the whole window', async () => {
    place.folders = [open];
    assert.deepEqual(await origins(), ['open: forgeSaysPublic']);
    place.folders = [open, secret];
    assert.deepEqual(await origins(), ['open: forgeSaysPublic', 'secret: forgeSaysPrivate']);
    place.folders = [];
    assert.deepEqual(await origins(), ['(none): noFolder']);
  });

  it("git's side of a diff and a cell of a notebook are the file's", async () => {
    const path = pathToFileURL(join(secret, 'a b.ts')).pathname;
    const seen = ['secret: forgeSaysPrivate'];
    assert.deepEqual(await origins(`git:${path}?%7B%22ref%22%3A%22HEAD%22%7D`), seen);
    assert.deepEqual(await origins(`vscode-notebook-cell:${path}#W0`), seen);
    assert.deepEqual(await origins(`file://${path}`), seen);
  });

  it('a file on another machine is something that nobody here can see', async () => {
    place.folders = ['vscode-vfs://github/o/open'];
    assert.deepEqual(await origins('vscode-vfs://github/o/open/a.ts'), ['open: cannotRead']);
    assert.deepEqual(await origins(), ['open: cannotRead']);
  });
});

describe('marks', () => {
  let place: Place;
  beforeEach(async () => {
    place = await startPlace();
  });
  afterEach(() => place.stop());

  it('forbidding a folder forbids the repositories below it; clearing one clears only that one', async () => {
    await place.marks.set('/w', 'forbidden');
    assert.equal(place.marks.of('/w/a/b'), 'forbidden');
    await place.marks.set('/w/a', 'cleared');
    assert.equal(place.marks.of('/w/a'), 'forbidden');
    await place.marks.set('/w', 'cleared');
    assert.equal(place.marks.of('/w/a/b'), undefined);
    assert.equal(place.marks.of('/wider'), undefined);
  });

  it('what was allowed for now is not kept', async () => {
    place.marks.clearForNow('/w');
    assert.equal(place.marks.of('/w'), 'cleared');
    assert.equal(place.storage.kept.size, 0);
    await place.marks.set('/w', undefined);
    assert.equal(place.marks.of('/w'), undefined);
  });

  it('what is forbidden cannot be allowed for now', async () => {
    await place.marks.set(noFolderKey, 'forbidden');
    place.marks.clearForNow(noFolderKey);
    assert.equal(place.marks.of(noFolderKey), 'forbidden');
  });

  it('tell those who listen, until they stop', async () => {
    const heard: string[] = [];
    const listening = place.marks.onDidChange((key) => heard.push(key));
    place.marks.clearForNow('/a');
    await place.marks.set('/b', 'forbidden');
    listening.dispose();
    await place.marks.set('/c', 'forbidden');
    assert.deepEqual(heard, ['/a', '/b']);
  });
});
