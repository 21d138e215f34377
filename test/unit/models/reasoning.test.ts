import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ReasoningParser, type Piece, type ReasoningOptions } from '../../../src/models/reasoning.ts';

type Step = { reasoning: string } | { content: string };

/** What a person gets to see. */
function read(steps: Step[], options?: ReasoningOptions): { reasoning: string; text: string; order: string[] } {
  const parser = new ReasoningParser(options);
  const pieces: Piece[] = [];
  for (const step of steps) {
    pieces.push(...('reasoning' in step ? parser.reasoning(step.reasoning) : parser.content(step.content)));
  }
  pieces.push(...parser.end());
  const all = (type: Piece['type']): string =>
    pieces
      .filter((piece) => piece.type === type)
      .map((piece) => piece.text)
      .join('');
  return { reasoning: all('reasoning'), text: all('text'), order: pieces.map((piece) => piece.type) };
}

/** Every way to cut a text in two, and every single character by itself. */
function* splits(text: string): Generator<string[]> {
  for (let at = 0; at <= text.length; at += 1) yield [text.slice(0, at), text.slice(at)];
  yield text.split(/(?:)/u);
}

const content = (...texts: string[]): Step[] => texts.map((text) => ({ content: text }));

describe('the reasoning parser', () => {
  it('reads the four wire forms alike, however they are split', () => {
    const expected = { reasoning: 'Let me see: 1 < 2.', text: 'It is **2**.' };
    const thought = 'Let me see: 1 < 2.';
    const answer = 'It is **2**.';
    for (const thoughts of splits(thought)) {
      for (const answers of splits(answer)) {
        const steps = [{ reasoning: '' }, ...thoughts.map((part) => ({ reasoning: part })), ...content(...answers)];
        const { reasoning, text } = read(steps);
        assert.deepEqual({ reasoning, text }, expected);
      }
    }
    for (const parts of splits(`<think>\n${thought}</think>\n\n${answer}`)) {
      const { reasoning, text } = read(content(...parts));
      assert.deepEqual({ reasoning, text }, expected);
    }
    for (const parts of splits(`${thought}</think>\n\n${answer}`)) {
      const { reasoning, text } = read(content(...parts), { startsInside: true });
      assert.deepEqual({ reasoning, text }, expected);
    }
  });

  it('never lets reasoning into the answer, whatever it is and wherever it is cut', () => {
    const words = fc.array(
      fc.constantFrom('SECRET', ' ', '\n', '<', '</', '>', 'think', '```\n', 'x', '<b>', '</thin'),
      {
        maxLength: 12,
      },
    );
    const cut = (text: string, at: number[]): Step[] => {
      const marks = [...new Set(at.map((each) => each % (text.length + 1)))].sort((a, b) => a - b);
      return content(...[0, ...marks].map((from, index) => text.slice(from, marks[index] ?? text.length)));
    };
    fc.assert(
      fc.property(
        words,
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.boolean(),
        fc.boolean(),
        (parts, at, opened, closed) => {
          const thought = parts.join('');
          fc.pre(!thought.includes('</think>'));
          const whole = `${opened ? '<think>' : ''}${thought}${closed ? '</think>\n\nThe answer.' : ''}`;
          const seen = read(cut(whole, at), { startsInside: !opened });
          assert.equal(seen.text.includes('SECRET'), false);
          assert.equal(seen.text, closed ? 'The answer.' : '');
        },
      ),
    );
  });

  it('does not open a block for an empty reasoning field, an empty pair of tags or white space', () => {
    assert.deepEqual(read([{ reasoning: '' }, ...content('Hi')]).order, ['text']);
    assert.deepEqual(read([{ reasoning: '\n' }, ...content('Hi')]).order, ['text']);
    assert.deepEqual(read(content('<think>\n\n</think>\n\nHi')), { reasoning: '', text: 'Hi', order: ['text'] });
  });

  it('keeps a block that is never closed out of the answer', () => {
    assert.deepEqual(read(content('<think>I wonder', ' whether')), {
      reasoning: 'I wonder whether',
      text: '',
      order: ['reasoning', 'reasoning'],
    });
    assert.equal(read(content('<think>a </thi')).reasoning, 'a </thi');
  });

  it('drops doubled and stray closing tags, also after the server ended the thinking itself', () => {
    for (const parts of splits('<think>a</think>\n</think>\n\nOne</think> two')) {
      assert.equal(read(content(...parts)).text, 'One two');
    }
    assert.equal(read([{ reasoning: 'a' }, ...content('So it is.</think>', '\n\nYes.')]).text, 'So it is.\n\nYes.');
    assert.equal(read(content('One', '</thi', 'nk> two')).text, 'One two');
  });

  it('takes a second block in the middle of an answer as reasoning', () => {
    const seen = read(content('First.\n<think>hm</think>Second.'));
    assert.deepEqual([seen.reasoning, seen.text], ['hm', 'First.\nSecond.']);
  });

  it('leaves tags alone that an answer talks about: in quotes, backticks and code blocks', () => {
    const answer =
      'Models write `<think>` and `</think>`.\n\n```ts\nconst at = text.indexOf("</think>");\nreturn /<think>(.*)<\\/think>/;\n```\nDone.';
    for (const parts of splits(answer)) assert.equal(read(content(...parts)).text, answer);
    for (const parts of splits("<think>They ask about '</think>' tags.</think>Sure.")) {
      const seen = read(content(...parts));
      assert.deepEqual([seen.reasoning, seen.text], ["They ask about '</think>' tags.", 'Sure.']);
    }
  });

  it('knows a code block in a list, and that a shorter fence does not end it', () => {
    const answer = '1. Look:\n   ````md\n   ```\n   <think>\n   ````\nx';
    assert.equal(read(content(answer)).text, answer);
    assert.equal(read(content('```\na\n```\nb</think>c')).text, '```\na\n```\nbc');
  });

  it('does not wait inside for a tag that the server never sends, once it names its reasoning in a field', () => {
    const seen = read([{ reasoning: 'Hm.' }, ...content('The answer.')], { startsInside: true });
    assert.deepEqual([seen.reasoning, seen.text], ['Hm.', 'The answer.']);
  });

  it('leaves ghost text as it is: white space at its head, and tags in code', () => {
    const code = '    return "<think>" + x.split(/</think>/)<think>;';
    for (const parts of splits(code)) assert.equal(read(content(...parts), { code: true }).text, code);
    assert.equal(read(content('<think>hm</think>\n</think>x'), { code: true }).text.trim(), 'x');
  });

  it('gives back every character of an answer without tags', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (parts) => {
        const whole = parts.join('');
        fc.pre(!/<\/?think>/.test(whole));
        assert.equal(read(content(...parts)).text, whole.trimStart());
        assert.equal(read(content(...parts), { code: true }).text, whole);
      }),
    );
  });
});
