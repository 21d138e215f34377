// Runs in the same extension host as Fathom. Each command writes its result to a file in the folder that FATHOM_PROBE names, under the
// number of times it was asked: `heap-1.json`, `completions-1.json`.

const { writeFileSync } = require('node:fs');
const path = require('node:path');
const v8 = require('node:v8');
const vm = require('node:vm');
const vscode = require('vscode');

/** A completion that takes longer than this, in milliseconds, is none. */
const patience = 10_000;

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc');

/** Bytes in use once everything that nobody holds is gone: finalizers and weak references need a few rounds. */
async function heap() {
  for (let round = 0; round < 6; round++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

/** Asks for ghost text after a line that was never there before, and accepts it, as many times as FATHOM_PROBE_COUNTS says for this round. @param {number} round */
async function completions(round) {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) throw new Error('No editor is open');
  const { document } = editor;
  const original = document.getText();
  const everything = () => new vscode.Range(0, 0, document.lineCount, 0);
  const count = Number((process.env.FATHOM_PROBE_COUNTS ?? '').split(',')[round - 1] ?? 0);
  let accepted = 0;
  for (let number = 0; number < count; number++) {
    const line = `const value${round}x${number} = `;
    await editor.edit((edit) => edit.replace(everything(), `${original}\n${line}`));
    const end = document.positionAt(document.getText().length);
    editor.selection = new vscode.Selection(end, end);
    const until = Date.now() + patience;
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    while (document.getText().endsWith(line) && Date.now() < until) {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
    }
    if (document.getText().endsWith(line)) break;
    accepted++;
  }
  await editor.edit((edit) => edit.replace(everything(), original));
  return { accepted, of: count };
}

/** @param {vscode.ExtensionContext} context */
exports.activate = (context) => {
  const asked = { heap: 0, completions: 0 };
  /** @param {'heap' | 'completions'} name @param {(time: number) => Promise<unknown>} work */
  const command = (name, work) =>
    vscode.commands.registerCommand(`probe.${name}`, async () => {
      const file = path.join(process.env.FATHOM_PROBE ?? '', `${name}-${++asked[name]}.json`);
      let result;
      try {
        result = await work(asked[name]);
      } catch (error) {
        result = { error: String(error) };
      }
      writeFileSync(file, JSON.stringify(result));
    });
  context.subscriptions.push(command('heap', heap), command('completions', completions));
};
