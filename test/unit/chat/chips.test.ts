// Which pieces of code go along with a question, and which files never do by themselves.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ChipShelf, whyNotAttached } from '../../../src/chat/chips.ts';
import { suggestionsFor } from '../../../src/chat/emptyState.ts';
import type { PromptAttachment } from '../../../src/context/chatPrompt.ts';

const piece = (path: string, more: Partial<PromptAttachment> = {}): PromptAttachment => ({
  ...{
    kind: 'file',
    source: `/w/${path}`,
    path,
    languageId: 'typescript',
    text: 'x',
    startLine: 1,
    endLine: 9,
    ...more,
  },
});
const selection = (path: string, startLine: number, endLine: number) =>
  piece(path, { kind: 'selection', startLine, endLine });
const editor = (...attachments: PromptAttachment[]) => ({ source: attachments[0]?.source ?? '', attachments });
const labels = (shelf: ChipShelf) => shelf.chips.map(({ label }) => label);

describe('chips', () => {
  it('follow file and selection', () => {
    const shelf = new ChipShelf();
    shelf.follow(editor(piece('src/a.ts'), selection('src/a.ts', 10, 24)));
    assert.deepEqual(labels(shelf), ['a.ts', 'a.ts:10-24']);
    assert.equal(shelf.chips[1]?.title, 'src/a.ts:10-24');
    shelf.follow(editor(piece('src/b.ts'), selection('src/b.ts', 3, 3)));
    assert.deepEqual(labels(shelf), ['b.ts', 'b.ts:3']);
    shelf.follow(undefined);
    assert.deepEqual(labels(shelf), []);
  });

  it('stay away once removed, until another file is looked at', () => {
    const shelf = new ChipShelf();
    shelf.follow(editor(piece('a.ts')));
    shelf.remove(shelf.chips[0]?.id ?? '');
    shelf.follow(editor(piece('a.ts'), selection('a.ts', 1, 2)));
    assert.deepEqual(labels(shelf), ['a.ts:1-2']);
    shelf.follow(editor(piece('b.ts')));
    shelf.follow(editor(piece('a.ts')));
    assert.deepEqual(labels(shelf), ['a.ts']);
  });

  it('that an action put there stay until the question, once each', () => {
    const shelf = new ChipShelf();
    shelf.pin([selection('a.ts', 1, 2)]);
    shelf.follow(editor(piece('a.ts'), selection('a.ts', 1, 2)));
    shelf.follow(editor(piece('b.ts')));
    assert.deepEqual(labels(shelf), ['a.ts:1-2', 'b.ts']);
    shelf.unpin();
    assert.deepEqual(labels(shelf), ['b.ts']);
  });

  for (const name of [
    '.env',
    '/w/.env.local',
    'prod.env',
    'id_rsa',
    'server.PEM',
    '.npmrc',
    'secrets.yaml',
    'x.tfvars',
  ]) {
    it(`never hold ${name} by themselves`, () => assert.equal(whyNotAttached(name, 'A=1'), 'secret'));
  }
  for (const name of ['.env.example', 'environment.ts', 'main.ts', 'keys.ts', 'secret.ts', 'credentials.ts']) {
    it(`may hold ${name}`, () => assert.equal(whyNotAttached(name, 'A=1'), undefined));
  }
  it('never hold binary or huge files', () => {
    assert.equal(whyNotAttached('a.bin', 'a\0b'), 'binary');
    assert.equal(whyNotAttached('a.ts', 'x'.repeat(1_000_001)), 'huge');
  });

  it('come with three suggestions that fit', () => {
    assert.equal(suggestionsFor([]).length, 3);
    assert.match(suggestionsFor([piece('src/a.ts')])[0] ?? '', /a\.ts/);
    assert.match(suggestionsFor([piece('a.ts'), selection('a.ts', 1, 2)])[0] ?? '', /selected/);
    assert.match(suggestionsFor([piece('test/a.test.ts')])[0] ?? '', /not test/);
    assert.match(suggestionsFor([piece('README.md', { languageId: 'markdown' })])[0] ?? '', /Summarise/);
  });
});
