// Stands where the panel's webview stands, at the boundary of its process: says what the page would say, and builds its state
// from what the panel tells, by the protocol's own function.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ChatPanel } from '../../src/chat/panel.ts';
import { applyEvent, type Answer, type FromWebview, type PanelState, type ToWebview } from '../../src/chat/protocol.ts';
import { until } from './until.ts';

export class Page {
  #state: PanelState | undefined;
  #seq = 0;
  readonly #messages = new vscode.EventEmitter<FromWebview>();
  /** Each answer as it was after each message, since the conversation began. */
  readonly #answers: Answer[] = [];

  /** Takes the place of the panel's page: the real one, which may be there already, is told nothing any more. */
  static async of(panel: ChatPanel): Promise<Page> {
    const page = new Page();
    const resolve = Object.getPrototypeOf(panel).resolveWebviewView as ChatPanel['resolveWebviewView'];
    resolve.call(panel, page.#view());
    // VS Code may come with the real one at any time.
    panel.resolveWebviewView = () => undefined;
    page.say({ type: 'ready' });
    await until('the first snapshot', () => page.#state !== undefined);
    return page;
  }

  say(message: FromWebview): void {
    this.#messages.fire(message);
  }

  get state(): PanelState {
    assert.ok(this.#state, 'the page has a snapshot');
    return this.#state;
  }

  /** The last answer as it is shown now. */
  get answer(): Answer {
    const turn = this.state.conversation.turns.at(-1);
    assert.ok(turn, 'something was asked');
    return turn.answer;
  }

  /** What the statuses of the last answers were, one after the other. */
  get statuses(): Answer['status'][] {
    return this.#answers
      .map(({ status }) => status)
      .filter((status, index, all) => index === 0 || status !== all[index - 1]);
  }

  forgetStatuses(): void {
    this.#answers.splice(0);
  }

  /** Waits until these files would go along with a question, as a person does who looks before asking. */
  async offers(...labels: string[]): Promise<void> {
    const wanted = JSON.stringify(labels);
    await until(`chips ${wanted}`, () => JSON.stringify(this.state.chips.map(({ label }) => label)) === wanted);
  }

  /** Sends what stands in the composer, and waits until the question is there. */
  async ask(text: string): Promise<void> {
    const before = this.state.conversation.turns.length;
    this.say({ type: 'ask', text });
    await until('the question', () => this.state.conversation.turns.length > before);
  }

  /** The last answer once it has ended so. */
  async ended(status: Answer['status']): Promise<Answer> {
    const seen = () => this.state.conversation.turns.at(-1)?.answer;
    try {
      await until(`an answer that is ${status}`, () => !this.state.busy && seen()?.status === status, 25_000);
    } catch (error) {
      throw new Error(`the answer is ${JSON.stringify(seen())}`, { cause: error });
    }
    return this.answer;
  }

  /** Presses the button of the last answer's card that is called so. */
  press(title: string): void {
    const button = this.answer.card?.buttons.find((each) => each.title === title);
    assert.ok(
      button,
      `a button “${title}” among ${JSON.stringify(this.answer.card?.buttons.map((each) => each.title))}`,
    );
    const turnId = this.state.conversation.turns.at(-1)?.id;
    assert.ok(turnId);
    const argument = button.argument === undefined ? {} : { argument: button.argument };
    this.say({ type: 'press', buttonId: button.id, turnId, ...argument });
  }

  /** A new conversation without any code in it. */
  async newChat(): Promise<void> {
    this.say({ type: 'newChat' });
    await until('an empty conversation', () => this.state.conversation.turns.length === 0 && !this.state.busy);
    this.forgetStatuses();
  }

  #take(message: ToWebview): void {
    if (message.type === 'snapshot') this.#state = message.state;
    else {
      assert.equal(message.seq, this.#seq + 1, 'events come without gaps');
      this.#state = applyEvent(this.state, message.event);
    }
    this.#seq = message.seq;
    const answer = this.#state.conversation.turns.at(-1)?.answer;
    if (answer) this.#answers.push(answer);
  }

  #view(): vscode.WebviewView {
    const never = new vscode.EventEmitter<void>().event;
    return {
      viewType: 'fathom.chat',
      visible: true,
      onDidDispose: never,
      onDidChangeVisibility: never,
      show: () => undefined,
      webview: {
        options: {},
        html: '',
        cspSource: '',
        asWebviewUri: (uri) => uri,
        onDidReceiveMessage: this.#messages.event,
        postMessage: (message: ToWebview) => {
          // As on the real way, what is told is a copy.
          this.#take(structuredClone(message));
          return Promise.resolve(true);
        },
      },
    };
  }
}
