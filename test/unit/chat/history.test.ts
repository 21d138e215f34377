// Conversations outlive windows: written whole, read back checked, never in the way.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { History } from '../../../src/chat/history.ts';
import type { Answer } from '../../../src/chat/protocol.ts';
import type { StoredConversation } from '../../../src/chat/stored.ts';

const conversation = (id: string, answer: Partial<Answer> = {}): StoredConversation => ({
  version: 1,
  id,
  title: `Title of ${id}`,
  titled: false,
  mode: 'auto',
  draft: '',
  turns: [
    {
      turn: { id: 't', question: { text: 'Q', chips: [] }, answer: { status: 'done', text: 'A', ...answer } },
      attachments: [],
      sources: ['/a'],
      wished: 'auto',
      reached: true,
      sent: 'Q',
    },
  ],
});

describe('history', () => {
  let folder: string;
  let due: (() => void) | undefined;
  let logged: string[];
  const open = (): History =>
    new History({
      folder,
      schedule: (_ms, run) => {
        due = run;
        return () => (due = undefined);
      },
      log: (message) => logged.push(message),
    });
  const files = async (): Promise<string[]> => (await readdir(join(folder, 'conversations'))).sort();
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fathom-history-'));
    due = undefined;
    logged = [];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('gives the last conversation to the next window', async () => {
    const history = open();
    history.save(conversation('one'));
    history.flush();
    assert.deepEqual(await open().load(), conversation('one'));
    assert.deepEqual(await files(), ['current.json', 'one.json'], 'no half files are left');
  });

  it('writes a streaming answer once in a while, not with every word, and always the newest', async () => {
    const history = open();
    for (let i = 0; i < 50; i++) history.save(conversation('one', { text: `word ${i}` }));
    assert.deepEqual(await readdir(folder), []);
    due?.();
    assert.equal((await open().load())?.turns[0]?.turn.answer.text, 'word 49');
    assert.equal(due, undefined);
  });

  it('keeps the conversation before when a new one begins', async () => {
    const history = open();
    history.save(conversation('one'));
    history.save(conversation('two'));
    history.flush();
    assert.deepEqual(await files(), ['current.json', 'one.json', 'two.json']);
    assert.equal((await open().load())?.id, 'two');
  });

  it('restores an answer that was on its way as incomplete, with a way to continue', async () => {
    const history = open();
    history.save(conversation('one', { status: 'answering', text: 'Half', activity: 'x', reasoning: { text: 'hm' } }));
    history.flush();
    const answer = (await open().load())?.turns[0]?.turn.answer;
    assert.equal(answer?.status, 'incomplete');
    assert.equal(answer.card?.buttons[0]?.id, 'continue');
    assert.equal(answer.activity, undefined);
    assert.equal(answer.reasoning?.ms, 0, 'it does not think any more');
    history.save(conversation('one', { status: 'waiting', text: '' }));
    history.flush();
    const nothing = (await open().load())?.turns[0]?.turn.answer;
    assert.equal(nothing?.status, 'failed');
    assert.deepEqual(
      nothing.card?.buttons.map(({ id }) => id),
      ['retry'],
    );
  });

  for (const [what, text] of [
    ['half a file', '{"version":1,"id":"one","ti'],
    [
      'another shape',
      '{"version":1,"id":"one","title":"x","titled":false,"mode":"auto","draft":"","turns":[{"turn":{}}]}',
    ],
    ['another id', JSON.stringify(conversation('two'))],
    ['a list', '[]'],
  ] as const) {
    it(`keeps ${what} aside and begins afresh`, async () => {
      const history = open();
      history.save(conversation('one'));
      history.flush();
      await writeFile(join(folder, 'conversations', 'one.json'), text);
      assert.equal(await open().load(), undefined);
      assert.equal(await readFile(join(folder, 'conversations', 'one.json.broken'), 'utf8'), text);
      assert.equal(logged.length, 1);
    });
  }

  it('starts empty where nothing is, and follows no pointer out of its folder', async () => {
    assert.equal(await open().load(), undefined);
    const history = open();
    history.save(conversation('one'));
    history.flush();
    await writeFile(join(folder, 'conversations', 'current.json'), '{"id":"../../etc/passwd"}');
    assert.equal(await open().load(), undefined);
  });

  it('goes on without a word to the person when the disk refuses', async () => {
    await writeFile(join(folder, 'conversations'), 'a file where the folder should be');
    const history = open();
    history.save(conversation('one'));
    history.flush();
    assert.match(logged[0] ?? '', /could not be saved/);
  });

  it('keeps fifty, and lets the oldest go', async () => {
    const history = open();
    for (let i = 0; i < 50; i++) {
      history.save(conversation(`c${i}`));
      history.flush();
      await utimes(join(folder, 'conversations', `c${i}.json`), 1000 + i, 1000 + i);
    }
    history.save(conversation('last'));
    history.flush();
    await history.settled();
    const left = await files();
    assert.equal(left.length, 51);
    assert.ok(!left.includes('c0.json') && left.includes('c1.json') && left.includes('last.json'));
  });
});
