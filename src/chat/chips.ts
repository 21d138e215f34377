// What goes along with the next question: what the editor shows, what an action put there, less what the person took away.
// Whether a document may be attached by itself is decided here too; reading it is vscodeAttachments.ts's job.
import type { PromptAttachment } from '../context/chatPrompt.ts';
import { isSecretFile } from '../privacy/secretFiles.ts';
import type { Chip } from './protocol.ts';

/** What the active editor offers. */
export interface EditorContext {
  /** As in `Attachment.source`: another one means another file. */
  source: string;
  attachments: readonly PromptAttachment[];
}

const largest = 1_000_000;

export type NotAttached = 'secret' | 'binary' | 'huge';

/**
 * Why a whole file must not be attached by itself; undefined if it may. A person can still select text in it and ask about that.
 * @param path file name or path
 */
export function whyNotAttached(path: string, text: string): NotAttached | undefined {
  if (isSecretFile(path)) return 'secret';
  if (text.length > largest) return 'huge';
  if (text.slice(0, 8000).includes('\0')) return 'binary';
  return undefined;
}

/** "main.ts", "main.ts:10-24". */
export function chipOf(attachment: PromptAttachment): Chip {
  const { kind, source, path, startLine, endLine } = attachment;
  const name = path.split(/[\\/]/).at(-1) ?? path;
  const lines = startLine === endLine ? String(startLine) : `${startLine}-${endLine}`;
  return kind === 'file'
    ? { id: `file:${source}`, kind, label: name, title: path }
    : { id: `selection:${lines}:${source}`, kind, label: `${name}:${lines}`, title: `${path}:${lines}` };
}

export class ChipShelf {
  private editor: EditorContext | undefined;
  private pinned: PromptAttachment[] = [];
  private removed = new Set<string>();

  /** The file that the editor shows. */
  get source(): string | undefined {
    return this.editor?.source;
  }

  /** What the active editor offers now. What was taken away stays away until another file is looked at. */
  follow(editor: EditorContext | undefined): void {
    if (editor && editor.source !== this.editor?.source) this.removed.clear();
    this.editor = editor;
  }

  /** Puts pieces there that stay until the next question. */
  pin(attachments: readonly PromptAttachment[]): void {
    for (const attachment of attachments) {
      const { id } = chipOf(attachment);
      this.removed.delete(id);
      this.pinned = [...this.pinned.filter((other) => chipOf(other).id !== id), { ...attachment, chosen: true }];
    }
  }

  remove(chipId: string): void {
    this.pinned = this.pinned.filter((attachment) => chipOf(attachment).id !== chipId);
    this.removed.add(chipId);
  }

  /** After a question: what was pinned has gone along. */
  unpin(): void {
    this.pinned = [];
  }

  get attachments(): PromptAttachment[] {
    const seen = new Set<string>();
    return [...this.pinned, ...(this.editor?.attachments ?? [])].filter((attachment) => {
      const { id } = chipOf(attachment);
      if (seen.has(id) || this.removed.has(id)) return false;
      seen.add(id);
      return true;
    });
  }

  get chips(): Chip[] {
    return this.attachments.map(chipOf);
  }
}
