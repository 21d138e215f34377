import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { packagesAreStale } from '../../setup/installed.mjs';

describe('npm ci', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'fathom-installed-test-'));
    writeFileSync(path.join(folder, 'package-lock.json'), '{}');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const installed = (seconds: number): void => {
    mkdirSync(path.join(folder, 'node_modules'));
    const note = path.join(folder, 'node_modules', '.package-lock.json');
    writeFileSync(note, '{}');
    utimesSync(note, seconds, seconds);
    utimesSync(path.join(folder, 'package-lock.json'), 1000, 1000);
  };

  it('runs in a fresh clone', () => assert.equal(packagesAreStale(folder), true));

  it('runs after the lockfile has changed', () => {
    installed(999);
    assert.equal(packagesAreStale(folder), true);
  });

  it('does not run when everything is there', () => {
    installed(1001);
    assert.equal(packagesAreStale(folder), false);
  });
});
