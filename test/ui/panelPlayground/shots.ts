// Takes pictures of the panel in every scene, theme and width, for people to look at.
// `node test/ui/panelPlayground/shots.ts <folder> [scene …]`
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { launchChromium } from '../../setup/chromium.mjs';
import { buildPanel, PanelPage } from './page.ts';
import { scenes } from './scenes.ts';
import type { ThemeName } from './themes.ts';

const [folder = 'out/panel', ...wanted] = process.argv.slice(2);
const themes: ThemeName[] = ['dark', 'light', 'highContrast', 'highContrastLight'];

await mkdir(folder, { recursive: true });
const browser = await launchChromium();
const script = await buildPanel();
for (const [name, state] of Object.entries(scenes)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const theme of themes) {
    for (const width of [300, 420]) {
      const panel = await PanelPage.open(browser, { script, theme, width });
      await panel.snapshot(state);
      // What appears under the pointer is to be seen too.
      await panel.page
        .locator('.markdown > .code')
        .first()
        .hover({ timeout: 100 })
        .catch(() => undefined); // most scenes have none
      await panel.page.screenshot({ path: path.join(folder, `${name}-${theme}-${width}.png`), animations: 'disabled' });
      await panel.page.close();
    }
  }
}
await browser.close();
