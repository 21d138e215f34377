// Models that say again what they were told, so that a canary in one prompt is in all that follows from it.
import type { Script, ScriptSource } from '../../servers/script.ts';
import type { Random } from './random.ts';

const longestQuote = 400;

/** Code is answered with code that can be taken for an edit; what comes next is continued with the last words. */
export function quoting(random: Random): ScriptSource {
  return ({ json }, kind): Script => {
    const pace = { chunkMs: random.percent(5) ? 25 : 0, firstMs: random.percent(10) ? 40 : 0 };
    if (kind === 'fill')
      return {
        text: ` ${words(String(json?.prompt ?? ''))
          .slice(-2)
          .join(' + ')};\n`,
        ...pace,
      };
    const prompt = lastOf(json?.messages)?.content ?? '';
    const blocks = [...prompt.matchAll(/```\w*\n([\s\S]*?)\n```/g)].map(([, code]) => code ?? '');
    const quote = blocks.at(-1) ?? prompt.slice(-longestQuote);
    return {
      reasoning: `They say: ${prompt.slice(-longestQuote)}`,
      text: `\`\`\`ts\n${quote}\n// as you said\n\`\`\``,
      ...pace,
    };
  };
}

const lastOf = (messages: unknown): { content?: string } | undefined =>
  Array.isArray(messages) ? (messages.at(-1) as { content?: string }) : undefined;

const words = (text: string): string[] => text.slice(-2000).match(/[\p{L}\p{N}_]{3,}/gu) ?? [];
