// What people read about where their code may go.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { nameOf, originSentence, reasonSentence, reasonShort } from '../../../src/privacy/reasonWords.ts';
import type { Origin } from '../../../src/privacy/route.ts';

const now = Date.UTC(2026, 10, 24, 12);
const minute = 60_000;
const open: Origin = { root: '/w/x', name: 'x', visibility: 'public', because: 'forgeSaysPublic' };

describe('in words', () => {
  const ages: [number, string][] = [
    [-5, 'asked just now'],
    [1, 'asked just now'],
    [2, 'asked 2 minutes ago'],
    [59, 'asked 59 minutes ago'],
    [60, 'asked an hour ago'],
    [119, 'asked an hour ago'],
    [200, 'asked 3 hours ago'],
  ];
  for (const [minutes, words] of ages) {
    it(`a public repository says after ${minutes} minutes: ${words}`, () => {
      const origin = { ...open, asOf: now - minutes * minute };
      assert.equal(originSentence(origin, undefined, now), `“x” is public (${words}).`);
      assert.equal(reasonSentence({ kind: 'origin', origin }, undefined, now), `“x” is public (${words}).`);
    });
  }

  it('a repository whose forge was asked nobody knows when says only what it is', () => {
    assert.equal(originSentence(open, undefined, now), '“x” is public.');
  });

  const ignored: [NonNullable<Origin['ignored']>, string][] = [
    [
      { file: 'notes.txt', because: 'gitignore', by: '.gitignore' },
      '“notes.txt” is kept out of its repository by .gitignore, so it stays on this machine.',
    ],
    [
      { file: 'draft.md', because: 'ignoreFile', by: '.cursorignore' },
      '“draft.md” is named by .cursorignore, so it stays on this machine.',
    ],
    [
      { file: '.env', because: 'secretFile', by: '' },
      '“.env” is a kind of file that holds secrets, so it stays on this machine.',
    ],
  ];
  for (const [what, sentence] of ignored) {
    it(`an ignored file says by what: ${what.because}`, () => {
      const origin: Origin = { ...open, visibility: 'private', because: 'ignoredHere', ignored: what };
      assert.equal(originSentence(origin, undefined, now), sentence);
      assert.equal(reasonShort({ kind: 'origin', origin }), 'ignored file');
    });
  }

  it('look-ups that are turned off name the setting', () => {
    const origin: Origin = { ...open, visibility: 'unknown', because: 'lookupOff' };
    assert.match(originSentence(origin), /no forge is asked, so “x” stays on this machine.*fathom\.privacy\.lookup/);
    assert.equal(reasonShort({ kind: 'origin', origin }), 'look-up off');
    assert.equal(nameOf(origin), 'x');
  });
});
