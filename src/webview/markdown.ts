// Markdown → HTML, for text that a model wrote and nobody vouches for: raw HTML stays text, images become links, and a link
// that may not be followed stays as it was written. The HTML still goes through sanitize.ts before it reaches the page.
import MarkdownIt from 'markdown-it';
import { linkKind } from './links.ts';

/** Link definitions that a text has made so far; `[name]` in a later block finds them. */
export interface Definitions {
  [other: string | symbol]: unknown;
  references?: Record<string, { title: string; href: string }>;
}

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: false, typographer: false });
// Underlined headings: models write `---` for a rule, and a list's first "-" would make a heading of the line above it.
markdown.disable('lheading');
// Only addresses with a scheme: "main.ts" and "a@b" are not links.
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
// Data images pass here so that only their alternative text is left of them, rather than a page of base64.
markdown.validateLink = (href) => linkKind(href) !== undefined || href.startsWith('data:image/');

const { rules } = markdown.renderer;
const { escapeHtml } = markdown.utils;

rules.link_open = (tokens, index) => {
  const href = String(tokens[index]?.attrGet('href') ?? '');
  return linkKind(href) === undefined ? '<a>' : `<a href="${escapeHtml(href)}" title="${escapeHtml(href)}">`;
};

// Loading a picture would tell its server who reads what.
rules.image = (tokens, index) => {
  const token = tokens[index];
  const href = String(token?.attrGet('src') ?? '');
  const text = escapeHtml(token?.content === undefined || token.content === '' ? 'image' : token.content);
  const before = tokens.slice(0, index).map(({ type }) => type);
  const insideLink = before.lastIndexOf('link_open') > before.lastIndexOf('link_close');
  if (insideLink || linkKind(href) === undefined) return text;
  return `<a href="${escapeHtml(href)}" title="${escapeHtml(href)}">${text}</a>`;
};

// The question is a heading of level 2 and its answer one of level 3.
rules.heading_open = (tokens, index) => `<${lower(tokens[index]?.tag)}>`;
rules.heading_close = (tokens, index) => `</${lower(tokens[index]?.tag)}>\n`;

// A style attribute would need `unsafe-inline`.
const cell: NonNullable<typeof rules.th_open> = (tokens, index) => {
  const token = tokens[index];
  const align = /text-align:(\w+)/.exec(String(token?.attrGet('style') ?? ''))?.[1];
  return align === undefined ? `<${token?.tag ?? 'td'}>` : `<${token?.tag ?? 'td'} class="align-${align}">`;
};
rules.th_open = cell;
rules.td_open = cell;
// A box of its own, so that a wide table scrolls and the panel does not.
rules.table_open = () => '<div class="table"><table>\n';
rules.table_close = () => '</table></div>\n';

function lower(tag = 'h1'): string {
  return `h${Math.min(Number(tag.slice(1)) + 3, 6)}`;
}

/** HTML of one finished block. @param definitions remembers the block's link definitions */
export function renderMarkdown(text: string, definitions: Definitions = {}): string {
  return markdown.render(text, definitions);
}

/** HTML of a block that still grows: open marks are closed, and half a definition is not remembered. */
export function renderTail(text: string, definitions: Definitions = {}): string {
  return markdown.render(mend(text), { references: { ...definitions.references } });
}

/** Closes bold text and inline code that have no end yet, so that their marks don't show for a moment; drops half a link. */
export function mend(text: string): string {
  const paragraph = text.lastIndexOf('\n\n') + 1;
  const head = text.slice(0, paragraph);
  let last = text.slice(paragraph);
  if ((last.match(/(?<!`)`(?!`)/g)?.length ?? 0) % 2 === 1) {
    return head + (last.endsWith('`') ? last.slice(0, -1) : `${last}\``);
  }
  const bare = last.replace(/`[^`]*`/g, (code) => ' '.repeat(code.length));
  const link = /!?\[([^\][]*)(?:\]\([^()\s]*)?$/.exec(bare);
  if (link?.[0].includes('](') === true) last = last.slice(0, link.index) + (link[1] ?? '');
  if ((bare.match(/\*\*/g)?.length ?? 0) % 2 === 1) {
    return head + (/\*\*\s*$/.test(last) ? last.replace(/\*\*\s*$/, '') : `${last.trimEnd().replace(/\*$/, '')}**`);
  }
  return head + last;
}
