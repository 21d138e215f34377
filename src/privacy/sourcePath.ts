// From a source, as the gateway is told of it, to the file of this machine that it is about.
import { isAbsolute, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Documents that show a file's text under another scheme: git's side of a diff, a cell of a notebook. Their path is the file's. */
const schemesWithPath: ReadonlySet<string> = new Set(['git', 'vscode-notebook-cell']);

/**
 * @param source absolute path, or a URI
 * @returns undefined for documents that are no file of this machine
 */
export function pathOf(source: string): string | undefined {
  if (isAbsolute(source)) return source;
  if (!URL.canParse(source)) return undefined;
  const url = new URL(source);
  const scheme = url.protocol.slice(0, -1);
  if (url.host !== '' || !(scheme === 'file' || schemesWithPath.has(scheme)) || !url.pathname.startsWith('/')) {
    return undefined;
  }
  try {
    return fileURLToPath(`file://${url.pathname}`);
  } catch {
    // `%2F` and the like: no file that could be found.
    return undefined;
  }
}

/** Whether an absolute path is the folder or lies below it; both as written. */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
