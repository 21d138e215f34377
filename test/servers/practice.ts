// Answers for practising without a key and without a model: they say plainly that they are not DeepSeek's, tell what was
// received, and give edits and ghost text something to show. A source of scripts for both test servers.
import { startDeepSeekServer, type DeepSeekServer } from './deepseek.ts';
import { messageText } from './deepseekRules.ts';
import { startForgeServer, type ForgeServer } from './forge.ts';
import { at, listOf, textOf } from './json.ts';
import { startOllamaServer, type OllamaServer } from './ollama.ts';
import { ollamaModel, type OllamaTestModel } from './ollamaModels.ts';
import { emptyTests, visiblyChanged } from './practiceEdit.ts';
import { continueFrom, unmarked } from './practiceFill.ts';
import { persistedUnits } from './prefixCache.ts';
import { countTokens, type Script, type ScriptSource } from './script.ts';

/** The stand-in for a local model; its name says that there is none. */
export const practiceModel: OllamaTestModel = ollamaModel('practice-server:none', {
  capabilities: ['completion', 'thinking', 'insert'],
  family: 'practice',
  parameterSize: '0',
  quantization: 'none',
  sizeBytes: 1000,
  contextLength: 32_768,
});

/** The key that the practice servers' DeepSeek accepts. */
export const practiceKey = 'practice-key';

export interface PracticeServers {
  deepseek: DeepSeekServer;
  /** `practice/public-sample` is public, `practice/private-sample` private. */
  forge: ForgeServer;
  ollama?: OllamaServer;
  stop(): Promise<void>;
}

/** Starts what is needed to practise; `ollama` adds a stand-in where no Ollama can be had. */
export async function startPracticeServers(options: { ollama?: boolean } = {}): Promise<PracticeServers> {
  const deepseek = await startDeepSeekServer({
    keys: [practiceKey],
    answers: practiceAnswers(),
    cache: persistedUnits(),
  });
  const forge = await startForgeServer({
    repos: { 'practice/public-sample': 'public', 'practice/private-sample': 'private' },
  });
  const ollama = options.ollama
    ? await startOllamaServer({ models: [practiceModel], answers: practiceAnswers(), loadMs: 800 })
    : undefined;
  return {
    deepseek,
    forge,
    ...(ollama ? { ollama } : {}),
    stop: async () => {
      await Promise.all([deepseek.stop(), forge.stop(), ollama?.stop()]);
    },
  };
}

/** Milliseconds: a pace at which a person can follow. */
const pace = { chat: { firstMs: 400, chunkMs: 25 }, fill: { firstMs: 120, chunkMs: 4 } };

/** Answers at a human pace; `instantly` leaves the waiting out. */
export function practiceAnswers(options: { instantly?: boolean } = {}): ScriptSource {
  return (request, kind) => {
    const timing = options.instantly ? {} : pace[kind];
    const json: unknown = request.json;
    if (kind === 'fill') return { ...practiceFill(json), ...timing };
    return { ...practiceChat(json), ...timing };
  };
}

function practiceFill(json: unknown): Script {
  const prompt = textOf(at(json, 'prompt'));
  const suffix = textOf(at(json, 'suffix'));
  const { prefix, suffix: inside } = unmarked(prompt);
  return { text: continueFrom(prefix, suffix === '' ? inside : suffix) };
}

interface Block {
  /** The line above the fence: "File `src/a.ts`:". */
  label: string;
  fence: string;
  language: string;
  code: string;
}

function practiceChat(json: unknown): Script {
  const messages = listOf(at(json, 'messages'));
  const said = (role: string) => messages.filter((message) => at(message, 'role') === role).map(messageText);
  const asked = said('user').at(-1) ?? textOf(at(json, 'prompt'));
  const { blocks, rest } = readBlocks(asked);
  const wantsBlock = /\banswer with (exactly )?one (fenced )?(code )?block/i;
  const edit = [...said('system'), asked].some((text) => wantsBlock.test(text)) ? targetOf(blocks) : undefined;
  if (edit) return practiceEdit(edit, /complete new file/i.test(asked));

  const tokens = messages.reduce<number>((sum, message) => sum + 4 + countTokens(messageText(message)), 0);
  const turns = said('assistant').length;
  const question = rest.trim();
  const listed = blocks.map(
    (block) => `- ${labelOf(block)}: ${plural(linesOf(block), 'line')} of ${block.language || 'text'}`,
  );
  const first = blocks[0];
  const parts = [
    'This is the practice server; the answer is not from DeepSeek.',
    `It received ${plural(messages.length, 'message')} (about ${tokens} tokens), ` +
      (turns === 0 ? 'and this is the first question.' : `${plural(turns, 'earlier answer')} among them.`),
    blocks.length === 0 ? 'No code was attached.' : `Attached:\n\n${listed.join('\n')}`,
    question === '' ? 'There was no question.' : `The question:\n\n${quoted(question)}`,
    ...(first ? [`The attached code begins like this:\n\n${excerpt(first)}`] : []),
  ];
  const reasoning = [
    `The person asks: ${shortened(question, 120) || 'nothing'}`,
    ...blocks.map((block) => `I look at ${labelOf(block)}, ${plural(linesOf(block), 'line')}. ${firstLineOf(block)}`),
    turns > 0
      ? `There are ${plural(turns, 'earlier answer')} to keep in mind.`
      : 'There is no earlier answer to keep in mind.',
    'I am only the practice server, so I say what I received and leave the thinking to DeepSeek.',
  ].join('\n\n');
  return { reasoning, text: parts.join('\n\n') };
}

function practiceEdit(block: Block, newFile: boolean): Script {
  const code = newFile ? emptyTests(block.code, block.language) : visiblyChanged(block.code, block.language);
  return {
    reasoning: `I got ${plural(linesOf(block), 'line')} to work on. ${firstLineOf(block)}\n\nI am the practice server: I add one comment, so that there is something to review.`,
    text: `${block.fence}${block.language}\n${code}\n${block.fence}`,
  };
}

/** The block that is to be replaced, where it is told apart from its surroundings; else the last one. */
function targetOf(blocks: Block[]): Block | undefined {
  return blocks.find((block) => /^the code\b/i.test(block.label)) ?? blocks.at(-1);
}

/** The fenced blocks of a text, and the text without them and their labels. */
function readBlocks(text: string): { blocks: Block[]; rest: string } {
  const blocks: Block[] = [];
  const rest: string[] = [];
  let open: (Block & { lines: string[] }) | undefined;
  for (const line of text.split('\n')) {
    if (open) {
      if (line.trimEnd() === open.fence) {
        blocks.push({ label: open.label, fence: open.fence, language: open.language, code: open.lines.join('\n') });
        open = undefined;
      } else open.lines.push(line);
      continue;
    }
    const [, fence, language] = /^(`{3,}|~{3,})\s*([^`]*?)\s*$/.exec(line) ?? [];
    if (fence === undefined) rest.push(line);
    else {
      const above = rest.at(-1) ?? '';
      const label = above.trimEnd().endsWith(':') ? (rest.pop() ?? '').trim().slice(0, -1) : '';
      open = { label, fence, language: language ?? '', code: '', lines: [] };
    }
  }
  return { blocks, rest: rest.join('\n').replace(/\n{3,}/g, '\n\n') };
}

function labelOf(block: Block): string {
  return block.label === '' ? 'a block of code' : block.label;
}

function linesOf(block: Block): number {
  return block.code === '' ? 0 : block.code.split('\n').length;
}

function firstLineOf(block: Block): string {
  const line = block.code.split('\n').find((text) => text.trim() !== '');
  return line === undefined ? 'It is empty.' : `It begins with \`${shortened(line.trim(), 60).replaceAll('`', "'")}\`.`;
}

function excerpt(block: Block): string {
  return `${block.fence}${block.language}\n${block.code.split('\n').slice(0, 8).join('\n')}\n${block.fence}`;
}

function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
