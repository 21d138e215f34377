// What came of the tests, in numbers: the counts of each suite and their sum. The last line that `npm test` prints is made here.

import { existsSync, readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @type {Readonly<Counts>} */
export const none = { passed: 0, failed: 0, skipped: 0 };
/** @type {Readonly<Counts>} */
export const onePassed = { ...none, passed: 1 };
/** @type {Readonly<Counts>} */
export const oneFailed = { ...none, failed: 1 };
/** @type {Readonly<Counts>} */
export const oneSkipped = { ...none, skipped: 1 };

/** @param {readonly Readonly<Counts>[]} all @returns {Counts} */
export function sum(all) {
  const total = { ...none };
  for (const each of all) {
    total.passed += each.passed;
    total.failed += each.failed;
    total.skipped += each.skipped;
  }
  return total;
}

/** "12 passed, 0 failed, 1 skipped". @param {Readonly<Counts>} counts */
export function countsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/**
 * The counts that the reporter left in a file. A suite that died before it could report, or that ran nothing and yet failed, has failed once.
 * @param {string} file
 * @param {number} exitCode of the program that ran the suite
 * @returns {Counts}
 */
export function readCounts(file, exitCode) {
  if (!existsSync(file)) return { ...oneFailed };
  /** @type {Counts & { complete: boolean }} */
  const { passed, failed, skipped, complete } = JSON.parse(readFileSync(file, 'utf8'));
  const unseen = failed === 0 && (exitCode !== 0 || !complete) ? 1 : 0;
  return { passed, failed: failed + unseen, skipped };
}
