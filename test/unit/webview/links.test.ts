// Which links may be followed: the web, and files by a relative path.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { linkKind } from '../../../src/webview/links.ts';

describe('Links in an answer', () => {
  for (const href of ['https://a.b', 'HTTP://a.b/c', 'https://a.b:80/c?d#e']) {
    it(`leads to the web: ${href}`, () => assert.equal(linkKind(href), 'web'));
  }
  for (const href of ['src/main.ts', './a', '../a', 'src/main.ts#L10-L20', 'a/b:c', 'my%20file.md']) {
    it(`leads to a file: ${href}`, () => assert.equal(linkKind(href), 'file'));
  }
  for (const href of [
    '',
    '#',
    '#top',
    '?a',
    '/',
    '/etc',
    '\\\\server\\share',
    '//a.b',
    'https://',
    'https:///a',
    'https:a.b',
    'javascript:a',
    ' java\nscript:a',
    '\u0001javascript:a',
    'java%73cript:a',
    'javascript%3Aa',
    'vbscript:a',
    'data:a',
    'command:a',
    'Command:a',
    'vscode:a',
    'vscode-insiders://a',
    'file:///a',
    'mailto:a@b',
    'C:\\a',
    'c:a',
  ]) /* prettier-ignore */ {
    it(`leads nowhere: ${JSON.stringify(href)}`, () => assert.equal(linkKind(href), undefined));
  }

  it('never lets a scheme through but http and https, however it is spelt', () => {
    const noise = fc.array(fc.constantFrom('\n', '\t', ' ', '\u0000', '\u200b'), { maxLength: 3 });
    const scheme = fc.constantFrom('javascript', 'command', 'data', 'file', 'vscode', 'blob');
    fc.assert(
      fc.property(scheme, fc.nat({ max: 6 }), noise, fc.boolean(), fc.string(), (name, at, extra, upper, rest) => {
        const spelt = name.slice(0, at) + extra.join('') + name.slice(at);
        assert.equal(linkKind(`${upper ? spelt.toUpperCase() : spelt}:${rest}`), undefined);
      }),
    );
  });
});
