// What redaction costs where it is waited for: at each key before ghost text is asked for, and at each turn of a long conversation.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../setup/installed.mjs';
import { say } from '../setup/say.mjs';

const keys = 600;
const turns = 60;
const chatLength = 200_000;
const prefixLength = 4500;
const suffixLength = 1500;

/** @param {string} file */
const read = (file) => readFileSync(path.join(root, file), 'utf8');

/** @param {readonly number[]} times @param {number} share */
const percentile = (times, share) => [...times].sort((a, b) => a - b)[Math.floor(times.length * share)] ?? 0;
/** @param {number} ms */
const rounded = (ms) => Math.round(ms * 100) / 100;

/**
 * @returns {Promise<{ ghostMsP95: number, chat200kMsP95: number }>} in milliseconds; what the first looks cost goes to stderr
 */
export async function redact() {
  const { createRedactor } = await import('../../src/privacy/redaction.ts');
  const { makerOf, secretCases } = await import('../unit/privacy/redactionCorpus.ts');
  const make = makerOf(1);
  const secrets = secretCases.map(({ secret, text }) => text(secret(make), make));
  const code = read('node_modules/typescript/lib/typescript.js').slice(1_000_000, 1_400_000);
  const fresh = () => createRedactor({ salt: () => 'salt of a benchmark' });

  /** @param {ReturnType<typeof fresh>} redactor @param {readonly string[]} texts */
  const timed = async (redactor, texts) => {
    const before = performance.now();
    await redactor.redact(texts);
    return performance.now() - before;
  };

  // Typing: one character more before the cursor each time; two secrets in sight.
  const file = `${secrets.slice(0, 2).join('\n')}\n${code}`;
  const ghost = fresh();
  const perKey = [];
  for (let key = 0; key < keys; key += 1) {
    const cursor = prefixLength + key;
    perKey.push(
      await timed(ghost, [file.slice(cursor - prefixLength, cursor), file.slice(cursor, cursor + suffixLength)]),
    );
  }
  // As the window really moves: its beginning stays for a while.
  const anchored = fresh();
  const perAnchoredKey = [];
  for (let key = 0; key < keys; key += 1) {
    const cursor = prefixLength + key;
    perAnchoredKey.push(await timed(anchored, [file.slice(0, cursor), file.slice(cursor, cursor + suffixLength)]));
  }

  // A conversation: 200 kB that were there before, a question and an answer more at each turn; a secret in every tenth message.
  const pieces = Array.from({ length: Math.ceil(chatLength / 4000) }, (_, n) => code.slice(n * 4000, (n + 1) * 4000));
  const messages = pieces.map((piece, n) =>
    n % 10 === 0 ? `${piece}\n${secrets[n % secrets.length] ?? ''}\n` : piece,
  );
  const cold = [];
  for (let run = 0; run < 20; run += 1) cold.push(await timed(fresh(), messages));
  const chat = fresh();
  await chat.redact(messages);
  const perTurn = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const at = chatLength + turn * 2000;
    messages.push(code.slice(at, at + 200), code.slice(at + 200, at + 2000));
    perTurn.push(await timed(chat, messages));
  }

  say(`the very first look, which loads the rules: ${rounded(perKey[0] ?? 0)} ms`);
  say(
    `a key, everything moved by one: median ${rounded(percentile(perKey, 0.5))} ms, p95 ${rounded(percentile(perKey, 0.95))} ms`,
  );
  say(
    `a key, the beginning stays: median ${rounded(percentile(perAnchoredKey, 0.5))} ms, p95 ${rounded(percentile(perAnchoredKey, 0.95))} ms`,
  );
  say(
    `200 kB of chat for the first time: median ${rounded(percentile(cold, 0.5))} ms, p95 ${rounded(percentile(cold, 0.95))} ms`,
  );
  say(
    `200 kB of chat, a turn more: median ${rounded(percentile(perTurn, 0.5))} ms, p95 ${rounded(percentile(perTurn, 0.95))} ms`,
  );
  return { ghostMsP95: rounded(percentile(perKey, 0.95)), chat200kMsP95: rounded(percentile(perTurn, 0.95)) };
}
