// Which names of folders a model is told.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { toldPath } from '../../../src/privacy/toldPath.ts';

describe('the path that a model is told', () => {
  const folder = join('/', 'work', 'acme');
  const repositories = (...folders: string[]) => {
    const found = new Set(folders.map((each) => join(each, '.git')));
    return (path: string) => found.has(path);
  };

  it('is the one in the window’s folder', () => {
    const file = join(folder, 'src', 'a.ts');
    assert.equal(toldPath(file, folder, 'src/a.ts', repositories(folder)), 'src/a.ts');
  });

  it('has no folder of the repository around its own', () => {
    const inner = join(folder, 'merger', 'vendored');
    const file = join(inner, 'lib', 'a.ts');
    assert.equal(toldPath(file, folder, 'merger/vendored/lib/a.ts', repositories(folder, inner)), 'lib/a.ts');
  });

  it('of a file outside the window is the one in its repository, else its name', () => {
    const other = join('/', 'home', 'ann', 'merger');
    const file = join(other, 'src', 'a.ts');
    assert.equal(toldPath(file, undefined, file, repositories(other)), 'src/a.ts');
    assert.equal(toldPath(file, undefined, file, repositories()), 'a.ts');
  });
});
