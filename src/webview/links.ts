// Which links in a model's text may be followed at all: the web, and files by a relative path. Everything else stays text.
// The extension checks again before it opens anything: a file must lie inside the workspace.

export type LinkKind = 'web' | 'file';

// Browsers ignore these inside a scheme ("java\nscript:"), so they are removed before the scheme is read.
const ignoredByBrowsers = /[\u0000-\u0020\u007f-\u009f\u200b-\u200f\u2028-\u202f\ufeff]/g;

/** What kind of link this is, or undefined if it must be inert (`command:`, `javascript:`, `data:`, `//host`, absolute paths …). */
export function linkKind(href: string): LinkKind | undefined {
  const bare = href.replace(ignoredByBrowsers, '');
  if (/^https?:\/\/[^/?#]/i.test(bare)) return 'web';
  if (bare === '' || /^[#?/\\]/.test(bare)) return undefined;
  // A colon before the first slash makes a scheme (or a drive); behind one it is part of a name.
  if (/^[^/?#]*:/.test(unescaped(bare))) return undefined;
  return 'file';
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
