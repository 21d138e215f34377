// The three import rules of docs/architecture.md, enforced by the linter: a breach of each is caught, and a lawful import is not.
import assert from 'node:assert/strict';
import path from 'node:path';
import { ESLint } from 'eslint';
import { describe, it } from 'mocha';

const root = path.join(import.meta.dirname, '../../..');
const eslint = new ESLint({
  cwd: root,
  overrideConfig: [{ languageOptions: { parserOptions: { project: null } } }],
  // Only these rules: the typed ones need a file on disk, and these do not.
  ruleFilter: ({ ruleId }) => ruleId.startsWith('no-restricted-'),
});

async function complaints(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: path.join(root, file) });
  return (result?.messages ?? []).map((message) => message.message);
}

const breaches: [string, string, string, RegExp][] = [
  ['a room that opens a client', 'src/chat/conversation.ts', `import OpenAI from 'openai';`, /One door/],
  [
    'a room that opens a client when first used',
    'src/chat/panel.ts',
    `export const x = () => import('ollama');`,
    /One door/,
  ],
  ['a room that opens a socket', 'src/edits/proposal.ts', `import http from 'node:http';`, /One door/],
  ['a room that calls fetch', 'src/completion/engine.ts', `export const x = () => fetch('http://a');`, /One door/],
  ['the root that calls fetch', 'src/extension.ts', `export const x = () => globalThis.fetch('http://a');`, /One door/],
  [
    'a room that makes a model of its own',
    'src/actions/actions.ts',
    `import { OllamaModel } from '../models/ollama.ts';`,
    /One door/,
  ],
  [
    'another file of privacy that makes a model',
    'src/privacy/router.ts',
    `import { DeepSeekModel } from '../models/deepseek.ts';`,
    /One door/,
  ],
  [
    'visibility that makes a model',
    'src/privacy/visibility.ts',
    `import { DeepSeekModel } from '../models/deepseek.ts';`,
    /ask the forge/,
  ],
  [
    'models that know another room',
    'src/models/ollama.ts',
    `import type { Route } from '../privacy/route.ts';`,
    /Which way is up/,
  ],
  [
    'context that knows privacy',
    'src/context/chatPrompt.ts',
    `import { x } from '../privacy/router.ts';`,
    /Which way is up/,
  ],
  [
    'privacy that knows chat',
    'src/privacy/gateway.ts',
    `import { x } from '../chat/conversation.ts';`,
    /Which way is up/,
  ],
  [
    'completion that knows chat',
    'src/completion/provider.ts',
    `import { x } from '../chat/conversation.ts';`,
    /Which way is up/,
  ],
  ['a pure file that imports vscode', 'src/chat/conversation.ts', `import * as vscode from 'vscode';`, /Pure core/],
  ['the gateway that imports vscode', 'src/privacy/gateway.ts', `import * as vscode from 'vscode';`, /Pure core/],
  [
    'the webview that imports the host',
    'src/webview/main.ts',
    `import { x } from '../chat/conversation.ts';`,
    /The webview imports nothing/,
  ],
];

const lawful: [string, string, string][] = [
  ['models open clients', 'src/models/deepseek.ts', `export const x = () => import('openai');`],
  ['models fetch', 'src/models/forge.ts', `export const x = () => fetch('http://a');`],
  ['the gateway makes models', 'src/privacy/gateway.ts', `import { OllamaModel } from '../models/ollama.ts';`],
  ['visibility asks the forge', 'src/privacy/visibility.ts', `import { askForge } from '../models/forge.ts';`],
  ['adapters import vscode', 'src/privacy/vscodeStatusBar.ts', `import * as vscode from 'vscode';`],
  ['chat asks the gateway', 'src/chat/conversation.ts', `import type { Gateway } from '../privacy/gatewayTypes.ts';`],
  ['the root joins rooms', 'src/extension.ts', `import { createGateway } from './privacy/gateway.ts';`],
];

describe('The import rules', function () {
  this.timeout(20_000);

  for (const [what, file, code, complaint] of breaches) {
    it(`catch ${what}`, async () => {
      const found = await complaints(file, code);
      assert.ok(
        found.some((message) => complaint.test(message)),
        `expected a complaint like ${complaint.source}, got: ${found.join(' | ') || 'none'}`,
      );
    });
  }

  for (const [what, file, code] of lawful) {
    it(`let through: ${what}`, async () => assert.deepEqual(await complaints(file, code), []));
  }
});
