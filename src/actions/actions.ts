// The actions on code as a table: what each is called, how it thinks, what it asks and what may come back. Runs none of them.
import * as l10n from '@vscode/l10n';
import type { WishedMode } from '../chat/protocol.ts';

export type ActionId = 'ask' | 'explain' | 'fix' | 'refactor' | 'generateTests' | 'document';

interface ActionBase {
  id: ActionId;
  command: `fathom.${ActionId}`;
  /** Shown to people: "Fix". */
  title: () => string;
  mode: WishedMode;
}

/** Ends in the panel, as a question about the code. */
export interface PanelAction extends ActionBase {
  kind: 'panel';
  /** The question, in the person's language; undefined where the person writes it. `problem` is a diagnostic's message. */
  question?: (problem?: string) => string;
}

/** Ends as a proposal in the diff review. */
export interface EditAction extends ActionBase {
  kind: 'edit';
  makes: 'replacement' | 'newFile';
  /** The last part of the prompt: what to do. Not shown to people. */
  task: (facts: TaskFacts) => string;
  /** Asks the person what to do, first. */
  asksInstruction: boolean;
  /** Without a selection: the lines of the problem at the cursor and the function around it. */
  followsProblems: boolean;
  /** Share of the old code's lines, 0 to 1, that the answer must have at least: fewer look like lost code. */
  keepsAtLeast: number;
}

export type Action = PanelAction | EditAction;

export interface TaskFacts {
  /** Lines such as "line 12, error ts(2304): Cannot find name 'foo'". */
  problems: readonly string[];
  instruction?: string;
  /** `newFile`: the name that the file will have. */
  newFileName?: string;
  languageId: string;
}

export const actions: readonly Action[] = [
  {
    id: 'ask',
    command: 'fathom.ask',
    kind: 'panel',
    title: () => l10n.t('Ask'),
    mode: 'auto',
  },
  {
    id: 'explain',
    command: 'fathom.explain',
    kind: 'panel',
    title: () => l10n.t('Explain'),
    mode: 'auto',
    question: (problem) =>
      problem === undefined
        ? l10n.t('Explain this code.')
        : l10n.t('Explain this problem, and how to solve it: {0}', problem),
  },
  {
    id: 'fix',
    command: 'fathom.fix',
    kind: 'edit',
    title: () => l10n.t('Fix'),
    mode: 'reasoner',
    makes: 'replacement',
    asksInstruction: false,
    followsProblems: true,
    keepsAtLeast: 0.5,
    task: ({ problems }) =>
      problems.length > 0
        ? `Fix these problems, which the editor reports in the code to replace. Change nothing else.\n${problems.map((problem) => `- ${problem}`).join('\n')}`
        : 'Find what is wrong in the code to replace (bugs, unhandled cases, mistakes) and fix it. Change nothing else. If nothing is wrong, repeat the code as it is.',
  },
  {
    id: 'refactor',
    command: 'fathom.refactor',
    kind: 'edit',
    title: () => l10n.t('Refactor'),
    mode: 'auto',
    makes: 'replacement',
    asksInstruction: true,
    followsProblems: false,
    // To make code shorter is a usual wish.
    keepsAtLeast: 0.2,
    task: ({ instruction }) =>
      `Change the code to replace as follows. Keep everything else as it is.\n${instruction ?? 'Make it clearer and simpler without changing what it does.'}`,
  },
  {
    id: 'generateTests',
    command: 'fathom.generateTests',
    kind: 'edit',
    title: () => l10n.t('Generate Tests'),
    mode: 'chat',
    makes: 'newFile',
    asksInstruction: false,
    followsProblems: false,
    keepsAtLeast: 0,
    task: ({ newFileName, languageId }) =>
      `Write tests for the code shown, as a complete new file${newFileName === undefined ? '' : ` named ${newFileName}, in the same folder`}. Use the test framework that is usual for ${languageId}, or the one that the file hints at. Import what is tested. Cover the usual cases, the edges and the failures.`,
  },
  {
    id: 'document',
    command: 'fathom.document',
    kind: 'edit',
    title: () => l10n.t('Document'),
    mode: 'chat',
    makes: 'replacement',
    asksInstruction: false,
    followsProblems: false,
    keepsAtLeast: 0.9,
    task: ({ languageId }) =>
      `Add documentation comments to the code to replace, in the form that is usual for ${languageId}: what it is for, parameters, result, errors. Change no code. Where a comment is there already, improve it only if it is wrong or missing something.`,
  },
];

/** The action with this id. */
export function actionOf(id: ActionId): Action {
  const action = actions.find((candidate) => candidate.id === id);
  if (!action) throw new Error(`unknown action ${id}`);
  return action;
}
