// The messages that ask a model for an edit. The fixed part comes first and what changes comes last, so that servers can
// reuse what they have read. Words for models, not for people.
import type { Attachment } from '../context/attachment.ts';
import { wholeLines, type TextRange } from '../edits/textRange.ts';
import type { ChatMessage } from '../models/types.ts';
import type { EditAction, TaskFacts } from './actions.ts';
import { fenced, fenceFor } from '../context/fence.ts';

export interface EditInput {
  /** The code that the action is about; `\n` as line end. */
  attachment: Attachment;
  /** What stands around it in the same file; `\n` as line end. */
  around: Surroundings;
  problems: readonly string[];
  instruction?: string;
  newFileName?: string;
}

export interface Surroundings {
  before: string;
  after: string;
}

const system = `You edit code inside a code editor. You get a piece of a file and a task.
Answer with exactly one fenced code block and nothing else: no explanation before or after it.
The block must hold the complete code that takes the place of the code to replace, from its first line to its last, ready to be saved.
Never leave code out and never write remarks such as "rest unchanged". Repeat what you do not change exactly as it is.
Keep the indentation, the style and the language of the comments. Do not repeat the code that stands around it.`;

/** System and user message of an edit. */
export function editMessages(action: EditAction, input: EditInput): ChatMessage[] {
  const { attachment, around } = input;
  const { languageId, path } = attachment;
  // One fence for all parts, so that the answer can be asked for in a fence that its own content can't close.
  const fence = fenceFor(attachment.text, around.before, around.after);
  const block = (text: string) => fenced(text, languageId, fence);
  const facts: TaskFacts = {
    problems: input.problems,
    languageId,
    ...(input.instruction === undefined ? {} : { instruction: input.instruction }),
    ...(input.newFileName === undefined ? {} : { newFileName: input.newFileName }),
  };
  const whole = attachment.kind === 'file';
  const lines = whole ? 'the whole file' : `lines ${attachment.startLine} to ${attachment.endLine}`;
  const parts = [
    `File: ${path} (${languageId})`,
    around.before === '' ? '' : `What stands before it, not to be repeated:\n${block(around.before)}`,
    around.after === '' ? '' : `What stands after it, not to be repeated:\n${block(around.after)}`,
    action.makes === 'newFile'
      ? `The code (${lines}):\n${block(attachment.text)}`
      : `The code to replace (${lines}):\n${block(attachment.text)}`,
    `Task: ${action.task(facts)}`,
    action.makes === 'newFile'
      ? `Answer with one block fenced by ${fence} that holds the complete new file.`
      : `Answer with one block fenced by ${fence} that holds the complete replacement of the code to replace.`,
  ];
  return [
    { role: 'system', content: system },
    { role: 'user', content: parts.filter((part) => part !== '').join('\n\n') },
  ];
}

/** Whole lines before and after `range`, nearest first to be kept, within a budget of characters for each side. */
export function surroundings(text: string, range: TextRange, budget = { before: 3000, after: 1500 }): Surroundings {
  const own = wholeLines(text, range);
  let from = Math.max(0, own.start - budget.before);
  if (from > 0) {
    const next = text.indexOf('\n', from - 1) + 1;
    from = next === 0 ? own.start : Math.min(next, own.start);
  }
  let to = Math.min(text.length, own.end + budget.after);
  if (to < text.length) to = Math.max(own.end, text.lastIndexOf('\n', to));
  return {
    before: plain(text.slice(from, own.start)).replace(/\n$/, ''),
    after: plain(text.slice(own.end, to))
      .replace(/^\n/, '')
      .replace(/[\r\n]$/, ''),
  };
}

/** `\n` as the only line end. */
export function plain(text: string): string {
  return text.replace(/\r\n/g, '\n');
}
