// The numbered stream of messages from the extension, put together to the state that is to be shown. Pure: it touches no DOM,
// so that a test can replay any stream.
import { applyEvent, type PanelState, type ToWebview } from '../chat/protocol.ts';

/** What a message did: `missed` means that an event was lost, and a snapshot must be asked for. */
export type Received = 'snapshot' | 'event' | 'missed' | 'ignored';

export class MessageStream {
  private current: PanelState | undefined;
  private seq = 0;
  private waiting = true;

  /** Undefined until the first snapshot. What no message touched stays the same object, so that views can compare by identity. */
  get state(): PanelState | undefined {
    return this.current;
  }

  receive(message: ToWebview): Received {
    if (message.type === 'snapshot') {
      this.current = message.state;
      this.seq = message.seq;
      this.waiting = false;
      return 'snapshot';
    }
    // After a gap nothing can be trusted until the snapshot is there; it holds these events already.
    if (this.waiting || this.current === undefined || message.seq <= this.seq) return 'ignored';
    if (message.seq !== this.seq + 1) {
      this.waiting = true;
      return 'missed';
    }
    this.seq = message.seq;
    this.current = applyEvent(this.current, message.event);
    return 'event';
  }
}
