// The document that shows a request: what can be read in it, where its links lie, and that the body is there to the byte.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Manner } from '../../../src/privacy/sentWords.ts';
import { textOfSent, type SentParts } from '../../../src/privacy/sentText.ts';

const content = 'Why?\n\n```ts main.ts\nconst key = "FATHOM_SECRET_1";\n```\n';
const body = JSON.stringify({
  model: 'deepseek-flash',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content },
  ],
  stream: true,
  'odd key': { a: [1, 2] },
});
const sent = {
  url: 'https://api.deepseek.com/chat/completions',
  body,
  found: [{ placeholder: 'FATHOM_SECRET_1', kind: 'AWS access key', length: 20 }],
  pieces: [
    { source: '/w/open/main.ts', startLine: 3, endLine: 20, chosen: true },
    { source: '/w/open/all.ts' },
    { source: '/w/open/one.ts', startLine: 7, endLine: 7 },
    { source: '/w/open/one.ts', startLine: 7, endLine: 7, digest: 'before it was changed' },
  ],
};
const parts: SentParts = {
  title: 'chat',
  facts: [
    ['Time', 'now'],
    ['Why there', 'a\nb'],
  ],
  sent,
};
const manner: Manner = { locale: 'en', currency: 'USD' };
const read = (change: Partial<SentParts> = {}) => textOfSent({ ...parts, ...change }, manner);

describe('the document of a request', () => {
  it('begins with what is known of it, in columns', () => {
    assert.ok(read().text.startsWith('# chat\n\n    Time       now\n    Why there  a\n               b\n'));
  });

  it('has the body to the byte, and how many bytes that is', () => {
    const umlaut = JSON.stringify({ prompt: 'Größe' });
    const { text } = read({ sent: { ...sent, body: umlaut } });
    assert.ok(text.endsWith(`# The body to the byte (20 bytes)\n\n${umlaut}\n`), text);
  });

  it('lays the body out path by path, long strings as blocks with real line breaks', () => {
    const { text } = read();
    for (const piece of [
      '\nPOST https://api.deepseek.com/chat/completions\n',
      '\nmodel: "deepseek-flash"\n',
      '\nmessages[0]: {"role":"system","content":"Be brief."}\n',
      '\nmessages[1].role: "user"\nmessages[1].content:\n    Why?\n\n    ```ts main.ts\n',
      '\nstream: true\n',
      '\n["odd key"]: {"a":[1,2]}\n',
    ]) {
      assert.ok(text.includes(piece), `${piece}\n--- in ---\n${text}`);
    }
  });

  it('marks what was replaced, in the list and in the laid-out body, not in the body itself', () => {
    const { text } = read();
    assert.ok(text.includes('\n    ⟦FATHOM_SECRET_1⟧: AWS access key, 20 characters\n'));
    assert.ok(text.includes('\n    const key = "⟦FATHOM_SECRET_1⟧";\n'));
    assert.ok(!text.slice(text.indexOf('# The body to the byte')).includes('⟦'));
  });

  it('marks a placeholder whose name begins with another one’s as a whole', () => {
    const found = ['S_1', 'S_12'].map((placeholder) => ({ placeholder, kind: 'token', length: 9 }));
    const { text } = read({ sent: { ...sent, found, body: JSON.stringify({ prompt: 'S_12 and S_1' }) } });
    assert.ok(text.includes('prompt: "⟦S_12⟧ and ⟦S_1⟧"'), text);
  });

  it('links each piece to its file, on exactly its words', () => {
    const { text, links } = read();
    assert.deepEqual(
      links.map(({ start, end }) => text.slice(start, end)),
      ['/w/open/main.ts, lines 3 to 20', '/w/open/all.ts, all of it', '/w/open/one.ts, line 7'],
    );
    assert.deepEqual(
      links.map(({ piece: { source, startLine } }) => [source, startLine]),
      [
        ['/w/open/main.ts', 3],
        ['/w/open/all.ts', undefined],
        ['/w/open/one.ts', 7],
      ],
    );
  });

  it('says so where no code is in it, nothing was replaced, or the text is gone', () => {
    const { text } = read({ sent: { ...sent, pieces: [], found: [] } });
    assert.ok(text.includes('    No code of a file is in it.\n'));
    assert.ok(text.includes('    Nothing was replaced.\n'));
    const gone = textOfSent({ title: 'chat', facts: parts.facts, missing: 'It is gone.' }, manner).text;
    assert.ok(gone.endsWith('# What was sent\n\n    It is gone.\n'));
  });

  it('shows a body that is no JSON as it is', () => {
    assert.ok(read({ sent: { ...sent, body: 'a\nb' } }).text.includes('\n    a\n    b\n'));
  });

  it('never lets a line of a prompt look like one of the document’s own', () => {
    const own = (text: string) => text.slice(0, text.lastIndexOf('\n# ')).split('\n');
    const headings = own(read({ sent: { ...sent, body: JSON.stringify({ prompt: '' }) } }).text).filter((line) =>
      line.startsWith('# '),
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom('# What was replaced', '\r', '\n', '\r\n', 'model: "x"'), fc.string())),
        (bits) => {
          const prompt = bits.join('\n');
          const lines = own(read({ sent: { ...sent, body: JSON.stringify({ prompt }) } }).text);
          assert.deepEqual(
            lines.filter((line) => line.startsWith('# ')),
            headings,
          );
        },
      ),
    );
  });
});
