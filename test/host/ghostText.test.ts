// Ghost text in a real editor: typed, shown by VS Code, taken or not.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { RecordedRequest } from '../servers/testServer.ts';
import { accept, Asked, type } from './ghost.ts';
import { Prompts } from './prompts.ts';
import { until } from './until.ts';
import { closeEditors, inFolder, nowhere, open, realOllama, set, startWorld, type World } from './world.ts';

/** What the model would write there, whatever has been typed of it already. */
const line = '  return width * height;';

/** Goes on with `line` from what stands before the cursor. */
function goesOn(request: RecordedRequest) {
  const prompt = String(request.json.prompt);
  const typed = prompt.slice(prompt.lastIndexOf('\n') + 1);
  return { text: line.startsWith(typed) ? line.slice(typed.length) : '' };
}

describe('Ghost text in an editor', () => {
  let world: World;
  let asked: Asked;
  let prompts: Prompts;
  let files = 0;
  /** First line of the file that is worked on: another one in each test. */
  let head: string;

  before(async () => {
    world = await startWorld({ answers: goesOn });
    await ownList(false);
  });
  beforeEach(() => {
    world.deepseek.clear();
    asked = new Asked();
    prompts = new Prompts();
  });
  afterEach(async () => {
    asked.dispose();
    prompts.dispose();
    await set('completion.enabled', true);
    await closeEditors();
  });
  after(async () => {
    await ownList(undefined);
    await world.end();
  });

  /** VS Code's own list of words: while an entry is selected in it, VS Code shows only ghost text that begins with that entry. */
  async function ownList(shown: boolean | undefined): Promise<void> {
    const { Global } = vscode.ConfigurationTarget;
    await vscode.workspace.getConfiguration('editor').update('quickSuggestions', shown, Global);
  }

  /**
   * What DeepSeek was asked about this file while the line was being written: VS Code asks on once the line is taken, which may
   * come at any time, also when the next test runs already.
   */
  const fills = () =>
    world.deepseek.requests.filter(({ path, json }) => {
      const prompt = String(json?.prompt);
      return path.endsWith('/beta/completions') && prompt.includes(head) && !prompt.endsWith(line);
    });

  /** A new file of the public repository with the cursor inside the function. */
  async function inside(eol: '\n' | '\r\n' = '\n', indent = '  '): Promise<vscode.TextEditor> {
    files += 1;
    head = `export function area${files}(width: number, height: number): number {\n`;
    const file = inFolder('public', 'src', `area${files}.ts`);
    writeFileSync(file, `${head}${indent}\n}\n`.replaceAll('\n', eol));
    const editor = await open(file, [1, indent.length]);
    assert.equal(editor.document.eol, eol === '\n' ? vscode.EndOfLine.LF : vscode.EndOfLine.CRLF);
    return editor;
  }

  it('comes while somebody types, and is taken as one step that one undo takes back', async () => {
    const editor = await inside();
    await type('ret');
    assert.equal(await accept(editor), `${head}${line}\n}\n`);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), `${head}  ret\n}\n`);
  });

  it('comes beside VS Code’s own list of words, too', async () => {
    await ownList(true);
    try {
      const editor = await inside();
      await type('return');
      assert.equal(await accept(editor), `${head}${line}\n}\n`);
    } finally {
      await ownList(false);
    }
  });

  it('asks DeepSeek with the code before and after the cursor', async () => {
    await inside();
    await type('r');
    const request = await world.deepseek.waitForRequest(({ json }) => String(json?.prompt).endsWith(`${head}  r`));
    assert.match(request.path, /\/beta\/completions$/);
    assert.equal(request.json.suffix, '\n}\n');
  });

  it('comes on a key’s demand, without typing', async () => {
    const editor = await inside();
    await asked.trigger();
    assert.equal(await accept(editor), `${head}${line}\n}\n`);
  });

  it('keeps a document’s line ends, also where several lines come', async () => {
    const editor = await inside('\r\n');
    world.deepseek.script({ for: 'fill', text: 'const both = width * height;\n  return both;' });
    await asked.trigger();
    const text = await accept(editor);
    assert.equal(text, `${head}  const both = width * height;\n  return both;\n}\n`.replaceAll('\n', '\r\n'));
    assert.equal(editor.document.eol, vscode.EndOfLine.CRLF);
  });

  it('can be taken word by word', async () => {
    const editor = await inside();
    await type('r');
    assert.equal(await accept(editor, 'acceptNextWord'), `${head}  return\n}\n`);
    // VS Code counts a blank as a word of its own.
    assert.equal(await accept(editor, 'acceptNextWord'), `${head}  return \n}\n`);
    assert.equal(await accept(editor, 'acceptNextWord'), `${head}  return width\n}\n`);
    assert.equal(await accept(editor), `${head}${line}\n}\n`);
    assert.equal(fills().length, 1, 'one answer is enough for all of it');
  });

  it('goes on showing what was asked for while its letters are typed, without asking again', async () => {
    const editor = await inside();
    await type('re');
    await until('ghost text was asked for', () => fills().length > 0 && world.deepseek.openStreams() === 0);
    const before = fills().length;
    await type('turn w');
    assert.equal(await accept(editor), `${head}${line}\n}\n`);
    assert.equal(fills().length, before);
  });

  it('is silent after an undo until somebody types again', async () => {
    const editor = await inside();
    await type('ret');
    await accept(editor);
    await until('nothing is under way', () => world.deepseek.openStreams() === 0);
    const before = fills().length;
    let shown = 0;
    const listening = world.parts.ghostText.onDidShow(() => (shown += 1));
    await vscode.commands.executeCommand('undo');
    const undone = editor.document.getText();
    await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
    assert.equal(editor.document.getText(), undone);
    assert.equal(shown, 0);
    assert.equal(fills().length, before);
    await type('u');
    assert.equal(await accept(editor), `${head}${line}\n}\n`);
    listening.dispose();
  });

  it('sends nothing while it is off, not even when it is asked for by its key', async () => {
    const editor = await inside();
    await vscode.commands.executeCommand('fathom.toggleGhostText');
    await until('ghost text is off', () => !world.parts.ghostText.isEnabled(editor.document));
    await asked.trigger();
    await type('r');
    await vscode.commands.executeCommand('fathom.toggleGhostText');
    await until('ghost text is on', () => world.parts.ghostText.isEnabled(editor.document));
    await type('e');
    await accept(editor);
    // Only for what was typed after it was on again.
    assert.ok(fills().every(({ json }) => String(json.prompt).endsWith('  re')));
  });

  it('sends nothing while it is snoozed, and comes back when it is woken', async () => {
    const editor = await inside();
    prompts.answerPick('15 minutes');
    await vscode.commands.executeCommand('fathom.snoozeGhostText');
    assert.ok(world.parts.ghostText.isSnoozed());
    await asked.trigger();
    await type('r');
    prompts.answerPick('Show ghost text again');
    await vscode.commands.executeCommand('fathom.snoozeGhostText');
    assert.ok(!world.parts.ghostText.isSnoozed());
    await type('e');
    await accept(editor);
    assert.ok(fills().every(({ json }) => String(json.prompt).endsWith('  re')));
  });

  it('gives a request up when the document goes another way', async () => {
    const editor = await inside();
    world.deepseek.fault({ on: ({ json }) => String(json?.prompt).endsWith(`${head}  r`), stall: 1 });
    await type('r');
    const request = await world.deepseek.waitForRequest(({ json }) => String(json?.prompt).endsWith(`${head}  r`));
    await editor.edit((edit) => edit.delete(editor.document.lineAt(1).range));
    await type('x');
    await request.closed;
    assert.ok(request.aborted);
    assert.equal(editor.document.getText(), `${head}x\n}\n`);
  });

  it('shows nothing, and no error, when the server fails', async () => {
    const editor = await inside();
    const count = world.parts.ledger.entries().length;
    world.deepseek.fault({ on: '/beta/completions', status: 500, body: 'no', times: Infinity });
    await type('r');
    await until('a request failed', () =>
      world.parts.ledger
        .entries()
        .slice(count)
        .some(({ outcome }) => outcome !== 'done' && outcome !== 'cancelled'),
    );
    assert.deepEqual(prompts.shown, []);
    assert.equal(editor.document.getText(), `${head}  r\n}\n`);
    world.deepseek.clearFaults();
    world.parts.ghostText.retryNow();
    await type('e');
    assert.equal(await accept(editor), `${head}${line}\n}\n`);
  });

  it('comes from the local model in private code, and only from there', async function () {
    if (realOllama === undefined) return this.skip();
    await set('local.url', realOllama);
    try {
      const editor = await open(inFolder('private', 'src', 'wages.ts'), [5, 1]);
      await type('\n\nexport function add(a: number, b: number): number {\n');
      const before = editor.document.getText();
      await asked.trigger();
      const after = await accept(editor);
      assert.ok(after.length > before.length);
      const last = world.parts.ledger.entries().findLast(({ purpose }) => purpose === 'ghostText');
      assert.equal(last?.place, 'local');
      assert.match(last.model ?? '', /^practice-insert/);
      assert.ok(world.deepseek.requests.every(({ body }) => !body.includes('secretRate')));
    } finally {
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      await set('local.url', nowhere);
    }
  });
});
