// What a proposal is called wherever it is named: the diff's tab, the status bar, messages.
import * as l10n from '@vscode/l10n';
import { lineSpan, type Proposal } from './proposal.ts';

/** "Fix: main.ts (lines 10–24)", "Generate Tests: main.test.ts (new file)". */
export function titleOf(proposal: Proposal): string {
  const name = decodeURIComponent(proposal.uri.slice(proposal.uri.lastIndexOf('/') + 1)).replace(/^untitled:/, '');
  if (proposal.kind === 'create') return l10n.t('{0}: {1} (new file)', proposal.title, name);
  const { first, last } = lineSpan(proposal);
  return first === last
    ? l10n.t('{0}: {1} (line {2})', proposal.title, name, first)
    : l10n.t('{0}: {1} (lines {2}–{3})', proposal.title, name, first, last);
}
