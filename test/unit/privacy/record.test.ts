// The bodies that were sent: which are kept, where, for how long, and how they get out.
import assert from 'node:assert/strict';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createLedger } from '../../../src/privacy/ledger.ts';
import { createRecord, exportLines, type RecordOfSent, type SentBody } from '../../../src/privacy/record.ts';
import { all, newEntry } from './entries.ts';
import { temporaryFolder } from './place.ts';

const sent = (id: string, body = `the body of ${id}`): SentBody => ({
  id,
  url: 'https://api.deepseek.com/chat/completions',
  body,
  found: [{ placeholder: '[secret-1]', kind: 'AWS access key', length: 20 }],
  pieces: [{ source: '/home/x/open/a.ts', startLine: 1, endLine: 9 }],
});

describe('the record of what was sent', () => {
  let parent: string;
  let folder: string;
  let keepDays: number;
  let errors: unknown[];
  beforeEach(async () => {
    parent = await temporaryFolder();
    folder = join(parent, 'sent');
    keepDays = 90;
    errors = [];
  });
  afterEach(async () => {
    assert.deepEqual(errors, []);
    await rm(parent, { recursive: true, force: true });
  });

  const open = (mostBytes?: number, now = Date.now): RecordOfSent =>
    createRecord({
      ...{ folder, now, onError: (error: unknown) => errors.push(error) },
      keepDays: () => keepDays,
      ...(mostBytes === undefined ? {} : { mostBytes }),
    });
  const files = (): Promise<string[]> => readdir(folder).catch(() => []);
  const add = async (record: RecordOfSent, mayBeStored: boolean, ...ids: string[]): Promise<void> => {
    for (const id of ids) record.add({ ...sent(id), mayBeStored });
    await record.flush();
  };

  it('keeps a public body through a reload, word by word, with redactions and origins', async () => {
    await add(open(), true, 'a-1');
    assert.deepEqual(await open().body('a-1'), sent('a-1'));
  });

  it('keeps a private body in memory only', async () => {
    const record = open();
    await add(record, false, 'a-1');
    assert.deepEqual(await record.body('a-1'), sent('a-1'));
    assert.deepEqual(await readdir(parent), []);
    assert.equal(await open().body('a-1'), undefined);
  });

  it('keeps the last two hundred, in memory and on disk', async () => {
    const ids = Array.from({ length: 205 }, (_, at) => `a-${at}`);
    const [memory, disk] = [open(), open()];
    await add(memory, false, ...ids);
    await add(disk, true, ...ids);
    for (const record of [memory, disk]) {
      assert.equal(await record.body('a-4'), undefined);
      assert.deepEqual(await record.body('a-5'), sent('a-5'));
      assert.deepEqual(await record.body('a-204'), sent('a-204'));
    }
    assert.equal((await files()).length, 200);
  });

  it('keeps no more bytes than it may: the oldest go first', async () => {
    const [memory, disk] = [open(3000), open(3000)];
    for (const at of [1, 2, 3, 4]) {
      memory.add({ ...sent(`m-${at}`, 'x'.repeat(1000)), mayBeStored: false });
      disk.add({ ...sent(`d-${at}`, 'x'.repeat(1000)), mayBeStored: true });
      await disk.flush();
    }
    memory.add({ ...sent('m-large', 'x'.repeat(4000)), mayBeStored: false });
    assert.equal(await memory.body('m-large'), undefined);
    const left = await files();
    assert.deepEqual(left.sort(), ['d-3.json', 'd-4.json']);
  });

  it('minds what other windows store at the same time', async () => {
    const ids = (window: string): string[] => Array.from({ length: 150 }, (_, at) => `${window}-${at}`);
    const [a, b] = [open(), open()];
    await add(a, true, 'a');
    await add(b, true, 'b');
    await add(a, true, ...ids('a'));
    await add(b, true, ...ids('b'));
    const count = (await files()).length;
    assert.ok(count <= 220, `${count} files`);
  });

  it('forgets what is too old, and stores nothing when nothing may be kept', async () => {
    await add(open(), true, 'a-1');
    await add(
      open(undefined, () => Date.now() + 91 * 86_400_000),
      true,
      'a-2',
    );
    assert.deepEqual(await files(), ['a-2.json']);
    keepDays = 0;
    const record = open();
    await add(record, true, 'a-3');
    assert.deepEqual(await files(), []);
    assert.deepEqual(await record.body('a-3'), sent('a-3'));
  });

  it('deletes all, in memory and on disk', async () => {
    const record = open();
    await add(record, true, 'a-1');
    record.add({ ...sent('a-2'), mayBeStored: false });
    record.add({ ...sent('a-3'), mayBeStored: true });
    await record.deleteAll();
    assert.deepEqual(await Promise.all(['a-1', 'a-2', 'a-3'].map((id) => record.body(id))), [
      undefined,
      undefined,
      undefined,
    ]);
    assert.deepEqual(await files(), []);
  });

  it('survives half a file, and reads no file but its own', async () => {
    const record = open();
    await add(record, true, 'a-1');
    await writeFile(join(folder, 'a-1.json'), '{"id":"a-1","bo');
    await writeFile(join(parent, 'other.json'), JSON.stringify(sent('../other')));
    assert.equal(await record.body('a-1'), undefined);
    assert.equal(await record.body('../other'), undefined);
  });

  it('gets out as JSON lines: each entry, with its body where that is known', async () => {
    const ledger = createLedger();
    const record = open();
    const first = ledger.add(newEntry());
    const second = ledger.add(newEntry());
    await add(record, true, second.id);
    const lines = await all(exportLines(ledger, record));
    assert.equal(lines.join(''), `${JSON.stringify(first)}\n${JSON.stringify({ ...second, sent: sent(second.id) })}\n`);
  });
});
