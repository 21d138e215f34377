// A failure as a notification, with the ways out that make sense outside of a conversation.
import * as vscode from 'vscode';
import type { Explanation, WayOut, WayOutId } from '../models/waysOut.ts';

/** What only a conversation can do. */
const ofAConversation: ReadonlySet<WayOutId> = new Set([
  'retry',
  'continue',
  'answerWithoutThinking',
  'newChat',
  'removeAttachments',
]);

/** Resolves when it was closed, and what its button does is done. */
export async function tell(
  { sentence, waysOut, tone }: Explanation,
  runWayOut: (way: WayOut) => Promise<boolean>,
): Promise<void> {
  const ways = waysOut.filter(({ id }) => !ofAConversation.has(id));
  const titles = ways.map(({ title }) => title);
  const pressed = await (tone === 'error'
    ? vscode.window.showErrorMessage(sentence, ...titles)
    : vscode.window.showInformationMessage(sentence, ...titles));
  const way = ways.find(({ title }) => title === pressed);
  if (way !== undefined) await runWayOut(way);
}
