// Ghost text as a person meets it: what is asked for, what is taken, and when VS Code asked at all.
import * as vscode from 'vscode';
import { until } from './until.ts';

/** Notes when VS Code asks for ghost text, and suggests nothing. Fathom is asked at the same moment. */
export class Asked implements vscode.Disposable {
  count = 0;
  readonly #registration = vscode.languages.registerInlineCompletionItemProvider(
    { pattern: '**' },
    {
      provideInlineCompletionItems: () => {
        this.count += 1;
        return undefined;
      },
    },
  );

  /** Asks for ghost text by its key, and waits until VS Code has asked for it. */
  async trigger(): Promise<void> {
    const before = this.count;
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    await until('VS Code asks for ghost text', () => this.count > before);
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

/** Types as a person does: each key for itself, with VS Code's own reactions between. */
export async function type(text: string): Promise<void> {
  for (const key of text) await vscode.commands.executeCommand('type', { text: key });
}

/** Takes the ghost text (or its next word) as soon as it is there. @returns the document's text then */
export async function accept(editor: vscode.TextEditor, what: 'commit' | 'acceptNextWord' = 'commit'): Promise<string> {
  const { document } = editor;
  const before = document.getText();
  await until('ghost text that can be taken', async () => {
    await vscode.commands.executeCommand(`editor.action.inlineSuggest.${what}`);
    return document.getText() !== before;
  });
  return document.getText();
}
