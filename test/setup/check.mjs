// `npm start -- --check`: tries Fathom as a person would, without a window: ghost text and a question with reasoning, in the public and the
// private repository of the sample and on the real sources of a large package. Says what it saw.

import { cpSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { packVsix } from './pack.mjs';
import { packageFile } from './installed.mjs';
import { scratchFolder } from './processes.mjs';
import { say, step } from './say.mjs';

/** @typedef {import('./practice.mjs').Practice} Practice */
/** @typedef {import('../ui/driver.ts').CodeWindow} CodeWindow */
/** @typedef {{ label: string, file: string, typed: string, question: string }} Visit */

/** What is typed at the end of a file: ordinary enough for any model to go on. */
const beginning = 'export function add(a: number, b: number): number {\n';
const firstWords = 160;
/** A model on a busy machine without a graphics card may read for a minute or two, in milliseconds. */
const patience = 240_000;

/** @type {Visit[]} */
const sampleVisits = [
  { label: 'the public repository', file: 'dates.ts', typed: beginning, question: 'What does daysBetween return?' },
  { label: 'the private repository', file: 'wages.ts', typed: beginning, question: 'What does a night shift cost?' },
];
/** @type {Visit} */
const realVisit = {
  label: 'the sources of a real package (openai, some 90,000 lines)',
  file: 'core/error.ts',
  // Like a class of that file, so that the stand-in, which is no model, can go on too.
  typed: 'export class TooLate extends Error {\n',
  question: 'When is an APIError thrown?',
};

/**
 * @param {string} workspace
 * @param {Practice} practice
 * @param {{ sample: boolean }} options false: the workspace is the person's own, and only what can be tried anywhere is tried
 * @returns {Promise<number>} exit code
 */
export async function checkFathom(workspace, practice, { sample }) {
  const { CodeWindow } = await import('../ui/driver.ts');
  const { folder } = scratchFolder('fathom-check');
  const vsix = await packVsix(path.join(folder, 'fathom.vsix'));
  const real = path.join(folder, 'openai');
  cpSync(packageFile('openai', 'src'), real, { recursive: true });

  /** @type {{ workspace: string, visits: Visit[] }[]} */
  const windows = sample ? [{ workspace, visits: sampleVisits }] : [];
  windows.push({ workspace: real, visits: [realVisit] });
  for (const { workspace: each, visits } of windows) {
    const window = await step('Opening VS Code', () =>
      CodeWindow.open({
        workspace: each,
        extension: { vsix },
        settings: practice.settings,
        env: practice.env,
        patience,
      }),
    );
    try {
      for (const visit of visits) await tryOut(window, visit, practice);
    } catch (error) {
      const picture = path.join(os.tmpdir(), `fathom-check-${String(Date.now())}.png`);
      await window.screenshot(picture);
      say(
        `It did not work: ${error instanceof Error ? error.message : String(error)}\nWhat was on the screen: ${picture}`,
      );
      return 1;
    } finally {
      await window.close();
    }
  }
  process.stdout.write('\nGhost text and reasoning came everywhere.\n');
  return 0;
}

/** @param {CodeWindow} window @param {Visit} visit @param {Practice} practice */
async function tryOut(window, { label, file, typed, question }, practice) {
  const print = (/** @type {string} */ what, /** @type {string} */ text, length = firstWords) =>
    process.stdout.write(`  ${what.padEnd(12)} ${text.replace(/\s*\n\s*/g, ' ⏎ ').slice(0, length)}\n`);
  process.stdout.write(`\nIn ${label}:\n`);
  const before = practice.asked().length;
  const asked = () =>
    [
      ...new Set(
        practice
          .asked()
          .slice(before)
          .map((each) => `${each.model} (${each.url}${each.path})`),
      ),
    ].join(', ');

  await window.openFile(file);
  await window.toEnd();
  await window.type(typed);
  print('ghost text', await window.ghostText());
  // Whole: it names who writes ghost text at its end.
  print('status bar', await window.fathomStatus(), Infinity);

  await window.panel();
  const panel = await window.newChat();
  await panel.ask(question, { mode: 'reasoner' });
  const reasoning = await panel.reasoning();
  let answer = await panel.answer();
  if (answer.text === '' && answer.card.includes('still thinking')) {
    // Small models often end so. The card offers the way on that a person would take.
    print('card', answer.card);
    await panel.pressCard('Answer Without Thinking');
    await panel.turn.locator('.card-sentence').waitFor({ state: 'detached' });
    answer = await panel.answer();
  }
  print('reasoning', answer.reasoning === '' ? reasoning : answer.reasoning);
  if (answer.text === '') throw new Error(`no answer came${answer.card === '' ? '' : `: ${answer.card}`}`);
  print('answer', answer.text);
  const badge = await panel.badge();
  print('answered by', [badge.text, answer.why].filter((each) => each !== '').join(' · '), Infinity);
  if (asked() !== '') print('asked', asked());
}
