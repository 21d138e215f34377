// Plans the request for one turn: which mode, which messages, what no longer fits and how that is said. It sends nothing.
import * as l10n from '@vscode/l10n';
import type { ChatPrompt, Cut, SentTurn } from '../context/chatPrompt.ts';
import { buildChatPrompt } from '../context/chatPrompt.ts';
import { estimateTokens } from '../context/tokens.ts';
import type { Gateway, GatewayChatRequest, Piece } from '../privacy/gatewayTypes.ts';
import { pickMode } from './autoMode.ts';
import { chipOf } from './chips.ts';
import { askToGoOn } from './goOn.ts';
import { cutOf, pieceOf } from './pieces.ts';
import type { Answer, Chip } from './protocol.ts';
import type { StoredTurn } from './stored.ts';

/** How a turn is asked: anew; going on from the text that is there; or without thinking, keeping the thinking that is there. */
export type Manner = 'anew' | 'goOn' | 'withoutThinking';

export interface Plan {
  request: GatewayChatRequest;
  prompt: ChatPrompt;
  /** For the panel: the mode and why; absent when the answer goes on as it began. */
  mode?: NonNullable<Answer['mode']>;
  /** The chips as they were sent, where one had to be cut. */
  chips: Chip[];
  note?: string;
}

/** Where the window isn't known, no more is sent than a local model takes by default. */
const defaultWindow = 8192;
const shortestAnswer = 256;

export class Requests {
  private readonly gateway: Gateway;
  /** Turns that no longer fit are left out from then on, as long as the window is the same: the head must not change. */
  private leftOut: { window: number; ids: Set<string> } = { window: 0, ids: new Set() };

  constructor(gateway: Gateway) {
    this.gateway = gateway;
  }

  /** Another conversation begins. */
  reset(): void {
    this.leftOut = { window: 0, ids: new Set() };
  }

  /** As they are now: what is planned with these changes nothing of the others. */
  copy(): Requests {
    const copy = new Requests(this.gateway);
    copy.leftOut = { window: this.leftOut.window, ids: new Set(this.leftOut.ids) };
    return copy;
  }

  /**
   * @param text what there is of the answer
   * @param turns earlier ones that have an answer
   * @param sources of everything that ever entered the conversation
   * @param pieces the code of its other turns
   */
  async plan({
    kept,
    text,
    manner,
    turns,
    sources,
    pieces,
    conversation,
  }: {
    kept: StoredTurn;
    text: string;
    manner: Manner;
    turns: readonly (SentTurn & { id: string })[];
    sources: readonly string[];
    pieces: readonly Piece[];
    conversation: string;
  }): Promise<Plan> {
    const { attachments, wished } = kept;
    const question = kept.turn.question.text;
    const goesOn = manner === 'goOn' && text !== '';
    const mayThink = !goesOn && manner !== 'withoutThinking' && wished !== 'chat';
    const answerer = await this.gateway.answerer(sources, mayThink ? 'reasoner' : 'chat', {
      conversation,
      pieces: [...pieces, ...attachments.map((attachment) => pieceOf(attachment))],
    });
    const mode: NonNullable<Answer['mode']> =
      mayThink && wished === 'auto'
        ? pickMode(question, attachments.length, answerer.canThink)
        : { mode: mayThink ? 'reasoner' : 'chat' };

    const window = answerer.contextTokens ?? defaultWindow;
    if (window !== this.leftOut.window) this.leftOut = { window, ids: new Set() };
    const earlier = turns.filter(({ id }) => !this.leftOut.ids.has(id));
    const prompt = buildChatPrompt({
      turns: earlier,
      question,
      attachments,
      contextTokens: goesOn ? window - estimateTokens(text) : window,
    });
    for (const { id } of earlier.slice(0, prompt.droppedTurns)) this.leftOut.ids.add(id);
    const leftOut = turns.filter(({ id }) => this.leftOut.ids.has(id)).length;

    // A local model without a bound writes for ever when it gets lost; DeepSeek has bounds of its own.
    const bound =
      answerer.route.place === 'local' ? { maxTokens: Math.max(prompt.answerTokens, shortestAnswer) } : undefined;
    return {
      request: {
        purpose: 'chat',
        sources,
        conversation,
        pieces: [...pieces, ...attachments.map((attachment) => pieceOf(attachment, cutOf(attachment, prompt.cuts)))],
        messages: goesOn ? [...prompt.messages, ...askToGoOn(text)] : prompt.messages,
        mode: mode.mode,
        ...bound,
      },
      prompt,
      ...(goesOn ? {} : { mode }),
      chips: attachments.map((attachment) => chipSent(attachment, prompt.cuts)),
      ...(leftOut > 0
        ? {
            note:
              leftOut === 1
                ? l10n.t('The first question and its answer no longer fit into the model’s window and were left out.')
                : l10n.t('The first {0} questions no longer fit into the model’s window and were left out.', leftOut),
          }
        : {}),
    };
  }
}

/** "main.ts, lines 1-300 of 900" when only a part fitted. */
function chipSent(attachment: StoredTurn['attachments'][number], cuts: readonly Cut[]): Chip {
  const chip = chipOf(attachment);
  const cut = cutOf(attachment, cuts);
  if (!cut) return chip;
  const label = l10n.t('{0}, lines {1}-{2} of {3}', chip.label, cut.startLine, cut.endLine, cut.ofLines);
  return { ...chip, label };
}
