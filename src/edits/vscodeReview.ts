// Shows one proposed change as a diff and, when the person accepts it, makes it: one undo step, never saved, dirty buffers
// edited where they are. Closing the diff is not a verdict: the change waits until it is accepted, discarded or replaced.
import * as vscode from 'vscode';
import { lineSpan, minimalEdits, proposedText, type EditProposal, type Proposal } from './proposal.ts';
import { titleOf } from './titleOf.ts';
import { exists, isReadOnly, nameOf, openedDocument, openText } from './vscodeDocuments.ts';
import { ProposalDocuments, proposalScheme } from './vscodeProposalDocuments.ts';

interface Pending {
  proposal: Proposal;
  /** The diff's sides. For an edit the left one is the document itself. */
  left: vscode.Uri;
  right: vscode.Uri;
  /** What the right side says: the last text that the change could be applied to. */
  text: string;
  /** False when the lines that it is about were changed, or their file is gone. */
  applies: boolean;
}

/** The review of one pending change. Registers the commands `fathom.acceptEdit`, `discardEdit` and `showEdit`. */
export class Review implements vscode.Disposable {
  private pending: Pending | undefined;
  private busy = false;
  /** What was asked for last. One thing after the other: two changes that open at once would leave a diff behind. */
  private last: Promise<unknown> = Promise.resolve();
  private count = 0;
  private readonly documents = new ProposalDocuments();
  private readonly status = vscode.window.createStatusBarItem('fathom.review', vscode.StatusBarAlignment.Left, 0);
  private readonly disposables: { dispose(): unknown }[];

  constructor() {
    this.status.name = vscode.l10n.t('Fathom: pending change');
    this.status.command = 'fathom.showEdit';
    this.disposables = [
      this.documents,
      this.status,
      vscode.commands.registerCommand('fathom.acceptEdit', () => this.accept()),
      vscode.commands.registerCommand('fathom.discardEdit', () => this.discard()),
      vscode.commands.registerCommand('fathom.showEdit', () => this.reveal()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.follow(document)),
      vscode.workspace.onDidOpenTextDocument((document) => this.follow(document)),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        // Not awaited: nothing follows from the answer but what it does itself.
        if (!this.busy && closed.some((tab) => this.isCurrent(tab)) && !ourTabs().some((tab) => this.isCurrent(tab))) {
          void this.remind();
        }
      }),
    ];
  }

  /** Shows a change; one that is still pending is replaced by it. */
  show(proposal: Proposal): Promise<void> {
    return this.inTurn(() => this.showNext(proposal));
  }

  private async showNext(proposal: Proposal): Promise<void> {
    await this.clear();
    const id = (this.count += 1);
    const uri = vscode.Uri.parse(proposal.uri, true);
    const { left, right } = this.documents.sides(uri, proposal.kind, id);
    const pending: Pending = { proposal, left, right, text: '', applies: true };
    this.pending = pending;
    if (proposal.kind === 'create') {
      pending.text = proposal.content;
    } else {
      const document = openedDocument(uri);
      pending.text =
        (document && proposedText(proposal, document.getText())) ?? proposedText(proposal, proposal.baseText) ?? '';
    }
    this.documents.set(right, pending.text);
    await this.setContext(true);
    await this.openDiff();
    const document = openedDocument(uri);
    if (document) this.follow(document);
  }

  /** Brings the diff of the pending change to the front. */
  reveal(): Promise<void> {
    return this.inTurn(() => this.openDiff());
  }

  private async openDiff(): Promise<void> {
    const pending = this.pending;
    if (!pending) {
      void vscode.window.showInformationMessage(vscode.l10n.t('No change is waiting.'));
      return;
    }
    this.updateStatus();
    if (pending.proposal.kind === 'edit' && !(await exists(pending.left))) {
      this.offerText(pending, goneSentence(pending.proposal));
      return;
    }
    const right = await vscode.workspace.openTextDocument(pending.right);
    const { languageId } = pending.proposal;
    if (right.languageId !== languageId && (await vscode.languages.getLanguages()).includes(languageId)) {
      await vscode.languages.setTextDocumentLanguage(right, languageId);
    }
    await vscode.commands.executeCommand('vscode.diff', pending.left, pending.right, titleOf(pending.proposal), {
      preview: false,
      ...(pending.proposal.kind === 'edit' ? { selection: this.firstChange(pending) } : {}),
    });
  }

  /** Makes the pending change, or says why it can't be made; then it goes on waiting. */
  accept(): Promise<void> {
    return this.inTurn(() => this.acceptNow());
  }

  private async acceptNow(): Promise<void> {
    const pending = this.pending;
    if (!pending) return;
    this.busy = true;
    try {
      const made =
        pending.proposal.kind === 'create'
          ? await this.createFile(pending, pending.proposal.content)
          : await this.edit(pending, pending.proposal);
      if (made) await this.clear();
    } finally {
      this.busy = false;
    }
    const document = openedDocument(pending.left);
    if (document && this.pending === pending) this.follow(document);
  }

  /** Drops the pending change and closes its diff. */
  discard(): Promise<void> {
    return this.inTurn(() => this.clear());
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  private async edit(pending: Pending, proposal: EditProposal): Promise<boolean> {
    if (!(await exists(pending.left))) return this.offerText(pending, goneSentence(proposal));
    if (await isReadOnly(pending.left)) {
      return this.offerText(pending, vscode.l10n.t('{0} is read-only, so it was not changed.', nameOf(pending.left)));
    }
    const document = await vscode.workspace.openTextDocument(pending.left);
    // Somebody may type between reading the document and changing it; then it is read again.
    for (let attempt = 0; attempt < 3; attempt++) {
      const before = document.getText();
      const after = proposedText(proposal, before);
      if (after === undefined) return this.offerText(pending, this.staleSentence(proposal));
      const edits = await minimalEdits(before, after);
      if (document.getText() !== before) continue;
      const change = new vscode.WorkspaceEdit();
      for (const { start, end, text } of edits) {
        change.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
      }
      if (await vscode.workspace.applyEdit(change)) {
        await this.showResult(document, document.positionAt(edits[0]?.start ?? 0));
        return true;
      }
    }
    return this.offerText(pending, vscode.l10n.t('The editor did not accept the change to {0}.', nameOf(pending.left)));
  }

  private async createFile(pending: Pending, content: string): Promise<boolean> {
    const uri = vscode.Uri.parse(pending.proposal.uri, true);
    if (uri.scheme === 'untitled') {
      await openText(content, pending.proposal.languageId);
      return true;
    }
    if (await exists(uri)) {
      return this.offerText(pending, vscode.l10n.t('{0} is there already, so it was not written.', nameOf(uri)));
    }
    if (!(await exists(vscode.Uri.joinPath(uri, '..')))) {
      const sentence = vscode.l10n.t('The folder for {0} is gone, so nothing was created.', nameOf(uri));
      return this.offerText(pending, sentence);
    }
    const change = new vscode.WorkspaceEdit();
    change.createFile(uri, { contents: new TextEncoder().encode(content), overwrite: false, ignoreIfExists: false });
    if (!(await vscode.workspace.applyEdit(change))) {
      return this.offerText(pending, vscode.l10n.t('{0} could not be created.', nameOf(uri)));
    }
    await this.showResult(await vscode.workspace.openTextDocument(uri), new vscode.Position(0, 0));
    return true;
  }

  /** The document in an editor of its own, before its diff goes: a dirty buffer must not lose its last editor. */
  private async showResult(document: vscode.TextDocument, at: vscode.Position): Promise<void> {
    const viewColumn = ourTabs()[0]?.group.viewColumn;
    await vscode.window.showTextDocument(document, {
      preview: false,
      selection: new vscode.Range(at, at),
      ...(viewColumn === undefined ? {} : { viewColumn }),
    });
  }

  /** The right side follows the document; where the change no longer applies, it keeps what it last said. */
  private follow(document: vscode.TextDocument): void {
    const pending = this.pending;
    if (pending?.proposal.kind !== 'edit' || document.uri.toString() !== pending.left.toString() || this.busy) return;
    const text = proposedText(pending.proposal, document.getText());
    const applied = pending.applies;
    pending.applies = text !== undefined;
    if (text !== undefined && text !== pending.text) {
      pending.text = text;
      this.documents.set(pending.right, text);
    }
    this.updateStatus();
    if (applied && !pending.applies) {
      // A glance, not a notification: the person is typing, and the change may apply again after an undo.
      vscode.window.setStatusBarMessage(`$(warning) ${this.staleSentence(pending.proposal)}`, 8000);
    }
  }

  private async remind(): Promise<void> {
    const pending = this.pending;
    if (!pending) return;
    const show = vscode.l10n.t('Show');
    const discard = vscode.l10n.t('Discard');
    const sentence = vscode.l10n.t('“{0}” was neither accepted nor discarded. It is kept.', titleOf(pending.proposal));
    const pressed = await vscode.window.showInformationMessage(sentence, show, discard);
    if (this.pending !== pending) return;
    if (pressed === show) await this.reveal();
    if (pressed === discard) await this.discard();
  }

  /** Says why the change was not made. @returns false, for the caller to pass on */
  private offerText(pending: Pending, sentence: string): false {
    pending.applies = false;
    this.updateStatus();
    const open = vscode.l10n.t('Open the Suggested Code');
    const discard = vscode.l10n.t('Discard');
    // Not awaited: a notification may stay for hours, and the change can be accepted again meanwhile.
    void vscode.window.showWarningMessage(sentence, open, discard).then(async (pressed) => {
      const { proposal } = pending;
      if (pressed === open)
        await openText(proposal.kind === 'edit' ? proposal.replacement : proposal.content, proposal.languageId);
      if (pressed === discard && this.pending === pending) await this.discard();
    });
    return false;
  }

  private staleSentence(proposal: EditProposal): string {
    const name = nameOf(vscode.Uri.parse(proposal.uri, true));
    return vscode.l10n.t('The lines of {0} that this change is about were changed, so it no longer applies.', name);
  }

  private firstChange(pending: Pending): vscode.Range {
    const line = pending.proposal.kind === 'edit' ? lineSpan(pending.proposal).first - 1 : 0;
    return new vscode.Range(line, 0, line, 0);
  }

  private async clear(): Promise<void> {
    const pending = this.pending;
    if (!pending) return;
    const tabs = ourTabs();
    this.pending = undefined;
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
    this.documents.forget(pending.right);
    this.updateStatus();
    await this.setContext(false);
  }

  private isCurrent(tab: vscode.Tab): boolean {
    return (
      tab.input instanceof vscode.TabInputTextDiff && tab.input.modified.toString() === this.pending?.right.toString()
    );
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.last.then(work);
    // Whoever asked for it gets the failure; the next one only waits.
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private updateStatus(): void {
    const pending = this.pending;
    if (!pending) {
      this.status.hide();
      return;
    }
    const title = titleOf(pending.proposal);
    this.status.text = `$(${pending.applies ? 'diff' : 'warning'}) ${title}`;
    this.status.tooltip = pending.applies
      ? vscode.l10n.t('A change of Fathom’s waits to be accepted or discarded. Click to see it.')
      : vscode.l10n.t('This change no longer applies to the file as it is now. Click to see it.');
    this.status.show();
  }

  private async setContext(reviewing: boolean): Promise<void> {
    await vscode.commands.executeCommand('setContext', 'fathom.reviewing', reviewing);
  }
}

function goneSentence(proposal: EditProposal): string {
  return vscode.l10n.t('{0} is gone, so nothing was changed.', nameOf(vscode.Uri.parse(proposal.uri, true)));
}

/** The diffs of proposals, and no other tab. */
function ourTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.scheme === proposalScheme);
}
