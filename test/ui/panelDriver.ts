// Fathom's panel as a person uses and reads it. The page is two frames deep in VS Code's; `CodeWindow.panel()` finds it.
import type { Frame, Locator } from 'playwright-core';

export type Mode = 'auto' | 'chat' | 'reasoner';

/** What can be read of an answer. */
export interface SeenAnswer {
  /** "⌂ reasoner · to find a fault", without the sign; empty while nothing is known. */
  mode: string;
  place: 'cloud' | 'local' | 'none' | undefined;
  /** The badge's long text: the whole chain of reasons. */
  why: string;
  /** "Thought for 3 s". */
  thought: string;
  reasoning: string;
  text: string;
  /** The sentence of its card, if there is one. */
  card: string;
}

export class PanelDriver {
  readonly frame: Frame;

  readonly #patience: number;

  /** @param patience how long an answer may take, in milliseconds */
  constructor(frame: Frame, patience: number) {
    this.frame = frame;
    this.#patience = patience;
  }

  /** The composer's text box. */
  get composer(): Locator {
    return this.frame.locator('.composer textarea');
  }

  /** The newest turn. */
  get turn(): Locator {
    return this.frame.locator('.turn').last();
  }

  async chooseMode(mode: Mode): Promise<void> {
    await this.frame.locator('.composer select').selectOption(mode);
  }

  /** Types a question and sends it; returns once it stands in the conversation. */
  async ask(question: string, { mode }: { mode?: Mode } = {}): Promise<void> {
    if (mode !== undefined) await this.chooseMode(mode);
    const before = await this.frame.locator('.turn').count();
    await this.composer.click();
    await this.composer.fill(question);
    await this.composer.press('Enter');
    await this.frame.locator('.turn').nth(before).waitFor({ timeout: this.#patience });
  }

  /** The newest answer, when it is complete, stopped or failed. Opens the reasoning to read it. */
  async answer(): Promise<SeenAnswer> {
    await this.finished();
    return this.#read(this.turn);
  }

  /** Waits until the newest answer is complete, stopped or failed. */
  async finished(): Promise<void> {
    await this.frame.locator('.turn:not(.runs)').last().waitFor({ timeout: this.#patience });
    await this.frame.locator('.turn.runs').waitFor({ state: 'detached', timeout: this.#patience });
  }

  /** Waits until the newest answer has reasoning, and gives what is there: a quick answer may have folded it already. */
  async reasoning(): Promise<string> {
    const box = this.turn.locator('.reasoning-text');
    await box.filter({ hasText: /\S/ }).waitFor({ state: 'attached', timeout: this.#patience });
    return ((await box.textContent()) ?? '').trim();
  }

  /**
   * Notes every picture of the newest answer from now on, so that a test need not be quick: how many characters of reasoning and of text
   * there are, and whether the reasoning is open. Returns what gives the notes.
   */
  async watch(): Promise<() => Promise<{ open: boolean; reasoning: number; text: number }[]>> {
    await this.frame.evaluate(`(() => {
      const notes = (window.fathomNotes = []);
      new MutationObserver(() => {
        const turn = [...document.querySelectorAll('.turn')].at(-1);
        const length = (selector) => turn?.querySelector(selector)?.textContent.length ?? 0;
        const open = turn?.querySelector('.reasoning-box')?.hidden === false;
        notes.push({ open, reasoning: length('.reasoning-text'), text: length('.markdown') });
      }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    })()`);
    return () => this.frame.evaluate<{ open: boolean; reasoning: number; text: number }[]>('window.fathomNotes');
  }

  /** Who would answer next: "deepseek-r1:8b · private repository". */
  async badge(): Promise<{ text: string; why: string; place: string }> {
    const badge = this.frame.locator('header .badge');
    return {
      text: ((await badge.textContent()) ?? '').trim(),
      why: (await badge.getAttribute('title')) ?? '',
      place: (await badge.getAttribute('data-place')) ?? '',
    };
  }

  /** The sentence of the card that is shown (in the newest answer, or where nothing can answer yet); waits for one. */
  async card(): Promise<string> {
    const card = this.frame.locator('.card-sentence p').last();
    await card.waitFor();
    return ((await card.textContent()) ?? '').trim();
  }

  async pressCard(button: string): Promise<void> {
    await this.frame.locator('.card-buttons button', { hasText: button }).last().click();
  }

  async #read(turn: Locator): Promise<SeenAnswer> {
    const summary = turn.locator('button.summary');
    if ((await summary.isVisible()) && (await summary.getAttribute('aria-expanded')) === 'false') await summary.click();
    const text = async (selector: string): Promise<string> => {
      const found = turn.locator(selector).first();
      return (await found.count()) === 0 ? '' : ((await found.textContent()) ?? '').trim();
    };
    const mode = turn.locator('.mode').first();
    const place = await mode.getAttribute('data-place');
    return {
      mode: await text('.mode'),
      place: place === 'cloud' || place === 'local' || place === 'none' ? place : undefined,
      why: (await mode.getAttribute('title')) ?? '',
      thought: await text('.summary-text'),
      reasoning: await text('.reasoning-text'),
      text: await text('.markdown'),
      card: await text('.card-sentence p'),
    };
  }
}
