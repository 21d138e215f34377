// Reads from the editor what an action is about: the lines, what stands around them, what is reported there. Decides by
// target.ts and changes nothing.
import * as vscode from 'vscode';
import type { Attachment } from '../context/attachment.ts';
import { pathOfDocument, sourceOf } from '../privacy/vscodeSource.ts';
import { lineAt, wholeLines, type TextRange } from '../edits/textRange.ts';
import { plain, surroundings, type Surroundings } from './editPrompt.ts';
import { isWholeText, targetOf, type CodeSymbol } from './target.ts';

/** Arguments of the commands, as code actions give them: plain data, since arguments may travel between processes. */
export interface TargetArgument {
  uri: string;
  /** Lines and characters from 0. */
  range: { startLine: number; startCharacter: number; endLine: number; endCharacter: number };
  /** A diagnostic's message, for "Explain this problem". */
  problem?: string;
}

export interface Target {
  document: vscode.TextDocument;
  /** The document's text when the target was read; `range` is about it. */
  baseText: string;
  range: TextRange;
  attachment: Attachment;
  around: Surroundings;
  /** What the editor reports in these lines, a line each. */
  problems: string[];
}

/** The argument, if it is one: menus pass other things, and some callers pass nothing. */
export function targetArgument(value: unknown): TargetArgument | undefined {
  if (typeof value !== 'object' || value === null || !('uri' in value) || !('range' in value)) return undefined;
  const { uri, range } = value;
  if (typeof uri !== 'string' || typeof range !== 'object' || range === null) return undefined;
  const numbers = ['startLine', 'startCharacter', 'endLine', 'endCharacter'] as const;
  const isRange = numbers.every((key) => typeof (range as Record<string, unknown>)[key] === 'number');
  return isRange ? (value as TargetArgument) : undefined;
}

export function toTargetArgument(uri: vscode.Uri, range: vscode.Range, problem?: string): TargetArgument {
  return {
    uri: uri.toString(),
    range: {
      startLine: range.start.line,
      startCharacter: range.start.character,
      endLine: range.end.line,
      endCharacter: range.end.character,
    },
    ...(problem === undefined ? {} : { problem }),
  };
}

/** @param followsProblems without a selection, take the problem at the cursor and the function around it */
export async function readTarget(
  document: vscode.TextDocument,
  selection: vscode.Range,
  followsProblems: boolean,
): Promise<Target> {
  const symbols = selection.isEmpty || followsProblems ? await symbolsOf(document) : [];
  // Read after the symbols, which may take a while: all that follows is about one state of the document.
  const text = document.getText();
  const offsets = (range: vscode.Range): TextRange => ({
    start: document.offsetAt(range.start),
    end: document.offsetAt(range.end),
  });
  const diagnostics = vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ severity }) => severity !== vscode.DiagnosticSeverity.Hint)
    .sort((a, b) => a.severity - b.severity);
  const range = targetOf({
    text,
    selection: offsets(selection),
    symbols: symbols.map(({ kind, range: where }) => ({ kind, range: offsets(where) })),
    problems: followsProblems ? diagnostics.map((diagnostic) => offsets(diagnostic.range)) : [],
  });
  const problems = diagnostics
    .filter((diagnostic) => {
      const { start, end } = offsets(diagnostic.range);
      return start <= range.end && end >= range.start;
    })
    .slice(0, 20)
    .map(describe);
  return {
    document,
    baseText: text,
    range,
    attachment: attach(document, text, range),
    around: surroundings(text, range),
    problems,
  };
}

function attach(document: vscode.TextDocument, text: string, range: TextRange): Attachment {
  const { uri, languageId } = document;
  return {
    kind: isWholeText(text, range) ? 'file' : 'selection',
    source: sourceOf(uri),
    path: pathOfDocument(uri, false),
    languageId,
    text: plain(text.slice(range.start, range.end)),
    startLine: lineAt(text, range.start) + 1,
    endLine: lineAt(text, wholeLines(text, range).end) + 1,
  };
}

const severities = ['error', 'warning', 'information', 'hint'];

function describe({ range, severity, source, code, message }: vscode.Diagnostic): string {
  const number = typeof code === 'object' ? code.value : code;
  const from = [source, number === undefined ? undefined : `(${number})`].filter((part) => part !== undefined).join('');
  return `line ${range.start.line + 1}, ${severities[severity] ?? 'error'}${from === '' ? '' : ` ${from}`}: ${message}`;
}

const kinds: Partial<Record<vscode.SymbolKind, CodeSymbol['kind']>> = {
  [vscode.SymbolKind.Function]: 'callable',
  [vscode.SymbolKind.Method]: 'callable',
  [vscode.SymbolKind.Constructor]: 'callable',
  [vscode.SymbolKind.Class]: 'type',
  [vscode.SymbolKind.Interface]: 'type',
  [vscode.SymbolKind.Struct]: 'type',
  [vscode.SymbolKind.Enum]: 'type',
  [vscode.SymbolKind.Variable]: 'value',
  [vscode.SymbolKind.Constant]: 'value',
  [vscode.SymbolKind.Property]: 'value',
  [vscode.SymbolKind.Field]: 'value',
};

const symbolPatienceMs = 5000;

async function symbolsOf(document: vscode.TextDocument): Promise<{ kind: CodeSymbol['kind']; range: vscode.Range }[]> {
  let found: (vscode.DocumentSymbol | vscode.SymbolInformation)[] | undefined;
  let timer: NodeJS.Timeout | undefined;
  // A language server that is still starting answers when it is up, which may take minutes in a large repository.
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, symbolPatienceMs, undefined);
  });
  try {
    const asked = vscode.commands.executeCommand<typeof found>('vscode.executeDocumentSymbolProvider', document.uri);
    found = await Promise.race([asked, patience]);
  } catch {
    // A language server that fails here must not stop the action: it goes on without symbols.
    return [];
  } finally {
    clearTimeout(timer);
  }
  const flat: { kind: CodeSymbol['kind']; range: vscode.Range }[] = [];
  const collect = (symbols: readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[]): void => {
    for (const symbol of symbols) {
      const kind = kinds[symbol.kind];
      if (kind) flat.push({ kind, range: 'location' in symbol ? symbol.location.range : symbol.range });
      if ('children' in symbol) collect(symbol.children);
    }
  };
  collect(found ?? []);
  return flat;
}
