// Mocha's usual report for people, and the counts in a file (`FATHOM_RESULTS`) for `npm test`. The same one serves plain Node and
// the extension host.

import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** Ready to be passed as mocha's `--reporter`. */
export default class CountingReporter extends Mocha.reporters.Spec {
  /** @param {Mocha.Runner} runner @param {Mocha.MochaOptions} options */
  constructor(runner, options) {
    super(runner, options);
    const file = process.env['FATHOM_RESULTS'];
    if (file === undefined) return;
    const write = (/** @type {boolean} */ complete) => {
      const { passes, failures, pending } = runner.stats ?? { passes: 0, failures: 0, pending: 0 };
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending, complete }));
    };
    write(false);
    runner.once('end', () => write(true));
  }
}
