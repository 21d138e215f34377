// Which remotes a repository has, from the text of its config.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseGitConfig, parseRemoteUrl, remotesOf } from '../../../src/privacy/gitRemotes.ts';

const urls: [string, string | undefined][] = [
  ['https://github.com/owner/name.git', 'github.com owner name'],
  ['https://github.com/owner/name', 'github.com owner name'],
  ['https://github.com/owner/name/', 'github.com owner name'],
  ['https://GitHub.com/Owner/Name.git', 'github.com Owner Name'],
  ['https://user:ghp_secret@github.com/owner/name.git', 'github.com owner name'],
  ['https://ghp_secret@github.com/owner/name.git', 'github.com owner name'],
  ['https://git.example.org:8443/owner/name', 'git.example.org:8443 owner name'],
  ['ssh://git@github.com/owner/name.git', 'github.com owner name'],
  ['ssh://git@git.example.org:2222/owner/name.git', 'git.example.org owner name'],
  ['git+ssh://git@github.com/owner/name', 'github.com owner name'],
  ['git://github.com/owner/name.git', 'github.com owner name'],
  ['git@github.com:owner/name.git', 'github.com owner name'],
  ['github.com:owner/name', 'github.com owner name'],
  ['git@gitlab.com:group/sub/name.git', 'gitlab.com group/sub name'],
  ['git@bitbucket.org:/owner/name.git', 'bitbucket.org owner name'],
  ['/srv/git/name.git', undefined],
  ['../name', undefined],
  ['./a:b/c', undefined],
  ['C:\\repos\\name', undefined],
  ['C:/repos/name', undefined],
  ['file:///srv/git/name.git', undefined],
  ['ext::ssh -i key host owner/name', undefined],
  ['https://github.com/name', undefined],
  ['https://github.com/owner/../other/name', 'github.com other name'],
  ['https://github.com/owner/na%20me', undefined],
  ['https://github.com/owner/name?token=1', 'github.com owner name'],
  ['git@github.com:owner/../../user', undefined],
  ['', undefined],
];

describe("a remote's URL", () => {
  for (const [url, wanted] of urls) {
    it(`${url || '(empty)'} → ${wanted ?? 'no forge'}`, () => {
      const remote = parseRemoteUrl(url);
      assert.equal(remote && `${remote.host} ${remote.owner} ${remote.name}`, wanted);
    });
  }

  it('never keeps a password or token', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{8,20}$/);
    fc.assert(
      fc.property(secret, secret, (user, token) => {
        const known = JSON.stringify(parseRemoteUrl(`https://${user}:${token}@host.example/o/n`));
        return !known.includes(user) && !known.includes(token);
      }),
    );
  });
});

describe("a repository's config", () => {
  const remotes = (text: string, aliases = '') => {
    const found = remotesOf(parseGitConfig(text), parseGitConfig(aliases));
    return [...found.forges.map((r) => `${r.host}/${r.owner}/${r.name}`), ...(found.strangers ? ['stranger'] : [])];
  };

  it('may have several remotes, quotes, comments and continued lines', () => {
    const text = `; a comment
[core]
	bare = false # not bare
[remote "origin"]
	url = "git@github.com:owner/name.git" ; mine
	fetch = +refs/heads/*:refs/remotes/origin/*
[REMOTE "up stream"] URL = https://gitlab.com/\\
group/name.git
`;
    assert.deepEqual(remotes(text), ['github.com/owner/name', 'gitlab.com/group/name']);
  });

  it('counts addresses for pushing, too', () => {
    const text = '[remote "o"]\nurl = https://github.com/a/public\npushurl = git@github.com:a/private.git\n';
    assert.deepEqual(remotes(text), ['github.com/a/public', 'github.com/a/private']);
  });

  it('counts an address that a branch follows without a named remote', () => {
    const text = '[branch "fork"]\nremote = https://github.com/b/fork.git\n[branch "main"]\nremote = origin\n';
    assert.deepEqual(remotes(text), ['github.com/b/fork']);
  });

  it("follows the person's aliases, the longest first", () => {
    const aliases = '[url "git@github.com:"]\ninsteadOf = gh:\n[url "git@git.example.org:"]\ninsteadOf = gh:work/\n';
    const text = '[remote "o"]\nurl = gh:owner/name\n[remote "w"]\nurl = gh:work/team/name\n';
    assert.deepEqual(remotes(text, aliases), ['github.com/owner/name', 'git.example.org/team/name']);
  });

  it('counts where pushes are sent by an alias', () => {
    const aliases = '[url "git@git.example.org:"]\npushInsteadOf = https://github.com/\n';
    assert.deepEqual(remotes('[remote "o"]\nurl = https://github.com/a/b\n', aliases), [
      'github.com/a/b',
      'git.example.org/a/b',
    ]);
  });

  it('a local path is a remote that nobody can be asked about', () => {
    assert.deepEqual(remotes('[remote "o"]\nurl = /srv/git/x.git\n'), ['stranger']);
  });

  it('without remotes has none, and rubbish is no config', () => {
    assert.deepEqual(remotes('[core]\nbare = false\n'), []);
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseGitConfig(text))));
  });
});
