// Where a link in a model's answer may lead: to a file that lies inside a workspace folder, symbolic links followed. Anything else
// leads nowhere. Opening is panel.ts's job.
import { realpath, stat } from 'node:fs/promises';
import * as path from 'node:path';

export interface FilePlace {
  path: string;
  /** First is 1. */
  line?: number;
}

/**
 * @param href as the model wrote it: "src/main.ts", "src/main.ts:12", "./src/main.ts#L12"
 * @param folders absolute paths of the workspace's folders
 */
export async function resolveFileLink(href: string, folders: readonly string[]): Promise<FilePlace | undefined> {
  const { name, line } = split(href);
  // No scheme, no drive, no absolute path, no share.
  if (name === '' || /^[a-z][\w+.-]*:/i.test(name) || /^[\\/]/.test(name) || name.includes('\0')) return undefined;
  for (const folder of folders) {
    const file = await fileWithin(folder, name);
    if (file !== undefined) return { path: file, ...(line === undefined ? {} : { line }) };
  }
  return undefined;
}

function split(href: string): { name: string; line: number | undefined } {
  const match = /^(.*?)(?::(\d{1,7})(?::\d+|-\d+)?|#L?(\d{1,7})(?:-L?\d+)?)?$/s.exec(unescaped(href));
  const line = match?.[2] ?? match?.[3];
  return { name: match?.[1] ?? '', line: line === undefined ? undefined : Math.max(Number(line), 1) };
}

function unescaped(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href; // A `%` that escapes nothing is part of the name.
  }
}

/** The real path of `name` in `folder`, if it is a file and nothing on the way leads out. */
async function fileWithin(folder: string, name: string): Promise<string | undefined> {
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(path.resolve(folder, name))]);
    const inside = path.relative(root, file);
    if (inside === '' || inside.split(path.sep)[0] === '..' || path.isAbsolute(inside)) return undefined;
    return (await stat(file)).isFile() ? file : undefined;
  } catch {
    return undefined; // No such file, or no such folder any more.
  }
}
