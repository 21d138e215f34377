// The code in a conversation as the gateway wants to know it: which stretch of which file, told apart by its text.
import { createHash } from 'node:crypto';
import type { Cut, PromptAttachment } from '../context/chatPrompt.ts';
import type { Piece } from '../privacy/gatewayTypes.ts';

/** @param cut the part that fitted, where not all of it did */
export function pieceOf(attachment: PromptAttachment, cut?: Pick<Cut, 'startLine' | 'endLine'>): Piece {
  const { source, text, startLine, endLine, chosen } = attachment;
  return {
    source,
    startLine: cut?.startLine ?? startLine,
    endLine: cut?.endLine ?? endLine,
    digest: createHash('sha256').update(text).digest('base64url').slice(0, 16),
    ...(chosen === true ? { chosen } : {}),
  };
}

/** What fitted of an attachment; undefined where all of it did. */
export function cutOf({ source, kind, startLine }: PromptAttachment, cuts: readonly Cut[]): Cut | undefined {
  return cuts.find((cut) => cut.source === source && cut.kind === kind && cut.attachmentStart === startLine);
}
