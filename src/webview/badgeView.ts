// Who answers: a cloud or a house, and the model. What it says is decided by the extension.
import * as l10n from '@vscode/l10n';
import type { Badge } from '../chat/protocol.ts';

export const badgeIcons: Record<Badge['place'], string> = { cloud: 'cloud', local: 'home', none: 'circle-slash' };

/** "In the cloud: deepseek-chat". */
export function badgeLabel(badge: Badge): string {
  switch (badge.place) {
    case 'cloud':
      return l10n.t('In the cloud: {0}', badge.text);
    case 'local':
      return l10n.t('Local: {0}', badge.text);
    case 'none':
      return badge.text;
  }
}
