// Actions on code in a real editor: from the palette or the lightbulb to the diff, and from there into the document or not.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { Prompts } from './prompts.ts';
import { until } from './until.ts';
import { closeEditors, inFolder, open, startWorld, type World } from './world.ts';

const code = `export function share(total: number, people: number): number {
  return total / people;
}

export function half(total: number): number {
  return total / 3;
}
`;
const fixed = code.replace('total / 3', 'total / 2');
/** The body of `half`. */
const insideHalf = [5, 0, 5, 19] as const;
const answer = '```ts\n  return total / 2;\n```';

describe('An action on code', () => {
  let world: World;
  let prompts: Prompts;
  let file: string;
  let files = 0;

  before(async () => {
    world = await startWorld();
  });
  beforeEach(() => {
    world.deepseek.clear();
    prompts = new Prompts();
    files += 1;
    file = inFolder('public', 'src', `half${files}.ts`);
    writeFileSync(file, code);
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('fathom.discardEdit');
    prompts.dispose();
    await closeEditors();
    rmSync(file, { force: true });
  });
  after(() => world.end());

  const onDisk = () => readFileSync(file, 'utf8');
  const run = (id: string) => vscode.commands.executeCommand(`fathom.${id}`);
  const diffs = () =>
    vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .map(({ input }) => input)
      .filter((input) => input instanceof vscode.TabInputTextDiff);

  /** What was sent with the first request for an answer. */
  async function sent(): Promise<string> {
    return (await world.deepseek.waitForRequest(({ path }) => path.endsWith('/chat/completions'))).body;
  }

  /** The diff in front: what it compares, and the text of its right side. */
  async function diff() {
    const input = await until('a diff in front', () => {
      const shown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return shown instanceof vscode.TabInputTextDiff && shown;
    });
    const right = await vscode.workspace.openTextDocument(input.modified);
    return { original: input.original, text: right.getText(), document: right };
  }

  it('opens a diff with the change and writes nothing before it is accepted', async () => {
    const { document } = await open(file, [...insideHalf]);
    world.deepseek.script({ reasoning: 'Half is two.', text: answer });
    await run('fix');
    const { original, text } = await diff();
    assert.equal(original.toString(), document.uri.toString());
    assert.equal(text, fixed);
    assert.equal(document.getText(), code);
    assert.equal(document.isDirty, false);
    assert.equal(onDisk(), code);
  });

  it('is one undo step when accepted, and saves nothing', async () => {
    const { document } = await open(file, [...insideHalf]);
    world.deepseek.script({ text: answer });
    await run('fix');
    await diff();
    await run('acceptEdit');
    assert.equal(document.getText(), fixed);
    assert.equal(document.isDirty, true);
    assert.equal(onDisk(), code);
    assert.deepEqual(diffs(), []);
    await until('the file in front', () => vscode.window.activeTextEditor?.document === document);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), code);
  });

  it('leaves everything as it was when discarded', async () => {
    const { document } = await open(file, [...insideHalf]);
    world.deepseek.script({ text: answer });
    await run('fix');
    await diff();
    await run('discardEdit');
    assert.deepEqual(diffs(), []);
    assert.equal(document.getText(), code);
    assert.equal(document.isDirty, false);
  });

  it('works on what stands in the editor, and leaves unsaved work unsaved', async () => {
    const { document } = await open(file, [0, 0]);
    await vscode.window.activeTextEditor?.edit((edit) => edit.insert(new vscode.Position(0, 0), '// mine\n'));
    assert.equal(document.isDirty, true);
    const editor = await open(file, [6, 0, 6, 19]);
    assert.equal(editor.document, document);
    world.deepseek.script({ text: answer });
    await run('fix');
    await diff();
    await run('acceptEdit');
    assert.equal(document.getText(), `// mine\n${fixed}`);
    assert.equal(document.isDirty, true);
    assert.equal(onDisk(), code);
    assert.ok((await sent()).includes('// mine'));
  });

  for (const [how, script, fault] of [
    ['as thinking', { reasoning: 'Secret thought.', text: answer }, {}],
    ['in tags within the text', { reasoning: 'Secret thought.', text: answer }, { think: { tags: 'inContent' } }],
    ['with only the closing tag', { reasoning: 'Secret thought.', text: answer }, { think: { tags: 'onlyClosing' } }],
    [
      'with tags cut anywhere',
      { reasoning: 'Secret thought.', text: answer },
      { think: { tags: 'inContent', split: true } },
    ],
  ] as const) {
    it(`takes no thought for code when it comes ${how}`, async () => {
      await open(file, [...insideHalf]);
      world.deepseek.script(script);
      world.deepseek.fault({ on: '/chat/completions', ...fault });
      await run('fix');
      assert.equal((await diff()).text, fixed);
    });
  }

  it('proposes nothing when the model only thought, and offers to ask without thinking', async () => {
    await open(file, [...insideHalf]);
    world.deepseek.script({ reasoning: answer, text: '' }, { text: answer });
    const running = run('fix');
    const shown = await prompts.notification(/./);
    assert.deepEqual(diffs(), []);
    assert.ok(shown.buttons.includes('Answer Without Thinking'), JSON.stringify(shown));
    shown.press('Answer Without Thinking');
    await running;
    assert.equal((await diff()).text, fixed);
    assert.deepEqual(world.deepseek.requests[1]?.json.thinking, { type: 'disabled' });
  });

  it('gets from the lightbulb what the problem is and where, whatever editor is in front by then', async () => {
    const uri = vscode.Uri.file(file);
    const problems = vscode.languages.createDiagnosticCollection('teacher');
    try {
      await open(file);
      const range = new vscode.Range(5, 9, 5, 18);
      problems.set(uri, [new vscode.Diagnostic(range, 'A third is no half.', vscode.DiagnosticSeverity.Error)]);
      const offered = await until('Fix in the lightbulb', async () => {
        const all = await vscode.commands.executeCommand<vscode.CodeAction[]>(
          'vscode.executeCodeActionProvider',
          uri,
          range,
        );
        return all.find(({ title }) => title === 'Fix with Fathom');
      });
      assert.notEqual(offered.isPreferred, true);
      assert.ok(offered.command);
      await open(inFolder('public', 'src', 'add.ts'));
      const whole = 'export function half(total: number): number {\n  return total / 2;\n}';
      world.deepseek.script({ text: `\`\`\`ts\n${whole}\n\`\`\`` });
      const { command, arguments: given = [] } = offered.command;
      await vscode.commands.executeCommand(command, ...(given as unknown[]));
      const { original, text } = await diff();
      assert.equal(original.toString(), uri.toString());
      assert.equal(text, fixed);
      assert.ok((await sent()).includes('A third is no half.'));
    } finally {
      problems.dispose();
    }
  });

  it('Refactor asks what shall become of the code, and does nothing when that is called off', async () => {
    await open(file, [...insideHalf]);
    prompts.answerInput(undefined);
    await run('refactor');
    assert.deepEqual(world.deepseek.requests, []);
    prompts.answerInput('Multiply in place of dividing');
    world.deepseek.script({ text: '```ts\n  return total * 0.5;\n```' });
    await run('refactor');
    assert.ok((await sent()).includes('Multiply in place of dividing'));
    assert.equal((await diff()).text, code.replace('total / 3', 'total * 0.5'));
  });

  it('Document keeps the code and adds to it', async () => {
    const { document } = await open(file, [4, 0, 6, 1]);
    const documented = '/** Half of it. */\nexport function half(total: number): number {\n  return total / 3;\n}';
    world.deepseek.script({ text: `\`\`\`ts\n${documented}\n\`\`\`` });
    await run('document');
    await diff();
    await run('acceptEdit');
    assert.equal(document.getText(), code.replace('export function half', '/** Half of it. */\nexport function half'));
  });

  it('Generate Tests makes a file beside the code, once it is accepted', async () => {
    await open(file);
    const tests = "import { half } from './half';\n\nconsole.assert(half(4) === 2);";
    world.deepseek.script({ text: `\`\`\`ts\n${tests}\n\`\`\`` });
    const made = file.replace(/\.ts$/, '.test.ts');
    await run('generateTests');
    const { text } = await diff();
    assert.equal(text.trimEnd(), tests);
    assert.equal(existsSync(made), false);
    await run('acceptEdit');
    assert.equal(readFileSync(made, 'utf8').trimEnd(), tests);
    assert.equal(onDisk(), code);
    rmSync(made);
  });

  it('follows the code when other lines change while the model works and while the diff is open', async () => {
    const editor = await open(file, [...insideHalf]);
    const top = (text: string) => {
      const edit = new vscode.WorkspaceEdit();
      edit.insert(editor.document.uri, new vscode.Position(0, 0), text);
      return vscode.workspace.applyEdit(edit);
    };
    world.deepseek.script(async () => {
      await top('// while it worked\n');
      return { text: answer };
    });
    await run('fix');
    assert.equal((await diff()).text, `// while it worked\n${fixed}`);
    await top('// while it was shown\n');
    const both = `// while it was shown\n// while it worked\n${fixed}`;
    const { document } = await diff();
    await until('the diff follows', () => document.getText() === both);
    await run('acceptEdit');
    assert.equal(editor.document.getText(), both);
  });

  it('changes nothing when the very lines were changed meanwhile, and keeps the suggestion', async () => {
    const editor = await open(file, [...insideHalf]);
    world.deepseek.script({ text: answer });
    await run('fix');
    await diff();
    const edit = new vscode.WorkspaceEdit();
    edit.replace(editor.document.uri, new vscode.Range(5, 2, 5, 19), 'return NaN;');
    await vscode.workspace.applyEdit(edit);
    const mine = editor.document.getText();
    await run('acceptEdit');
    await prompts.notification(/no longer applies/);
    assert.equal(editor.document.getText(), mine);
    assert.equal(diffs().length, 1);
  });

  it('says so, and opens nothing, when the very lines were changed while the model worked', async () => {
    const editor = await open(file, [...insideHalf]);
    world.deepseek.script(async () => {
      const edit = new vscode.WorkspaceEdit();
      edit.replace(editor.document.uri, new vscode.Range(5, 2, 5, 19), 'return NaN;');
      await vscode.workspace.applyEdit(edit);
      return { text: answer };
    });
    const running = run('fix');
    const shown = await prompts.notification(/changed while the model worked/);
    shown.press();
    await running;
    assert.deepEqual(diffs(), []);
    assert.equal(editor.document.getText(), code.replace('return total / 3;', 'return NaN;'));
  });

  it('says why when the model fails, and a press tries again', async () => {
    await open(file, [...insideHalf]);
    world.deepseek.fault({ on: '/chat/completions', status: 500, body: 'no', times: Infinity });
    const running = run('fix');
    const shown = await prompts.notification(/./);
    assert.equal(shown.kind, 'error');
    world.deepseek.clearFaults();
    world.deepseek.script({ text: answer });
    const again = shown.buttons.find((title) => /again/i.test(title));
    assert.ok(again, JSON.stringify(shown.buttons));
    shown.press(again);
    await running;
    assert.equal((await diff()).text, fixed);
  });
});
