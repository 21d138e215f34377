// The empty panel's words: three questions that fit the open file, and what leaves this machine.
import * as l10n from '@vscode/l10n';
import type { PromptAttachment } from '../context/chatPrompt.ts';
import type { Answerer } from '../privacy/route.ts';

interface Kind {
  matches: (attachment: PromptAttachment) => boolean;
  questions: (name: string) => string[];
}

const kinds: readonly Kind[] = [
  {
    matches: ({ kind }) => kind === 'selection',
    questions: () => [
      l10n.t('What does the selected code do?'),
      l10n.t('Is there a mistake in the selected code?'),
      l10n.t('How can the selected code be made simpler?'),
    ],
  },
  {
    matches: ({ path }) =>
      /(^|[\\/])(tests?|specs?|__tests__)[\\/]|[._-](test|spec)\.\w+$|(^|[\\/])test_\w+\.py$/i.test(path),
    questions: (name) => [
      l10n.t('Which cases does {0} not test?', name),
      l10n.t('Why could a test in {0} fail now and then?', name),
      l10n.t('Make {0} easier to read', name),
    ],
  },
  {
    matches: ({ languageId }) => ['markdown', 'plaintext', 'restructuredtext', 'asciidoc'].includes(languageId),
    questions: (name) => [
      l10n.t('Summarise {0} in five sentences', name),
      l10n.t('What is unclear in {0}?', name),
      l10n.t('Correct spelling and grammar in {0}', name),
    ],
  },
  {
    matches: ({ languageId }) =>
      ['json', 'jsonc', 'yaml', 'toml', 'ini', 'properties', 'dockerfile', 'makefile', 'xml'].includes(languageId),
    questions: (name) => [
      l10n.t('What does {0} configure?', name),
      l10n.t('Is there a mistake in {0}?', name),
      l10n.t('What in {0} is unusual or out of date?', name),
    ],
  },
  {
    matches: () => true,
    questions: (name) => [
      l10n.t('What does {0} do?', name),
      l10n.t('Where could {0} go wrong?', name),
      l10n.t('Plan how to test {0}', name),
    ],
  },
];

/** Three questions. @param attachments what would go along with one of them */
export function suggestionsFor(attachments: readonly PromptAttachment[]): string[] {
  const attachment = attachments.find(({ kind }) => kind === 'selection') ?? attachments[0];
  if (!attachment) {
    return [
      l10n.t('Write a function that parses a date without a library'),
      l10n.t('Explain how async and await work, with an example'),
      l10n.t('Plan the steps to add tests to an old project'),
    ];
  }
  const name = attachment.path.split(/[\\/]/).at(-1) ?? attachment.path;
  return kinds.find(({ matches }) => matches(attachment))?.questions(name) ?? [];
}

/** What leaves this machine with the next question, in one line. */
export function promiseOf(answerer: Answerer): string {
  if (answerer.confirmedHost !== undefined) {
    return l10n.t('Nothing leaves this machine but to {0}, which you confirmed.', answerer.confirmedHost);
  }
  if (answerer.route.place === 'local') return l10n.t('Nothing leaves this machine.');
  return answerer.server === undefined
    ? l10n.t('Your question and what is attached to it go to DeepSeek.')
    : l10n.t('Your question and what is attached to it go to another server: {0}.', answerer.server);
}
