// Makes a workspace of sample folders: copies them to where nothing is lost when they are changed, and makes `public` and `private`
// repositories whose remotes are on the practice forge.

import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onPath, run } from './processes.mjs';

/** Host of the practice forge in remotes; no such host exists, Fathom's setting says where its API really is. */
export const forgeHost = 'forge.practice.test';

/** Remotes of the folders by name; the other folders are no repositories. */
export const remotes = {
  public: `https://${forgeHost}/practice/public-sample.git`,
  private: `https://${forgeHost}/practice/private-sample.git`,
};

/**
 * @param {string} source a folder of folders
 * @param {string} target a folder that is made
 * @returns {Promise<string>} absolute path of a `.code-workspace` file in `target`
 */
export async function makeWorkspace(source, target) {
  mkdirSync(target, { recursive: true });
  cpSync(source, target, { recursive: true });
  const folders = readdirSync(target, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    // The public one first: it is what a person sees first.
    .sort()
    .reverse();
  for (const name of folders) {
    const remote = Object.entries(remotes).find(([each]) => each === name)?.[1];
    if (remote !== undefined) await makeRepository(path.join(target, name), remote);
  }
  const file = path.join(target, 'practice.code-workspace');
  writeFileSync(file, JSON.stringify({ folders: folders.map((name) => ({ path: name })) }, undefined, 2));
  return file;
}

/**
 * Makes a folder a git repository with one remote. Without git its files are written by hand, as far as VS Code and Fathom read them.
 * @param {string} folder
 * @param {string} remote
 */
export async function makeRepository(folder, remote) {
  if (onPath('git') === undefined) {
    const git = path.join(folder, '.git');
    for (const each of ['objects', 'refs/heads']) mkdirSync(path.join(git, each), { recursive: true });
    writeFileSync(path.join(git, 'HEAD'), 'ref: refs/heads/main\n');
    const core = '[core]\n\trepositoryformatversion = 0\n\tbare = false\n';
    writeFileSync(path.join(git, 'config'), `${core}[remote "origin"]\n\turl = ${remote}\n`);
    return;
  }
  const git = (/** @type {string[]} */ ...args) => run('git', ['-C', folder, ...args]);
  await git('init', '--quiet', '--initial-branch=main');
  await git('remote', 'add', 'origin', remote);
  await git('add', '--all');
  const who = ['-c', 'user.name=Practice', '-c', 'user.email=practice@example.org', '-c', 'commit.gpgsign=false'];
  await git(...who, 'commit', '--quiet', '--no-verify', '--message', 'First version');
}
