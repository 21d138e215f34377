// Where questions are written: chips, the text, the mode, and the button that sends or stops.
import * as l10n from '@vscode/l10n';
import type { Chip, FromWebview, PanelState, WishedMode } from '../chat/protocol.ts';
import { chipList, chipView } from './chipView.ts';
import { element, icon, iconButton, setIcon } from './elements.ts';

const modes: readonly WishedMode[] = ['auto', 'chat', 'reasoner'];

/** A draft is reported once typing pauses for this long, in milliseconds. */
const pause = 150;

export interface ComposerSurroundings {
  send: (message: FromWebview) => void;
  /** The draft changed: to be remembered at once. */
  drafted: (text: string) => void;
  lastQuestion: () => string | undefined;
}

export class Composer {
  readonly element: HTMLElement;
  private readonly around: ComposerSurroundings;
  private readonly chips = chipList();
  private readonly text: HTMLTextAreaElement;
  private readonly mode: HTMLSelectElement;
  private readonly preview: HTMLButtonElement;
  private readonly go: HTMLButtonElement;
  private state: PanelState | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private reported = '';

  constructor(around: ComposerSurroundings) {
    this.around = around;
    this.text = element('textarea', {
      label: l10n.t('Question'),
      attributes: { rows: '1', placeholder: l10n.t('Ask about your code'), spellcheck: 'false' },
    });
    this.text.addEventListener('input', () => this.changed());
    this.text.addEventListener('keydown', (event) => this.key(event));
    this.text.addEventListener('blur', () => this.report());
    this.mode = element(
      'select',
      { label: l10n.t('Mode'), title: l10n.t('Mode: auto picks chat or reasoner by the question') },
      ...modes.map((mode) => element('option', { text: mode, attributes: { value: mode } })),
    );
    this.mode.addEventListener('change', () =>
      around.send({ type: 'setMode', mode: modes.find((mode) => mode === this.mode.value) ?? 'auto' }),
    );
    this.preview = iconButton('open-preview', l10n.t('Preview prompt'), () => this.showPreview());
    this.go = iconButton('send', l10n.t('Send (Enter)'), () => (this.state?.busy === true ? this.stop() : this.ask()));
    this.go.classList.add('go');
    this.element = element(
      'div',
      { class: 'composer', label: l10n.t('Write a question'), attributes: { role: 'form' } },
      this.chips,
      this.text,
      element(
        'div',
        { class: 'composer-foot' },
        element('span', { class: 'picker' }, this.mode, icon('chevron-down')),
        element('span', { class: 'composer-buttons' }, this.preview, this.go),
      ),
    );
    // The whole box is the field: a click beside the text means the text.
    this.element.addEventListener('mousedown', (event) => {
      if (event.target !== this.element) return;
      event.preventDefault();
      this.focus();
    });
  }

  get draft(): string {
    return this.text.value;
  }

  update(state: PanelState): void {
    const old = this.state;
    this.state = state;
    if (state.chips !== old?.chips) this.showChips(state.chips);
    if (this.mode.value !== state.mode) this.mode.value = state.mode;
    if (state.busy !== old?.busy) {
      if (state.busy) setIcon(this.go, 'debug-stop', l10n.t('Stop (Esc)'));
      else setIcon(this.go, 'send', l10n.t('Send (Enter)'));
    }
    this.showGo();
  }

  /** Replaces the text, as if it were already reported. */
  setDraft(text: string): void {
    this.text.value = text;
    this.reported = text;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.around.drafted(text);
    this.showGo();
  }

  focus(): void {
    this.text.focus();
    this.text.setSelectionRange(this.text.value.length, this.text.value.length);
  }

  stop(): void {
    if (this.state?.busy === true) this.around.send({ type: 'stop' });
  }

  /** Tells the extension what has been typed, if it does not know yet. */
  report(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.text.value === this.reported) return;
    this.reported = this.text.value;
    this.around.send({ type: 'draft', text: this.reported });
  }

  private changed(): void {
    this.around.drafted(this.text.value);
    this.timer ??= setTimeout(() => this.report(), pause);
    this.showGo();
  }

  private key(event: KeyboardEvent): void {
    // While an input method composes, Enter chooses a word. Chromium calls the key that ends it `Process`.
    if (event.isComposing || event.key === 'Process') return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.ask();
    } else if (event.key === 'ArrowUp' && this.text.value === '') {
      const last = this.around.lastQuestion();
      if (last === undefined) return;
      event.preventDefault();
      this.text.value = last;
      this.changed();
      this.focus();
    }
  }

  private ask(): void {
    const text = this.text.value.trim();
    if (text === '' || this.state?.busy === true) return;
    this.setDraft('');
    this.around.send({ type: 'ask', text });
    this.text.focus();
  }

  /** Nothing is to be seen before something is written; the button stays focusable, so that it can be found. */
  private showPreview(): void {
    const text = this.text.value.trim();
    if (text !== '') this.around.send({ type: 'preview', text });
  }

  private showGo(): void {
    const busy = this.state?.busy === true;
    const empty = this.text.value.trim() === '';
    this.preview.setAttribute('aria-disabled', String(empty));
    this.go.setAttribute('aria-disabled', String(!busy && empty));
    this.go.classList.toggle('stops', busy);
  }

  private showChips(chips: readonly Chip[]): void {
    const removed = this.chips.contains(document.activeElement);
    this.chips.hidden = chips.length === 0;
    this.chips.replaceChildren(
      ...chips.map((chip) => chipView(chip, () => this.around.send({ type: 'removeChip', chipId: chip.id }))),
    );
    // Whoever removes chips by keyboard goes on with the next one, and then with the text.
    if (removed) (this.chips.querySelector('button') ?? this.text).focus();
  }
}
