// The one way for a private conversation to the cloud: a modal that lists everything that would leave. It asks and writes down; the
// router decides by what is written.
import * as vscode from 'vscode';
import { setting } from '../settings.ts';
import type { Gateway, Piece, Releasable } from './gatewayTypes.ts';
import type { Holds } from './holds.ts';
import { explain } from './explain.ts';
import { hostOf } from './localSide.ts';
import { deepseekHost } from './plans.ts';

export interface ReleaseDeps {
  holds: Pick<Holds, 'release' | 'isHeld'>;
  gateway: Pick<Gateway, 'answerer'>;
}

/** Lines of a modal that fit on a small screen. */
const mostLines = 24;

/** @returns true when the person let it go */
export async function askForRelease({ holds, gateway }: ReleaseDeps, conversation: Releasable): Promise<boolean> {
  const { id, sources, pieces, questions } = conversation;
  const answerer = await gateway.answerer(sources, 'chat', { conversation: id, pieces });
  if (answerer.route.place === 'cloud') {
    void vscode.window.showInformationMessage(vscode.l10n.t('Nothing keeps this conversation on this machine.'));
    return false;
  }
  const go = vscode.l10n.t('Let All of This Go');
  const pressed = await vscode.window.showWarningMessage(
    vscode.l10n.t('Let this conversation go to {0}?', serverName()),
    { modal: true, detail: [whatLeaves(pieces, questions), limits()].join('\n\n') },
    go,
  );
  if (pressed !== go) return false;
  await holds.release(id, sources, pieces);
  const now = await gateway.answerer(sources, 'chat', { conversation: id, pieces });
  if (now.route.place === 'cloud') return true;
  // A folder that is forbidden, the mode “local only”, no key: a release is weaker than these.
  const problem =
    now.problem === undefined ? vscode.l10n.t('It stays on this machine all the same.') : explain(now.problem).sentence;
  void vscode.window.showWarningMessage(problem);
  return false;
}

function serverName(): string {
  const host = hostOf(setting('deepseek.baseUrl'));
  const name = setting('deepseek.name');
  return host === deepseekHost ? 'DeepSeek' : name === '' ? host : name;
}

function limits(): string {
  return vscode.l10n.t(
    'Code that is added or changed later is not covered: the conversation then stays on this machine again. What has been sent can’t be taken back.',
  );
}

/** Everything that the next question would carry, a line each. */
function whatLeaves(pieces: readonly Piece[], questions: number): string {
  const lines = [...new Set(pieces.map(lineOf))];
  const head = lines.slice(0, mostLines);
  const more = lines.length - head.length;
  return [
    questions === 1
      ? vscode.l10n.t('Your question and its answer')
      : vscode.l10n.t('Your {0} questions and their answers', questions),
    ...head,
    ...(more > 0 ? [vscode.l10n.t('and {0} more pieces of code (“Preview Prompt” shows all of them)', more)] : []),
  ]
    .map((line) => `• ${line}`)
    .join('\n');
}

function lineOf({ source, startLine, endLine }: Piece): string {
  const uri =
    /^[a-z][\w+.-]+:/i.test(source) && !/^[a-z]:[\\/]/i.test(source)
      ? vscode.Uri.parse(source)
      : vscode.Uri.file(source);
  const path = vscode.workspace.asRelativePath(uri);
  if (startLine === undefined || endLine === undefined) return path;
  return startLine === endLine
    ? vscode.l10n.t('{0}, line {1}', path, startLine)
    : vscode.l10n.t('{0}, lines {1} to {2}', path, startLine, endLine);
}
