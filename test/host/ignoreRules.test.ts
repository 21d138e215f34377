// Ignore rules and look-ups as VS Code's own settings, folders and file watching drive them.
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { until } from './until.ts';
import { inFolder, open, set, startWorld, type World } from './world.ts';

/** Shorter than what is kept in memory lives, so only what was told can be seen. */
const toldWithinMs = 4000;

describe('Ignored files', () => {
  let world: World;
  const rules = inFolder('public', '.fathomignore');
  const file = inFolder('public', 'ignored.ts');
  before(async () => {
    world = await startWorld();
  });
  afterEach(() => rmSync(rules, { force: true }));
  after(() => world.end());

  const because = async (path: string) => (await world.parts.gateway.ignored(path))?.because;
  const seen = (wanted: string | undefined) =>
    until(`the file is ${wanted ?? 'not ignored'}`, async () => (await because(file)) === wanted, toldWithinMs);

  it('follow a file of rules that another program writes, changes and deletes', async () => {
    assert.equal(await because(file), undefined);
    writeFileSync(rules, 'ignored.ts\n');
    await seen('ignoreFile');
    writeFileSync(rules, 'other.ts\n');
    await seen(undefined);
    writeFileSync(rules, 'ignored.ts\n');
    await seen('ignoreFile');
    rmSync(rules);
    await seen(undefined);
  });

  it('follow a file of rules from the moment that it is saved', async () => {
    writeFileSync(rules, '');
    const { document } = await open(rules);
    assert.equal(await because(file), undefined);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), 'ignored.ts\n');
    await vscode.workspace.applyEdit(edit);
    await document.save();
    assert.equal(await because(file), 'ignoreFile');
  });

  it('are what files.exclude hides, whatever its conditions say', async () => {
    const files = vscode.workspace.getConfiguration('files');
    assert.equal(await because(inFolder('public', '.git', 'HEAD')), 'filesExclude');
    await files.update('exclude', { 'ignored.ts': { when: '$(basename).js' } }, vscode.ConfigurationTarget.Global);
    try {
      await seen('filesExclude');
      assert.equal(await because(inFolder('public', 'src', 'ignored.ts')), undefined);
    } finally {
      await files.update('exclude', undefined, vscode.ConfigurationTarget.Global);
    }
    await seen(undefined);
  });

  it('of a public repository are private, and say so', async () => {
    writeFileSync(rules, 'ignored.ts\n');
    await seen('ignoreFile');
    const { route } = await world.parts.gateway.answerer([file], 'chat');
    assert.equal(route.place, 'local');
    assert.ok(route.reasons.some((reason) => reason.kind === 'origin' && reason.origin.because === 'ignoredHere'));
  });
});

describe('Look-ups', () => {
  let world: World;
  before(async () => {
    await set('privacy.lookup', false);
    world = await startWorld();
  });
  after(async () => {
    await set('privacy.lookup', true);
    await world.end();
  });

  it('that are turned off ask no forge, and everything stays here', async () => {
    const { route } = await world.parts.gateway.answerer([inFolder('public', 'a.ts')], 'chat');
    const [first] = route.reasons;
    assert.equal(first.kind === 'origin' ? first.origin.because : first.kind, 'lookupOff');
    assert.equal(route.place, 'local');
    assert.equal(world.forge.connections(), 0);
  });
});
