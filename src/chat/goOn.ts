// How a model is asked to go on with an answer that broke off, so that the two parts join.
import type { ChatMessage } from '../models/types.ts';

/** Messages to put behind the prompt. @param text what has arrived, not empty */
export function askToGoOn(text: string): ChatMessage[] {
  const where = endsInCode(text)
    ? 'It broke off inside a code block: go on with the code itself and open no new block.'
    : 'Go on in the middle of the sentence if that is where it broke off.';
  return [
    { role: 'assistant', content: text },
    {
      role: 'user',
      content: `Your answer broke off. Write only what follows its last character, and repeat nothing. ${where}`,
    },
  ];
}

/** Whether a fence is open at the end of `markdown`. */
export function endsInCode(markdown: string): boolean {
  let open: string | undefined;
  for (const line of markdown.split('\n')) {
    const fence = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined) continue;
    if (open === undefined) open = fence;
    else if (fence.startsWith(open) && line.trim() === fence) open = undefined;
  }
  return open !== undefined;
}
