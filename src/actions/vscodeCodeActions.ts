// Offers the actions in the lightbulb: on problems (Fix, Explain this problem) and on a selection (Refactor, Document,
// Explain). Runs none of them: the commands of vscodeActions.ts do.
import * as vscode from 'vscode';
import { toTargetArgument, type TargetArgument } from './vscodeTarget.ts';

/** Never preferred: "fix all" and auto fix must not call a model. */
export class FathomCodeActions implements vscode.CodeActionProvider, vscode.Disposable {
  private readonly registration = vscode.languages.registerCodeActionsProvider(
    [{ scheme: 'file' }, { scheme: 'untitled' }, { scheme: 'vscode-remote' }, { scheme: 'vscode-vfs' }],
    this,
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, vscode.CodeActionKind.Refactor] },
  );

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range | vscode.Selection,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const wanted = (kind: vscode.CodeActionKind) => context.only === undefined || context.only.contains(kind);
    const offered: vscode.CodeAction[] = [];
    const [problem] = context.diagnostics;
    if (problem && wanted(vscode.CodeActionKind.QuickFix)) {
      const problems = [...context.diagnostics];
      // An empty range at the problem: the action grows it to the function around, a selection would be taken as it is.
      const at = toTargetArgument(
        document.uri,
        new vscode.Range(problem.range.start, problem.range.start),
        problem.message,
      );
      offered.push(
        action(vscode.l10n.t('Fix with Fathom'), vscode.CodeActionKind.QuickFix, 'fathom.fix', at, problems),
        action(
          vscode.l10n.t('Explain this problem with Fathom'),
          vscode.CodeActionKind.QuickFix,
          'fathom.explain',
          at,
          problems,
        ),
      );
    }
    if (!range.isEmpty && document.getText(range).trim() !== '') {
      const selected = toTargetArgument(document.uri, range);
      const { RefactorRewrite, Refactor } = vscode.CodeActionKind;
      if (wanted(RefactorRewrite)) {
        offered.push(
          action(vscode.l10n.t('Refactor with Fathom…'), RefactorRewrite, 'fathom.refactor', selected),
          action(vscode.l10n.t('Document with Fathom'), RefactorRewrite, 'fathom.document', selected),
        );
      }
      if (wanted(Refactor)) {
        offered.push(action(vscode.l10n.t('Explain with Fathom'), Refactor, 'fathom.explain', selected));
      }
    }
    return offered;
  }

  dispose(): void {
    this.registration.dispose();
  }
}

function action(
  title: string,
  kind: vscode.CodeActionKind,
  command: string,
  target: TargetArgument,
  diagnostics?: vscode.Diagnostic[],
): vscode.CodeAction {
  const offered = new vscode.CodeAction(title, kind);
  offered.command = { command, title, arguments: [target] };
  if (diagnostics) offered.diagnostics = diagnostics;
  return offered;
}
