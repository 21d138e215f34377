// What was sent, the preview and the money, inside VS Code: documents, notifications, and what they do when something is missing.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { Page } from './page.ts';
import { Prompts } from './prompts.ts';
import { until } from './until.ts';
import { inFolder, nowhere, open, set, startWorld, type World } from './world.ts';

describe('What was sent, and what it cost', () => {
  let world: World;
  let page: Page;
  let prompts: Prompts;

  before(async () => {
    world = await startWorld({ balance: { currency: 'USD', total: 12.34, granted: 1 } });
    page = await Page.of(world.parts.panel);
  });
  beforeEach(async () => {
    prompts = new Prompts();
    await open(inFolder('public', 'src', 'add.ts'));
    await page.newChat();
    await page.offers('add.ts');
    world.deepseek.clear();
  });
  afterEach(async () => {
    prompts.dispose();
    await set('privacy.mode', 'auto');
    await set('budget.day', 0);
    await set('deepseek.baseUrl', world.deepseek.url);
  });
  after(async () => {
    await world.parts.ledger.deleteAll();
    await world.end();
  });

  const shown = () => vscode.window.activeTextEditor?.document;
  const sentDocument = (pattern: RegExp) =>
    until(`a document that says ${String(pattern)}`, () => {
      const document = shown();
      return document?.uri.scheme === 'fathom-sent' && pattern.test(document.getText()) ? document : undefined;
    });
  const lastId = () => world.parts.ledger.entries().findLast(({ purpose }) => purpose === 'chat')?.id;
  /** A request of today that cost something. */
  const spend = () =>
    world.parts.ledger.add({
      at: Date.now(),
      purpose: 'chat',
      place: 'cloud',
      model: 'deepseek-flash',
      host: 'api.deepseek.com',
      reasons: [{ kind: 'nothingSent' }],
      visibilityPrivate: false,
      usage: { promptTokens: 0, completionTokens: 1_000_000 },
      bytes: 1,
      ms: 1,
      outcome: 'done',
      redactions: 0,
    });

  it('shows a request as a read-only document in its own language, with a link to the file’s lines', async () => {
    await page.ask('What does it add?');
    await page.ended('done');
    await vscode.commands.executeCommand('fathom.openSent', lastId());
    const document = await sentDocument(/^# chat · deepseek-flash\n/);
    assert.equal(document.languageId, 'fathom-sent');
    assert.ok(document.getText().endsWith(`\n\n${world.deepseek.requests[0]?.body ?? '?'}\n`));
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
    );
    const link = links.find(({ target }) => target?.fsPath === inFolder('public', 'src', 'add.ts'));
    assert.match(link?.target?.fragment ?? '', /^L1-\d+$/);
    assert.match(document.getText(link?.range), /add\.ts, lines 1 to \d+$/);
  });

  it('keeps the file attached while its preview is looked at', async () => {
    page.say({ type: 'preview', text: 'And what not?' });
    await sentDocument(/Nothing was sent yet\./);
    assert.equal(world.deepseek.requests.length, 0);
    await page.ask('And what not?');
    await page.ended('done');
    const [request] = world.deepseek.requests;
    assert.ok(
      shown()
        ?.getText()
        .endsWith(`\n\n${request?.body ?? '?'}\n`),
    );
  });

  it('says why there is no preview, and opens none', async () => {
    await set('privacy.mode', 'localOnly');
    page.say({ type: 'preview', text: 'What does it add?' });
    const { sentence, buttons } = await prompts.notification(/nothing leaves this machine/);
    assert.match(sentence, /Ollama isn't running\./);
    assert.ok(buttons.includes('Start Ollama'));
    assert.equal(shown()?.uri.scheme, 'file');
  });

  it('tells the balance as the server does, and says so when it can’t', async () => {
    await vscode.commands.executeCommand('fathom.showBalance');
    await prompts.notification(/ says: \$12\.34 \(granted \$1\.00, topped up \$11\.34\)\.$/);
    await set('deepseek.baseUrl', nowhere);
    await vscode.commands.executeCommand('fathom.showBalance');
    const { kind, buttons } = await prompts.notification(/can't be reached/);
    assert.equal(kind, 'error');
    assert.ok(!buttons.includes('Try Again'), 'a notification tries nothing again');
  });

  it('warns once of a budget that is nearly spent', async () => {
    const usd = spend().cost?.usd ?? 0;
    await set('budget.day', usd / 0.45);
    spend();
    const { buttons } = await prompts.notification(/^9\d % of today’s budget is spent/);
    assert.deepEqual(buttons, ['Open Settings', 'What Was Sent']);
    page.say({ type: 'preview', text: 'Anything that lets time go by' });
    await sentDocument(/Nothing was sent yet\./);
    assert.ok(!prompts.shown.some(({ sentence }) => sentence.includes('budget')));
  });

  it('stops at the limit, and goes on for today when the person says so', async () => {
    const usd = spend().cost?.usd ?? 0;
    await set('budget.day', usd);
    await page.ask('What does it add?');
    const { card } = await page.ended('failed');
    assert.match(card?.sentence ?? '', /^Today’s budget is spent: .* Nothing was sent\.$/);
    assert.deepEqual(world.deepseek.requests, []);
    page.press('Go On for Today');
    await page.ended('done');
    assert.notDeepEqual(world.deepseek.requests, []);
  });

  it('shows the figures below the composer as they come', async () => {
    spend();
    await until('today’s figure', () => page.state.bill?.parts.some((part) => /^(T|t)oday: (up to )?\$/.test(part)));
    await world.parts.ledger.deleteAll();
    await until('no figures', () => page.state.bill === undefined);
  });
});
