// Drives a VS Code in Chromium as a person does: keys, clicks, and what can be read on the page. It knows where things are in VS Code's
// and Fathom's pages; what they should say is for the tests. Nothing here sleeps: every step waits for what it needs to see.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { launchChromium } from '../setup/chromium.mjs';
import { scratchFolder } from '../setup/processes.mjs';
import { installVsix, serveVSCode } from '../setup/vscodeHost.mjs';
import { PanelDriver } from './panelDriver.ts';

/** VS Code's default themes, by what they are. */
export const themes = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  highContrast: 'Default High Contrast',
  highContrastLight: 'Default High Contrast Light',
} as const;
export type Theme = keyof typeof themes;

export interface OpenOptions {
  /** Absolute path of a folder or a `.code-workspace` file. */
  workspace: string;
  /** The extension: an installed package, or a folder with a built extension. Neither: VS Code alone. */
  extension?: { vsix: string } | { development: string };
  /** Further packages to install. */
  more?: readonly string[];
  /** User settings, on top of the quiet ones. */
  settings?: Readonly<Record<string, unknown>>;
  theme?: Theme;
  /** More of the extension host's environment; the person's own keys are never in it. */
  env?: NodeJS.ProcessEnv;
  /** False: the workspace opens in Restricted Mode. */
  trust?: boolean;
  size?: { width: number; height: number };
  /** How long one step may take, in milliseconds. */
  patience?: number;
  /** The browser's language, for example `de`. */
  locale?: string;
}

const typingDelayMs = 60;
/** Runs in the page: the ghost text, line by line. Its first line is decoration in a line of the editor, the others are lines of their own. */
const readGhostText = `(() => {
  const text = (nodes) => [...nodes].map((node) => node.textContent).join('');
  const first = text(document.querySelectorAll('.view-lines .ghost-text-decoration'));
  const more = [...document.querySelectorAll('.suggest-preview-text .view-line')]
    .map((line) => text(line.querySelectorAll('.ghost-text')));
  return [first, ...more].join('\\n');
})()`;
/** Runs in the page: the active editor's lines that are on the screen. */
const readEditorText = `(() => {
  const lines = document.querySelectorAll('.editor-group-container.active .view-lines > .view-line');
  return [...lines]
    .sort((a, b) => parseInt(a.style.top, 10) - parseInt(b.style.top, 10))
    .map((line) => {
      const copy = line.cloneNode(true);
      for (const ghost of copy.querySelectorAll('.ghost-text-decoration')) ghost.remove();
      return copy.textContent;
    })
    .join('\\n');
})()`;
/** Runs in the page: the changed lines of the diff on the screen, found by the lines' places. */
const readDiff = `(() => {
  const read = (side, mark) => {
    const root = document.querySelector('.editor-group-container.active .monaco-diff-editor .editor.' + side);
    const tops = [...(root?.querySelectorAll('.view-overlays > div, .view-zones > div') ?? [])]
      .filter((each) => each.querySelector(mark) !== null)
      .map((each) => parseInt(each.style.top, 10));
    return [...(root?.querySelectorAll('.view-lines > .view-line') ?? [])]
      .map((line) => ({ top: parseInt(line.style.top, 10), text: line.textContent }))
      .filter(({ top }) => tops.includes(top))
      .sort((a, b) => a.top - b.top)
      .map(({ text }) => text);
  };
  return { removed: read('original', '.line-delete'), added: read('modified', '.line-insert') };
})()`;
const mac = process.platform === 'darwin';

/** VS Code shows spaces of the editor as no-break spaces. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ').replaceAll('\u200b', '');

/** Finds a text of the editor, whose spaces may be no-break spaces. */
const spaced = (text: string): RegExp =>
  new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '[ \u00a0]'));

/** One window of VS Code, and the server and browser behind it. */
export class CodeWindow {
  readonly page: Page;
  /** Folder of VS Code's logs. */
  readonly logsDir: string;
  readonly consoleLines: string[] = [];
  readonly #patience: number;
  readonly #close: () => Promise<void>;

  private constructor(page: Page, logsDir: string, patience: number, close: () => Promise<void>) {
    this.page = page;
    this.logsDir = logsDir;
    this.#patience = patience;
    page.setDefaultTimeout(patience);
    this.#close = close;
    page.on('console', (message) => this.consoleLines.push(`${message.type()}: ${message.text()}`));
  }

  /** Starts VS Code on a workspace and waits until its window is complete. */
  static async open(options: OpenOptions): Promise<CodeWindow> {
    const { extension, theme = 'dark', size = { width: 1280, height: 800 }, patience = 30_000 } = options;
    const undo: (() => Promise<void> | void)[] = [];
    const close = async (): Promise<void> => {
      for (const step of undo.splice(0).reverse()) await step();
    };
    try {
      const extensions = scratchFolder('fathom-extensions');
      undo.push(extensions.remove);
      const packages = [
        ...(extension !== undefined && 'vsix' in extension ? [extension.vsix] : []),
        ...(options.more ?? []),
      ];
      for (const vsix of packages) await installVsix(vsix, extensions.folder);
      const server = await serveVSCode({
        workspace: options.workspace,
        extensionsDir: extensions.folder,
        userSettings: { 'workbench.colorTheme': themes[theme], ...options.settings },
        env: options.env ?? {},
        trust: options.trust ?? true,
        development: extension !== undefined && 'development' in extension,
      });
      undo.push(server.stop);
      const browser: Browser = await launchChromium();
      undo.push(() => browser.close());
      const context = await browser.newContext({
        viewport: size,
        permissions: ['clipboard-read', 'clipboard-write'],
        ...(options.locale === undefined ? {} : { locale: options.locale }),
      });
      const page = await context.newPage();
      const window = new CodeWindow(page, server.logsDir, patience, close);
      const address =
        extension !== undefined && 'development' in extension
          ? server.developmentUrl({ extension: extension.development })
          : server.url;
      await page.goto(address);
      await window.#whenReady();
      return window;
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** Loads the page again, as after closing and opening the window. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.#whenReady();
  }

  async close(): Promise<void> {
    await this.#close();
  }

  async #whenReady(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor();
    // The status bar has VS Code's own items as soon as the workbench is restored.
    await this.page.locator('.statusbar .statusbar-item').first().waitFor();
  }

  // --- The editor ---

  /** Opens a file by its name or path, as `Ctrl+P` does. */
  async openFile(name: string): Promise<void> {
    const base = name.split('/').at(-1) ?? name;
    const tab = this.page.locator('.tabs-container .tab.active', { hasText: base });
    await this.#quickInput(mac ? 'Meta+P' : 'Control+P', name, base);
    await tab.waitFor();
    await this.page.locator('.editor-instance .monaco-editor .view-lines .view-line').first().waitFor();
  }

  /** Puts the cursor there; both count from 1. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.#openQuickInput('Control+G', `:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.statusbar', { hasText: `Ln ${line}, Col ${column}` }).waitFor();
  }

  /** Puts the cursor at the end of the active editor's file. */
  async toEnd(): Promise<void> {
    await this.focusEditor();
    await this.page.keyboard.press(mac ? 'Meta+ArrowDown' : 'Control+End');
    // At the end the cursor's line is the last that is on the screen, and every line before it would be followed by another.
    await this.until(async () => {
      const numbers = await this.page.locator('.editor-group-container.active .line-numbers').allTextContents();
      const last = Math.max(...numbers.map(Number));
      return await this.page.locator('.statusbar', { hasText: new RegExp(`Ln ${last}, `) }).isVisible();
    }, 'the cursor to be at the end of the file');
  }

  /** Gives the editor the keyboard. */
  async focusEditor(): Promise<void> {
    await this.runCommand('View: Focus Active Editor Group');
    await this.page.locator('.editor-group-container.active .monaco-editor.focused').first().waitFor();
  }

  /** Types as people do: a burst of keys would show no ghost text. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: typingDelayMs });
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
  }

  /** The ghost text that is shown, line by line; waits for it. */
  async ghostText(): Promise<string> {
    let text = '';
    await this.until(async () => (text = await this.ghostTextNow()) !== '', 'ghost text');
    return text;
  }

  /** The ghost text that is shown now, without waiting; empty where there is none. */
  async ghostTextNow(): Promise<string> {
    return plain(await this.page.evaluate<string>(readGhostText));
  }

  /** Waits until no ghost text is shown. */
  async noGhostText(): Promise<void> {
    await this.until(async () => (await this.ghostTextNow()) === '', 'the ghost text to go away');
  }

  /** Accepts what is shown with Tab, and waits until its first line is text. @returns what was shown */
  async acceptGhost(): Promise<string> {
    const ghost = await this.ghostText();
    const [first = ''] = ghost.trimStart().split('\n');
    // What was ghost text may still look like it when the lines below are text already.
    const count = async () => (await this.editorText()).split(first).length;
    const before = await count();
    await this.page.keyboard.press('Tab');
    await this.until(async () => (await count()) > before, `this ghost text to become text: ${ghost}`);
    return ghost;
  }

  /** The lines of the active editor that are on the screen, ghost text not among them. */
  async editorText(): Promise<string> {
    return plain(await this.page.evaluate<string>(readEditorText));
  }

  /** Opens the editor's context menu on a line that is on the screen, and takes the entry at the end of `path`. */
  async contextMenu(lineText: string, ...path: string[]): Promise<void> {
    const line = this.page.locator('.editor-group-container.active .view-line').filter({ hasText: spaced(lineText) });
    await line.first().locator('span span').last().click({ button: 'right' });
    for (const [depth, label] of path.entries()) {
      // VS Code's own menu has entries of the same names, so those of a submenu are looked for in there.
      const menu = this.page.locator(depth === 0 ? '.monaco-menu' : '.monaco-submenu').last();
      const entry = menu.getByRole('menuitem', { name: label, exact: true });
      await entry.hover();
    }
    // A menu takes no clicks in its first tenth of a second, but keys.
    await this.page
      .locator('.monaco-menu .action-item.focused', { hasText: path.at(-1) ?? '' })
      .last()
      .waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** What the diff that is open shows; waits for one, and for its changes. Lines without changes are not in it. */
  async diff(): Promise<{ title: string; removed: string[]; added: string[] }> {
    const editor = this.page.locator('.editor-group-container.active .monaco-diff-editor');
    await editor.locator('.line-insert, .line-delete').first().waitFor();
    const title = await this.page.locator('.editor-group-container.active .tab.active').textContent();
    const { removed, added } = await this.page.evaluate<{ removed: string[]; added: string[] }>(readDiff);
    return { title: plain(title ?? '').trim(), removed: removed.map(plain), added: added.map(plain) };
  }

  /** Waits until no diff is open. */
  async noDiff(): Promise<void> {
    await this.page.locator('.monaco-diff-editor').first().waitFor({ state: 'detached' });
  }

  /** Presses a button of the active editor's title bar. */
  async pressEditorTitle(label: string): Promise<void> {
    await this.page.locator(`.editor-group-container.active .editor-actions a[aria-label^="${label}"]`).click();
  }

  // --- The workbench ---

  /** Runs a command by the title that the palette shows, for example "Fathom: New Chat". */
  async runCommand(title: string): Promise<void> {
    await this.#quickInput('F1', `>${title}`, title);
  }

  /** The text and the tooltip (as screen readers get it) of a status bar entry; waits for one that matches. */
  async statusBar(pattern: RegExp): Promise<string> {
    const item = this.#statusItem(pattern);
    await item.waitFor();
    return plain((await item.getAttribute('aria-label')) ?? (await item.textContent()) ?? '').trim();
  }

  /** What Fathom's own status bar entry says (text, then tooltip); waits until it matches. */
  async fathomStatus(pattern = /\S/): Promise<string> {
    let said = '';
    const entry = this.#fathomItem;
    await this.until(
      async () => {
        if (!(await entry.isVisible())) return false;
        said = plain((await entry.getAttribute('aria-label')) ?? '').trim();
        return pattern.test(said);
      },
      () => `Fathom's status bar entry to match ${String(pattern)} (it says “${said}”)`,
    );
    return said;
  }

  /** The text of Fathom's own status bar entry ("☁ deepseek-chat"); waits until it matches. */
  async fathomText(pattern = /\S/): Promise<string> {
    let text = '';
    await this.until(
      async () => {
        if (!(await this.#fathomItem.isVisible())) return false;
        text = plain((await this.#fathomItem.textContent()) ?? '').trim();
        return pattern.test(text);
      },
      () => `Fathom's status bar entry to read ${String(pattern)} (it reads “${text}”)`,
    );
    return text;
  }

  /** Clicks Fathom's own status bar entry. */
  async clickFathom(): Promise<void> {
    await this.#fathomItem.locator('a').first().click();
  }

  /** Shows the tooltip of Fathom's own status bar entry. */
  async hoverFathom(): Promise<void> {
    await this.#fathomItem.hover();
    await this.page.locator('.monaco-hover:visible').first().waitFor();
  }

  get #fathomItem(): Locator {
    return this.page.locator('.statusbar .statusbar-item[id^="fathom-code.fathom"][id$="route"]').first();
  }

  /** Clicks a status bar entry. */
  async clickStatusBar(pattern: RegExp): Promise<void> {
    await this.#statusItem(pattern).locator('a').first().click();
  }

  #statusItem(pattern: RegExp): Locator {
    const items = this.page.locator('.statusbar .statusbar-item');
    return items
      .filter({ hasText: pattern })
      .or(items.filter({ has: this.page.getByLabel(pattern) }))
      .first();
  }

  /**
   * The sentence of a notification; waits for one that matches. Only with an installed package: VS Code shows no notifications beside an
   * extension under development in the browser.
   */
  async notification(pattern = /./): Promise<string> {
    const toast = this.#toast(pattern);
    await toast.waitFor();
    return plain((await toast.locator('.notification-list-item-message').textContent()) ?? '');
  }

  /** Clicks a button of a notification. */
  async pressNotification(pattern: RegExp, button: string): Promise<void> {
    await this.#toast(pattern).locator('.monaco-button', { hasText: button }).click();
  }

  #toast(pattern: RegExp): Locator {
    return this.page.locator('.notification-toast .notification-list-item').filter({ hasText: pattern }).first();
  }

  /** Picks an entry of the quick pick that is open. */
  async pick(label: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget');
    await input.waitFor();
    await input.locator('.monaco-list-row', { hasText: label }).first().click();
  }

  /** The entries of the quick pick that has `one`; waits for it, since another that is just closing may still be there. */
  async picks(one: string): Promise<string[]> {
    const rows = this.page.locator('.quick-input-widget .monaco-list-row');
    await rows.filter({ hasText: one }).first().waitFor();
    return (await rows.allTextContents()).map((text) => plain(text).trim());
  }

  /**
   * Milliseconds that each running extension took to activate, by its name, as VS Code's own list has them; waits for `name` to be there.
   * The window must be high enough for all rows.
   */
  async activationTimes(name: string): Promise<Record<string, number>> {
    await this.runCommand('Developer: Show Running Extensions');
    const list = this.page.locator('.runtime-extensions-editor .monaco-list-row');
    const own = list.and(this.page.locator(`[aria-label="${name}"]`));
    await own
      .locator('.activation-time')
      .filter({ hasText: /\d+\s*ms/ })
      .waitFor();
    const times: Record<string, number> = {};
    for (const row of await list.all()) {
      const ms = /(\d+)\s*ms/.exec((await row.locator('.activation-time').textContent()) ?? '')?.[1];
      if (ms !== undefined) times[(await row.getAttribute('aria-label')) ?? ''] = Number(ms);
    }
    return times;
  }

  // --- Fathom's panel ---

  /**
   * Shows the panel, and gives what drives its page: the frame, two levels deep, that has the composer. `reveal: false` where Fathom is
   * about to show it by itself: a click on its icon would then hide it.
   */
  async panel({ reveal = true } = {}): Promise<PanelDriver> {
    let frame = await this.#panelNow();
    if (frame === undefined && reveal) {
      // Only once some view is shown, so that it is known whether it is this one.
      const bar = this.page.locator('.activitybar .action-item');
      await bar.and(this.page.locator('.checked')).first().waitFor();
      const icon = bar.filter({ has: this.page.locator('a[aria-label^="Fathom"]') });
      if ((await icon.and(this.page.locator('.checked')).count()) === 0) await icon.click();
    }
    await this.until(async () => (frame ??= await this.#panelNow()) !== undefined, "Fathom's panel to appear");
    if (frame === undefined) throw new Error("Fathom's panel did not appear");
    return new PanelDriver(frame, Math.max(this.#patience, 60_000));
  }

  /** Begins a new conversation, and gives what drives its empty panel. */
  async newChat(): Promise<PanelDriver> {
    await this.runCommand('Fathom: New Chat');
    const panel = await this.panel({ reveal: false });
    await panel.frame.locator('.turn').first().waitFor({ state: 'detached' });
    return panel;
  }

  async #panelNow(): Promise<Frame | undefined> {
    for (const frame of this.page.frames()) {
      if (frame.parentFrame()?.parentFrame() !== this.page.mainFrame()) continue;
      try {
        if (await frame.locator('.composer textarea').first().isVisible()) return frame;
      } catch {
        // The frame is just going away.
      }
    }
    return undefined;
  }

  // --- Looking ---

  /** Waits until `condition` holds, looking ten times a second. */
  async until(condition: () => Promise<boolean>, what: string | (() => string)): Promise<void> {
    const end = Date.now() + this.#patience;
    while (!(await condition())) {
      if (Date.now() > end) throw new Error(`Waited in vain for ${typeof what === 'string' ? what : what()}`);
      await pause(100);
    }
  }

  /** Writes a picture of the window. */
  async screenshot(file: string): Promise<string> {
    mkdirSync(path.dirname(file), { recursive: true });
    await this.page.screenshot({ path: file });
    return file;
  }

  /** Makes the side bar (about) so wide, in pixels, by dragging its border. */
  async sideBarWidth(pixels: number): Promise<void> {
    const bar = await this.page.locator('.part.sidebar').boundingBox();
    if (bar === null) throw new Error('The side bar is hidden');
    const y = bar.y + bar.height / 2;
    await this.page.mouse.move(bar.x + bar.width, y);
    await this.page.mouse.down();
    await this.page.mouse.move(bar.x + pixels, y, { steps: 10 });
    await this.page.mouse.up();
    // Away from the border, which stays marked as long as the pointer is over it.
    await this.page.mouse.move(bar.x + pixels + 200, y);
  }

  get #input(): Locator {
    return this.page.locator('.quick-input-widget input[type="text"]').first();
  }

  /** Opens a quick input by its key. A key is lost while the window is busy, or meets an input that is just closing: it is pressed again. */
  async #openQuickInput(key: string, text: string): Promise<void> {
    await this.page.keyboard.press(key);
    const seen = async (): Promise<boolean> => {
      try {
        await this.#input.waitFor({ timeout: 5000 });
        await this.#input.fill(text, { timeout: 5000 });
        return (await this.#input.inputValue({ timeout: 5000 })) === text;
      } catch {
        await this.page.keyboard.press(key);
        return false;
      }
    };
    await this.until(seen, `the input that ${key} opens`);
  }

  async #quickInput(key: string, text: string, label: string): Promise<void> {
    await this.#openQuickInput(key, text);
    const row = this.page.locator('.quick-input-widget .monaco-list-row', { hasText: label }).first();
    await this.until(async () => {
      try {
        await row.click({ timeout: 5000 });
        return true;
      } catch {
        // Just after the start the list of files or commands may still be empty: ask again.
        await this.#openQuickInput(key, text);
        return false;
      }
    }, `“${label}” in the list for ${text}`);
  }
}
