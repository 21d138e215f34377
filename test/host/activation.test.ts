// Fathom as VS Code sees it once it runs.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

describe('Fathom in VS Code', () => {
  it('activates and registers every command that it declares', async () => {
    const fathom = vscode.extensions.getExtension('fathom-code.fathom');
    assert.ok(fathom);
    await fathom.activate();
    const declared = (
      fathom.packageJSON as { contributes: { commands: { command: string }[] } }
    ).contributes.commands.map(({ command }) => command);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      declared.filter((command) => !registered.has(command)),
      [],
    );
  });
});
