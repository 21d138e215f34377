// One conversation, and the truth about it: turns, mode, draft, and where everything in it came from. It asks the gateway and
// tells listeners in numbered messages. It knows neither VS Code nor a model; history.ts keeps what it is told to keep.
import type { ChatPrompt, PromptAttachment } from '../context/chatPrompt.ts';
import type { ChatMessage } from '../models/types.ts';
import type { GatewayChatRequest, Releasable } from '../privacy/gatewayTypes.ts';
import type { WayOut, WayOutId } from '../models/waysOut.ts';
import { AnswerReader, Interruption, orAbort } from './answerReader.ts';
import { chipOf } from './chips.ts';
import type { EditorContext } from './chips.ts';
import type { ComposerDeps } from './composer.ts';
import { Composer } from './composer.ts';
import { endingAfter, endingOf } from './endings.ts';
import type { AnswerPatch, Schedule } from './panelLog.ts';
import { PanelLog } from './panelLog.ts';
import type { BillLine, CardButton, PanelState, ToWebview, WishedMode } from './protocol.ts';
import type { Manner } from './request.ts';
import { Requests } from './request.ts';
import type { StoredConversation, StoredTurn } from './stored.ts';
import { firstWords, titleFrom } from './title.ts';
import { Turns } from './turns.ts';
import { addUsage, usageLine } from './usageLine.ts';

export interface ConversationDeps extends ComposerDeps {
  /** Does what a button says. @returns true if asking again makes sense now */
  runWayOut: (way: WayOut) => Promise<boolean>;
  /** What the last answer of a chat cost, in US dollars; undefined where nothing is paid or no price is known. */
  lastCost?: () => { usd: number; upTo: boolean } | undefined;
  /** Mode of a new conversation. */
  defaultMode: () => WishedMode;
  /** Called with every change that is worth keeping. */
  save: (conversation: StoredConversation) => void;
  /** Milliseconds of any clock that doesn't jump. */
  now: () => number;
  schedule: Schedule;
  /** Letters, digits, `-` and `_`. */
  newId: () => string;
}

export interface Question {
  text: string;
  attachments: readonly PromptAttachment[];
  /** Absent: the conversation's. */
  mode?: WishedMode;
}

interface Running {
  turnId: string;
  controller: AbortController;
  reader?: AnswerReader;
  done: Promise<void>;
}

export class Conversation {
  readonly composer: Composer;
  private readonly deps: ConversationDeps;
  private readonly log: PanelLog;
  private readonly requests: Requests;
  private readonly turns: Turns;
  private titled: boolean;
  private running: Running | undefined;
  private titling: AbortController | undefined;
  private pressing = false;
  private worthKeeping: boolean;

  /** @param stored a conversation that was read back, at rest; absent: a new one */
  constructor(deps: ConversationDeps, stored?: StoredConversation) {
    this.deps = deps;
    this.titled = stored?.titled ?? false;
    this.worthKeeping = stored !== undefined;
    this.log = new PanelLog(
      {
        conversation: {
          id: stored?.id ?? deps.newId(),
          title: stored?.title ?? '',
          turns: stored?.turns.map(({ turn }) => turn) ?? [],
        },
        mode: stored?.mode ?? deps.defaultMode(),
        chips: [],
        draft: stored?.draft ?? '',
        badge: { place: 'none', text: '', title: '' },
        busy: false,
        suggestions: [],
        promise: '',
      },
      deps.schedule,
    );
    this.turns = new Turns(this.log, stored?.turns ?? [], deps.windowSources);
    this.composer = new Composer(deps, this.log, () => ({
      sources: this.sources,
      pieces: this.turns.piecesBut(undefined),
    }));
    this.requests = new Requests(deps.gateway);
    this.log.listen(() => this.save());
  }

  get state(): PanelState {
    return this.log.state;
  }

  get busy(): boolean {
    return this.running !== undefined;
  }

  /** Where everything that ever entered the conversation came from: what each of its requests is routed by. */
  get sources(): string[] {
    return this.turns.sources;
  }

  /** All that would leave with the next question, should it be let go. */
  get releasable(): Releasable {
    return { id: this.state.conversation.id, questions: this.turns.length, ...this.composer.next };
  }

  /** The whole state with the number of the last event in it. */
  snapshot(): Extract<ToWebview, { type: 'snapshot' }> {
    return this.log.snapshot();
  }

  /** @returns what takes the listener away again */
  listen(listener: (message: ToWebview) => void): () => void {
    return this.log.listen(listener);
  }

  /**
   * Asks what stands in the composer, with its chips. Resolves when the answer has ended, however it ended.
   * @param editor what the active editor offers at this moment; undefined leaves the chips as they are
   */
  async askComposer(text: string, editor?: EditorContext): Promise<void> {
    if (text.trim() === '') return;
    if (editor) this.composer.update(editor);
    const { attachments } = this.composer;
    this.composer.unpin();
    this.log.emit({ type: 'changed', state: { draft: '' } });
    await this.ask({ text, attachments });
  }

  /**
   * The request that asking this text now would make, with what stands beside it in the composer. Nothing changes by it.
   * @param editor as for `askComposer`
   */
  async planOf(text: string, editor?: EditorContext): Promise<GatewayChatRequest> {
    if (editor) this.composer.update(editor);
    const kept = this.turns.make('planned', text, this.composer.attachments, this.state.mode);
    const { request } = await this.requests.copy().plan({
      kept,
      text: '',
      manner: 'anew',
      turns: this.turns.before(kept.turn.id),
      sources: [...new Set([...this.sources, ...kept.sources])],
      pieces: this.turns.piecesBut(undefined),
      conversation: this.state.conversation.id,
    });
    return request;
  }

  /** What was spent, for the line below the composer. */
  showBill(bill: BillLine | undefined): void {
    if (JSON.stringify(bill) === JSON.stringify(this.state.bill)) return;
    this.log.emit({ type: 'changed', state: { bill: bill ?? null } });
  }

  /** Asks; an answer that is on its way is stopped first and kept. Resolves when the answer has ended, however it ended. */
  async ask({ text, attachments, mode }: Question): Promise<void> {
    if (text.trim() === '') return;
    while (this.running) await this.interrupt('stopped');
    const kept = this.turns.add(this.deps.newId(), text, attachments, mode ?? this.state.mode);
    if (this.turns.length === 1) this.log.emit({ type: 'titleChanged', title: firstWords(text) });
    await this.run(kept, 'anew');
  }

  /** Stops the answer that is on its way; what arrived stays. */
  async stop(): Promise<void> {
    await this.interrupt('stopped');
  }

  /** Asks a turn again; its answer so far is taken away. */
  async retry(turnId: string): Promise<void> {
    await this.again(turnId, 'anew');
  }

  /** Has the model go on from what arrived. */
  async continue(turnId: string): Promise<void> {
    await this.again(turnId, 'goOn');
  }

  /** Asks a turn again without thinking, also in the middle of thinking; the thinking so far stays readable. */
  async answerWithoutThinking(turnId: string): Promise<void> {
    await this.again(turnId, 'withoutThinking');
  }

  /** Leaves this conversation to history and begins another. @param draft what stands in its composer */
  async newChat(draft = ''): Promise<void> {
    this.titling?.abort();
    while (this.running) await this.interrupt('stopped');
    if (this.turns.length === 0 && draft === '') return;
    this.turns.clear();
    this.titled = false;
    this.requests.reset();
    this.log.reset({
      ...this.state,
      conversation: { id: this.deps.newId(), title: '', turns: [] },
      draft,
    });
    await this.composer.refresh();
  }

  async setMode(mode: WishedMode): Promise<void> {
    this.log.emit({ type: 'changed', state: { mode } });
    await this.composer.refresh();
  }

  /** What the webview has in its composer. */
  setDraft(draft: string): void {
    this.log.remember({ draft });
    this.save();
  }

  /** Puts pieces of code and a beginning into the composer, and the cursor behind it. */
  async compose(attachments: readonly PromptAttachment[], draft?: string): Promise<void> {
    if (draft !== undefined) this.log.emit({ type: 'changed', state: { draft } });
    const pinned = this.composer.pin(attachments);
    this.log.emit({ type: 'focus' });
    await pinned;
  }

  /** A button: of a turn's card, of the set-up card (no `turnId`), or of an answer itself. */
  async press(button: { buttonId: string; argument?: string; turnId?: string }): Promise<void> {
    const { buttonId, turnId } = button;
    const kept = this.turns.get(turnId);
    if (kept && turnId !== undefined) {
      if (buttonId === 'retry') return this.retry(turnId);
      if (buttonId === 'continue') return this.continue(turnId);
      if (buttonId === 'answerWithoutThinking') return this.answerWithoutThinking(turnId);
      if (buttonId === 'newChat') return this.newChat(kept.turn.question.text);
      if (buttonId === 'removeAttachments') return this.askWithoutAttachments(kept);
    }
    const card = kept && turnId !== undefined ? this.turns.answerOf(turnId).card : this.state.setup;
    const known = card?.buttons.find(({ id, argument }) => id === buttonId && argument === button.argument);
    if (!known || this.pressing) return;
    this.pressing = true;
    const again = await this.deps.runWayOut(wayOutOf(known)).finally(() => (this.pressing = false));
    const refreshed = this.composer.refresh();
    if (again && kept && turnId !== undefined && this.running?.turnId !== turnId) {
      await this.again(turnId, this.turns.answerOf(turnId).text === '' ? 'anew' : 'goOn');
    }
    await refreshed;
  }

  /** Ends what is under way and keeps it as it is. */
  dispose(): void {
    this.titling?.abort();
    // Saved as on its way: the next window restores it as incomplete.
    this.save();
    this.running?.controller.abort(new Interruption('askedAgain'));
  }

  private async askWithoutAttachments(kept: StoredTurn): Promise<void> {
    const { id } = kept.turn;
    kept.attachments = [];
    // What no model was given hasn't entered the conversation, and the next try must not be routed by it.
    if (!kept.reached) kept.sources = [...this.deps.windowSources()];
    this.log.emit({ type: 'chipsSent', turnId: id, chips: [] });
    await this.composer.remove(this.state.chips.map((chip) => chip.id));
    await this.again(id, 'anew');
  }

  private async again(turnId: string, manner: Manner): Promise<void> {
    const kept = this.turns.get(turnId);
    if (!kept) return;
    const ownRun = this.running?.turnId === turnId;
    await this.interrupt(ownRun ? 'askedAgain' : 'stopped');
    if (!this.turns.get(turnId) || this.running) return;
    if (manner !== 'goOn') {
      this.log.emit({ type: 'answerRestarted', turnId, keepReasoning: manner === 'withoutThinking' });
    }
    if (manner === 'anew') {
      delete kept.usage;
      delete kept.cost;
      delete kept.costUpTo;
    }
    await this.run(kept, manner);
  }

  private async run(kept: StoredTurn, manner: Manner): Promise<void> {
    this.titling?.abort();
    const running: Running = { turnId: kept.turn.id, controller: new AbortController(), done: Promise.resolve() };
    this.running = running;
    running.done = this.answer(kept, manner, running).finally(() => {
      this.running = undefined;
      this.log.emit({ type: 'changed', state: { busy: false } });
    });
    await running.done;
  }

  /** Never throws: however it ends, the turn says so. */
  private async answer(kept: StoredTurn, manner: Manner, running: Running): Promise<void> {
    const { signal } = running.controller;
    const { id } = kept.turn;
    this.log.changeAnswer(id, { status: 'waiting', card: undefined, activity: undefined, note: undefined });
    this.log.emit({ type: 'changed', state: { busy: true } });
    const reader = new AnswerReader({
      log: this.log,
      turnId: id,
      answer: this.turns.answerOf(id),
      now: this.deps.now,
      badgeOf: this.deps.badgeOf,
      attachments: kept.attachments.map((attachment) => chipOf(attachment).label),
    });
    running.reader = reader;
    let ending: AnswerPatch;
    let prompt: ChatPrompt | undefined;
    try {
      const text = this.turns.answerOf(id).text;
      const plan = await orAbort(
        this.requests.plan({
          kept,
          text,
          manner,
          turns: this.turns.before(id),
          sources: this.sources,
          pieces: this.turns.piecesBut(id),
          conversation: this.state.conversation.id,
        }),
        signal,
      );
      prompt = plan.prompt;
      this.log.changeAnswer(id, { ...(plan.mode ? { mode: plan.mode } : {}), note: plan.note });
      this.log.emit({ type: 'chipsSent', turnId: id, chips: plan.chips });
      kept.sent = prompt.sent;
      const ended = await reader.read(this.deps.gateway.chat(plan.request, signal), signal);
      // A model that was left in mid-stream must hear of it.
      if (ended === 'circles') running.controller.abort(new Interruption('stopped'));
      ending = endingOf(ended, this.turns.answerOf(id));
    } catch (error) {
      ending = endingAfter(error, signal, reader, this.turns.answerOf(id), this.deps.explain);
    }
    kept.reached ||= reader.reached;
    if (reader.usage) {
      kept.usage = addUsage(kept.usage, reader.usage);
      const cost = this.deps.lastCost?.();
      if (cost !== undefined) {
        kept.cost = (kept.cost ?? 0) + cost.usd;
        if (cost.upTo) kept.costUpTo = true;
      }
    }
    this.log.changeAnswer(
      id,
      { activity: undefined, ...ending, usage: kept.usage && usageLine(kept.usage, kept.cost, kept.costUpTo) },
      reader.usage?.reasoningTokens === undefined ? {} : { tokens: kept.usage?.reasoningTokens },
    );
    const text = this.turns.answerOf(id).text;
    if (ending.status === 'done' && text !== '' && prompt) {
      void this.giveTitle(prompt.messages, text); // Nobody waits for a title, and it never throws.
    }
    void this.composer.refresh(); // Shows who would answer next; it never throws.
  }

  /** Once, after the first answer; again after the next one if the person asked on before it came. */
  private async giveTitle(messages: readonly ChatMessage[], answer: string): Promise<void> {
    if (this.titled) return;
    this.titled = true;
    const titling = new AbortController();
    this.titling = titling;
    const asked = {
      sources: this.sources,
      pieces: this.turns.piecesBut(undefined),
      conversation: this.state.conversation.id,
    };
    const title = await titleFrom(this.deps.gateway, { ...asked, messages, answer }, titling.signal);
    if (titling.signal.aborted) this.titled = false;
    else if (title !== undefined) this.log.emit({ type: 'titleChanged', title });
  }

  private async interrupt(why: Interruption['why']): Promise<void> {
    const { running } = this;
    if (!running) return;
    running.controller.abort(new Interruption(why));
    await running.done;
  }

  private save(): void {
    const { conversation, mode, draft } = this.state;
    if (!this.worthKeeping && this.turns.length === 0 && draft === '') return;
    this.worthKeeping = true;
    const { turnId, reader } = this.running ?? {};
    const live = turnId && reader ? { turnId, reached: reader.reached, thinkingMs: reader.thinkingMs } : undefined;
    this.deps.save({
      version: 1,
      id: conversation.id,
      title: conversation.title,
      titled: this.titled,
      mode,
      draft,
      turns: this.turns.stored(live),
    });
  }
}

function wayOutOf({ id, title, argument }: CardButton): WayOut {
  // Cards get their buttons from ways out, so an id of one is one.
  return { id: id as WayOutId, title, ...(argument === undefined ? {} : { argument }) };
}
