// The table of sentences that translators work from has every sentence of the source, and none that is gone.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';
import { describe, it } from 'mocha';

const root = path.join(import.meta.dirname, '../../..');

describe('The sentences', () => {
  it('are all in l10n/bundle.l10n.json (if not: npm run l10n)', async function () {
    this.timeout(60_000);
    const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => ({ extension: '.ts', contents: readFileSync(path.join(root, 'src', file), 'utf8') }));
    const bundle: unknown = JSON.parse(readFileSync(path.join(root, 'l10n/bundle.l10n.json'), 'utf8'));
    assert.deepEqual(bundle, await getL10nJson(files));
  });
});
