// The read-only documents that show a request: one that was sent, or the preview of one. They are under the scheme `fathom-sent`, and
// lead from each piece of code to its file. What they say is sentText.ts's.
import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import type { Disposable } from './emitter.ts';
import { explainRoute } from './explain.ts';
import type { Piece, Preview } from './gatewayTypes.ts';
import type { LedgerEntry } from './ledger.ts';
import type { RecordOfSent } from './record.ts';
import type { SentList } from './sentList.ts';
import { textOfSent, type SentLink, type SentParts } from './sentText.ts';
import { count, factsOf, rowOf, secretsReplaced, timeOf, whyNoBody, type Manner } from './sentWords.ts';

export const sentScheme = 'fathom-sent';
/** By this folder VS Code knows the documents' language (package.json). */
const folder = '/.fathom-sent';

export interface SentDocumentsDeps {
  /** Read anew each time. */
  manner: () => Manner;
  list: Pick<SentList, 'find' | 'sentAfter'>;
  record: Pick<RecordOfSent, 'body'>;
  /** What was deleted is shown no longer. */
  onDeleted: (listener: () => void) => Disposable;
}

export class SentDocuments
  implements vscode.TextDocumentContentProvider, vscode.DocumentLinkProvider, vscode.Disposable
{
  private readonly deps: SentDocumentsDeps;
  private readonly previews = new Map<string, SentParts>();
  private readonly links = new Map<string, readonly SentLink[]>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly disposables: Disposable[];
  private previewed = 0;

  constructor(deps: SentDocumentsDeps) {
    this.deps = deps;
    this.disposables = [
      vscode.workspace.registerTextDocumentContentProvider(sentScheme, this),
      vscode.languages.registerDocumentLinkProvider({ scheme: sentScheme }, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.previews.delete(uri.toString());
        this.links.delete(uri.toString());
      }),
      deps.onDeleted(() => {
        for (const { uri } of vscode.workspace.textDocuments) {
          if (uri.scheme === sentScheme && !this.previews.has(uri.toString())) this.changed.fire(uri);
        }
      }),
    ];
  }

  async openEntry(entry: LedgerEntry): Promise<void> {
    const { label } = rowOf(entry, this.deps.manner());
    const name = `${label} ${timeOf(entry.at, this.deps.manner())}`;
    await this.show(uriOf(name, `id=${encodeURIComponent(entry.id)}`));
  }

  async openPreview(preview: Preview): Promise<void> {
    const uri = uriOf(vscode.l10n.t('Preview of the prompt'), `preview=${++this.previewed}`);
    this.previews.set(uri.toString(), partsOfPreview(preview, this.deps.manner()));
    await this.show(uri);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const key = uri.toString();
    const parts = this.previews.get(key) ?? (await this.partsOf(uri));
    const { text, links } = textOfSent(parts, this.deps.manner());
    this.links.set(key, links);
    return text;
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    return (this.links.get(document.uri.toString()) ?? []).map(({ start, end, piece }) => {
      const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
      const link = new vscode.DocumentLink(range, placeIn(piece));
      link.tooltip = vscode.l10n.t('Open the file');
      return link;
    });
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
    this.changed.dispose();
  }

  private async partsOf(uri: vscode.Uri): Promise<SentParts> {
    const { list, record, manner } = this.deps;
    const entry = list.find(new URLSearchParams(uri.query).get('id') ?? '');
    if (entry === undefined) {
      const missing = vscode.l10n.t('It was deleted, or is older than what is kept.');
      return { title: vscode.l10n.t('Not there any more'), facts: [], missing };
    }
    const sent = await record.body(entry.id);
    return {
      title: rowOf(entry, manner()).label,
      facts: factsOf(entry, manner()),
      ...(sent === undefined ? { missing: whyNoBody(entry, list.sentAfter(entry)) } : { sent }),
    };
  }

  private async show(uri: vscode.Uri): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }
}

function uriOf(name: string, query: string): vscode.Uri {
  return vscode.Uri.from({ scheme: sentScheme, path: `${folder}/${name.replaceAll('/', '∕')}`, query });
}

function partsOfPreview(preview: Preview, manner: Manner): SentParts {
  const { answerer, body, found } = preview;
  const bytes = new TextEncoder().encode(body).length;
  const facts: [string, string][] = [
    [vscode.l10n.t('State'), vscode.l10n.t('Nothing was sent yet. This is what would be sent now.')],
    [vscode.l10n.t('Where'), explainRoute(answerer)],
    [vscode.l10n.t('Model'), answerer.model ?? ''],
    [vscode.l10n.t('Size'), vscode.l10n.t('{0} bytes', count(bytes, manner))],
    [vscode.l10n.t('Secrets'), found.length === 0 ? '' : secretsReplaced(found.length)],
  ];
  return {
    title: vscode.l10n.t('Preview of the prompt'),
    facts: facts.filter(([, value]) => value !== ''),
    sent: preview,
  };
}

/** The file, with its lines selected. */
function placeIn({ source, startLine, endLine }: Piece): vscode.Uri {
  const uri = isAbsolute(source) ? vscode.Uri.file(source) : vscode.Uri.parse(source);
  if (startLine === undefined) return uri;
  return uri.with({ fragment: endLine === undefined ? `L${startLine}` : `L${startLine}-${endLine}` });
}
