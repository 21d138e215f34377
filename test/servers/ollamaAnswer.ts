// How the test Ollama writes an answer: a line for each token, in the order of keys that a real one has.
import type { PlannedAnswer } from './script.ts';
import type { Wire } from './wire.ts';

export const ndjson = { 'content-type': 'application/x-ndjson' };

export interface AnswerFacts {
  /** Fields that each line begins with: model, time. */
  begin: () => object;
  route: 'chat' | 'generate';
  stream: boolean;
  /** Raw prompts get no `context` back. */
  raw: boolean;
  promptTokens: number;
  loadNs: number;
}

/** Nanoseconds for each token: about what a tiny model on two cores took. */
const nsPerToken = { prompt: 200_000, answer: 6_600_000 };

export async function writeAnswer(wire: Wire, planned: PlannedAnswer, facts: AnswerFacts): Promise<void> {
  const line = (value: object): string => `${JSON.stringify({ ...facts.begin(), ...value })}\n`;
  const piece = (text: string, thinking?: string, tools: object[] = []): object => {
    const thought = thinking === undefined ? {} : { thinking };
    if (facts.route === 'generate') return { response: text, ...thought };
    const calls = tools.length > 0 ? { tool_calls: tools } : {};
    return { message: { role: 'assistant', content: text, ...thought, ...calls } };
  };
  const calls = planned.toolCalls.map((call, index) => ({
    id: call.id,
    function: { index, name: call.name, arguments: parsed(call.arguments) },
  }));
  const end = ending(planned, facts);

  if (!(await wire.pause(planned.firstMs))) return;
  if (!facts.stream) {
    if (!(await wire.pause(planned.chunkMs * planned.text.length))) return;
    const thought = planned.reasoning.length > 0 ? planned.reasoning.join('') : undefined;
    const whole = { ...piece(planned.text.join(''), thought, calls), ...end };
    await wire.send(200, line(whole).trimEnd(), { 'content-type': 'application/json; charset=utf-8' });
    return;
  }
  // The headers come with the first token: a model that still reads its prompt looks like a dead server.
  if (!(await wire.head(200, ndjson))) return;
  const pieces = [
    ...planned.reasoning.map((thinking) => piece('', thinking)),
    ...planned.text.map((text) => piece(text)),
    ...(calls.length > 0 ? [piece('', undefined, calls)] : []),
  ];
  for (const value of pieces) {
    if (!(await wire.chunk(line({ ...value, done: false }), planned.chunkMs))) return;
  }
  await wire.end(line({ ...piece(''), ...end }));
}

function ending(planned: PlannedAnswer, { route, raw, promptTokens, loadNs }: AnswerFacts): object {
  const promptNs = nsPerToken.prompt * promptTokens;
  const answerNs = nsPerToken.answer * planned.completionTokens;
  return {
    done: true,
    done_reason: planned.finish === 'tool_calls' ? 'stop' : planned.finish,
    ...(route === 'generate' && !raw ? { context: [6607, 803, 24, 81] } : {}),
    total_duration: loadNs + promptNs + answerNs,
    load_duration: loadNs,
    prompt_eval_count: promptTokens,
    prompt_eval_duration: promptNs,
    eval_count: Math.max(1, planned.completionTokens),
    eval_duration: answerNs,
    ...planned.usage,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // A test may want broken arguments.
  }
}
