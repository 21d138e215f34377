// Menus, the key, and where the person's decisions are kept.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { Prompts } from './prompts.ts';
import { until } from './until.ts';
import { inFolder, open, practiceKey, set, startWorld, type World } from './world.ts';

/** As much of VS Code's input box as signing in uses, with a person in front of it. */
class Box {
  value = '';
  busy = false;
  validationMessage: string | { message: string } | undefined;
  password = false;
  shown = false;
  readonly #accepted = new vscode.EventEmitter<void>();
  readonly #hidden = new vscode.EventEmitter<void>();
  readonly onDidAccept = this.#accepted.event;
  readonly onDidHide = this.#hidden.event;
  readonly onDidChangeValue = new vscode.EventEmitter<string>().event;
  readonly onDidTriggerButton = new vscode.EventEmitter<vscode.QuickInputButton>().event;

  show(): void {
    this.shown = true;
  }

  hide(): void {
    if (!this.shown) return;
    this.shown = false;
    this.#hidden.fire();
  }

  dispose(): void {
    this.hide();
  }

  enter(value: string): void {
    this.value = value;
    this.#accepted.fire();
  }

  get says(): string {
    return typeof this.validationMessage === 'object' ? this.validationMessage.message : (this.validationMessage ?? '');
  }
}

describe('Menus and the key', () => {
  let world: World;
  let prompts: Prompts;

  before(async () => {
    world = await startWorld({ keys: [practiceKey, 'sk-another'] });
  });
  beforeEach(() => {
    world.deepseek.clear();
    prompts = new Prompts();
  });
  afterEach(async () => {
    prompts.dispose();
    await set('privacy.mode', 'auto');
  });
  after(() => world.end());

  const mode = () => vscode.workspace.getConfiguration('fathom').inspect('privacy.mode')?.globalValue;
  const placeOf = async (file: string) => (await world.parts.gateway.answerer([file], 'chat')).route.place;

  it('the walkthrough’s link chooses a privacy mode by its name', async () => {
    await vscode.commands.executeCommand('fathom.choosePrivacyMode', 'localOnly');
    assert.equal(mode(), 'localOnly');
    assert.equal(await placeOf(inFolder('public', 'src', 'add.ts')), 'local');
  });

  it('without a name, or with one that is none, the privacy mode is asked for', async () => {
    prompts.answerPick('Cloud');
    await vscode.commands.executeCommand('fathom.choosePrivacyMode', 'everything');
    assert.equal(mode(), 'cloud');
    assert.equal(await placeOf(inFolder('private', 'src', 'wages.ts')), 'cloud');
  });

  it('what is kept on this machine stays here under every mode', async () => {
    await open(inFolder('private', 'src', 'wages.ts'));
    await set('privacy.mode', 'cloud');
    prompts.answerPick('Keep on this machine');
    await vscode.commands.executeCommand('fathom.repositoryPrivacy');
    assert.equal(world.parts.marks.of(inFolder('private')), 'forbidden');
    assert.equal(await placeOf(inFolder('private', 'src', 'wages.ts')), 'local');
    assert.equal(await placeOf(inFolder('public', 'src', 'add.ts')), 'cloud');
    prompts.answerPick('Follow the forge');
    await vscode.commands.executeCommand('fathom.repositoryPrivacy');
    assert.equal(world.parts.marks.of(inFolder('private')), undefined);
  });

  it('the menu turns ghost text off and on', async () => {
    prompts.answerPick('Ghost text');
    for (const on of [false, true]) {
      await vscode.commands.executeCommand('fathom.menu');
      await until(`ghost text is ${on ? 'on' : 'off'}`, () => world.parts.ghostText.isEnabled() === on);
    }
  });

  it('a wrong key is refused where it is typed, a right one is kept and used, and signing out takes it away', async () => {
    const box = new Box();
    prompts.replace('createInputBox', () => box);
    const signingIn = vscode.commands.executeCommand('fathom.signIn');
    await until('the box', () => box.shown);
    assert.ok(box.password);
    box.enter('');
    await until('a hint', () => box.says.includes('Paste a key'));
    box.enter('sk-wrong');
    await until('a refusal', () => box.says.includes('platform.deepseek.com') && !box.busy);
    assert.equal(world.deepseek.requests.at(-1)?.headers.authorization, 'Bearer sk-wrong');
    assert.ok(box.shown);
    box.enter(' sk-another\n');
    assert.equal(await signingIn, true);
    await prompts.notification(/Signed in/);
    assert.ok(!box.shown);

    const file = inFolder('public', 'src', 'add.ts');
    const ask = async () => {
      const signal = new AbortController().signal;
      const messages = [{ role: 'user' as const, content: 'Hello' }];
      const request = { purpose: 'chat' as const, sources: [file], messages, mode: 'chat' as const };
      let last = '';
      for await (const { type } of world.parts.gateway.chat(request, signal)) last = type;
      assert.equal(last, 'done');
      return world.deepseek.requests.at(-1)?.headers.authorization;
    };
    assert.equal(await ask(), 'Bearer sk-another');
    await vscode.commands.executeCommand('fathom.signOut');
    await prompts.notification(/DEEPSEEK_API_KEY/);
    assert.equal(await ask(), `Bearer ${practiceKey}`);
  });

  it('a box that is closed signs nobody in', async () => {
    const box = new Box();
    prompts.replace('createInputBox', () => box);
    const signingIn = vscode.commands.executeCommand('fathom.signIn');
    await until('the box', () => box.shown);
    box.hide();
    assert.equal(await signingIn, false);
    assert.deepEqual(world.deepseek.requests, []);
  });
});
