// The second wall: whatever HTML markdown.ts or highlight.js made, only these elements and attributes reach the page.
import DOMPurify from 'dompurify';
import { linkKind } from './links.ts';

const tags = [
  'a', 'blockquote', 'br', 'code', 'del', 'div', 'em', 'h3', 'h4', 'h5', 'h6', 'hr', 'li', 'ol', 'p', 'pre', 's', 'span',
  'strong', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul',
]; // prettier-ignore

const purify = DOMPurify();
purify.addHook('afterSanitizeAttributes', (node) => {
  const href = node.getAttribute('href');
  if (href !== null && linkKind(href) === undefined) node.removeAttribute('href');
});

/** The safe part of the HTML, as nodes. */
export function sanitize(html: string): DocumentFragment {
  return purify.sanitize(html, {
    ALLOWED_TAGS: tags,
    ALLOWED_ATTR: ['href', 'title', 'class', 'start'],
    ALLOW_ARIA_ATTR: false,
    ALLOW_DATA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
}
