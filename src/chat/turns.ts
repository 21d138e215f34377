// The turns of a conversation with what the panel doesn't see of them: attachments, where they came from, what was sent.
// What the panel does see is the log's; the two are put together here for history and for the next prompt.
import type { PromptAttachment, SentTurn } from '../context/chatPrompt.ts';
import { wellFormed } from '../context/wellFormed.ts';
import { chipOf } from './chips.ts';
import { sourcesOf } from './composer.ts';
import { pieceOf } from './pieces.ts';
import type { Piece } from '../privacy/gatewayTypes.ts';
import type { PanelLog } from './panelLog.ts';
import type { Answer, Turn, WishedMode } from './protocol.ts';
import type { StoredTurn } from './stored.ts';

export class Turns {
  private readonly log: PanelLog;
  private readonly windowSources: () => readonly string[];
  private kept: StoredTurn[];

  /** @param windowSources what a question without code counts as coming from */
  constructor(log: PanelLog, stored: readonly StoredTurn[], windowSources: () => readonly string[]) {
    this.log = log;
    this.windowSources = windowSources;
    this.kept = stored.map((turn) => ({ ...turn }));
  }

  get length(): number {
    return this.kept.length;
  }

  /** Where everything that ever entered the conversation came from: what each of its requests is routed by. */
  get sources(): string[] {
    return [...new Set(this.kept.flatMap(({ sources }) => sources))];
  }

  /** The code in all turns but this one. It was let in when it came: a rule that is new doesn't end the conversation. */
  piecesBut(turnId: string | undefined): Piece[] {
    return this.kept
      .filter(({ turn }) => turn.id !== turnId)
      .flatMap(({ attachments }) => attachments.map((attachment) => ({ ...pieceOf(attachment), chosen: true })));
  }

  get(turnId: string | undefined): StoredTurn | undefined {
    return this.kept.find(({ turn }) => turn.id === turnId);
  }

  /** The answer as the panel shows it. */
  answerOf(turnId: string): Answer {
    const turn = this.log.state.conversation.turns.find(({ id }) => id === turnId);
    return turn?.answer ?? { status: 'waiting', text: '' };
  }

  /** Puts a question at the end. */
  add(id: string, text: string, attachments: readonly PromptAttachment[], wished: WishedMode): StoredTurn {
    const kept = this.make(id, text, attachments, wished);
    this.kept.push(kept);
    this.log.emit({ type: 'turnAdded', turn: kept.turn });
    return kept;
  }

  /** A question as it would be put at the end. */
  make(id: string, text: string, attachments: readonly PromptAttachment[], wished: WishedMode): StoredTurn {
    return {
      turn: {
        id,
        question: { text: wellFormed(text.trim()), chips: attachments.map(chipOf) },
        answer: { status: 'waiting', text: '' },
      },
      attachments: [...attachments],
      sources: [...new Set(sourcesOf(attachments, this.windowSources))],
      wished,
      reached: false,
    };
  }

  clear(): void {
    this.kept = [];
  }

  /** Turns before this one that have an answer, in order; all of them before one that isn't there yet. */
  before(turnId: string): (SentTurn & { id: string })[] {
    const end = this.kept.findIndex(({ turn }) => turn.id === turnId);
    return this.kept.slice(0, end < 0 ? this.kept.length : end).flatMap(({ turn: { id }, sent }) => {
      const answer = this.answerOf(id).text;
      return sent === undefined || answer === '' ? [] : [{ id, sent, answer }];
    });
  }

  /** For history. @param live the turn that is being answered, with how long it has thought so far */
  stored(live: { turnId: string; reached: boolean; thinkingMs: number | undefined } | undefined): StoredTurn[] {
    const shown = new Map(this.log.state.conversation.turns.map((turn) => [turn.id, turn]));
    return this.kept.flatMap((kept) => {
      const turn = shown.get(kept.turn.id);
      if (!turn) return [];
      if (turn.id !== live?.turnId) return [{ ...kept, turn }];
      return [{ ...kept, reached: kept.reached || live.reached, turn: withThinkingMs(turn, live.thinkingMs) }];
    });
  }
}

function withThinkingMs(turn: Turn, ms: number | undefined): Turn {
  const { answer } = turn;
  if (ms === undefined || !answer.reasoning) return turn;
  return { ...turn, answer: { ...answer, reasoning: { ...answer.reasoning, ms } } };
}
