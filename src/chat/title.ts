// The title of a conversation: how a model is asked for one, what is kept of its answer, and what stands there until then.
import { wellFormed } from '../context/wellFormed.ts';
import type { ChatMessage } from '../models/types.ts';
import type { Gateway, GatewayChatRequest } from '../privacy/gatewayTypes.ts';

const longestTitle = 60;
const titleTokens = 32;

/** The conversation so far with one more request at its end, so that the server still knows the whole head. */
export function titleMessages(messages: readonly ChatMessage[], answer: string): ChatMessage[] {
  return [
    ...messages,
    { role: 'assistant', content: answer },
    {
      role: 'user',
      content:
        'Give this conversation a title of at most six words, in the language of my question. Answer with the title only.',
    },
  ];
}

/** One line of at most 60 characters, or undefined when nothing useful is in it. */
export function cleanTitle(answer: string): string | undefined {
  const line = answer
    .slice(0, 1000)
    .split('\n')
    .map((text) =>
      text
        .replace(/<\/?think>/g, '')
        .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\ufeff]/g, ' ')
        .replace(/^(\s*([#*>-]|title\s*[:：]|标题\s*[:：]))+\s*/i, '')
        .replace(/[*_`]+/g, '')
        .trim()
        .replace(/^["'“”‘’«»「」《》]+|["'“”‘’«»「」《》.。]+$/g, '')
        .trim(),
    )
    .find((text) => /[\p{L}\p{N}]/u.test(text));
  return line === undefined ? undefined : shortened(line);
}

/** The question's first words. */
export function firstWords(question: string): string {
  return shortened(question.replace(/\s+/g, ' ').trim());
}

function shortened(text: string): string {
  const line = wellFormed(text.replace(/\s+/g, ' '));
  if (line.length <= longestTitle) return line;
  const cut = line.slice(0, longestTitle - 1);
  const space = cut.lastIndexOf(' ');
  return `${(space > longestTitle / 2 ? cut.slice(0, space) : cut).trimEnd().replace(/[\ud800-\udbff]$/, '')}…`;
}

/**
 * Asks for a title, routed as the conversation is. Never throws: without one, the question's first words stay.
 * @param asked the conversation's prompt and answer, and where everything in it came from
 */
export async function titleFrom(
  gateway: Gateway,
  asked: Pick<GatewayChatRequest, 'sources' | 'pieces' | 'conversation'> & {
    messages: readonly ChatMessage[];
    answer: string;
  },
  signal: AbortSignal,
): Promise<string | undefined> {
  const { messages, answer, ...origin } = asked;
  let text = '';
  try {
    const request = {
      ...origin,
      purpose: 'title' as const,
      messages: titleMessages(messages, answer),
      mode: 'chat' as const,
      maxTokens: titleTokens,
    };
    for await (const event of gateway.chat(request, signal)) {
      if (event.type === 'text') text += event.text;
    }
  } catch {
    return undefined; // A title is a nicety: its failure is nobody's business.
  }
  return signal.aborted ? undefined : cleanTitle(text);
}
