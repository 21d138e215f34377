// What a person downloads, and what is read when VS Code starts.

import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from '../setup/installed.mjs';

/**
 * @param {string} vsix packed just now, so that dist/ is the production build
 * @returns {Promise<{ vsixBytes: number, extensionJsBytes: number, startupJsBytes: number, webviewJsBytes: number }>}
 *   `extensionJsBytes`: all code for the extension host; `startupJsBytes`: the part that is read at start-up (the others are read when
 *   the first request needs them); `webviewJsBytes`: the panel's
 */
export async function size(vsix) {
  const dist = path.join(root, 'dist');
  return {
    vsixBytes: statSync(vsix).size,
    extensionJsBytes: scripts(dist),
    startupJsBytes: ['main.js', 'extension.js'].reduce((sum, file) => sum + statSync(path.join(dist, file)).size, 0),
    webviewJsBytes: scripts(path.join(dist, 'webview')),
  };
}

/** @param {string} folder */
function scripts(folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0);
}
