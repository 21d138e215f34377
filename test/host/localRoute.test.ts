// The way to a local model inside VS Code: past every proxy that the person has set, and to another machine only after a modal.
import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { setting } from '../../src/settings.ts';
import { Page } from './page.ts';
import { Prompts } from './prompts.ts';
import { until } from './until.ts';
import { inFolder, nowhere, open, set, startWorld, type World } from './world.ts';

describe('The local route', () => {
  let world: World;
  let page: Page;
  let prompts: Prompts;
  before(async () => {
    world = await startWorld();
    page = await Page.of(world.parts.panel);
  });
  beforeEach(async () => {
    prompts = new Prompts();
    await page.newChat();
  });
  afterEach(() => prompts.dispose());
  after(async () => {
    await set('local.confirmedHosts', []);
    await world.end();
  });

  const askPrivately = async (): Promise<void> => {
    await open(inFolder('private', 'src', 'wages.ts'));
    await page.offers('wages.ts');
    await page.ask('What does an hour cost?');
  };

  it('goes past the proxy of VS Code’s settings and of the environment', async () => {
    const proxied: string[] = [];
    const proxy = createServer((socket) => {
      proxied.push('connected');
      socket.on('error', () => undefined).end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'NODE_USE_ENV_PROXY'];
    const before = names.map((name) => [name, process.env[name]] as const);
    const settings = vscode.workspace.getConfiguration('http');
    await settings.update('proxy', url, vscode.ConfigurationTarget.Global);
    for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : url;
    try {
      await until('the proxy is set', () => vscode.workspace.getConfiguration('http').get('proxy') === url);
      const ollama = await world.startOllama();
      for (const address of [ollama.url, `http://localhost:${ollama.port}`]) {
        await set('local.url', address);
        await page.newChat();
        await askPrivately();
        await page.ended('done');
        assert.equal(page.answer.badge?.place, 'local');
      }
      assert.ok(ollama.requests.some(({ body }) => body.includes('What does an hour cost?')));
      assert.deepEqual(proxied, []);
      // The proxy is a working witness: what goes to another machine does pass it.
      await set('deepseek.baseUrl', 'http://cloud.invalid');
      await page.newChat();
      await open(inFolder('public', 'src', 'add.ts'));
      await page.offers('add.ts');
      await page.ask('What does it do?');
      await page.ended('failed');
      assert.notDeepEqual(proxied, []);
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
      await settings.update('proxy', undefined, vscode.ConfigurationTarget.Global);
      await set('deepseek.baseUrl', world.deepseek.url);
      await set('local.url', nowhere);
      proxy.close();
    }
  });

  it('leads to another machine only after one modal, which says what that means', async () => {
    world.deepseek.clear();
    await set('local.url', 'http://ollama.invalid:11434');
    await askPrivately();
    const answer = await page.ended('failed');
    assert.match(
      answer.card?.sentence ?? '',
      /The address of Ollama is ollama\.invalid:11434, which is not this machine/,
    );

    const asked = vscode.commands.executeCommand('fathom.confirmLocalHost');
    const declined = await prompts.notification(/^Send private code to ollama\.invalid:11434\?$/);
    assert.deepEqual(declined.buttons, ['Use ollama.invalid:11434']);
    declined.press();
    assert.equal(await asked, false);
    assert.deepEqual(setting('local.confirmedHosts'), []);

    page.press('Use ollama.invalid:11434…');
    (await prompts.notification(/^Send private code/)).press('Use ollama.invalid:11434');
    await until('the host is confirmed', () => setting('local.confirmedHosts').join() === 'ollama.invalid:11434');
    // It is really asked now: the name leads nowhere.
    await until('the next answer', () =>
      (page.answer.card?.sentence ?? '').includes('No Ollama answers at ollama.invalid:11434'),
    );
    assert.equal(await vscode.commands.executeCommand('fathom.confirmLocalHost'), true);
    assert.deepEqual(prompts.shown, []);

    await set('local.url', nowhere);
    assert.equal(await vscode.commands.executeCommand('fathom.confirmLocalHost'), false);
    (await prompts.notification(/asked on this machine/)).press();
    assert.deepEqual(world.deepseek.requests, []);
  });
});
