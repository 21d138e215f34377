// Situations the panel must look right in, each a whole state.
import type { Answer, PanelState, Turn } from '../../../src/chat/protocol.ts';

const cloud = {
  place: 'cloud',
  text: 'deepseek-chat',
  title: 'acme/parser is public, so questions go to DeepSeek (deepseek-flash)',
} as const;
const local = {
  place: 'local',
  text: 'deepseek-r1:8b · private repository',
  title: 'acme/billing is private, so nothing leaves this machine',
} as const;

export const emptyState: PanelState = {
  conversation: { id: 'c1', title: '', turns: [] },
  mode: 'auto',
  chips: [{ id: 'f', kind: 'file', label: 'tokenizer.ts', title: '/home/ada/parser/src/tokenizer.ts' }],
  draft: '',
  badge: cloud,
  busy: false,
  suggestions: ['What does tokenizer.ts do?', 'Where could tokenizer.ts go wrong?', 'Plan how to test tokenizer.ts'],
  promise: 'Your question and what is attached to it go to DeepSeek.',
};

export function turn(
  id: string,
  question: string,
  answer: Partial<Answer>,
  chips: Turn['question']['chips'] = [],
): Turn {
  return { id, question: { text: question, chips }, answer: { status: 'done', badge: cloud, text: '', ...answer } };
}

export function conversation(title: string, turns: Turn[], more: Partial<PanelState> = {}): PanelState {
  return { ...emptyState, chips: [], conversation: { id: 'c1', title, turns }, ...more };
}

export const thought = `The tokenizer advances \`pos\` only when a rule matches. If none does, the loop never ends.

So what about an unknown character, say "§"? \`matchRule\` returns undefined, and \`pos\` stays where it is.

Wait, there is a fallback: the last rule is \`/./s\`. But it lacks the sticky flag, so \`lastIndex\` is ignored and it matches at position 0 again.

That explains both symptoms: the endless loop, and the first character being repeated.`;

export const answerText = `The last rule lacks the **sticky flag**, so it matches at position 0 again and \`pos\` never moves.

\`\`\`ts src/tokenizer.ts
const rules: Rule[] = [
  { kind: 'number', pattern: /\\d+/y },
  { kind: 'word', pattern: /[a-z]\\w*/iy },
  // Anything else is an error token; without \`y\` it would match at the beginning of the whole input again.
  { kind: 'unknown', pattern: /./sy },
];

export function* tokenize(input: string): Generator<Token> {
  let pos = 0;
  while (pos < input.length) pos += 1;
}
\`\`\`

Two things to check afterwards:

1. \`matchRule\` sets \`lastIndex\` before each rule.
2. The test in [tokenizer.test.ts](test/tokenizer.test.ts#L42) covers a character that no rule knows.

See [sticky](https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/RegExp/sticky) on MDN.`;

const selection = {
  id: 's',
  kind: 'selection',
  label: 'tokenizer.ts:18-64',
  title: '/home/ada/parser/src/tokenizer.ts',
} as const;
const reasoner = { mode: 'reasoner', why: 'to find a fault' } as const;

const bill = {
  parts: ['This chat: up to $0.0031', 'today: $0.021', 'this month: $0.40', '71 % cached'],
  title: 'This chat: up to $0.0031 (2.1k in, 88 % cached · 640 out)\nToday: $0.021\nThis month: $0.40',
};

const everything = `# Which parser?

A short comparison, with *emphasis*, ~~doubt~~ and a rule.

| Parser | Size | Speed |
|:--|--:|:-:|
| hand-written recursive descent | 4 kB | fast |
| generated | 38 kB | fastest |

## Steps

- Write the grammar
  - tokens first
  - then expressions

    \`\`\`python
    def parse(tokens):
        return expression(tokens, 0)
    \`\`\`
- Test it

> Simple is better than complex.

---

### Done

![diagram](https://example.com/diagram.png) and <b>no HTML</b>. A_very_long_identifier_that_no_side_bar_can_hold_in_one_line_${'x'.repeat(40)}.

\`\`\`diff
- const a = 1;
+ const a = 2;
\`\`\`

\`\`\`
no language here
\`\`\``;

export const scenes = {
  empty: emptyState,
  setup: {
    ...emptyState,
    chips: [],
    badge: { place: 'none', text: 'Nothing answers yet', title: 'No API key and no local model' },
    setup: {
      tone: 'note',
      sentence: 'Fathom needs somewhere to think: DeepSeek, with a key of yours, or a model on this machine.',
      buttons: [
        { id: 'signIn', title: 'Enter DeepSeek API Key' },
        { id: 'startOllama', title: 'Start Ollama' },
        { id: 'installOllama', title: 'How to Install Ollama' },
      ],
      details: 'Ollama: connect ECONNREFUSED 127.0.0.1:11434',
    },
    suggestions: [],
    promise: 'Nothing leaves this machine until you decide.',
  },
  waiting: conversation(
    'Why does the tokenizer hang?',
    [
      turn(
        't1',
        'Why does this loop never end?',
        { status: 'waiting', badge: local, mode: reasoner, activity: 'Loading deepseek-r1:8b' },
        [selection],
      ),
    ],
    { busy: true, badge: local, bill: { parts: ['This chat: local, free'], title: 'This chat: local, free' } },
  ),
  thinking: conversation(
    'Why does the tokenizer hang?',
    [
      turn(
        't1',
        'Why does this loop never end?',
        { status: 'thinking', badge: local, mode: reasoner, reasoning: { text: `${thought}\n\n${thought}` } },
        [selection],
      ),
    ],
    { busy: true, badge: local },
  ),
  answered: conversation(
    'Why does the tokenizer hang?',
    [
      turn(
        't1',
        'Why does this loop never end?',
        {
          mode: reasoner,
          reasoning: { text: thought, ms: 12_300, tokens: 1_912 },
          text: answerText,
          usage: '2.1k in, 88 % cached · 640 out',
        },
        [selection],
      ),
    ],
    { bill },
  ),
  error: conversation(
    'Parse dates',
    [
      turn('t1', 'Write a function that parses a date.', {
        status: 'failed',
        card: {
          tone: 'error',
          sentence: "Ollama isn't running, and this code is private, so it can't go anywhere else.",
          buttons: [
            { id: 'startOllama', title: 'Start Ollama' },
            { id: 'installOllama', title: 'How to Install' },
            { id: 'retry', title: 'Try Again' },
          ],
          details: 'connect ECONNREFUSED 127.0.0.1:11434\nfirst tried at 10:42:07',
        },
        badge: local,
      }),
    ],
    { badge: local },
  ),
  question: conversation('Parse dates', [
    turn('t1', 'What does this function return for an empty list?', {
      status: 'failed',
      card: {
        tone: 'question',
        sentence: 'May code from “billing” go to DeepSeek? Nobody has said so yet, and its repository may be private.',
        buttons: [
          { id: 'allowForNow', title: 'Allow for Now', argument: '/home/ada/billing' },
          { id: 'allowAlways', title: 'Always' },
          { id: 'never', title: 'Never' },
        ],
      },
    }),
  ]),
  stopped: conversation('Parse dates', [
    turn('t1', 'Explain dates', {
      status: 'stopped',
      text: 'A date is a number of days since',
      note: 'The two oldest questions no longer fitted into the window of the model.',
      card: {
        tone: 'note',
        sentence: 'You stopped this answer.',
        buttons: [
          { id: 'continue', title: 'Continue' },
          { id: 'retry', title: 'Try Again' },
        ],
      },
      usage: '310 in · 12 out',
    }),
  ]),
  longQuestion: conversation(
    'A very long title that will never fit into a side bar of three hundred pixels',
    [
      turn(
        't1',
        `${'Here is what I tried, step by step, and what came of it. '.repeat(16)}\nWhat now?`,
        { text: 'Nothing.' },
        [
          { id: '1', kind: 'file', label: 'tokenizer.ts', title: 'a' },
          { id: '2', kind: 'selection', label: 'parser.ts:120-188', title: 'b' },
          { id: '3', kind: 'file', label: 'a_file_with_quite_a_long_name_for_a_side_bar.test.ts', title: 'c' },
        ],
      ),
    ],
    {
      badge: local,
      draft: 'A draft that has become rather long. '.repeat(30),
      chips: [
        { id: '1', kind: 'file', label: 'tokenizer.ts', title: 'a' },
        { id: '2', kind: 'selection', label: 'parser.ts:120-188', title: 'b' },
        { id: '3', kind: 'file', label: 'a_file_with_quite_a_long_name_for_a_side_bar.test.ts', title: 'c' },
      ],
    },
  ),
  everything: conversation('Which parser?', [turn('t1', 'Which parser?', { text: everything })]),
} satisfies Record<string, PanelState>;
