// The chat panel's host side: carries messages between a webview, which can vanish at any moment, and the conversation, which
// owns the truth; tells the conversation what the editor shows; keeps it in history.
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { PromptAttachment } from '../context/chatPrompt.ts';
import type { Explanation, WayOut } from '../models/waysOut.ts';
import type { Gateway, Preview, Releasable } from '../privacy/gatewayTypes.ts';
import type { Answerer } from '../privacy/route.ts';
import type { Question } from './conversation.ts';
import { Conversation } from './conversation.ts';
import { History } from './history.ts';
import type { Schedule } from './panelLog.ts';
import type { Badge, BillLine, FromWebview, ToWebview, WishedMode } from './protocol.ts';
import { isAside } from '../privacy/vscodeSource.ts';
import { tell } from '../privacy/vscodeNotice.ts';
import { editorContext } from './vscodeAttachments.ts';
import * as hands from './vscodeHands.ts';
import { pageHtml, pageRoots } from './vscodePage.ts';

export interface ChatPanelDeps {
  extensionUri: vscode.Uri;
  gateway: Gateway;
  /** Where conversations are kept: the workspace's storage folder, else the global one. */
  historyFolder: string;
  /** What a question without code counts as coming from: everything in the window. */
  windowSources: () => readonly string[];
  /** The setting `chat.mode`. */
  defaultMode: () => WishedMode;
  explain: (error: unknown) => Explanation;
  badgeOf: (answerer: Answerer) => Badge;
  /** The route in words, several lines. */
  explainRoute: (answerer: Answerer) => string;
  runWayOut: (way: WayOut) => Promise<boolean>;
  /** Asks the person whether this conversation may go to the cloud. @returns true if it may now */
  askForRelease: (conversation: Releasable) => Promise<boolean>;
  /** Opens what would be sent, to be read. */
  showPreview: (preview: Preview) => Promise<void>;
  /** What was spent, for the line below the composer; undefined: nothing to say. */
  bill: (conversation: string) => BillLine | undefined;
  /** US dollars that the last answer of a chat cost, where that is known. */
  lastCost?: () => { usd: number; upTo: boolean } | undefined;
  log: (message: string) => void;
}

const schedule: Schedule = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};
/** A selection that is being dragged changes with every pixel. */
const followAfterMs = 120;
/** Nothing is generated for a preview; a local server may have to say what it has. */
const previewTimeoutMs = 20_000;

export class ChatPanel implements vscode.WebviewViewProvider, vscode.Disposable {
  static readonly viewId = 'fathom.chat';
  private readonly deps: ChatPanelDeps;
  private readonly history: History;
  private readonly disposables: vscode.Disposable[];
  private opening: Promise<Conversation> | undefined;
  private conversation: Conversation | undefined;
  private view: vscode.WebviewView | undefined;
  /** True while there is a webview that has a snapshot. */
  private ready = false;
  private focusWhenReady = false;
  private cancelFollow: (() => void) | undefined;
  private shown = { answering: false, asked: false };
  private disposed = false;

  constructor(deps: ChatPanelDeps) {
    this.deps = deps;
    this.history = new History({ folder: deps.historyFolder, schedule, log: deps.log });
    const follow = (): void => this.followSoon();
    this.disposables = [
      vscode.commands.registerCommand('fathom.newChat', () => this.newChat()),
      vscode.commands.registerCommand('fathom.stop', () => this.stop()),
      vscode.commands.registerCommand('fathom.previewPrompt', () => this.preview()),
      vscode.commands.registerCommand('fathom.moveToCloud', () => this.moveToCloud()),
      vscode.window.onDidChangeActiveTextEditor(follow),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === vscode.window.activeTextEditor) follow();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(follow),
    ];
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { webview } = view;
    this.view = view;
    this.ready = false;
    webview.options = { enableScripts: true, localResourceRoots: pageRoots(this.deps.extensionUri) };
    webview.onDidReceiveMessage((message: FromWebview) => this.guarded(this.take(message)));
    view.onDidDispose(() => {
      if (this.view !== view) return;
      this.view = undefined;
      this.ready = false;
    });
    view.onDidChangeVisibility(() => {
      // A hidden webview is thrown away; the next one asks for a snapshot.
      if (!view.visible) this.ready = false;
    });
    webview.html = pageHtml(webview, this.deps.extensionUri);
  }

  /** Shows the panel and asks. Resolves when the answer has ended. */
  async ask(question: Question): Promise<void> {
    const conversation = await this.open();
    await this.reveal();
    const attachments = question.attachments.map((attachment) => ({ ...attachment, chosen: true }));
    await conversation.ask({ ...question, attachments });
  }

  /** Shows the panel with these pieces of code, and a beginning of a question, in its composer. */
  async compose(attachments: readonly PromptAttachment[], draft?: string): Promise<void> {
    const conversation = await this.open();
    await this.reveal();
    if (!this.ready) this.focusWhenReady = true;
    await conversation.compose(attachments, draft);
  }

  async newChat(): Promise<void> {
    const conversation = await this.open();
    await conversation.newChat();
    await this.reveal();
    await conversation.compose([]);
  }

  async stop(): Promise<void> {
    await this.conversation?.stop();
  }

  /** Lets the whole conversation go to the cloud, if the person says so. */
  async moveToCloud(): Promise<void> {
    const conversation = await this.open();
    if (await this.deps.askForRelease(conversation.releasable)) await conversation.composer.refresh();
  }

  /** Shows what would be sent for a text: by itself, for the one in the composer. */
  async preview(text?: string): Promise<void> {
    const conversation = await this.open();
    const asked = text ?? conversation.state.draft;
    if (asked.trim() === '') {
      await this.compose([]);
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Write a question first: then you can see what would be sent for it.'),
      );
      return;
    }
    try {
      const request = await conversation.planOf(asked, editorContext(vscode.window.activeTextEditor));
      await this.deps.showPreview(await this.deps.gateway.preview(request, AbortSignal.timeout(previewTimeoutMs)));
    } catch (error) {
      void tell(this.deps.explain(error), this.deps.runWayOut); // Nobody waits for it to be read.
    }
  }

  /** Something was spent, or a day is over. */
  refreshBill(): void {
    if (this.conversation) this.showBill(this.conversation);
  }

  /** The conversation that is shown; undefined before it was read. */
  get conversationId(): string | undefined {
    return this.conversation?.state.conversation.id;
  }

  /** Something that decides who answers has changed: key, settings, marks, Ollama, what a forge said. */
  refresh(): void {
    if (this.conversation) this.guarded(this.conversation.composer.refresh());
  }

  dispose(): void {
    this.disposed = true;
    this.cancelFollow?.();
    this.conversation?.dispose();
    this.history.flush();
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** The conversation, read from history when it is first needed. */
  private open(): Promise<Conversation> {
    this.opening ??= this.read();
    return this.opening;
  }

  private async read(): Promise<Conversation> {
    const stored = await this.history.load();
    const conversation = new Conversation(
      {
        ...this.deps,
        save: (state) => {
          if (!this.disposed) this.history.save(state);
        },
        now: () => performance.now(),
        schedule,
        newId: randomUUID,
      },
      stored,
    );
    conversation.listen((message) => {
      this.tell(message);
      // Another conversation has another bill.
      if (message.type === 'snapshot') this.showBill(conversation);
      this.showContext(conversation);
    });
    this.conversation = conversation;
    this.showBill(conversation);
    this.guarded(conversation.composer.follow(editorContext(vscode.window.activeTextEditor)));
    return conversation;
  }

  private async take(message: FromWebview): Promise<void> {
    const conversation = await this.open();
    switch (message.type) {
      case 'ready':
        this.ready = true;
        this.tell(conversation.snapshot());
        if (this.focusWhenReady) await conversation.compose([]);
        this.focusWhenReady = false;
        return;
      case 'ask':
        // The text as it is now, not as it was when the cursor last moved.
        await conversation.askComposer(message.text, editorContext(vscode.window.activeTextEditor));
        return;
      case 'stop':
        return conversation.stop();
      case 'preview':
        return this.preview(message.text);
      case 'newChat':
        return this.newChat();
      case 'setMode':
        return conversation.setMode(message.mode);
      case 'removeChip':
        return conversation.composer.remove([message.chipId]);
      case 'draft':
        conversation.setDraft(message.text);
        return;
      case 'press':
        return conversation.press(message);
      case 'copy':
        return hands.copy(message.text);
      case 'insert':
        return hands.insert(message.text, message.language);
      case 'openLink':
        return hands.openLink(message.href);
      case 'explainRoute':
        return this.explainRoute(conversation);
      case 'showBill':
        await vscode.commands.executeCommand('fathom.showBill');
        return;
    }
  }

  private showBill(conversation: Conversation): void {
    conversation.showBill(this.deps.bill(conversation.state.conversation.id));
  }

  private async explainRoute({ composer, state }: Conversation): Promise<void> {
    if (!composer.answerer) return;
    const detail = this.deps.explainRoute(composer.answerer);
    const move = vscode.l10n.t('Let It Go to the Cloud…');
    const staysHere = state.conversation.turns.length > 0 && composer.answerer.route.place === 'local';
    const pressed = await vscode.window.showInformationMessage(
      state.badge.text,
      { modal: true, detail },
      ...(staysHere ? [move] : []),
    );
    if (pressed === move) await this.moveToCloud();
  }

  private followSoon(): void {
    this.cancelFollow?.();
    this.cancelFollow = schedule(followAfterMs, () => {
      // No editor at all can also mean that the panel, or an output, has the focus: the last file stays.
      const editor = vscode.window.activeTextEditor;
      if (!this.conversation || (!editor && vscode.window.visibleTextEditors.length > 0)) return;
      // Whoever looks at a preview still asks about the file.
      if (editor && isAside(editor.document.uri)) return;
      this.guarded(this.conversation.composer.follow(editorContext(editor)));
    });
  }

  private async reveal(): Promise<void> {
    await vscode.commands.executeCommand(`${ChatPanel.viewId}.focus`);
  }

  private tell(message: ToWebview): void {
    if (!this.ready || !this.view) return;
    const { bundle } = vscode.l10n;
    const full = message.type === 'snapshot' && bundle ? { ...message, bundle } : message;
    // Not awaited: what a vanished webview misses, the next one's snapshot has.
    void this.view.webview.postMessage(full).then(undefined, () => undefined);
  }

  private showContext(conversation: Conversation): void {
    const answering = conversation.busy;
    const asked = this.shown.asked || answering;
    const set = (key: string, value: boolean): void => {
      void vscode.commands.executeCommand('setContext', key, value); // Nothing waits for a menu to change.
    };
    if (answering !== this.shown.answering) set('fathom.answering', answering);
    if (asked && !this.shown.asked) set('fathom.asked', true);
    this.shown = { answering, asked };
  }

  /** Failures of what a click set off belong into the log: the conversation shows its own. */
  private guarded(work: Promise<void>): void {
    work.catch((error: unknown) => this.deps.log(`The chat panel failed: ${String(error)}`));
  }
}
