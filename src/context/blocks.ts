// Pieces of code as a prompt carries them: a name, and the text in a fence; and what of them earlier messages say already. What fits a
// prompt is decided in chatPrompt.ts.
import type { Attachment } from './attachment.ts';
import { fenced } from './fence.ts';
import { wellFormed } from './wellFormed.ts';

/** An attachment, and the line to keep when it must be cut (as `startLine` counts; absent: its first). */
export interface PromptAttachment extends Attachment {
  focusLine?: number;
}

/** An earlier exchange: the user message exactly as it was sent, and the answer without its reasoning. */
export interface SentTurn {
  sent: string;
  answer: string;
}

/** What follows a name where the text is another than in an earlier message, and where it is cut. */
const afterChange = ', changed since it was sent above';
const partOnly = ' (only lines ';

/** Bytes that every server takes: `\n` as line end, no half characters. */
export function clean(text: string): string {
  return wellFormed(text.replace(/\r\n?/g, '\n'));
}

/** "Lines 3-9 of `src/main.ts`" */
export function nameOf({ kind, path, startLine, endLine }: Attachment): string {
  const name = `\`${clean(path).replace(/[`\n]/g, ' ')}\``;
  if (kind === 'file') return `File ${name}`;
  return startLine === endLine ? `Line ${startLine} of ${name}` : `Lines ${startLine}-${endLine} of ${name}`;
}

/** @param changed says that it isn't what an earlier message has */
export function blockOf(attachment: PromptAttachment, changed = false): string {
  const { text, languageId } = attachment;
  return `${nameOf(attachment)}${changed ? afterChange : ''}:\n${fenced(text, languageId)}`;
}

/** The block of an attachment that is cut. @param lines "3-40 of 900 fit here" @param text what is left of it */
export function partOf(attachment: PromptAttachment, lines: string, text: string): string {
  return `${nameOf(attachment)}${partOnly}${lines}):\n${fenced(text, attachment.languageId)}`;
}

/**
 * The block to send, or undefined when the last that `turns` say of this attachment is the same word for word. An older text that is
 * the same doesn't count: a change that was taken back is a change.
 */
export function newBlock(
  attachment: PromptAttachment,
  turns: readonly SentTurn[],
  all: readonly PromptAttachment[],
): string | undefined {
  const name = nameOf(attachment);
  const block = blockOf(attachment);
  const namesakes = all.filter((other) => nameOf(other) === name).length > 1;
  // Which of two files with one name was sent can't be told from the name.
  if (namesakes) return turns.some(({ sent }) => sent.includes(block)) ? undefined : block;

  const last = turns.findLast(({ sent }) => lastPlace(sent, name) >= 0)?.sent;
  if (last === undefined) return block;
  const said = last.slice(lastPlace(last, name));
  const changed = blockOf(attachment, true);
  if (said.startsWith(block) || said.startsWith(changed)) return undefined;
  return said.startsWith(name + partOnly) ? block : changed;
}

/** Where in a message the last block of that name begins; -1 if there is none. */
function lastPlace(sent: string, name: string): number {
  // A block stands at the start or after an empty line. What comes first is as long as what is put before the message.
  const places = [':\n', `${afterChange}:\n`, partOnly].map((end) => `\n\n${sent}`.lastIndexOf(`\n\n${name}${end}`));
  return Math.max(...places);
}
