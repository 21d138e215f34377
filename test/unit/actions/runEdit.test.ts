// From a model's events to a proposal: what reaches the document, what never does, and what is refused.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { actionOf, type ActionId, type EditAction } from '../../../src/actions/actions.ts';
import { explainRefusal } from '../../../src/actions/refusals.ts';
import { runEdit, type EditJob, type EditOutcome, type EditStep } from '../../../src/actions/runEdit.ts';
import { proposedText } from '../../../src/edits/proposal.ts';
import type { GatewayChatRequest, GatewayEvent } from '../../../src/privacy/gatewayTypes.ts';

const documentText = 'class Cart {\r\n    add(a, b) {\r\n        return a - b;\r\n    }\r\n}\r\n';
const method = '    add(a, b) {\r\n        return a - b;\r\n    }';
const answer = '```js\nadd(a, b) {\n    return a + b;\n}\n```';

function edit(id: ActionId): EditAction {
  const action = actionOf(id);
  assert.ok(action.kind === 'edit');
  return action;
}

function job(changes: Partial<EditJob> = {}, text = documentText, part = method): EditJob {
  const start = text.indexOf(part);
  return {
    action: edit('fix'),
    mode: 'reasoner',
    input: {
      attachment: {
        kind: 'selection',
        source: '/repo/src/cart.js',
        path: 'src/cart.js',
        languageId: 'javascript',
        text: part.replaceAll('\r\n', '\n'),
        startLine: 2,
        endLine: 4,
      },
      around: { before: 'class Cart {', after: '}' },
      problems: [],
    },
    document: { uri: 'file:///repo/src/cart.js', text, eol: '\r\n' },
    range: { start, end: start + part.length },
    ...changes,
  };
}

/** A gateway that answers with these events, and keeps what it was asked. */
function answering(...events: GatewayEvent[]) {
  const asked: GatewayChatRequest[] = [];
  return {
    asked,
    async *chat(request: GatewayChatRequest): AsyncGenerator<GatewayEvent> {
      asked.push(request);
      yield* events;
    },
  };
}

const done = (reason: 'stop' | 'length' | 'contentFilter' = 'stop'): GatewayEvent => ({ type: 'done', reason });
const says = (text: string): GatewayEvent => ({ type: 'text', text });
const thinks = (text: string): GatewayEvent => ({ type: 'reasoning', text });

async function outcomeOf(events: GatewayEvent[], changes: Partial<EditJob> = {}): Promise<EditOutcome> {
  return runEdit(answering(...events), job(changes), () => undefined, new AbortController().signal);
}

async function textAfter(events: GatewayEvent[], changes: Partial<EditJob> = {}): Promise<string | undefined> {
  const outcome = await outcomeOf(events, changes);
  assert.ok(outcome.refusal === undefined, `refused: ${outcome.refusal}`);
  assert.ok(outcome.proposal.kind === 'edit');
  return proposedText(outcome.proposal, documentText);
}

describe('an edit', () => {
  it('puts the code where the old code was, with its indentation and line ends', async () => {
    assert.equal(await textAfter([says(answer), done()]), documentText.replace('a - b', 'a + b'));
  });

  it('says who answers, that it thinks, and how much it has written', async () => {
    const steps: EditStep['step'][] = [];
    const model = answering(thinks('hm'), thinks('m'), says(answer.slice(0, 9)), says(answer.slice(9)), done());
    await runEdit(model, job(), ({ step }) => steps.push(step), new AbortController().signal);
    assert.deepEqual(steps, ['thinking', 'writing', 'writing']);
  });

  it('never takes what was thought, wherever it is split and in whatever form it comes', async () => {
    const secret = 'THOUGHT();';
    const piece = fc.constantFrom(
      secret,
      '\n',
      'Hmm. ',
      '\n```js\n',
      '\n```\n',
      '\n~~~\n',
      'add(a, b) {',
      '\n    return a - b;\n',
      '}\n',
      '`a',
      'sh',
    );
    const reasoning = fc.array(piece, { minLength: 1, maxLength: 9 }).map((pieces) => pieces.join(''));
    const wrap = fc.constantFrom<(thought: string) => string>(
      (thought) => `<think>${thought}</think>${answer}`,
      (thought) => `<think>\n${thought}\n</think>\n\n${answer}`,
      (thought) => `${thought}</think>${answer}`,
      (thought) => `${thought}\n</think>\n${answer}`,
      (thought) => `<think>${thought}`,
      (thought) => `Sure. <think>${thought}`,
      (thought) => `${thought}</think>`,
      (thought) => `Sure.\n<think>${thought}</think>\n${answer}`,
      (thought) => `${thought}</think>Use \`b\`.\n${answer}\n${answer}`,
    );
    await fc.assert(
      fc.asyncProperty(reasoning, wrap, fc.array(fc.nat(400), { maxLength: 6 }), async (thought, wrapped, cuts) => {
        const text = wrapped(thought);
        const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
        const chunks = places.slice(1).map((end, index) => text.slice(places[index], end));
        const events = [thinks(secret), ...chunks.flatMap((chunk) => [says(chunk), thinks(secret)]), done()];
        const outcome = await outcomeOf(events);
        if (outcome.refusal === undefined) assert.equal(JSON.stringify(outcome.proposal).includes(secret), false);
      }),
      { numRuns: 2000 },
    );
  });

  it('asks for one block and gives code, surroundings and the problems, what changes last', async () => {
    const model = answering(says(answer), done());
    const { input } = job();
    const problem = 'line 3, error ts(2304): Cannot find name "c"';
    await runEdit(
      model,
      job({ input: { ...input, problems: [problem] } }),
      () => undefined,
      new AbortController().signal,
    );
    const [request] = model.asked;
    assert.ok(request);
    assert.deepEqual(request.sources, ['/repo/src/cart.js']);
    assert.equal(request.mode, 'reasoner');
    assert.match(request.messages[0]?.content ?? '', /exactly one fenced code block/);
    const prompt = request.messages[1]?.content ?? '';
    const order = ['src/cart.js', 'class Cart {', 'return a - b', problem].map((part) => prompt.indexOf(part));
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
    assert.ok(!order.includes(-1));
  });

  it('asks in a fence that code with fences of its own can not close', async () => {
    const model = answering(says('no'), done());
    const { input } = job();
    const attachment = { ...input.attachment, text: '# A\n```sh\nnpm start\n```' };
    await runEdit(model, job({ input: { ...input, attachment } }), () => undefined, new AbortController().signal);
    assert.match(model.asked[0]?.messages[1]?.content ?? '', /fenced by ````/);
  });

  it('is cancelled with the signal’s reason', async () => {
    const controller = new AbortController();
    const model = {
      async *chat(): AsyncGenerator<GatewayEvent> {
        yield says(answer);
        controller.abort(new Error('by the person'));
      },
    };
    await assert.rejects(
      runEdit(model, job(), () => undefined, controller.signal),
      /by the person/,
    );
  });
});

describe('an edit is refused, with the answer kept to be read, when', () => {
  const long = Array.from({ length: 20 }, (_, line) => `step(${line});`).join('\n');
  const longJob: Partial<EditJob> = {
    document: { uri: 'file:///a.js', text: long, eol: '\n' },
    range: { start: 0, end: long.length },
  };
  const cases: [name: string, events: GatewayEvent[], refusal: string, changes?: Partial<EditJob>][] = [
    ['the model only thought', [thinks('hm'), done()], 'onlyThought'],
    ['nothing came', [done()], 'empty'],
    ['it was cut off', [says(answer), done('length')], 'cutOff'],
    ['a filter stopped it', [says(answer), done('contentFilter')], 'filtered'],
    ['the code is the same as before', [says(`\`\`\`js\n${method}\n\`\`\``), done()], 'unchanged'],
    ['code was left out', [says('```js\nstep(1);\n// ... rest unchanged\n```'), done()], 'elided', longJob],
    ['most of the code is gone', [says('```js\nstep(1);\nstep(2);\n```'), done()], 'shrunk', longJob],
  ];
  for (const [name, events, refusal, changes] of cases) {
    it(name, async () => {
      const outcome = await outcomeOf(events, changes);
      assert.ok(outcome.refusal !== undefined);
      assert.equal(outcome.refusal, refusal);
      assert.equal(outcome.answer, events.map((event) => (event.type === 'text' ? event.text : '')).join(''));
      assert.match(explainRefusal(outcome.refusal), /^[A-Z].*\.$/);
    });
  }

  it('it has only the function that was changed, not the rest of the file', async () => {
    const file =
      'function one() {\n  return 1;\n}\n\nfunction two() {\n  retrun 2;\n}\n\nfunction three() {\n  return 3;\n}\n';
    const whole: Partial<EditJob> = {
      document: { uri: 'file:///a.js', text: file, eol: '\n' },
      range: { start: 0, end: file.length },
    };
    for (const part of ['function two() {\n  return 2;\n}', 'function one() {\n  return 1; // one\n}']) {
      const outcome = await outcomeOf([says(`\`\`\`js\n${part}\n\`\`\``), done()], whole);
      assert.equal(outcome.refusal, 'shrunk', part);
    }
    const all = await outcomeOf([says(`\`\`\`js\n${file.replace('retrun', 'return')}\`\`\``), done()], whole);
    assert.equal(all.refusal, undefined);
  });

  it('documenting lost lines; refactoring may', async () => {
    const half = `\`\`\`js\n${long.split('\n').slice(0, 8).join('\n')}\n\`\`\``;
    const documented = await outcomeOf([says(half), done()], { ...longJob, action: edit('document') });
    assert.equal(documented.refusal, 'shrunk');
    const refactored = await outcomeOf([says(half), done()], { ...longJob, action: edit('refactor') });
    assert.equal(refactored.refusal, undefined);
  });
});

describe('generated tests', () => {
  it('become a new file with the document’s line ends and a newline at its end', async () => {
    const outcome = await outcomeOf([says('```js\ntest("adds", () => {\n  check();\n});\n```'), done()], {
      action: edit('generateTests'),
      newFileUri: 'file:///repo/src/cart.test.js',
    });
    assert.deepEqual(outcome, {
      proposal: {
        kind: 'create',
        title: 'Generate Tests',
        languageId: 'javascript',
        uri: 'file:///repo/src/cart.test.js',
        content: 'test("adds", () => {\r\n  check();\r\n});\r\n',
      },
    });
  });
});
