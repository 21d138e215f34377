// The read-only documents of the diff's sides, under the scheme `fathom-proposal`. They hold texts; whose they are is
// vscodeReview.ts's business.
import * as vscode from 'vscode';
import type { Proposal } from './proposal.ts';

export const proposalScheme = 'fathom-proposal';

/** The texts by URI. A document that was forgotten is empty. */
export class ProposalDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  // After `onDidChange`: VS Code looks for it while it registers.
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(proposalScheme, this);

  /** The sides of a diff about `uri`. Path and name are kept, for titles and languages; `id` tells changes apart. */
  sides(uri: vscode.Uri, kind: Proposal['kind'], id: number): { left: vscode.Uri; right: vscode.Uri } {
    const path = uri.path.startsWith('/') ? uri.path : `/${uri.path}`;
    const side = (name: string) => vscode.Uri.from({ scheme: proposalScheme, path, query: `${name}=${id}` });
    return { left: kind === 'create' ? side('empty') : uri, right: side('proposal') };
  }

  set(uri: vscode.Uri, text: string): void {
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
  }

  forget(uri: vscode.Uri): void {
    this.texts.delete(uri.toString());
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
