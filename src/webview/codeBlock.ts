// A code block: a line with its language or file, the code, and buttons. While it streams it only grows; when it is complete
// it gets its colours and buttons, once.
import * as l10n from '@vscode/l10n';
import type { FromWebview } from '../chat/protocol.ts';
import { copyButton, element, iconButton } from './elements.ts';
import { fenceInfo } from './fenceInfo.ts';
import { highlight, languageName } from './highlight.ts';
import { sanitize } from './sanitize.ts';

export class CodeBlock {
  readonly element: HTMLElement;
  private readonly code = element('code');
  private readonly text = document.createTextNode('');
  private readonly actions = element('span', { class: 'code-actions' });
  private readonly language: string;
  private readonly send: (message: FromWebview) => void;

  /** @param info what follows the opening marks of the fence */
  constructor(info: string, send: (message: FromWebview) => void) {
    const { language, file } = fenceInfo(info);
    this.language = language;
    this.send = send;
    const name = languageName(language);
    const title = file ?? (name === '' ? l10n.t('Code') : name);
    this.code.append(this.text);
    this.element = element(
      'div',
      { class: 'code', label: l10n.t('Code: {0}', title), attributes: { role: 'group' } },
      element(
        'div',
        { class: 'code-head' },
        element('span', { class: 'code-title', text: title, title: file === undefined ? title : `${file} · ${name}` }),
        this.actions,
      ),
      element('pre', {}, this.code),
    );
  }

  /** Shows the code so far. */
  grow(code: string): void {
    const shown = this.text.data;
    if (code.startsWith(shown)) this.text.appendData(code.slice(shown.length));
    else this.text.data = code;
  }

  /** The code is complete. */
  finish(code: string): void {
    const colored = highlight(code, this.language);
    this.code.replaceChildren(colored === undefined ? code : sanitize(colored));
    this.actions.replaceChildren(
      copyButton(l10n.t('Copy code'), l10n.t('Copied'), () => this.send({ type: 'copy', text: code })),
      iconButton('insert', l10n.t('Insert at the cursor'), () =>
        this.send({ type: 'insert', text: code, language: this.language }),
      ),
    );
  }
}
