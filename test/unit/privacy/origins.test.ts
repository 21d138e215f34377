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

  it('a link to a link is where each of them lies, too', async () => {
    const other = await repository(join(place.folder, 'other'), 'https://forge.test/o/other');
    await write(join(open, 'a.ts'));
    await symlink(join(open, 'a.ts'), join(secret, 'b.ts'));
    await symlink(join('..', 'secret', 'b.ts'), join(other, 'c.ts'));
    assert.deepEqual(await origins(join(other, 'c.ts')), [
      'open: forgeSaysPublic',
      'other: forgeSaysPrivate',
      'secret: forgeSaysPrivate',
    ]);
  });

  const nowhere: [string, string][] = [
    ['an untitled document', 'untitled:Untitled-1'],
    ['an untitled document with a place it would be saved to', 'untitled:/tmp/elsewhere/a.ts'],
    ['a line of output', 'output:extension-output-acme.acme-%231-Acme'],
    ['text of a terminal', 'vscode-terminal:/1/zsh'],
    ["the person's settings, as VS Code shows them", 'vscode-userdata:/home/ada/.config/Code/User/settings.json'],
    ['default settings', 'vscode://defaultsettings/settings.json'],
    ["another extension's virtual document", 'gitlens://7b227265/src/a.ts?x=1'],
    ["another extension's document with a path of the repository", 'review:REPO/src/a.ts'],
    ['a web page', 'https://forge.test/o/open/raw/a.ts'],
    ['a search editor', 'search-editor:Search#1'],
    ['a file of another machine', 'file://server/share/a.ts'],
    ['what is no address at all', 'some text'],
  ];
  for (const [what, source] of nowhere) {
    it(`${what} is no folder and the strictest of the window`, async () => {
      place.folders = [open, secret];
      assert.deepEqual(await origins(source.replace('REPO', open)), [
        '(none): noFolder',
        'open: forgeSaysPublic',
        'secret: forgeSaysPrivate',
      ]);
    });
  }

  it("the person's settings file is no folder and the strictest of the window", async () => {
    place.folders = [open];
    const file = await write(join(place.home, '.config', 'Code', 'User', 'settings.json'), '{}');
    assert.deepEqual(await origins(file), ['(none): noFolder', 'open: forgeSaysPublic']);
  });

  it('a repository without commits is one like any other', async () => {
    // As `git init` and `git remote add` leave it: HEAD names a branch that isn't there.
    await mkdir(join(open, '.git', 'refs', 'heads'), { recursive: true });
    assert.deepEqual(await origins(join(open, 'first.ts')), ['open: forgeSaysPublic']);
  });

  it('a bare repository is none that a file could lie in', async () => {
    const bare = join(place.folder, 'bare.git');
    await write(join(bare, 'HEAD'), 'ref: refs/heads/main\n');
    await write(join(bare, 'config'), '[core]\nbare = true\n[remote "o"]\nurl = https://forge.test/o/open\n');
    assert.deepEqual(await origins(join(bare, 'hooks', 'x')), ['(none): noFolder']);
  });

  const schemes: [string, string][] = [
    ['https://forge.test/o/open.git', 'forgeSaysPublic'],
    ['http://forge.test/o/open', 'forgeSaysPublic'],
    ['ssh://git@forge.test/o/open.git', 'forgeSaysPublic'],
    ['ssh://git@forge.test:2222/o/open.git', 'forgeSaysPublic'],
    ['git@forge.test:o/open.git', 'forgeSaysPublic'],
    ['forge.test:o/open', 'forgeSaysPublic'],
    ['git://forge.test/o/open', 'forgeSaysPublic'],
    ['git+ssh://git@forge.test/o/open', 'forgeSaysPublic'],
    ['git@forge.test:o/secret.git', 'forgeSaysPrivate'],
    ['https://forge.test:8443/o/open', 'forgeUnknown'],
    ['https://git.work.example/o/open', 'forgeUnknown'],
    ['https://forge.test.evil.example/o/open', 'forgeUnknown'],
    ['ext::ssh forge.test %S o/open', 'forgeUnknown'],
    ['file:///srv/git/open.git', 'forgeUnknown'],
    ['/srv/git/open.git', 'forgeUnknown'],
    ['../open', 'forgeUnknown'],
  ];
  for (const [url, wanted] of schemes) {
    it(`a repository with the remote ${url} is ${wanted}`, async () => {
      const one = await repository(join(place.folder, 'one'), url);
      assert.deepEqual(await origins(join(one, 'a')), [`one: ${wanted}`]);
    });
  }

  describe("a repository of a person's aliases", () => {
    const withAlias = async (config: string, ...remotes: string[]) => {
      await write(join(place.home, '.gitconfig'), config);
      return await origins(join(await repository(join(place.folder, 'one'), ...remotes), 'a'));
    };

    it('is what the alias stands for', async () => {
      const config = '[url "git@forge.test:o/"]\ninsteadOf = mine:\n';
      assert.deepEqual(await withAlias(config, 'mine:open'), ['one: forgeSaysPublic']);
      assert.deepEqual(await withAlias(config, 'mine:secret'), ['one: forgeSaysPrivate']);
    });

    it('is also where pushes go', async () => {
      const config = '[url "https://git.work.example/"]\npushInsteadOf = https://forge.test/\n';
      assert.deepEqual(await withAlias(config, 'https://forge.test/o/open'), ['one: forgeUnknown']);
      assert.equal(place.forge.connections(), 0);
    });

    it('is where it lies if a condition holds, and where it lies if not', async () => {
      await write(join(place.home, 'work'), '[url "https://git.work.example/"]\ninsteadOf = https://forge.test/\n');
      const config = '[includeIf "gitdir:~/work/"]\npath = work\n';
      assert.deepEqual(await withAlias(config, 'https://forge.test/o/open'), ['one: forgeUnknown']);
    });
  });

  it('a repository with a remote in one of the old places is one that nobody can be asked about', async () => {
    await write(join(open, '.git', 'remotes', 'work'), 'URL: https://git.work.example/x\n');
    assert.deepEqual(await origins(join(open, 'a')), ['open: forgeUnknown']);
  });

  describe('an ignored file', () => {
    const first = async (path: string) => {
      const [origin] = await place.origins.resolve([path], true);
      return origin;
    };

    it('of a public repository is not public, by whatever rule', async () => {
      await write(join(open, '.gitignore'), 'notes.txt\n');
      await write(join(open, '.aiexclude'), 'draft.md\n');
      await write(join(open, '.git', 'info', 'exclude'), 'mine\n');
      for (const [file, by] of [
        ['notes.txt', '.gitignore'],
        ['draft.md', '.aiexclude'],
        ['mine', '.git/info/exclude'],
        ['.env', ''],
      ] as const) {
        const origin = await first(join(open, file));
        assert.deepEqual([origin?.root, origin?.visibility, origin?.because], [open, 'private', 'ignoredHere']);
        assert.deepEqual([origin?.ignored?.file, origin?.ignored?.by], [file, by]);
      }
      assert.equal((await first(join(open, 'main.ts')))?.because, 'forgeSaysPublic');
    });

    it('beside published ones decides for all of them, in whatever order they come', async () => {
      await write(join(open, '.gitignore'), 'notes.txt\n');
      const [notes, main] = [join(open, 'notes.txt'), join(open, 'main.ts')];
      assert.deepEqual(await origins(notes, main), ['open: ignoredHere']);
      assert.deepEqual(await origins(main, notes), ['open: ignoredHere']);
      // One that is not public but cleared: what is published there does not take the ignored file along.
      const bare = await repository(join(place.folder, 'bare'));
      await place.marks.set(bare, 'cleared');
      assert.deepEqual(await origins(join(bare, 'main.ts'), join(bare, '.env')), ['bare: ignoredHere']);
    });

    it('stays when its folder is cleared, where only the mode “cloud” lets it go, and when it is forbidden', async () => {
      await write(join(open, '.gitignore'), 'notes.txt\n');
      const notes = join(open, 'notes.txt');
      const placeOf = async () => (await place.gateway.answerer([notes], 'chat')).route.place;
      await place.marks.set(open, 'cleared');
      assert.equal((await first(notes))?.mark, undefined);
      assert.equal((await first(join(open, 'main.ts')))?.mark, 'cleared');
      assert.equal(await placeOf(), 'local');
      place.settings.mode = 'cloud';
      assert.equal(await placeOf(), 'cloud');
      await place.marks.set(open, 'forbidden');
      assert.equal((await first(notes))?.mark, 'forbidden');
      assert.equal(await placeOf(), 'local');
    });

    it('is never asked about: nobody is offered to let it go', async () => {
      const bare = await repository(join(place.folder, 'bare'));
      const asks = async (name: string) =>
        (await place.gateway.answerer([join(bare, name)], 'chat')).route.askAbout !== undefined;
      assert.equal(await asks('main.ts'), true);
      assert.equal(await asks('id_rsa'), false);
    });

    it('in no folder does not go by having cleared what is in no folder', async () => {
      await place.marks.set(noFolderKey, 'cleared');
      const file = join(place.home, '.netrc');
      assert.equal((await place.gateway.answerer([file], 'chat')).route.place, 'local');
      assert.equal((await place.gateway.answerer([join(place.home, 'a.txt')], 'chat')).route.place, 'cloud');
    });

    it('may be the folder that is open', async () => {
      await write(join(open, '.gitignore'), 'scratch/\n');
      await mkdir(join(open, 'scratch'));
      place.folders = [join(open, 'scratch')];
      assert.deepEqual(await origins(), ['open: ignoredHere']);
      assert.deepEqual(await origins(join(open, 'scratch')), ['open: ignoredHere']);
    });

    it('is so when a link to it lies in a public repository', async () => {
      await write(join(secret, '.gitignore'), 'keys.txt\n');
      await write(join(secret, 'keys.txt'));
      await symlink(join(secret, 'keys.txt'), join(open, 'a.txt'));
      assert.deepEqual(await origins(join(open, 'a.txt')), ['open: forgeSaysPublic', 'secret: ignoredHere']);
    });
  });

  it('a new file, which git does not track yet, is its repository', async () => {
    assert.deepEqual(await origins(await write(join(open, 'brand-new.ts'))), ['open: forgeSaysPublic']);
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
