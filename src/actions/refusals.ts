// Why an answer was not made into a change, as a sentence for people. Deciding is for extractCode.ts and runEdit.ts.
import * as l10n from '@vscode/l10n';
import type { Refusal } from './extractCode.ts';

const sentences: Record<Refusal, () => string> = {
  empty: () => l10n.t('The model answered without any code, so nothing was changed.'),
  onlyThought: () =>
    l10n.t('The model stopped while it was still thinking and never answered, so nothing was changed.'),
  noCode: () => l10n.t('The model answered in words only, without code to put here, so nothing was changed.'),
  severalBlocks: () =>
    l10n.t('The model gave several pieces of code and did not say which one belongs here, so nothing was changed.'),
  incomplete: () => l10n.t('The answer ends in the middle of the code, so nothing was changed.'),
  cutOff: () =>
    l10n.t('The answer became too long and was cut off, so nothing was changed. Select fewer lines and try again.'),
  filtered: () => l10n.t('The server’s content filter stopped the answer, so nothing was changed.'),
  elided: () =>
    l10n.t(
      'The model left out code with a remark such as “rest unchanged”, which would have been deleted. Nothing was changed.',
    ),
  shrunk: () =>
    l10n.t(
      'The answer is much shorter than the code it replaces and would have deleted some of it. Nothing was changed.',
    ),
  unchanged: () => l10n.t('The model would leave this code as it is.'),
  thinkingInside: () =>
    l10n.t('What the model thought and what it wrote could not be told apart, so nothing was changed.'),
};

/** One or two sentences; what to do about it is on the buttons beside it. */
export function explainRefusal(refusal: Refusal): string {
  return sentences[refusal]();
}
