// The key for DeepSeek in VS Code's secret storage. `DEEPSEEK_API_KEY` of the environment stands in where none is stored, and
// is never stored itself.
import * as vscode from 'vscode';

const secretName = 'fathom.deepseekKey';

export class DeepSeekKey implements vscode.Disposable {
  readonly #secrets: vscode.SecretStorage;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;

  /** Fires when the key was set, replaced or removed, in another window too. */
  readonly onDidChange = this.#changed.event;

  constructor(secrets: vscode.SecretStorage, env: Readonly<Record<string, string | undefined>>) {
    this.#secrets = secrets;
    this.#env = env;
    this.#subscription = secrets.onDidChange((event) => {
      if (event.key !== secretName) return;
      this.#changed.fire();
      void this.updateContext(); // A context key that is late hides a command; nothing waits for it.
    });
  }

  /** The key in force; undefined: signed out. */
  async get(): Promise<string | undefined> {
    const stored = (await this.#secrets.get(secretName)) ?? '';
    if (stored !== '') return stored;
    const fromEnvironment = this.#env.DEEPSEEK_API_KEY?.trim() ?? '';
    return fromEnvironment === '' ? undefined : fromEnvironment;
  }

  async set(key: string): Promise<void> {
    await this.#secrets.store(secretName, key.trim());
  }

  /** Removes the stored key. @returns false if the environment still has one, so that the person is still signed in */
  async delete(): Promise<boolean> {
    await this.#secrets.delete(secretName);
    return (await this.get()) === undefined;
  }

  /** Sets the context key `fathom.signedIn`. Called once at the start, and by itself from then on. */
  async updateContext(): Promise<void> {
    await vscode.commands.executeCommand('setContext', 'fathom.signedIn', (await this.get()) !== undefined);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
