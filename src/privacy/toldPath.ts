// The path of a file as a model is told it. Names of folders can be a secret of the repository that they lie in, so a file of a repository
// within another one is named from its own repository on, and nothing above the window's folder is ever told.
import { basename, dirname, join, relative, sep } from 'node:path';

/**
 * @param file absolute path
 * @param folder the window's folder that it lies in; undefined where it lies in none
 * @param inFolder how people call it there: "src/main.ts", or with the folder's name before it
 * @param exists whether there is such a file or folder
 * @returns with `/` between names
 */
export function toldPath(
  file: string,
  folder: string | undefined,
  inFolder: string,
  exists: (path: string) => boolean,
): string {
  for (let at = dirname(file); at !== folder && dirname(at) !== at; at = dirname(at)) {
    if (exists(join(at, '.git'))) return relative(at, file).split(sep).join('/');
  }
  return folder === undefined ? basename(file) : inFolder;
}
