import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { benchArguments, startArguments, testArguments, WrongArguments } from '../../setup/arguments.mjs';

describe('Command lines', () => {
  it('npm test runs everything but the desktop', () => {
    assert.deepEqual(testArguments([]), { only: ['lint', 'types', 'unit', 'host', 'ui'], file: undefined });
  });

  it('npm test -- --only keeps the order, however it is written', () => {
    assert.deepEqual(testArguments(['--only', 'ui,lint']).only, ['lint', 'ui']);
    assert.deepEqual(testArguments(['--only', 'ui', '--only', 'types']).only, ['types', 'ui']);
  });

  it('npm run test:unit -- FILE narrows to a file', () => {
    assert.deepEqual(testArguments(['--only', 'unit', 'proposal']), { only: ['unit'], file: 'proposal' });
  });

  it('npm start takes a folder', () => {
    const options = startArguments(['--workspace', '/a/b', '--check']);
    assert.deepEqual(options, { workspace: '/a/b', browser: false, check: true, help: false });
  });

  it('npm run bench wants a name', () => {
    assert.deepEqual(benchArguments(['size', '--json']), { name: 'size', json: true });
    assert.throws(() => benchArguments([]), WrongArguments);
    assert.throws(() => benchArguments(['speed']), /size \| activation \| memory \| typing \| cache \| redact/);
  });

  it('says which word it does not know', () => {
    assert.throws(() => testArguments(['--only', 'units']), /“units”/);
    assert.throws(() => startArguments(['--chekc']), /--chekc/);
  });
});
