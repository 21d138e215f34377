// Takes the pictures of the README anew, in a real VS Code with the practice models: `node test/ui/screenshots.ts`. What is on them is
// what the models said in that run. With a folder as argument: every picture in every theme, to be looked at.
import path from 'node:path';
import { packVsix } from '../setup/pack.mjs';
import { startPractice } from '../setup/practice.mjs';
import { makeWorkspace } from '../setup/sample.mjs';
import { scratchFolder } from '../setup/processes.mjs';
import { CodeWindow, type Theme } from './driver.ts';
import type { PanelDriver } from './panelDriver.ts';

const root = path.join(import.meta.dirname, '../..');
const everything = process.argv[2];
const target = everything ?? path.join(root, 'media', 'screenshots');
const inReadme = new Set([
  ...['chat-dark', 'chat-light', 'ghost-text-dark', 'diff-dark', 'status-bar-light'],
  ...['sent-dark', 'preview-light', 'bill-dark', 'tooltip-dark', 'release-light'],
]);
const allThemes: readonly Theme[] = ['dark', 'light', 'highContrast'];
const narrow = 300;
const question = 'Write a Python function that adds two numbers.';

/** Asks without any file, and waits for the whole answer. */
async function ask(panel: PanelDriver): Promise<void> {
  const chip = panel.frame.locator('.composer .chip button').first();
  await chip.waitFor();
  await chip.click();
  await chip.waitFor({ state: 'detached' });
  await panel.ask(question, { mode: 'reasoner' });
  await panel.answer();
}

/** What was sent and what would be, what it cost, and why it went where it went. */
async function takeOfPrivacy(window: CodeWindow, picture: (name: string) => Promise<void>): Promise<void> {
  const tab = (name: RegExp) => window.page.locator('.tab.active', { hasText: name }).waitFor();
  await window.openFile('dates.ts');
  await window.fathomText(/^☁/);
  const panel = await window.newChat();
  await panel.frame.locator('.composer .chip', { hasText: 'dates.ts' }).waitFor();
  await panel.ask('Which time zone do these dates have?', { mode: 'chat' });
  await panel.answer();
  await window.runCommand('Fathom: Show What Was Sent');
  const row = window.page
    .locator('.pane', { hasText: 'What Was Sent' })
    .locator('.monaco-list-row', { hasText: 'chat' });
  await row.first().click();
  await tab(/^chat/);
  await picture('sent');
  await panel.composer.fill('And daylight saving?');
  await panel.frame.getByRole('button', { name: 'Preview prompt' }).click();
  await tab(/^Preview/);
  await picture('preview');
  await panel.frame.locator('button.bill').click();
  await window.page.locator('.monaco-dialog-box').waitFor();
  await picture('bill');
  await window.press('Escape');
  await window.hoverFathom();
  await picture('tooltip');
}

/** What a person is asked before a private conversation may leave. */
async function takeOfRelease(window: CodeWindow, picture: (name: string) => Promise<void>): Promise<void> {
  await window.openFile('wages.ts');
  const panel = await window.newChat();
  await panel.frame.locator('.composer .chip', { hasText: 'wages.ts' }).waitFor();
  await panel.ask('What does an hour cost?', { mode: 'chat' });
  await panel.answer();
  await window.runCommand('Fathom: Let This Conversation Go to the Cloud…');
  await window.page.locator('.monaco-dialog-box').waitFor();
  await picture('release');
  await window.press('Escape');
}

async function take(theme: Theme): Promise<void> {
  const { folder, remove } = scratchFolder('fathom-screenshots');
  const workspace = await makeWorkspace(path.join(root, 'test/practice/sample'), path.join(folder, 'practice'));
  const practice = await startPractice({});
  const vsix = await packVsix(path.join(folder, 'fathom.vsix'));
  const window = await CodeWindow.open({
    workspace,
    extension: { vsix },
    settings: { ...practice.settings, 'editor.minimap.enabled': false },
    env: practice.env,
    theme,
    size: { width: 1100, height: 640 },
    patience: 120_000,
  });
  const picture = async (name: string): Promise<void> => {
    const themed = `${name}-${theme}`;
    if (everything !== undefined || inReadme.has(themed)) await window.screenshot(path.join(target, `${themed}.png`));
  };
  try {
    await window.openFile('wages.ts');
    await window.fathomStatus(/private/);
    const panel = await window.panel();
    await window.sideBarWidth(narrow);
    await picture('start');
    await ask(panel);
    await picture('chat');
    await window.openFile('dates.ts');
    await window.toEnd();
    await window.type('\nexport function addWeeks(date: Date, weeks: number): Date {\n');
    await window.ghostText();
    await picture('ghost-text');
    await window.press('Escape');
    await window.clickStatusBar(/practice/);
    await window.picks('Privacy mode');
    await window.page
      .locator('.quick-input-widget')
      .evaluate((widget) =>
        Promise.all(widget.getAnimations({ subtree: true }).map((animation) => animation.finished)),
      );
    await picture('status-bar');
    await window.press('Escape');
    await window.runCommand('File: Revert File');
    await window.goTo(12, 1);
    await window.runCommand('Fathom: Document');
    await window.page.locator('.monaco-diff-editor .line-insert').first().waitFor();
    await picture('diff');
    await window.runCommand('Fathom: Discard Change');
    await window.noDiff();
    await takeOfPrivacy(window, picture);
    await takeOfRelease(window, picture);
    await window.runCommand('Fathom: Get Started');
    await window.page.locator('.getting-started-step').first().waitFor();
    await picture('walkthrough');
  } finally {
    await window.close();
    await practice.stop();
    remove();
  }
}

for (const theme of allThemes) await take(theme);
