// What a model is told: the same head in every turn, files that can't break out of their fence, and an honest word about what is cut.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  buildChatPrompt,
  promptBudget,
  type PromptAttachment,
  type SentTurn,
} from '../../../src/context/chatPrompt.ts';
import { estimateTokens } from '../../../src/context/tokens.ts';

const window = 8192;
const file = (path: string, text: string, more: Partial<PromptAttachment> = {}): PromptAttachment => ({
  kind: 'file',
  source: `/project/${path}`,
  path,
  languageId: 'typescript',
  text,
  startLine: 1,
  endLine: text.split('\n').length,
  ...more,
});
const lines = (count: number, prefix = 'const line'): string =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1} = ${index + 1};`).join('\n');
const ask = (request: Partial<Parameters<typeof buildChatPrompt>[0]>) =>
  buildChatPrompt({ turns: [], question: 'Why?', attachments: [], contextTokens: window, ...request });
const tokensOf = (prompt: ReturnType<typeof ask>): number =>
  prompt.messages.reduce((total, { content }) => total + estimateTokens(content), 0);

describe('the chat prompt', () => {
  it('has files by path, whatever order they came in, and the question last', () => {
    const files = [file('b.ts', 'b'), file('a.ts', 'a'), file('B.ts', 'B')];
    const { sent } = ask({ attachments: files });
    assert.equal(ask({ attachments: [...files].reverse() }).sent, sent);
    assert.ok(sent.indexOf('`B.ts`') < sent.indexOf('`a.ts`') && sent.indexOf('`a.ts`') < sent.indexOf('`b.ts`'));
    assert.ok(sent.endsWith('\n\nWhy?'));
  });

  it('grows at its end only, over any number of turns', () => {
    const turn = fc.record({
      question: fc.string({ minLength: 1 }),
      text: fc.string(),
      answer: fc.string({ minLength: 1 }),
    });
    fc.assert(
      fc.property(fc.array(turn, { minLength: 2, maxLength: 6 }), (conversation) => {
        const turns: SentTurn[] = [];
        let before: string[] = [];
        for (const { question, text, answer } of conversation) {
          const prompt = ask({ turns, question, attachments: [file('main.ts', text)], contextTokens: 1_000_000 });
          const now = prompt.messages.map((message) => JSON.stringify(message));
          assert.deepEqual(now.slice(0, before.length), before);
          before = now;
          turns.push({ sent: prompt.sent, answer });
        }
      }),
    );
  });

  it('fences code that contains fences, so that the question stays outside', () => {
    const { sent } = ask({ attachments: [file('readme.md', 'a\n````md\n```\n````\nb')] });
    assert.match(sent, /^`````typescript\na\n````md\n```\n````\nb\n`````\n\nWhy\?$/m);
  });

  it('sends no carriage return and no half character', () => {
    const { messages } = ask({ question: 'a\r\nb\ud83d', attachments: [file('x.ts', 'c\r\nd\udc00\re')] });
    const all = messages.map(({ content }) => content).join();
    assert.ok(!all.includes('\r'));
    assert.ok(!/\p{Surrogate}/u.test(all));
    assert.ok(all.includes('a\nb\ufffd') && all.includes('c\nd\ufffd\ne'));
  });

  it('cuts a long file around the line that matters, says so in the text and in the result', () => {
    const { sent, cuts } = ask({ attachments: [file('long.ts', lines(3000), { focusLine: 1500 })] });
    const [cut] = cuts;
    assert.ok(cut);
    assert.equal(cut.ofLines, 3000);
    assert.ok(cut.startLine > 1 && cut.startLine <= 1500 && cut.endLine >= 1500 && cut.endLine < 3000);
    assert.ok(sent.includes('const line1500 = 1500;'));
    assert.ok(sent.includes(`const line${cut.startLine} = `) && !sent.includes(`const line${cut.startLine - 1} = `));
    assert.ok(sent.includes(`[... ${cut.startLine - 1} lines left out ...]`));
    assert.ok(sent.includes(`only lines ${cut.startLine}-${cut.endLine} of 3000 fit here`));
  });

  it('keeps a selection whole when only the file is too long for both', () => {
    const selection = file('long.ts', lines(20, 'const picked'), { kind: 'selection', startLine: 100, endLine: 119 });
    const { sent, cuts } = ask({ attachments: [file('long.ts', lines(3000)), selection] });
    assert.deepEqual(
      cuts.map(({ kind }) => kind),
      ['file'],
    );
    assert.ok(sent.includes('const picked1 = 1;') && sent.includes('const picked20 = 20;'));
    assert.ok(sent.includes('Lines 100-119 of `long.ts`'));
  });

  it('counts the lines of a cut selection as the file does', () => {
    const { cuts } = ask({
      attachments: [file('a.ts', lines(3000), { kind: 'selection', startLine: 501, endLine: 3500 })],
    });
    assert.equal(cuts[0]?.startLine, 501);
    assert.ok(cuts[0].endLine > 501);
  });

  it('never exceeds its budget, however long the files and their lines are', () => {
    const text = fc.oneof(
      fc.integer({ min: 1, max: 4000 }).map((count) => lines(count)),
      fc.integer({ min: 1, max: 60_000 }).map((length) => 'x;'.repeat(length)),
      fc.integer({ min: 1, max: 9000 }).map((length) => '汉\u{1f600}'.repeat(length)),
    );
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 2048, max: 16_384 }),
        (texts, size) => {
          const attachments = texts.map((content, index) => file(`f${index}.ts`, content, { focusLine: 50 }));
          const prompt = ask({ attachments, contextTokens: size });
          assert.ok(tokensOf(prompt) <= promptBudget(size), `${tokensOf(prompt)} of ${promptBudget(size)}`);
          assert.ok(prompt.answerTokens > size * 0.2);
          assert.ok(!/\p{Surrogate}/u.test(prompt.sent));
          assert.ok(prompt.sent.endsWith('Why?'));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('drops the oldest turns only when files could be cut no further, and says how many', () => {
    const turns = Array.from({ length: 10 }, (_, index) => ({
      sent: `question ${index} ${lines(60)}`,
      answer: lines(60),
    }));
    const roomy = ask({ turns, contextTokens: 1_000_000 });
    assert.equal(roomy.droppedTurns, 0);
    const tight = ask({ turns, attachments: [file('a.ts', lines(40))], contextTokens: window });
    assert.ok(tight.droppedTurns > 0 && tight.droppedTurns < 10);
    assert.ok(!JSON.stringify(tight.messages).includes(`question ${tight.droppedTurns - 1} `));
    assert.ok(tight.messages[1]?.content.startsWith(`question ${tight.droppedTurns} `));
    assert.ok(tokensOf(tight) <= promptBudget(window));
    const next = ask({
      turns: [...turns.slice(tight.droppedTurns), { sent: tight.sent, answer: 'Short.' }],
      contextTokens: window,
    });
    assert.equal(next.droppedTurns, 0, 'the next question keeps the head');
  });

  it('names a file again instead of sending it again, unless it has changed', () => {
    const attachments = [file('a.ts', 'const a = 1;')];
    const first = ask({ attachments });
    const turns = [{ sent: first.sent, answer: 'Because.' }];
    assert.equal(ask({ turns, attachments }).sent, 'File `a.ts`: unchanged, see above.\n\nWhy?');
    assert.ok(ask({ turns, attachments: [file('a.ts', 'const a = 2;')] }).sent.includes('const a = 2;'));
  });

  describe('with a file that changes', () => {
    const versions = (...texts: string[]): string[] => {
      const turns: SentTurn[] = [];
      for (const text of texts) {
        const { sent } = ask({ turns, attachments: [file('a.ts', text)] });
        turns.push({ sent, answer: 'Because.' });
      }
      return turns.map(({ sent }) => sent);
    };

    it('says that the new text is not the one above, and names it again while it stays', () => {
      const [first = '', , changed = '', , again = ''] = versions('one', 'one', 'two', 'two', 'three');
      assert.match(first, /^File `a\.ts`:\n```typescript\none\n/);
      assert.match(changed, /^File `a\.ts`, changed since it was sent above:\n```typescript\ntwo\n/);
      assert.match(again, /^File `a\.ts`, changed since it was sent above:\n```typescript\nthree\n/);
      assert.deepEqual(
        versions('one', 'one', 'two', 'two').map((sent) => sent.includes('unchanged')),
        [false, true, false, true],
      );
    });

    it('sends it once more when a change was taken back', () => {
      const sent = versions('one', 'two', 'one', 'one');
      assert.match(sent[2] ?? '', /^File `a\.ts`, changed since it was sent above:\n```typescript\none\n/);
      assert.equal(sent[3], 'File `a.ts`: unchanged, see above.\n\nWhy?');
    });

    it('says nothing of a change when only a part was sent before', () => {
      const long = lines(3000);
      const first = ask({ attachments: [file('a.ts', long)] });
      assert.equal(first.cuts.length, 1);
      const turns = [{ sent: first.sent, answer: 'Because.' }];
      const { sent } = ask({ turns, attachments: [file('a.ts', long)], contextTokens: 1_000_000 });
      assert.ok(sent.startsWith('File `a.ts`:\n'));
    });

    it('tells the model that the newest text counts', () => {
      assert.match(ask({}).messages[0]?.content ?? '', /again, the newest text is how it is now/);
    });

    it('does not take two files of one name for each other', () => {
      const attachments = [file('a.ts', 'one', { source: '/x/a.ts' }), file('a.ts', 'two', { source: '/y/a.ts' })];
      const first = ask({ attachments });
      const turns = [{ sent: first.sent, answer: 'Because.' }];
      assert.ok(!/[oO]ne|two|changed since/.test(ask({ turns, attachments }).sent));
    });
  });

  it('mentions no date', () => {
    assert.ok(!/\b20\d\d\b|\bdate\b|today/i.test(ask({}).messages[0]?.content ?? ''));
  });
});
