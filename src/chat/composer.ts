// What stands around the question box: chips, suggestions, the badge of who would answer next, and what that means for the
// person's code. Asking is conversation.ts's job.
import type { PromptAttachment } from '../context/chatPrompt.ts';
import type { Explanation } from '../models/waysOut.ts';
import type { Gateway, Piece } from '../privacy/gatewayTypes.ts';
import type { Answerer } from '../privacy/route.ts';
import { ModelError } from '../models/errors.ts';
import { RouteError } from '../privacy/routeError.ts';
import { cardOf } from './cards.ts';
import type { EditorContext } from './chips.ts';
import { ChipShelf } from './chips.ts';
import { promiseOf, suggestionsFor } from './emptyState.ts';
import type { PanelLog } from './panelLog.ts';
import { pieceOf } from './pieces.ts';
import type { Badge, StateChange } from './protocol.ts';

export interface ComposerDeps {
  gateway: Gateway;
  badgeOf: (answerer: Answerer) => Badge;
  explain: (error: unknown) => Explanation;
  /** What typed text without any code counts as coming from: everything in the window. Never empty. */
  windowSources: () => readonly string[];
}

/** What is in the conversation already. */
export interface Contents {
  /** Where everything in it came from. */
  sources: readonly string[];
  /** The code in it. */
  pieces: readonly Piece[];
}

export class Composer {
  private readonly deps: ComposerDeps;
  private readonly log: PanelLog;
  private readonly contents: () => Contents;
  private readonly shelf = new ChipShelf();
  private lookUps = 0;
  private follows = 0;
  /** The file that the editor shows, where a rule leaves it out. */
  private leftOut: string | undefined;

  /** Who would answer next; undefined until that was looked up. */
  answerer: Answerer | undefined;

  constructor(deps: ComposerDeps, log: PanelLog, contents: () => Contents) {
    this.deps = deps;
    this.log = log;
    this.contents = contents;
  }

  /** What the next question would bring the conversation to. */
  get next(): Contents {
    const { sources, pieces } = this.contents();
    return {
      sources: [...new Set([...sources, ...sourcesOf(this.attachments, this.deps.windowSources)])],
      pieces: [...pieces, ...this.attachments.map((attachment) => pieceOf(attachment))],
    };
  }

  get attachments(): PromptAttachment[] {
    return this.shelf.attachments;
  }

  /** What the active editor offers now; undefined when none is open. */
  async follow(editor: EditorContext | undefined): Promise<void> {
    const follow = ++this.follows;
    const ignored = editor && (await this.deps.gateway.ignored(editor.source));
    if (follow !== this.follows) return;
    this.leftOut = ignored ? editor.source : undefined;
    this.shelf.follow(ignored ? undefined : editor);
    await this.refresh();
  }

  /**
   * The text of the same file as it is now, right before it is asked about. Another file is not taken along: nobody has seen
   * its chip yet.
   */
  update(editor: EditorContext): void {
    if (editor.source === this.shelf.source && editor.source !== this.leftOut) this.shelf.follow(editor);
  }

  async pin(attachments: readonly PromptAttachment[]): Promise<void> {
    this.shelf.pin(attachments);
    await this.refresh();
  }

  async remove(chipIds: readonly string[]): Promise<void> {
    for (const id of chipIds) this.shelf.remove(id);
    await this.refresh();
  }

  /** A question has taken what was pinned along. */
  unpin(): void {
    this.shelf.unpin();
  }

  /** Shows the chips at once, and who would answer as soon as that is known. The last call wins. */
  async refresh(): Promise<void> {
    this.change({ chips: this.shelf.chips, suggestions: suggestionsFor(this.shelf.attachments) });
    const lookUp = ++this.lookUps;
    const { state } = this.log;
    const { sources, pieces } = this.next;
    const held = { conversation: state.conversation.id, pieces };
    const answerer = await this.deps.gateway.answerer(sources, state.mode === 'reasoner' ? 'reasoner' : 'chat', held);
    if (lookUp !== this.lookUps) return;
    this.answerer = answerer;
    this.change({
      badge: this.deps.badgeOf(answerer),
      promise: promiseOf(answerer),
      setup: isSetUp(answerer) ? null : cardOf(this.deps.explain(answerer.problem)),
    });
  }

  /** Tells only what is different. */
  private change(change: StateChange): void {
    const { state } = this.log;
    const different = Object.entries(change).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(state[key as keyof StateChange] ?? null),
    );
    if (different.length > 0) this.log.emit({ type: 'changed', state: Object.fromEntries(different) });
  }
}

/** What a question with these attachments brings into the conversation, as far as its privacy is concerned. */
export function sourcesOf(
  attachments: readonly PromptAttachment[],
  windowSources: () => readonly string[],
): readonly string[] {
  // Without code nothing tells what the words are about, so they are as private as the most private folder that is open.
  return attachments.length > 0 ? attachments.map(({ source }) => source) : windowSources();
}

/**
 * Something can answer, now or after one question; or what stands in the way passes by itself. Else the empty panel says what
 * to do first.
 */
function isSetUp({ problem }: Answerer): boolean {
  return !(ModelError.is(problem, 'noKey') || RouteError.is(problem, 'noLocalModel'));
}
