// Runs one edit: asks the gateway, takes the code out of the answer and makes a proposal of it, or says why not. What was
// thought never becomes code: only `text` events are read. Shows nothing and changes no document.
import { replaceRange, type Proposal } from '../edits/proposal.ts';
import type { TextRange } from '../edits/textRange.ts';
import type { FinishReason } from '../models/types.ts';
import type { Gateway, Piece } from '../privacy/gatewayTypes.ts';
import type { Answerer } from '../privacy/route.ts';
import type { EditAction } from './actions.ts';
import { editMessages, plain, type EditInput } from './editPrompt.ts';
import { elision } from './elision.ts';
import { extractCode, type Refusal } from './extractCode.ts';
import { restoreShape } from './restoreShape.ts';
import { looksShrunk } from './shrunk.ts';

export interface EditJob {
  action: EditAction;
  input: EditInput;
  mode: 'chat' | 'reasoner';
  /** URI of the document, its whole text (with its own line ends) and what of it is replaced. */
  document: { uri: string; text: string; eol: '\n' | '\r\n' };
  range: TextRange;
  /** `newFile`: URI of the file to create. */
  newFileUri?: string;
}

export type EditStep =
  | { step: 'answerer'; answerer: Answerer }
  | { step: 'thinking' }
  /** `lines` of the answer so far. */
  | { step: 'writing'; lines: number };

/** `answer` is what the model wrote, without its thinking: for people who want to see it. */
export type EditOutcome = { proposal: Proposal; refusal?: undefined } | { refusal: Refusal; answer: string };

/** Errors: `ModelError`, `RouteError`; when cancelled, the signal's reason. */
export async function runEdit(
  gateway: Pick<Gateway, 'chat'>,
  job: EditJob,
  onStep: (step: EditStep) => void,
  signal: AbortSignal,
): Promise<EditOutcome> {
  const { action, input, mode } = job;
  const events = gateway.chat(
    {
      purpose: 'action',
      sources: [input.attachment.source],
      pieces: [pieceOf(input)],
      messages: editMessages(action, input),
      mode,
      // Without a bound DeepSeek stops at 8k tokens, which a long file exceeds. Thinking has a bound of its own, wide enough.
      ...(mode === 'chat' ? { maxTokens: 4096 + Math.ceil(input.attachment.text.length / 2) } : {}),
    },
    signal,
  );
  let answer = '';
  let thought = false;
  let end: FinishReason = 'stop';
  for await (const event of events) {
    if (event.type === 'answerer') onStep({ step: 'answerer', answerer: event.answerer });
    else if (event.type === 'reasoning') {
      if (!thought) onStep({ step: 'thinking' });
      thought = true;
    } else if (event.type === 'text') {
      answer += event.text;
      onStep({ step: 'writing', lines: answer.split('\n').length });
    } else if (event.type === 'done') end = event.reason;
  }
  signal.throwIfAborted();
  const refused = (refusal: Refusal): EditOutcome => ({ refusal, answer });
  if (thought && answer.trim() === '') return refused('onlyThought');
  if (end === 'length') return refused('cutOff');
  if (end === 'contentFilter') return refused('filtered');
  return toProposal(job, answer);
}

/** The stretch of the file that goes along: the code, and what stands around it. */
function pieceOf({ attachment: { source, startLine, endLine }, around }: EditInput): Piece {
  const lineEnds = (text: string) => text.split('\n').length - 1;
  return {
    source,
    startLine: Math.max(startLine - lineEnds(around.before), 1),
    endLine: endLine + lineEnds(around.after),
    chosen: true,
  };
}

function toProposal(job: EditJob, answer: string): EditOutcome {
  const { action, input, document, range } = job;
  const refused = (refusal: Refusal): EditOutcome => ({ refusal, answer });
  const old = action.makes === 'newFile' ? '' : document.text.slice(range.start, range.end);
  const base = plain(old);
  const told = [
    input.instruction ?? '',
    ...input.problems,
    action.makes === 'newFile' ? input.attachment.text : '',
  ].join('\n');
  const extracted = extractCode(answer, { base, told });
  if (extracted.refusal !== undefined) return refused(extracted.refusal);
  if (elision(extracted.code, base === '' ? input.attachment.text : base) !== undefined) return refused('elided');
  if (looksShrunk(extracted.code, base, action.keepsAtLeast)) return refused('shrunk');
  const code = restoreShape(extracted.code, { documentText: document.text, base: old, eol: document.eol });
  const common = { title: action.title(), languageId: input.attachment.languageId };
  if (job.newFileUri !== undefined) {
    const content = code + document.eol;
    return { proposal: { kind: 'create', ...common, uri: job.newFileUri, content } };
  }
  if (replaceRange(document.text, range, code) === document.text) return refused('unchanged');
  return {
    proposal: { kind: 'edit', ...common, uri: document.uri, baseText: document.text, range, replacement: code },
  };
}
