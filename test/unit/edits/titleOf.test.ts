// What a proposal is called on the diff's tab.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { EditProposal } from '../../../src/edits/proposal.ts';
import { titleOf } from '../../../src/edits/titleOf.ts';

const edit: EditProposal = {
  kind: 'edit',
  title: 'Fix',
  uri: 'file:///repo/my%20main.ts',
  languageId: 'typescript',
  baseText: 'one\ntwo\nthree\n',
  range: { start: 4, end: 14 },
  replacement: '',
};

describe('the title of a change', () => {
  it('says what, where and which lines', () => {
    assert.equal(titleOf(edit), 'Fix: my main.ts (lines 2–3)');
    assert.equal(titleOf({ ...edit, range: { start: 0, end: 3 } }), 'Fix: my main.ts (line 1)');
    const file = { kind: 'create', title: 'Generate Tests', languageId: 'typescript', content: '' } as const;
    assert.equal(titleOf({ ...file, uri: 'file:///a/b.test.ts' }), 'Generate Tests: b.test.ts (new file)');
    assert.equal(titleOf({ ...file, uri: 'untitled:b.test.ts' }), 'Generate Tests: b.test.ts (new file)');
  });
});
