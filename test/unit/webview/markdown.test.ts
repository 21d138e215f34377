// What a model's text can become on the page: text, code and links, and nothing that runs, loads or commands.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { mend, renderMarkdown, renderTail } from '../../../src/webview/markdown.ts';

describe('Markdown of a model', () => {
  it('shows HTML as text', () => {
    assert.equal(
      renderMarkdown('<script>alert(1)</script> <b onclick="x()">b</b>'),
      '<p>&lt;script&gt;alert(1)&lt;/script&gt; &lt;b onclick=&quot;x()&quot;&gt;b&lt;/b&gt;</p>\n',
    );
    assert.doesNotMatch(renderMarkdown('<img src=x onerror=alert(1)>\n\n<iframe src="https://a.b">'), /<(img|iframe)/);
  });

  for (const href of [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java&#10;script:alert(1)',
    'command:workbench.action.quit',
    'vscode://a.b/c',
    'data:text/html,<script>alert(1)</script>',
    'file:///etc/passwd',
    '//evil.example',
    '/etc/passwd',
    'C:/Windows',
  ]) {
    it(`makes no link of ${href}`, () => {
      for (const text of [`[click](<${href}>)`, `<${href}>`, `[click][1]\n\n[1]: <${href}>`, `![click](<${href}>)`]) {
        assert.doesNotMatch(renderMarkdown(text), /href|src/i, text);
      }
    });
  }

  it('links to the web and to files of the workspace, and shows where to', () => {
    assert.equal(
      renderMarkdown('[docs](https://a.b/c?d=1&e)'),
      '<p><a href="https://a.b/c?d=1&amp;e" title="https://a.b/c?d=1&amp;e">docs</a></p>\n',
    );
    assert.match(renderMarkdown('[main](src/main.ts#L10)'), /<a href="src\/main\.ts#L10"/);
    assert.match(renderMarkdown('see https://a.b/c.'), /<a href="https:\/\/a\.b\/c"[^>]*>https:\/\/a\.b\/c<\/a>\./);
  });

  it('makes no links of file names and mail addresses in the text', () => {
    assert.doesNotMatch(renderMarkdown('main.py, www.a.io, ada@example.com'), /<a/);
  });

  it('loads no image: a link with its description is left', () => {
    const html = renderMarkdown('![a *small* cat](https://a.b/cat.png?who=ada)');
    assert.doesNotMatch(html, /<img/);
    assert.match(html, /<a href="https:\/\/a\.b\/cat\.png\?who=ada"[^>]*>a \*small\* cat<\/a>/);
    assert.equal(renderMarkdown('![dot](data:image/png;base64,AAAA)'), '<p>dot</p>\n');
    assert.equal((renderMarkdown('[![badge](https://a.b/c.svg)](https://d.e)').match(/<a /g) ?? []).length, 1);
  });

  it('puts no style attribute into a table', () => {
    const html = renderMarkdown('| a | b |\n|--:|:-:|\n| 1 | 2 |');
    assert.doesNotMatch(html, /style/);
    assert.match(html, /<td class="align-right">1<\/td>/);
  });

  it('lets no text out of an attribute', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', "'", '<', '>', '&', '(', ')', ' ', 'a', ':', '`', '\\') }),
        (s) => {
          const html = renderMarkdown(`[${s}](https://a.b/${s})\n\n![${s}](https://a.b/${s} "${s}")\n\n${s}`);
          for (const tag of html.match(/<[a-z][^>]*>/g) ?? []) {
            assert.match(tag, /^<\w+( (href|title|class|start)="[^"<>]*")*>$/);
          }
        },
      ),
    );
  });

  it('puts headings below those of question and answer', () => {
    assert.equal(renderMarkdown('# A'), '<h4>A</h4>\n');
    assert.equal(renderMarkdown('###### A'), '<h6>A</h6>\n');
  });

  it('makes no heading of text above a line', () => {
    assert.equal(renderMarkdown('Text\n---'), '<p>Text</p>\n<hr>\n');
  });
});

describe('Markdown that still grows', () => {
  for (const [text, mended] of [
    ['a **bold', 'a **bold**'],
    ['a **bold*', 'a **bold**'],
    ['a **', 'a '],
    ['use `code', 'use `code`'],
    ['use `', 'use '],
    ['done **bold** and `code`', 'done **bold** and `code`'],
    ['see [docs](https://a.b/lo', 'see docs'],
    ['- **a**\n- **b', '- **a**\n- **b**'],
    ['`a ** b`', '`a ** b`'],
  ] as const) {
    it(`shows ${JSON.stringify(text)} as ${JSON.stringify(mended)}`, () => assert.equal(mend(text), mended));
  }

  it('does not remember half a definition', () => {
    const definitions = {};
    renderTail('[1]: https://exam', definitions);
    renderMarkdown('[1]: https://example.com', definitions);
    assert.match(renderMarkdown('see [this][1]', definitions), /href="https:\/\/example\.com"/);
  });
});
