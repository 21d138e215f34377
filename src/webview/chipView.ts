// A chip: a file or a selection that goes along with a question. In the composer it can be removed, in a question it can't.
import * as l10n from '@vscode/l10n';
import type { Chip } from '../chat/protocol.ts';
import { element, icon, iconButton } from './elements.ts';

export function chipView(chip: Chip, remove?: () => void): HTMLElement {
  const made = element(
    'li',
    { class: 'chip', title: chip.title },
    icon(chip.kind === 'file' ? 'file' : 'list-selection'),
    element('span', { class: 'chip-label', text: chip.label }),
  );
  if (remove !== undefined) made.append(iconButton('close', l10n.t('Remove {0}', chip.label), remove));
  return made;
}

/** A list of chips, with a name for those who can't see that it is one. */
export function chipList(...chips: HTMLElement[]): HTMLElement {
  return element('ul', { class: 'chips', label: l10n.t('Goes along with the question') }, ...chips);
}
