// Runs the actions on the editor's code: registers their commands, says what is going on while a model works, and hands the
// outcome to the panel or to the review. Knows no model and no diff.
import * as vscode from 'vscode';
import { pickMode } from '../chat/autoMode.ts';
import type { WishedMode } from '../chat/protocol.ts';
import type { Attachment } from '../context/attachment.ts';
import { proposedText, rebase, type Proposal } from '../edits/proposal.ts';
import type { WayOut, WayOutId } from '../models/waysOut.ts';
import { explain } from '../privacy/explain.ts';
import type { Gateway } from '../privacy/gatewayTypes.ts';
import { actions, type Action, type EditAction, type PanelAction } from './actions.ts';
import { explainRefusal } from './refusals.ts';
import { runEdit, type EditJob, type EditOutcome } from './runEdit.ts';
import { freeTestFileName } from './testFiles.ts';
import { reportEdit } from './vscodeProgress.ts';
import { readTarget, targetArgument, type Target } from './vscodeTarget.ts';

export interface ActionDeps {
  gateway: Pick<Gateway, 'chat' | 'answerer'>;
  /** The panel: `ask` reveals it and asks, `compose` puts chips and focus into the composer. */
  panel: {
    ask(question: { text: string; attachments: Attachment[]; mode?: WishedMode }): Promise<void>;
    compose(attachments: Attachment[], draft?: string): Promise<void>;
  };
  review: { show(proposal: Proposal): Promise<void> };
  waysOut: { run(way: WayOut): Promise<boolean> };
}

/** Ways out that belong to a conversation: a notification has none. */
const notHere: ReadonlySet<WayOutId> = new Set<WayOutId>(['continue', 'newChat', 'removeAttachments']);

/** The commands of actions.ts. */
export class Actions implements vscode.Disposable {
  private readonly deps: ActionDeps;
  private readonly disposables: vscode.Disposable[];

  constructor(deps: ActionDeps) {
    this.deps = deps;
    this.disposables = actions.map((action) =>
      vscode.commands.registerCommand(action.command, (argument?: unknown) => this.run(action, argument)),
    );
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  private async run(action: Action, argument: unknown): Promise<void> {
    const given = targetArgument(argument);
    const editor = vscode.window.activeTextEditor;
    const document = given
      ? await vscode.workspace.openTextDocument(vscode.Uri.parse(given.uri, true))
      : editor?.document;
    if (!document || (!given && !editor)) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Open a file first: this works on the code in the editor.'),
      );
      return;
    }
    const refusal = cannotUse(action, document);
    if (refusal !== undefined) {
      void vscode.window.showInformationMessage(refusal);
      return;
    }
    const selection = given
      ? new vscode.Range(
          given.range.startLine,
          given.range.startCharacter,
          given.range.endLine,
          given.range.endCharacter,
        )
      : (editor?.selection ?? new vscode.Range(0, 0, 0, 0));
    const followsProblems = action.kind === 'edit' ? action.followsProblems : given?.problem !== undefined;
    const target = await readTarget(document, selection, followsProblems);
    if (target.attachment.text.trim() === '') {
      void vscode.window.showInformationMessage(vscode.l10n.t('There is no code here yet.'));
      return;
    }
    if (action.kind === 'panel') await this.toPanel(action, target, given?.problem);
    else await this.edit(action, target);
  }

  private async toPanel(action: PanelAction, target: Target, problem: string | undefined): Promise<void> {
    const { attachment } = target;
    if (!action.question) return this.deps.panel.compose([attachment]);
    const text = action.question(problem);
    return this.deps.panel.ask({ text, attachments: [attachment], mode: action.mode });
  }

  private async edit(action: EditAction, target: Target): Promise<void> {
    let instruction: string | undefined;
    if (action.asksInstruction) {
      instruction = await vscode.window.showInputBox({
        title: `${action.title()} · ${place(target)}`,
        prompt: vscode.l10n.t('What shall become of this code?'),
        placeHolder: vscode.l10n.t('for example: split into smaller functions'),
        ignoreFocusOut: true,
      });
      if (instruction === undefined) return;
    }
    const wish = instruction?.trim() ? instruction.trim() : undefined;
    let wished: WishedMode = action.mode;
    for (let current: Target | undefined = target; current;) {
      const again: 'no' | 'same' | 'withoutThinking' = await this.attempt(action, current, wish, wished);
      if (again === 'no') return;
      if (again === 'withoutThinking') wished = 'chat';
      current = await followed(current, action);
    }
  }

  /** One go, from asking to the review or to a notification. @returns whether the person wants another */
  private async attempt(
    action: EditAction,
    target: Target,
    instruction: string | undefined,
    wished: WishedMode,
  ): Promise<'no' | 'same' | 'withoutThinking'> {
    const { document, attachment } = target;
    const expected = await this.deps.gateway.answerer([attachment.source], wished === 'chat' ? 'chat' : 'reasoner');
    const mode = modeOf(wished, instruction ?? action.title(), expected.canThink);
    const file = action.makes === 'newFile' ? await newTestFile(document) : undefined;
    const job: EditJob = {
      action,
      mode,
      input: {
        attachment,
        around: target.around,
        problems: target.problems,
        ...(instruction === undefined ? {} : { instruction }),
        ...(file === undefined ? {} : { newFileName: file.name }),
      },
      document: {
        uri: document.uri.toString(),
        text: target.baseText,
        eol: document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n',
      },
      range: target.range,
      ...(file === undefined ? {} : { newFileUri: file.uri.toString() }),
    };
    let outcome: EditOutcome | undefined;
    try {
      outcome = await reportEdit(action.title(), expected, (onStep, signal) =>
        runEdit(this.deps.gateway, job, onStep, signal),
      );
    } catch (error) {
      return this.failed(error);
    }
    if (outcome === undefined) return 'no';
    if (outcome.refusal !== undefined) {
      return offerAgain(explainRefusal(outcome.refusal), outcome.answer, outcome.refusal === 'onlyThought');
    }
    const { proposal } = outcome;
    if (proposal.kind === 'edit' && proposedText(proposal, document.getText()) === undefined) {
      const sentence = vscode.l10n.t(
        'The code was changed while the model worked on it, so its answer no longer fits.',
      );
      return offerAgain(sentence, proposal.replacement, false);
    }
    await this.deps.review.show(proposal);
    return 'no';
  }

  private async failed(error: unknown): Promise<'no' | 'same' | 'withoutThinking'> {
    const { sentence, waysOut, tone } = explain(error);
    const ways = waysOut.filter(({ id }) => !notHere.has(id));
    const titles = ways.map(({ title }) => title);
    const pressed =
      tone === 'error'
        ? await vscode.window.showErrorMessage(sentence, ...titles)
        : await vscode.window.showInformationMessage(sentence, ...titles);
    const way = ways.find(({ title }) => title === pressed);
    if (!way) return 'no';
    if (way.id === 'answerWithoutThinking') return 'withoutThinking';
    if (way.id === 'retry') return 'same';
    return (await this.deps.waysOut.run(way)) ? 'same' : 'no';
  }
}

/** The same code for another go, at the place where it is now; undefined when its document was closed. */
async function followed(target: Target, action: EditAction): Promise<Target | undefined> {
  const { document, range, baseText } = target;
  if (document.isClosed) return undefined;
  const now = rebase(baseText, range, document.getText());
  const at = now ?? { start: range.start, end: range.start };
  return readTarget(
    document,
    new vscode.Range(document.positionAt(at.start), document.positionAt(at.end)),
    action.followsProblems,
  );
}

function modeOf(wished: WishedMode, question: string, canThink: boolean | undefined): 'chat' | 'reasoner' {
  if (wished === 'auto') return pickMode(question, 1, canThink).mode;
  return canThink === false ? 'chat' : wished;
}

/** Why this action can't be used on this document, as a sentence. */
function cannotUse(action: Action, document: vscode.TextDocument): string | undefined {
  const { scheme } = document.uri;
  if (scheme === 'fathom-proposal') {
    return vscode.l10n.t('This is a suggestion. Accept or discard it first, then go on in the file itself.');
  }
  if (action.kind === 'panel' || action.makes === 'newFile') return undefined;
  if (scheme === 'untitled' || vscode.workspace.fs.isWritableFileSystem(scheme) === true) return undefined;
  return vscode.l10n.t('This document is read-only, so it cannot be changed. Explain and Ask work here.');
}

async function offerAgain(
  sentence: string,
  answer: string,
  thoughtOnly: boolean,
): Promise<'no' | 'same' | 'withoutThinking'> {
  const again = vscode.l10n.t('Try Again');
  const without = vscode.l10n.t('Answer Without Thinking');
  const show = vscode.l10n.t('Show the Answer');
  const buttons = [...(thoughtOnly ? [without] : []), again, ...(answer.trim() === '' ? [] : [show])];
  const pressed = await vscode.window.showWarningMessage(sentence, ...buttons);
  if (pressed === show) {
    const document = await vscode.workspace.openTextDocument({ content: answer, language: 'markdown' });
    await vscode.window.showTextDocument(document, { preview: false });
  }
  return pressed === again ? 'same' : pressed === without ? 'withoutThinking' : 'no';
}

/** Beside the source where files can be written, else an untitled document. */
async function newTestFile(document: vscode.TextDocument): Promise<{ uri: vscode.Uri; name: string }> {
  const { uri } = document;
  const fileName = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  if (document.isUntitled || vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== true) {
    const name = await freeTestFileName(fileName, document.languageId, () => Promise.resolve(false));
    return { uri: vscode.Uri.from({ scheme: 'untitled', path: name }), name };
  }
  const beside = (name: string) => vscode.Uri.joinPath(uri, '..', name);
  const name = await freeTestFileName(fileName, document.languageId, async (candidate) => {
    try {
      await vscode.workspace.fs.stat(beside(candidate));
      return true;
    } catch {
      // Nothing there: the name is free. Whether it can be written is seen when it is.
      return false;
    }
  });
  return { uri: beside(name), name };
}

function place({ attachment }: Target): string {
  const name = attachment.path.slice(attachment.path.lastIndexOf('/') + 1);
  return attachment.kind === 'file'
    ? name
    : vscode.l10n.t('{0}, lines {1}–{2}', name, attachment.startLine, attachment.endLine);
}
