// What VS Code would show on top of everything: notifications, quick picks, input boxes. This host shows none of them, so the
// tests answer in the person's place.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from './until.ts';

export interface Notification {
  kind: 'information' | 'warning' | 'error';
  sentence: string;
  buttons: string[];
  /** Of a modal: what stands below the sentence. */
  detail: string | undefined;
  /** Presses a button, or closes it. */
  press: (title?: string) => void;
}

type Show = (sentence: string, ...rest: unknown[]) => Promise<unknown>;
const functions = {
  showInformationMessage: 'information',
  showWarningMessage: 'warning',
  showErrorMessage: 'error',
} as const;

/** Takes over notifications, quick picks and input boxes until `dispose`. */
export class Prompts {
  readonly shown: Notification[] = [];
  readonly #window = vscode.window as unknown as Record<string, unknown>;
  readonly #original = new Map<string, unknown>();

  constructor() {
    for (const [name, kind] of Object.entries(functions)) {
      const show: Show = (sentence, ...rest) =>
        new Promise((resolve) => {
          const buttons = rest.filter((each) => typeof each === 'string');
          const detail = rest.find((each): each is { detail?: string } => typeof each === 'object')?.detail;
          this.shown.push({ kind, sentence, buttons, detail, press: resolve });
        });
      this.#replace(name, show);
    }
  }

  /** The next notification that says something of the kind, which is taken out of the list. */
  async notification(pattern: RegExp): Promise<Notification> {
    const found = await until(
      `a notification that says ${String(pattern)}, among ${JSON.stringify(this.shown.map((each) => each.sentence))}`,
      () => this.shown.find(({ sentence }) => pattern.test(sentence)),
    );
    this.shown.splice(this.shown.indexOf(found), 1);
    return found;
  }

  /** Every input box is answered with this text. */
  answerInput(text: string | undefined): void {
    this.#replace('showInputBox', () => Promise.resolve(text));
  }

  /** Every quick pick is answered with the entry that is called so. */
  answerPick(label: string): void {
    this.#replace('showQuickPick', async (items: vscode.QuickPickItem[] | Promise<vscode.QuickPickItem[]>) => {
      const all = await items;
      const found = all.find((item) => item.label === label);
      assert.ok(found, `an entry “${label}” among ${JSON.stringify(all.map((item) => item.label))}`);
      return found;
    });
  }

  /** Puts anything else of `vscode.window` in place of what is there. */
  replace(name: keyof typeof vscode.window, value: unknown): void {
    this.#replace(name, value);
  }

  dispose(): void {
    for (const { press } of this.shown.splice(0)) press();
    for (const [name, value] of this.#original) this.#window[name] = value;
    this.#original.clear();
  }

  #replace(name: string, value: unknown): void {
    if (!this.#original.has(name)) this.#original.set(name, this.#window[name]);
    this.#window[name] = value;
    assert.equal(this.#window[name], value, `vscode.window.${name} can be replaced`);
  }
}
