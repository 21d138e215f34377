// Opens the panel's browser side alone, in a plain page that looks to it like VS Code's webview: the same content security
// policy, default styles and theme variables, and an `acquireVsCodeApi` that records what it says. Nothing reaches the network.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import type { FromWebview, PanelEvent, PanelState, ToWebview } from '../../../src/chat/protocol.ts';
import { panelThemes, type ThemeName } from './themes.ts';

const root = path.join(import.meta.dirname, '../../..');
const origin = 'http://panel.invalid';

/** The panel's script, built as esbuild.mjs builds it. */
export async function buildPanel(): Promise<string> {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['src/webview/main.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'chrome128',
  });
  return outputFiles[0]?.text ?? '';
}

// What VS Code puts into every webview (in a layer that any style of the page outranks).
const webviewDefaults = `
@layer vscode-default {
  html { scrollbar-color: var(--vscode-scrollbarSlider-background) transparent; }
  body { overscroll-behavior-x: none; background-color: transparent; color: var(--vscode-editor-foreground);
    font-family: var(--vscode-font-family); font-weight: var(--vscode-font-weight); font-size: var(--vscode-font-size);
    margin: 0; padding: 0 20px; }
  a, a code { color: var(--vscode-textLink-foreground); }
  a:focus, input:focus, select:focus, textarea:focus { outline: 1px solid -webkit-focus-ring-color; outline-offset: -1px; }
  code { font-family: var(--vscode-editor-font-family); color: var(--vscode-textPreformat-foreground);
    background-color: var(--vscode-textPreformat-background); padding: 1px 3px; border-radius: 4px; }
  pre code { padding: 0; }
  blockquote { background: var(--vscode-textBlockQuote-background); border-color: var(--vscode-textBlockQuote-border); }
}`;

function html(theme: ThemeName, nonce: string): string {
  const { bodyClass, background, colors } = panelThemes[theme];
  const variables = Object.entries(colors).map(([name, value]) => `--vscode-${name}: ${value};`);
  const policy = [
    `default-src 'none'`,
    `img-src ${origin} data:`,
    `font-src ${origin}`,
    `style-src ${origin} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<style nonce="${nonce}">${webviewDefaults} html { background: ${background}; ${variables.join(' ')} }</style>
<link rel="stylesheet" href="${origin}/codicon.css"><link rel="stylesheet" href="${origin}/panel.css"></head>
<body class="${bodyClass}"><div id="app"></div>
<script nonce="${nonce}">
  window.posted = []; window.refused = [];
  document.addEventListener('securitypolicyviolation', (event) => window.refused.push(event.violatedDirective + ' ' + event.blockedURI));
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => window.posted.push(message),
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
    setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
  });
</script><script nonce="${nonce}" src="${origin}/panel.js"></script></body></html>`;
}

export interface PanelOptions {
  script: string;
  theme?: ThemeName;
  width?: number;
  height?: number;
}

/** One open panel. `seq` counts as the extension would. */
export class PanelPage {
  readonly page: Page;
  private seq = 0;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(browser: Browser, { script, theme = 'dark', width = 300, height = 640 }: PanelOptions) {
    const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: 2 });
    const codicons = path.join(root, 'node_modules/@vscode/codicons/dist');
    const served: Record<string, () => Promise<{ contentType: string; body: string | Buffer }>> = {
      '/': async () => ({ contentType: 'text/html', body: html(theme, 'n0nce') }),
      '/panel.js': async () => ({ contentType: 'text/javascript', body: script }),
      '/panel.css': async () => ({ contentType: 'text/css', body: await readFile(path.join(root, 'media/panel.css')) }),
      '/codicon.css': async () => ({
        contentType: 'text/css',
        body: await readFile(path.join(codicons, 'codicon.css')),
      }),
      '/codicon.ttf': async () => ({
        contentType: 'font/ttf',
        body: await readFile(path.join(codicons, 'codicon.ttf')),
      }),
    };
    await page.route('**/*', async (route) => {
      const answer = served[new URL(route.request().url()).pathname];
      if (answer === undefined) await route.abort();
      else await route.fulfill(await answer());
    });
    await page.goto(`${origin}/`);
    return new PanelPage(page);
  }

  async snapshot(state: PanelState, bundle?: Record<string, string>): Promise<void> {
    await this.post({ type: 'snapshot', seq: this.seq, state, ...(bundle === undefined ? {} : { bundle }) });
  }

  async event(...events: PanelEvent[]): Promise<void> {
    for (const event of events) await this.post({ type: 'event', seq: ++this.seq, event });
  }

  /** An event that never arrives. */
  lose(): void {
    this.seq++;
  }

  /** Sends a message, and waits until what it changes is drawn. */
  private async post(message: ToWebview): Promise<void> {
    await this.page.evaluate(`new Promise((drawn) => {
      window.postMessage(${JSON.stringify(message)}, '*');
      setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    })`);
  }

  /** Waits until an expression is true in the page. (Playwright's own way needs `eval`, which the policy forbids.) */
  async until(expression: string): Promise<void> {
    await this.page.evaluate(`new Promise((resolve) => {
      const look = () => (${expression} ? resolve() : requestAnimationFrame(look));
      look();
    })`);
  }

  /** What the panel has said to the extension so far. */
  async said(): Promise<FromWebview[]> {
    return this.page.evaluate<FromWebview[]>('window.posted');
  }

  /** What the content security policy has refused. */
  async refused(): Promise<string[]> {
    return this.page.evaluate<string[]>('window.refused');
  }

  /** The view is hidden and shown again: its page is made anew. */
  async reopen(): Promise<void> {
    await this.page.reload();
  }
}
