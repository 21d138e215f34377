// Where ghost text may appear, and where it stays silent.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { gate, type Silence } from '../../../src/completion/gate.ts';
import type { Snapshot } from '../../../src/completion/snapshot.ts';
import { at } from './marked.ts';

const cases: [what: string, marked: string, changes: Partial<Snapshot>, silence: Silence | undefined][] = [
  ['at the end of a line', 'const x = ▮\nnext();', {}, undefined],
  ['on an empty line', 'a();\n▮\nb();', {}, undefined],
  ['between auto-closed brackets', 'foo(▮)', {}, undefined],
  ['between auto-closed quotes', 'import x from "▮";', {}, undefined],
  ['before several closers', 'foo(bar[▮]);', {}, undefined],
  ['before the head of a block', 'if (▮) {\n}', {}, undefined],
  ['in a JSX attribute', '<a href="▮">', {}, undefined],
  ['in an untitled plain text', 'function add(▮', { languageId: 'plaintext', path: 'Untitled-1' }, undefined],
  ['after a word, at the end of a line', 'retur▮', {}, undefined],
  ['within a word', 'ret▮urn x;', {}, 'midWord'],
  ['within a word, though asked for', 'ret▮urn x;', { automatic: false }, 'midWord'],
  ['within a word of another script', 'имя▮переменной', { automatic: false }, 'midWord'],
  ['before more code', 'const x = ▮ + 1;', {}, 'midLine'],
  ['before more code, asked for', 'const x = ▮ + 1;', { automatic: false }, undefined],
  ['in front of a word', 'const x = ▮value;', {}, 'midLine'],
  ['in an empty document', ' \n▮\n', {}, 'emptyDocument'],
  ['in an empty document, asked for', '▮', { automatic: false }, undefined],
  ['with a selection', 'a▮', { selecting: true }, 'selection'],
  ['with a selection, though asked for', 'a▮', { selecting: true, automatic: false }, 'selection'],
  ['with several cursors', 'a▮', { cursors: 2 }, 'cursors'],
  ['in the commit box', 'Fix ▮', { languageId: 'scminput' }, 'language'],
  ['in a log', 'a ▮', { languageId: 'log' }, 'language'],
  ['in a secret file', 'KEY=▮', { path: '/project/.env' }, 'secretFile'],
  ['in a secret file, though asked for', 'KEY=▮', { path: '/project/.env', automatic: false }, 'secretFile'],
  ['in a huge document', 'a▮', { length: 6 * 1024 * 1024, automatic: false }, 'tooLarge'],
  ['in binary data', 'a\0▮', { automatic: false }, 'binary'],
];

describe('the gate', () => {
  for (const [what, marked, changes, silence] of cases)
    it(`${silence === undefined ? 'opens' : 'is shut'} ${what}`, () =>
      assert.equal(gate(at(marked, changes), false), silence));

  it('is shut after a deletion, unless asked', () => {
    assert.equal(gate(at('const x = ▮'), true), 'deleted');
    assert.equal(gate(at('const x = ▮', { automatic: false }), true), undefined);
  });
});
