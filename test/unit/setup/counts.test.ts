import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { countsLine, onePassed, oneSkipped, readCounts, sum } from '../../setup/counts.mjs';

describe('Counts', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'fathom-counts-test-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const left = (content: object): string => {
    const file = path.join(folder, 'results.json');
    writeFileSync(file, JSON.stringify(content));
    return file;
  };
  const results = { passed: 3, failed: 0, skipped: 1, complete: true };

  it('are summed over all suites', () => {
    const total = sum([onePassed, oneSkipped, { passed: 10, failed: 2, skipped: 0 }]);
    assert.equal(countsLine(total), '11 passed, 2 failed, 1 skipped');
  });

  it('come from the file that the reporter left', () => {
    assert.deepEqual(readCounts(left(results), 0), { passed: 3, failed: 0, skipped: 1 });
    assert.deepEqual(readCounts(left({ ...results, failed: 2 }), 1), { passed: 3, failed: 2, skipped: 1 });
  });

  it('never call a suite green that died: no file, no end, or a bad exit', () => {
    assert.equal(readCounts(path.join(folder, 'none.json'), 0).failed, 1);
    assert.equal(readCounts(left({ ...results, complete: false }), 0).failed, 1);
    assert.equal(readCounts(left(results), 1).failed, 1);
  });
});
