// Text that grows and is shown as it is: reasoning. A paragraph is an element of its own, so that each chunk costs the
// layout of the last paragraph only.
import { element } from './elements.ts';

export class PlainText {
  readonly element: HTMLElement;
  private text = '';
  private last: Text | undefined;

  constructor(className: string) {
    this.element = element('div', { class: className });
  }

  /** Shows the text; only what is new is added to the page. */
  set(text: string): void {
    if (text === this.text) return;
    if (!text.startsWith(this.text)) {
      this.element.replaceChildren();
      this.last = undefined;
      this.text = '';
    }
    const added = text.slice(this.text.length);
    this.text = text;
    const [first = '', ...paragraphs] = added.split('\n\n');
    this.append(first);
    for (const paragraph of paragraphs) {
      this.last = undefined;
      this.append(paragraph.replace(/^\n+/, ''));
    }
  }

  private append(text: string): void {
    if (text === '') return;
    if (this.last === undefined) {
      this.last = document.createTextNode('');
      this.element.append(element('p', {}, this.last));
    }
    this.last.appendData(text);
  }
}
