// The panel's numbered stream: what is shown after any messages, and what happens when one is lost.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { applyEvent, type PanelEvent, type PanelState } from '../../../src/chat/protocol.ts';
import { MessageStream } from '../../../src/webview/stream.ts';

const start: PanelState = {
  conversation: {
    id: 'c',
    title: '',
    turns: [{ id: 't', question: { text: 'Why?', chips: [] }, answer: { status: 'waiting', text: '' } }],
  },
  mode: 'auto',
  chips: [],
  draft: '',
  badge: { place: 'none', text: '', title: '' },
  busy: true,
  suggestions: [],
  promise: '',
};
const text = (piece: string): PanelEvent => ({ type: 'text', turnId: 't', text: piece });

const shown = (stream: MessageStream) => stream.state?.conversation.turns[0]?.answer.text;

describe('The panel’s stream of messages', () => {
  it('shows an answer piece by piece', () => {
    const stream = new MessageStream();
    assert.equal(stream.receive({ type: 'snapshot', seq: 4, state: start }), 'snapshot');
    assert.equal(stream.receive({ type: 'event', seq: 5, event: text('Be') }), 'event');
    assert.equal(stream.receive({ type: 'event', seq: 6, event: text('cause.') }), 'event');
    assert.equal(shown(stream), 'Because.');
  });

  it('ignores what a snapshot contains already', () => {
    const stream = new MessageStream();
    stream.receive({ type: 'snapshot', seq: 4, state: start });
    assert.equal(stream.receive({ type: 'event', seq: 4, event: text('old') }), 'ignored');
    assert.equal(shown(stream), '');
  });

  it('waits for the first snapshot', () => {
    const stream = new MessageStream();
    assert.equal(stream.receive({ type: 'event', seq: 1, event: text('early') }), 'ignored');
    assert.equal(stream.state, undefined);
  });

  it('asks once for a snapshot when an event was lost, and shows nothing made up until it is there', () => {
    const stream = new MessageStream();
    stream.receive({ type: 'snapshot', seq: 0, state: start });
    assert.equal(stream.receive({ type: 'event', seq: 2, event: text('b') }), 'missed');
    assert.equal(stream.receive({ type: 'event', seq: 3, event: text('c') }), 'ignored');
    assert.equal(shown(stream), '');
    const whole = ['a', 'b', 'c'].map(text).reduce(applyEvent, start);
    assert.equal(stream.receive({ type: 'snapshot', seq: 3, state: whole }), 'snapshot');
    assert.equal(stream.receive({ type: 'event', seq: 4, event: text('d') }), 'event');
    assert.equal(shown(stream), 'abcd');
  });

  it('ends at the extension’s state, whichever events are lost', () => {
    const events = fc.array(fc.record({ piece: fc.string(), lost: fc.boolean() }));
    fc.assert(
      fc.property(events, (pieces) => {
        const stream = new MessageStream();
        stream.receive({ type: 'snapshot', seq: 0, state: start });
        let truth = start;
        pieces.forEach(({ piece, lost }, index) => {
          truth = applyEvent(truth, text(piece));
          if (lost) return;
          const seq = index + 1;
          const received = stream.receive({ type: 'event', seq, event: text(piece) });
          if (received === 'missed') stream.receive({ type: 'snapshot', seq, state: truth });
        });
        truth = applyEvent(truth, text('.'));
        const seq = pieces.length + 1;
        if (stream.receive({ type: 'event', seq, event: text('.') }) === 'missed') {
          stream.receive({ type: 'snapshot', seq, state: truth });
        }
        assert.deepEqual(stream.state, truth);
      }),
    );
  });
});
