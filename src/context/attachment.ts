// A piece of the person's code that goes along with a question or an action: a file, or a selection of one.

export interface Attachment {
  kind: 'file' | 'selection';
  /** Absolute path for files on disk, else the document's URI: what the gateway routes by. */
  source: string;
  /** Path as people read it, relative to the workspace folder: "src/main.ts". */
  path: string;
  languageId: string;
  /** The selected lines, or the whole file. `\n` as line end. */
  text: string;
  /** First is 1. */
  startLine: number;
  endLine: number;
  /** The person picked it; absent: it goes along because the editor shows it. */
  chosen?: boolean;
}
