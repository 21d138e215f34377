// A conversation that private code was in: it stays here whatever is allowed afterwards, until the person lets go exactly what is in it.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { ollamaModel } from '../servers/ollamaModels.ts';
import { Page } from './page.ts';
import { Prompts } from './prompts.ts';
import { inFolder, open, startWorld, type World } from './world.ts';

describe('A conversation that private code was in', () => {
  let world: World;
  let page: Page;
  let prompts: Prompts;

  before(async () => {
    world = await startWorld();
    await world.startOllama({ models: [ollamaModel('thinks')] });
    page = await Page.of(world.parts.panel);
  });
  beforeEach(async () => {
    prompts = new Prompts();
    await page.newChat();
    world.deepseek.clear();
  });
  afterEach(async () => {
    prompts.dispose();
    await world.parts.marks.set(inFolder('private'), undefined);
  });
  after(() => world.end());

  const asked = () => world.deepseek.requests.filter(({ path }) => path.endsWith('/chat/completions'));

  async function askAboutWages(): Promise<void> {
    await open(inFolder('private', 'src', 'wages.ts'));
    await page.offers('wages.ts');
    await page.ask('What does an hour cost?');
    await page.ended('done');
  }

  it('stays here when its repository is cleared later on', async () => {
    await askAboutWages();
    await world.parts.marks.set(inFolder('private'), 'cleared');
    await page.ask('And a night?');
    const answer = await page.ended('done');
    assert.equal(answer.badge?.place, 'local');
    assert.match(answer.badge.title, /Private code has been in this conversation/);
    assert.deepEqual(asked(), []);
  });

  it('goes to the cloud after a modal that lists all of it, and is told why', async () => {
    await askAboutWages();
    const moved = vscode.commands.executeCommand('fathom.moveToCloud');
    const modal = await prompts.notification(/^Let this conversation go to /);
    assert.match(modal.detail ?? '', /• Your question and its answer\n• .*wages\.ts, lines 1 to \d+/);
    modal.press('Let All of This Go');
    await moved;
    await page.ask('And a night?');
    const answer = await page.ended('done');
    assert.equal(answer.badge?.place, 'cloud');
    assert.match(answer.badge.title, /You let this conversation go to the cloud on /);
    assert.ok(asked().some(({ body }) => body.includes('And a night?')));
    const { reasons } = world.parts.ledger.entries().findLast(({ purpose }) => purpose === 'chat') ?? {};
    assert.equal(reasons?.[0]?.kind, 'released');
  });

  it('stays here when the modal is closed', async () => {
    await askAboutWages();
    const moved = vscode.commands.executeCommand('fathom.moveToCloud');
    (await prompts.notification(/^Let this conversation go to /)).press();
    await moved;
    await page.ask('And a night?');
    assert.equal((await page.ended('done')).badge?.place, 'local');
    assert.deepEqual(asked(), []);
  });

  it('is back here as soon as other private code comes in', async () => {
    await askAboutWages();
    const moved = vscode.commands.executeCommand('fathom.moveToCloud');
    (await prompts.notification(/^Let this conversation go to /)).press('Let All of This Go');
    await moved;
    await open(inFolder('private', 'src', 'wages.ts'), [0, 0, 1, 0]);
    await vscode.commands.executeCommand('fathom.ask');
    await page.ask('And this line?');
    assert.equal((await page.ended('done')).badge?.place, 'local');
    assert.deepEqual(asked(), []);
  });

  it('is held for its folder’s sake even when that may go: what is forbidden is released by nobody', async () => {
    await askAboutWages();
    await world.parts.marks.set(inFolder('private'), 'forbidden');
    const moved = vscode.commands.executeCommand('fathom.moveToCloud');
    (await prompts.notification(/^Let this conversation go to /)).press('Let All of This Go');
    await prompts.notification(/stays on this machine|keep “private”/);
    await moved;
    await page.ask('And a night?');
    assert.equal((await page.ended('done')).badge?.place, 'local');
    assert.deepEqual(asked(), []);
  });
});
