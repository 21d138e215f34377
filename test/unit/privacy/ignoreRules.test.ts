// Which files are never context by themselves, and which rule says so.
import assert from 'node:assert/strict';
import { chmod, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createIgnoreRules, ignoreFileNames, type IgnoreRules } from '../../../src/privacy/ignoreRules.ts';
import { createRepositories } from '../../../src/privacy/repositories.ts';
import { repository, temporaryFolder, write } from './place.ts';

describe('ignored is', () => {
  let folder: string;
  let repo: string;
  let home: string;
  let rules: IgnoreRules;
  let time: number;
  let folders: string[];
  let excluded: string[];
  let env: Record<string, string>;

  beforeEach(async () => {
    folder = await temporaryFolder();
    home = join(folder, 'home');
    repo = await repository(join(folder, 'repo'));
    time = 0;
    folders = [];
    excluded = [];
    env = {};
    const now = () => time;
    const ownConfigs = [join(home, '.gitconfig')];
    rules = createIgnoreRules({
      repositories: createRepositories({ now, keepMs: 0, home, env, ownConfigs }),
      folders: () => folders,
      filesExclude: () => excluded,
      now,
    });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const saysOf = async (source: string) => {
    const ignored = await rules.of(source);
    return ignored && [ignored.because, ignored.by, ignored.trouble].filter((part) => part !== undefined).join(' ');
  };
  /** What is said of a file in the repository. */
  const says = (path: string) => saysOf(join(repo, path));

  describe('what git ignores:', () => {
    it('a pattern of the nearest file counts before one further up, the last one in a file before earlier ones', async () => {
      await write(join(repo, '.gitignore'), '# logs\n*.log\n!keep.log\nbuild/\n/top.txt\n');
      await write(join(repo, 'sub', '.gitignore'), '!a.log\nkeep.log\n/only-here\ncache/\n');
      assert.equal(await says('a.log'), 'gitignore .gitignore');
      assert.equal(await says('keep.log'), undefined);
      assert.equal(await says('sub/a.log'), undefined);
      assert.equal(await says('sub/deeper/keep.log'), 'gitignore sub/.gitignore');
      assert.equal(await says('sub/only-here'), 'gitignore sub/.gitignore');
      assert.equal(await says('sub/deeper/only-here'), undefined);
      assert.equal(await says('sub/deeper/cache/x'), 'gitignore sub/.gitignore');
      assert.equal(await says('x/build/out.js'), 'gitignore .gitignore');
      assert.equal(await says('sub/top.txt'), undefined);
      assert.equal(await says('main.ts'), undefined);
    });

    it('nothing in an ignored folder comes back', async () => {
      await write(join(repo, '.gitignore'), 'out/\n!out/keep.ts\n');
      await write(join(repo, 'out', '.gitignore'), '!keep.ts\n');
      assert.equal(await says('out/keep.ts'), 'gitignore .gitignore');
    });

    it('in a folder whose name looks like a pattern, too', async () => {
      await write(join(repo, 'a[1]*', '.gitignore'), 'x\n/y/\n');
      assert.equal(await says('a[1]*/deep/x'), 'gitignore a[1]*/.gitignore');
      assert.equal(await says('a[1]*/y/z'), 'gitignore a[1]*/.gitignore');
      assert.equal(await says('a1b/x'), undefined);
    });

    it("info/exclude and the person's own file count, each weaker than the next", async () => {
      await write(join(home, '.config', 'git', 'ignore'), '*.swp\n*.tmp\n*.bak\n');
      await write(join(repo, '.git', 'info', 'exclude'), 'plans.md\n!a.tmp\n');
      await write(join(repo, '.gitignore'), '!a.bak\n');
      assert.equal(await says('plans.md'), 'gitignore .git/info/exclude');
      assert.equal(await says('x.swp'), `gitignore ${join(home, '.config', 'git', 'ignore')}`);
      assert.equal(await says('a.tmp'), undefined);
      assert.equal(await says('a.bak'), undefined);
    });

    it('core.excludesFile of the person, of an include under a condition, or of the repository', async () => {
      await write(join(home, 'mine'), 'one\n');
      await write(join(home, 'work'), 'two\n');
      await write(join(home, '.gitconfig'), '[core]\nexcludesFile = ~/mine\n[includeIf "gitdir:~/w/"]\npath = extra\n');
      await write(join(home, 'extra'), '[core]\nexcludesFile = ~/work\n');
      assert.equal(await says('one'), `gitignore ${join(home, 'mine')}`);
      assert.equal(await says('two'), `gitignore ${join(home, 'work')}`);
      await write(join(repo, '.git', 'config'), '[core]\nexcludesFile = rules/here\n');
      await write(join(repo, 'rules', 'here'), 'three\n');
      rules.forget();
      assert.equal(await says('three'), 'gitignore rules/here');
      assert.equal(await says('one'), undefined);
    });

    it('follows XDG_CONFIG_HOME', async () => {
      env.XDG_CONFIG_HOME = join(folder, 'xdg');
      await write(join(folder, 'xdg', 'git', 'ignore'), 'x\n');
      assert.equal(await says('x'), `gitignore ${join(folder, 'xdg', 'git', 'ignore')}`);
    });

    it('stays in its repository: one within another has its own rules', async () => {
      await write(join(repo, '.gitignore'), 'mine.txt\nvendor/\n');
      const inner = await repository(join(repo, 'vendor', 'inner'));
      assert.equal(await saysOf(join(inner, 'mine.txt')), undefined);
      assert.equal(await says('vendor/other.txt'), 'gitignore .gitignore');
    });

    it('without a repository no .gitignore counts', async () => {
      folders = [join(folder, 'loose')];
      await write(join(folder, 'loose', '.gitignore'), '*\n');
      assert.equal(await saysOf(join(folder, 'loose', 'a.txt')), undefined);
    });

    it("a further worktree has its repository's exclude file", async () => {
      const gitDir = join(repo, '.git', 'worktrees', 'tree');
      await write(join(gitDir, 'HEAD'), 'ref: refs/heads/other\n');
      await write(join(gitDir, 'commondir'), '../..\n');
      await write(join(folder, 'tree', '.git'), `gitdir: ${gitDir}\n`);
      await write(join(repo, '.git', 'info', 'exclude'), 'x\n');
      assert.match((await saysOf(join(folder, 'tree', 'x'))) ?? '', /^gitignore .*info\/exclude$/);
    });

    it('upper and lower case are alike where the repository says so', async () => {
      await write(join(repo, '.gitignore'), 'Notes.txt\n');
      assert.equal(await says('notes.txt'), undefined);
      await write(join(repo, '.git', 'config'), '[core]\nignoreCase = true\n');
      rules.forget();
      assert.equal(await says('notes.txt'), 'gitignore .gitignore');
    });
  });

  describe('what ignore files name:', () => {
    for (const name of ignoreFileNames) {
      it(`${name} at the root, and further down`, async () => {
        await write(join(repo, name), 'private/\n*.csv\n!public.csv\n');
        await write(join(repo, 'sub', name), 'draft.md\n');
        assert.equal(await says('private/a.ts'), `ignoreFile ${name}`);
        assert.equal(await says('x/data.csv'), `ignoreFile ${name}`);
        assert.equal(await says('x/public.csv'), undefined);
        assert.equal(await says('sub/draft.md'), `ignoreFile ${name}`);
        assert.equal(await says('draft.md'), undefined);
      });
    }

    it('one file takes nothing back that another says', async () => {
      await write(join(repo, '.gitignore'), 'a\n');
      await write(join(repo, '.cursorignore'), 'b\n');
      await write(join(repo, '.fathomignore'), '!a\n!b\n!c\n');
      await write(join(repo, 'sub', '.cursorignore'), '!b\n');
      assert.equal(await says('a'), 'gitignore .gitignore');
      assert.equal(await says('b'), 'ignoreFile .cursorignore');
      assert.equal(await says('sub/b'), 'ignoreFile .cursorignore');
      assert.equal(await says('c'), undefined);
    });

    it('counts in a folder of the window without a repository, and not outside of it', async () => {
      folders = [join(folder, 'loose')];
      await write(join(folder, 'loose', '.fathomignore'), 'x\n');
      await write(join(folder, '.fathomignore'), 'y\n');
      assert.equal(await saysOf(join(folder, 'loose', 'deep', 'x')), 'ignoreFile .fathomignore');
      assert.equal(await saysOf(join(folder, 'loose', 'y')), undefined);
      assert.equal(await saysOf(join(folder, 'x')), undefined);
    });

    it('of a folder or repository around a repository counts in the inner one, too', async () => {
      await write(join(repo, '.fathomignore'), '*.mine\n');
      const inner = await repository(join(repo, 'inner'));
      assert.equal(await saysOf(join(inner, 'a.mine')), 'ignoreFile .fathomignore');
      const other = await repository(join(folder, 'w', 'other'));
      await write(join(folder, 'w', '.aiexclude'), 'b\n');
      assert.equal(await saysOf(join(other, 'b')), undefined);
      folders = [join(folder, 'w')];
      rules.forget();
      assert.equal(await saysOf(join(other, 'b')), 'ignoreFile .aiexclude');
    });
  });

  it('what files.exclude hides, in folders of the window and outside', async () => {
    folders = [repo];
    excluded = [
      '**/.git',
      '**/*.{min,bundle}.js',
      'generated',
      'data/**',
      '**/node_[mn]odules/',
      'odd{',
      '**/Thumbs.db',
    ];
    assert.equal(await says('.git/HEAD'), 'filesExclude **/.git');
    assert.equal(await says('x/y.bundle.js'), 'filesExclude **/*.{min,bundle}.js');
    assert.equal(await says('x/y.js'), undefined);
    assert.equal(await says('generated/deep/a.ts'), 'filesExclude generated');
    assert.equal(await says('x/generated/a.ts'), undefined);
    assert.equal(await says('data/a.csv'), 'filesExclude data/**');
    assert.equal(await says('a/node_modules/b/c.js'), 'filesExclude **/node_[mn]odules/');
    assert.equal(await says('thumbs.DB'), 'filesExclude **/Thumbs.db');
    assert.equal(await saysOf(join(folder, 'far', 'y.min.js')), 'filesExclude **/*.{min,bundle}.js');
    assert.equal(await saysOf('untitled:x/y.min.js'), 'filesExclude **/*.{min,bundle}.js');
  });

  it('what is known to hold secrets, wherever it lies', async () => {
    assert.equal(await says('.env'), 'secretFile');
    assert.equal(await saysOf(join(folder, 'server.pem')), 'secretFile');
    assert.equal(await saysOf(pathToFileURL(join(folder, '.env.local')).href), 'secretFile');
    assert.equal(await saysOf('untitled:.env'), 'secretFile');
    assert.equal(await saysOf('vscode-vfs://github/o/n/kubeconfig'), 'secretFile');
    assert.equal(await says('main.ts'), undefined);
  });

  it("git's side of a diff is the file's", async () => {
    await write(join(repo, '.gitignore'), 'x.txt\n');
    const { pathname } = pathToFileURL(join(repo, 'x.txt'));
    assert.equal(await saysOf(`git:${pathname}?%7B%22ref%22%3A%22HEAD%22%7D`), 'gitignore .gitignore');
  });

  it('nothing outside of all folders and repositories but secrets', async () => {
    await write(join(folder, '.fathomignore'), '*\n');
    await write(join(folder, '.gitignore'), '*\n');
    assert.equal(await saysOf(join(folder, 'a.txt')), undefined);
    assert.equal(await saysOf('untitled:Untitled-1'), undefined);
    assert.equal(await saysOf('not a path'), undefined);
  });

  it('a link both by the rules where it lies and by those where it points', async () => {
    await write(join(repo, '.gitignore'), 'private.txt\nlinked\n');
    const other = await repository(join(folder, 'other'));
    await write(join(repo, 'private.txt'));
    await write(join(other, 'fine.txt'));
    await symlink(join(repo, 'private.txt'), join(other, 'innocent.txt'));
    await symlink(other, join(repo, 'linked'));
    await symlink(join(repo, 'linked'), join(folder, 'chain'));
    assert.equal(await saysOf(join(other, 'innocent.txt')), 'gitignore .gitignore');
    assert.equal(await says('linked/fine.txt'), 'gitignore .gitignore');
    assert.equal(await saysOf(join(folder, 'chain', 'fine.txt')), 'gitignore .gitignore');
    assert.equal(await saysOf(join(other, 'fine.txt')), undefined);
    await symlink(join(other, 'fine.txt'), join(other, 'key.pem'));
    await write(join(other, 'id_rsa'));
    await symlink(join(other, 'id_rsa'), join(other, 'plain.txt'));
    assert.equal(await saysOf(join(other, 'key.pem')), 'secretFile');
    assert.equal(await saysOf(join(other, 'plain.txt')), 'secretFile');
  });

  it('what links in a circle lead to, which nobody can read', async () => {
    await symlink(join(repo, 'b'), join(repo, 'a'));
    await symlink(join(repo, 'a'), join(repo, 'b'));
    assert.equal(await says('a/x.ts'), 'gitignore .gitignore unreadable');
    assert.equal(await says('x.ts'), undefined);
  });

  it('the whole folder of a file of rules that cannot be read, is huge, or would take for ever', async () => {
    await write(join(repo, 'huge', '.fathomignore'), `${'x'.repeat(70)}\n`.repeat(20_000));
    await write(join(repo, 'slow', '.gitignore'), '/a/**/b/**/c/**/d/**/e\n');
    await write(join(repo, 'slow', 'deep', '.gitignore'), '!*\n');
    assert.equal(await says('huge/deep/a.ts'), 'ignoreFile .fathomignore tooLarge');
    assert.equal(await says('slow/deep/a.ts'), 'gitignore slow/.gitignore tooComplex');
    assert.equal(await says('main.ts'), undefined);
    await mkdir(join(repo, 'odd', '.gitignore'), { recursive: true });
    assert.equal(await says('odd/a.ts'), undefined);
    // Whoever may read everything (root) can't test the rest.
    if (process.getuid?.() === 0) return;
    await write(join(repo, 'closed', '.fathomignore'), 'x\n');
    await chmod(join(repo, 'closed', '.fathomignore'), 0);
    assert.equal(await says('closed/a.ts'), 'ignoreFile .fathomignore unreadable');
  });

  it('a .gitignore that is a link, which git does not follow, can only ignore more', async () => {
    await write(join(folder, 'rules'), 'a\n!b\n');
    await write(join(repo, '.gitignore'), 'b\n');
    await mkdir(join(repo, 'sub'));
    await symlink(join(folder, 'rules'), join(repo, 'sub', '.gitignore'));
    assert.equal(await says('sub/a'), 'gitignore sub/.gitignore');
    assert.equal(await says('sub/b'), 'gitignore .gitignore');
  });

  it('known from memory until something is told to have changed, or some seconds went by', async () => {
    await write(join(repo, '.gitignore'), 'a\n');
    assert.equal(await says('b'), undefined);
    await write(join(repo, '.gitignore'), 'b\n');
    assert.equal(await says('b'), undefined);
    rules.forget();
    assert.equal(await says('b'), 'gitignore .gitignore');
    await write(join(repo, '.gitignore'), 'a\n');
    time += 6000;
    assert.equal(await says('b'), undefined);
  });

  it('never a failure, whatever is asked and whatever rules say', async () => {
    folders = [repo];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ maxLength: 12 }), { maxLength: 6 }),
        fc.array(fc.constantFrom('a', 'b', '..', '.', 'a*', '[', '\\', '{', '\n', 'ä', ' '), { minLength: 1 }),
        async (lines, parts) => {
          await write(join(repo, '.gitignore'), lines.join('\n'));
          await write(join(repo, '.fathomignore'), lines.join('\n'));
          excluded = lines;
          rules.forget();
          for (const source of [
            parts.join('/'),
            `/${parts.join('/')}`,
            `${repo}/${parts.join('/')}`,
            `x:${parts.join('/')}`,
          ]) {
            await rules.of(source);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('told in microseconds the second time', async () => {
    folders = [repo];
    excluded = ['**/.git', '**/.DS_Store'];
    const path = join(repo, 'a', 'b', 'c', 'd.ts');
    await rules.of(path);
    const from = performance.now();
    for (let at = 0; at < 1000; at++) await rules.of(path);
    // Measured: about 0.3 µs; the limit leaves room for a busy machine.
    assert.ok((performance.now() - from) / 1000 < 0.05, 'a look into memory takes more than 50 µs');
  });
});
