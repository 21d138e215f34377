// What a person downloads: the files that are packed are these and no others, so that neither sources nor screenshots slip in.
import assert from 'node:assert/strict';
import path from 'node:path';
import { listFiles, PackageManager } from '@vscode/vsce';
import { describe, it } from 'mocha';

const root = path.resolve(import.meta.dirname, '../../..');

describe('the package', () => {
  it('holds what Fathom needs and nothing else', async () => {
    const files = await listFiles({ cwd: root, packageManager: PackageManager.None });
    // dist/ is there only after a build; of it, code and the icon font are packed, and never a map.
    const [built, others] = [
      files.filter((file) => file.startsWith('dist/')),
      files.filter((file) => !file.startsWith('dist/')),
    ];
    assert.deepEqual(
      built.filter((file) => !/^dist\/([\w-]+\.js|third-party-notices\.txt|webview\/[\w-]+\.(js|css|ttf))$/.test(file)),
      [],
    );
    assert.deepEqual(others.sort(), [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'l10n/bundle.l10n.json',
      'media/icon.png',
      'media/icon.svg',
      'media/panel.css',
      'media/sent.tmLanguage.json',
      ...['ghostText', 'key', 'ollama', 'privacy', 'question'].map((name) => `media/walkthrough/${name}.svg`),
      'package.json',
      'package.nls.json',
    ]);
  });
});
