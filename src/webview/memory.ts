// What the browser side remembers when its page is thrown away: the draft, where one was reading, which reasoning is open.
// The conversation itself belongs to the extension.
import type { FromWebview } from '../chat/protocol.ts';

export interface VsCodeApi {
  postMessage(message: FromWebview): void;
  getState(): unknown;
  setState(state: unknown): void;
}

export interface Remembered {
  conversationId: string;
  draft: string;
  /** The turn at the top of the view and how far it is scrolled past, in pixels; absent at the bottom. */
  reading?: { turnId: string; offset: number };
  /** Reasoning that the person has opened or closed, by turn. */
  reasoning: Record<string, boolean>;
  /** When the running answer began to be waited for and to think, in milliseconds since 1970. */
  clock?: { turnId: string; waitingSince: number; thinkingSince?: number };
}

const nothing: Remembered = { conversationId: '', draft: '', reasoning: {} };

/** Typing and scrolling change it often: it is written once things are calm, and when the page goes. */
const calm = 200;

export class Memory {
  private value: Remembered;
  private readonly api: VsCodeApi;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: VsCodeApi) {
    this.api = api;
    const saved = api.getState();
    // Written by this file, maybe by an earlier version of it: missing fields are filled in.
    this.value = typeof saved === 'object' && saved !== null ? { ...nothing, ...saved } : { ...nothing };
  }

  get(): Readonly<Remembered> {
    return this.value;
  }

  /** Another conversation forgets everything: the extension has kept the draft of the one before. */
  enter(conversationId: string): void {
    if (this.value.conversationId !== conversationId) {
      this.value = { ...nothing, conversationId };
      this.later();
    }
  }

  change(change: (value: Remembered) => Remembered): void {
    this.value = change(this.value);
    this.later();
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.api.setState(this.value);
  }

  private later(): void {
    this.timer ??= setTimeout(() => this.flush(), calm);
  }
}
