// A conversation of 20 turns about five files, three of which are edited on the way, through the conversation and the gateway.
import { Conversation } from '../../src/chat/conversation.ts';
import type { PromptAttachment } from '../../src/context/chatPrompt.ts';
import { fenced } from '../../src/context/fence.ts';
import type { ChatMessage } from '../../src/models/types.ts';
import { badgeOf, explain } from '../../src/privacy/explain.ts';
import type { Gateway, GatewayChatRequest } from '../../src/privacy/gatewayTypes.ts';
import { openStage, type CacheModel, type Found } from './cacheReplay.ts';
import { functionName, sampleFile } from './sampleCode.ts';

/** Lines of each file. */
const files = { 'orders.ts': 220, 'invoices.ts': 150, 'database.ts': 120, 'report.ts': 260, 'server.ts': 180 };
type Name = keyof typeof files;

interface Turn {
  /** What goes along: the file that is open, and what was added. */
  with: readonly Name[];
  /** Files that were edited since the turn before. */
  edited?: Name;
  /** Milliseconds since the last answer: to read it, to think, to write. */
  after: number;
  question: string;
}

const seconds = 1000;
const turns: readonly Turn[] = [
  { with: ['orders.ts'], after: 0, question: 'What does this file do, and what would you change first?' },
  { with: ['orders.ts'], after: 70 * seconds, question: 'Why is the map filled in a loop and not by reduce?' },
  { with: ['orders.ts', 'invoices.ts'], after: 95 * seconds, question: 'Do these two read the same format of file?' },
  { with: ['invoices.ts'], after: 40 * seconds, question: 'Write a function that joins them by id.' },
  { with: ['invoices.ts'], edited: 'invoices.ts', after: 150 * seconds, question: 'I put it in. Is anything missing?' },
  { with: ['invoices.ts'], after: 30 * seconds, question: 'And if the file is empty?' },
  { with: ['database.ts'], after: 120 * seconds, question: 'Does a failing insert leave half a row behind?' },
  { with: ['database.ts'], after: 60 * seconds, question: 'Show me how a transaction would look here.' },
  { with: ['orders.ts', 'database.ts'], after: 80 * seconds, question: 'Which calls in orders.ts need it?' },
  { with: ['database.ts'], edited: 'database.ts', after: 200 * seconds, question: 'Like this?' },
  { with: ['report.ts'], after: 110 * seconds, question: 'This report is slow. Where is the time spent?' },
  { with: ['report.ts'], after: 50 * seconds, question: 'Could the totals be kept instead of counted again?' },
  { with: ['report.ts', 'database.ts'], after: 90 * seconds, question: 'Which table would hold them?' },
  { with: ['report.ts'], after: 45 * seconds, question: 'Write the query.' },
  { with: ['report.ts'], edited: 'report.ts', after: 240 * seconds, question: 'It returns one row too many. Why?' },
  { with: ['report.ts'], after: 35 * seconds, question: 'Then the boundary should be exclusive?' },
  { with: ['server.ts'], after: 130 * seconds, question: 'Where do I add a route for the report?' },
  { with: ['server.ts', 'report.ts'], after: 60 * seconds, question: 'How do errors of the report reach the client?' },
  { with: ['server.ts'], after: 75 * seconds, question: 'Write a test for that route.' },
  { with: ['server.ts'], after: 55 * seconds, question: 'Sum up what we changed, for the commit message.' },
];

const dated = 'You are a programming assistant. Today is Tuesday, 24 November 2026.';

/**
 * The order that comes to mind first: the date in the system prompt, earlier questions and answers without their code, and in the
 * newest message every file that was shown so far as it is now, the latest first.
 */
function naiveMessages(
  { messages }: GatewayChatRequest,
  asked: readonly string[],
  code: readonly string[],
): ChatMessage[] {
  let count = 0;
  return messages.map((message): ChatMessage => {
    if (message.role === 'system') return { role: 'system', content: dated };
    if (message.role === 'assistant') return message;
    const question = asked[count++];
    // Behind the newest question there is only the one for a title.
    if (question === undefined) return message;
    return { role: 'user', content: count === asked.length ? [...code, question].join('\n\n') : question };
  });
}

/** @param naive send the naive order instead of ours */
export async function replayChat(model: CacheModel, naive: boolean): Promise<Found & { turns: number }> {
  const stage = await openStage(model);
  const { time } = stage;
  const texts = new Map<Name, string>(
    Object.entries(files).map(([name, lines], index) => [name as Name, sampleFile(lines, index)]),
  );
  const asked: string[] = [];
  let shown: Name[] = [];
  const gateway: Gateway = {
    ...stage.gateway,
    chat: (request, signal) => {
      const code = shown.map((name) => `File \`${name}\`:\n${fenced(texts.get(name) ?? '', 'typescript')}`);
      return stage.gateway.chat(
        naive ? { ...request, messages: naiveMessages(request, asked, code) } : request,
        signal,
      );
    },
  };
  let ids = 0;
  const conversation = new Conversation({
    gateway,
    explain,
    badgeOf,
    windowSources: () => stage.place.folders,
    runWayOut: () => Promise.resolve(false),
    defaultMode: () => 'auto',
    save: () => undefined,
    now: time.now,
    schedule: (ms, run) => time.setTimer(run, ms),
    newId: () => `id-${++ids}`,
  });
  const attachment = (name: Name): PromptAttachment => {
    const text = texts.get(name) ?? '';
    const endLine = text.split('\n').length;
    return {
      kind: 'file',
      source: stage.file(name),
      path: name,
      languageId: 'typescript',
      text,
      startLine: 1,
      endLine,
    };
  };
  try {
    for (const turn of turns) {
      await time.moveTo(time.now() + turn.after);
      if (turn.edited)
        texts.set(turn.edited, edit(texts.get(turn.edited) ?? '', Object.keys(files).indexOf(turn.edited)));
      asked.push(turn.question);
      shown = [...turn.with, ...shown.filter((name) => !turn.with.includes(name))];
      const arrived = stage.nextRequest();
      const answered = conversation.ask({ text: turn.question, attachments: turn.with.map(attachment) });
      await arrived;
      await time.moveTo(time.now() + 5 * seconds);
      await answered;
    }
    await time.moveTo(time.now() + 5 * seconds);
    return {
      ...stage.found(),
      turns: conversation.state.conversation.turns.filter(({ answer }) => answer.status === 'done').length,
    };
  } finally {
    conversation.dispose();
    await stage.stop();
  }
}

/** Three lines more at the head of a function in the middle. */
function edit(text: string, seed: number): string {
  const at = text.indexOf('\n', text.indexOf(`function ${functionName(seed, 8)}(`)) + 1;
  const added = '  const started = Date.now();\n  if (started === 0) return;\n  console.log(started);\n';
  return text.slice(0, at) + added + text.slice(at);
}
