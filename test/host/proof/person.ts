// The person of a walk: where they are, what stands open, and how they answer what VS Code asks. It knows no step (steps.ts does).
import path from 'node:path';
import * as vscode from 'vscode';
import { Page } from '../page.ts';
import { Prompts } from '../prompts.ts';
import { closeEditors } from '../world.ts';
import { strangeLetters } from './needles.ts';
import type { Place, Places } from './places.ts';
import { randomFrom, type Random } from './random.ts';
import type { Stage } from './stage.ts';

/** Buttons of notifications that a person presses; everything else they close. */
const pressable = /^(Try Again|Answer Without Thinking)$/;

export class Person {
  readonly stage: Stage;
  readonly places: Places;
  readonly random: Random;
  page: Page;
  /** `real`: the Ollama with a real model answers. */
  local: 'double' | 'real' | 'off' = 'double';
  readonly #prompts = new Prompts();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #progress = new Set<vscode.CancellationTokenSource>();
  /** Of its own, since nobody knows when something is asked: the steps stay what they are. */
  readonly #mood: Random;
  #made = 0;

  constructor(stage: Stage, random: Random, page: Page) {
    this.stage = stage;
    this.places = stage.places;
    this.random = random;
    this.#mood = randomFrom(random.below(1e9));
    this.page = page;
    this.#prompts.answerInput('Make it shorter');
    // Those of actions stand until somebody cancels them.
    this.#prompts.replace(
      'withProgress',
      async (_options: unknown, task: (progress: object, token: vscode.CancellationToken) => Promise<unknown>) => {
        const source = new vscode.CancellationTokenSource();
        this.#progress.add(source);
        try {
          return await task({ report: () => undefined }, source.token);
        } finally {
          this.#progress.delete(source);
        }
      },
    );
  }

  get editor(): vscode.TextEditor | undefined {
    return vscode.window.activeTextEditor;
  }

  /** Whose canaries belong into this document. */
  placeOf({ uri }: vscode.TextDocument): Place {
    if (uri.scheme !== 'file') return this.places.get('untitled');
    const own = this.places.all.find(({ onlyOpened, files }) => onlyOpened && files.includes(uri.fsPath));
    if (own) return own;
    // What is written behind a link is in the file that it points to.
    if (path.basename(uri.fsPath).startsWith('linked')) return this.places.get('private');
    const around = this.places.all.filter(
      ({ folder }) => folder !== undefined && uri.fsPath.startsWith(folder + path.sep),
    );
    const [innermost] = around.sort((a, b) => (b.folder?.length ?? 0) - (a.folder?.length ?? 0));
    return innermost ?? this.places.get('untitled');
  }

  /** A place that the cloud may see in half of the cases, else any. */
  somewhere(): Place {
    const open = this.places.all.filter(({ name, files }) => files.length > 0 && this.places.allowed(name));
    return this.random.pick(this.random.percent(62) ? open : this.places.all.filter(({ files }) => files.length > 0));
  }

  async open(file: string): Promise<vscode.TextEditor> {
    const editor = await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: true });
    this.atLineEnd(editor);
    return editor;
  }

  atLineEnd(editor: vscode.TextEditor): vscode.Position {
    const line = this.random.below(editor.document.lineCount);
    const at = new vscode.Position(line, editor.document.lineAt(line).text.length);
    editor.selection = new vscode.Selection(at, at);
    return at;
  }

  /** Code that was never there before, with a new canary in every third. */
  newCode(document: vscode.TextDocument): string {
    this.#made += 1;
    const { name } = this.placeOf(document);
    if (!this.random.percent(35)) return `const made${this.#made} = `;
    const canary = this.places.canary(name, this.random.percent(25) ? strangeLetters : undefined);
    return this.random.pick([
      `const ${canary} = `,
      `rate('${canary}', `,
      `// ${canary}: `,
      `table.${canary}.made${this.#made}`,
    ]);
  }

  /** What may take longer than a person waits: it goes on while they do other things. */
  begin(work: Thenable<unknown>): void {
    const underWay = Promise.resolve(work).then(
      () => undefined,
      () => undefined, // A file that is gone, a command that was cancelled: a person shrugs.
    );
    this.#underWay.add(underWay);
    void underWay.then(() => this.#underWay.delete(underWay));
  }

  /** Waits until what was begun has ended, but no longer than this many milliseconds. */
  async patience(ms: number): Promise<void> {
    await orAfter(ms, Promise.all(this.#underWay));
  }

  /** Waits until a request has reached a server, but no longer than this many milliseconds. */
  async seen(ms: number, work: () => Thenable<unknown>): Promise<void> {
    const { cloud, double, real } = this.stage.recorders;
    const stops: (() => void)[] = [];
    const seen = new Promise<void>((resolve) => {
      for (const recorder of [cloud, double, real]) {
        stops.push(
          recorder.onSent(({ head }) =>
            head.startsWith('POST') && !head.includes('/api/show') ? resolve() : undefined,
          ),
        );
      }
    });
    await work();
    await orAfter(ms, seen);
    for (const stop of stops) stop();
  }

  cancelActions(): void {
    for (const source of this.#progress) source.cancel();
  }

  get actionsUnderWay(): number {
    return this.#progress.size;
  }

  answerPick(label: string): void {
    this.#prompts.answerPick(label);
  }

  /** Answers everything that VS Code asks at this moment. */
  answerPrompts(): void {
    for (const { buttons, press } of this.#prompts.shown.splice(0)) {
      const button = buttons.find((title) => pressable.test(title));
      press(this.#mood.percent(30) ? button : undefined);
    }
  }

  /** Another page takes the place of the panel's. */
  async reload(): Promise<void> {
    this.page = await Page.of(this.stage.parts.panel);
  }

  /** Stops everything, and waits until nothing is under way any more. */
  async rest(): Promise<void> {
    await this.stage.parts.panel.stop();
    this.cancelActions();
    this.answerPrompts();
    await this.patience(2000);
  }

  async end(): Promise<void> {
    await this.rest();
    await vscode.commands.executeCommand('fathom.discardEdit');
    await closeEditors();
    this.#prompts.dispose();
  }
}

/** Waits for `work`, but no longer than this many milliseconds. @returns whether it has ended */
export async function orAfter(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<false>((resolve) => (timer = setTimeout(resolve, ms, false)));
  try {
    return await Promise.race([work.then(() => true), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
