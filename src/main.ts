// What VS Code loads when a window has started: it lets the other extensions of that moment begin first, then reads the house.
// It knows nothing of Fathom; extension.ts joins the rooms.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ExtensionContext } from 'vscode';
import type { FathomParts } from './extension.ts';

export async function activate(context: ExtensionContext): Promise<FathomParts | undefined> {
  await nextTurn();
  const fathom = await import('./extension.ts');
  return fathom.activate(context);
}
