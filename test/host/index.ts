// What VS Code runs inside its extension host: mocha, over every bundled `*.test.js` beside this file.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import CountingReporter from '../setup/reporter.mjs';

/** The launcher tells the tests' lines from VS Code's own by a mark before each. */
function markLines(): void {
  const mark = process.env.FATHOM_MARK;
  if (mark === undefined) return;
  const print = console.log.bind(console);
  const marked = (...args: unknown[]): void => {
    for (const line of format(...args).split('\n')) print(mark + line.replaceAll('%', '%%'));
  };
  console.log = marked;
  Mocha.reporters.Base.consoleLog = marked;
}

/** Runs the tests; VS Code takes a rejection as "failed". */
export async function run(): Promise<void> {
  markLines();
  const mocha = new Mocha({ ui: 'bdd', color: true, timeout: 30_000, reporter: CountingReporter });
  const only = process.env.FATHOM_HOST_ONLY;
  for (const file of readdirSync(__dirname).sort()) {
    if (!file.endsWith('.test.js')) continue;
    if (only === undefined || file.includes(only)) mocha.addFile(path.join(__dirname, file));
  }
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
