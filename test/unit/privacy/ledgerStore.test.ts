// What is left of the ledger after a crash, a reload, a year, and in a second window.
import assert from 'node:assert/strict';
import { appendFile, chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createLedger, type Ledger } from '../../../src/privacy/ledger.ts';
import { createLedgerStore } from '../../../src/privacy/ledgerStore.ts';
import { all, idsOf, localEntry, newEntry, noon } from './entries.ts';
import { temporaryFolder } from './place.ts';

const day = 86_400_000;

describe('the ledger on disk', () => {
  let parent: string;
  let folder: string;
  let time: number;
  let keepDays: number;
  let errors: unknown[];
  beforeEach(async () => {
    parent = await temporaryFolder();
    folder = join(parent, 'ledger');
    time = noon;
    keepDays = 90;
    errors = [];
  });
  afterEach(async () => {
    await rm(parent, { recursive: true, force: true });
  });

  const openWindow = (session: string): Ledger =>
    createLedger({
      store: createLedgerStore({
        folder,
        session,
        keepDays: () => keepDays,
        now: () => time,
        onError: (error) => errors.push(error),
      }),
    });
  const write = async (window: Ledger, ...at: number[]): Promise<void> => {
    for (const each of at) window.add(newEntry({ at: each }));
    await window.flush();
  };
  const file = (name = '2026-11-24'): string => join(folder, `${name}.jsonl`);

  it('is whole again after a reload, costs and reasons included', async () => {
    const before = openWindow('a');
    const origin = { root: '/home/x/open', name: 'open', visibility: 'public', because: 'forgeSaysPublic' } as const;
    before.add(newEntry({ reasons: [{ kind: 'origin', origin }], conversation: 'c1' }));
    before.add(localEntry({ at: noon + 1 }));
    await before.flush();
    assert.deepEqual(await all(openWindow('b').all()), JSON.parse(JSON.stringify(before.entries())));
  });

  it('has a file for each day, readable by the person alone', async () => {
    await write(openWindow('a'), noon - day, noon, noon - day);
    assert.deepEqual(await readdir(folder), ['2026-11-23.jsonl', '2026-11-24.jsonl']);
    assert.deepEqual(errors, []);
  });

  it('loses only the line that a crash cut off, wherever it was cut', async () => {
    const window = openWindow('a');
    await write(window, noon);
    const whole = await readFile(file());
    const ids = idsOf(await all(openWindow('r').all()));
    for (let cut = 1; cut < whole.length; cut += 7) {
      await writeFile(file(), whole);
      await appendFile(file(), whole.subarray(0, cut));
      await write(openWindow('b'), noon + 1);
      assert.deepEqual(idsOf(await all(openWindow('r').all())), [...ids, 'b-0'], `cut after ${cut} bytes`);
    }
  });

  it('reads over rubbish', async () => {
    await write(openWindow('a'), noon);
    await appendFile(file(), '\nnull\n{}\n[1]\n\0\0\0\n{"id":"x","at":1}\n"\n');
    await write(openWindow('b'), noon);
    await writeFile(join(folder, 'notes.txt'), 'not a ledger');
    assert.deepEqual(idsOf(await all(openWindow('r').all())), ['a-0', 'b-0']);
  });

  it('is shared by two windows that write at once: each line once, none lost, and each reads what the other wrote', async () => {
    const [a, b] = [openWindow('a'), openWindow('b')];
    const [readA, readB] = [a.readOthers(), b.readOthers()];
    const fromB: string[] = [];
    const fromA: string[] = [];
    for (let round = 0; round < 30; round++) {
      for (let at = 0; at < 7; at++) {
        a.add(newEntry());
        b.add(newEntry());
      }
      if (round % 3 === 0) await Promise.all([a.flush(), b.flush()]);
      // In between, too: a line that is only half there is left for the next time.
      fromB.push(...idsOf(await all(readA!.news())));
      fromA.push(...idsOf(await all(readB!.news())));
    }
    await Promise.all([a.flush(), b.flush()]);
    fromB.push(...idsOf(await all(readA!.news())));
    fromA.push(...idsOf(await all(readB!.news())));
    assert.deepEqual(fromB, idsOf([...b.entries()]));
    assert.deepEqual(fromA, idsOf([...a.entries()]));
    assert.equal((await all(openWindow('r').all())).length, 420);
  });

  it('waits for the rest of a line that another window is writing', async () => {
    const a = openWindow('a');
    await write(a, noon);
    const line = await readFile(file());
    const reader = openWindow('b').readOthers();
    await writeFile(file(), line.subarray(0, 40));
    assert.deepEqual(await all(reader!.news()), []);
    await writeFile(file(), line);
    assert.deepEqual(idsOf(await all(reader!.news())), ['a-0']);
    assert.deepEqual(await all(reader!.news()), []);
  });

  it('keeps what is younger than the setting says, and deletes the files of the rest', async () => {
    await write(openWindow('a'), noon, noon + day);
    time = noon + 90 * day;
    const later = openWindow('b');
    assert.equal((await all(later.all())).length, 2);
    time = noon + 91 * day;
    assert.deepEqual(idsOf(await all(later.all())), ['a-1']);
    await write(later, time);
    assert.deepEqual(await readdir(folder), ['2026-11-25.jsonl', '2027-02-23.jsonl']);
  });

  it('is in memory only when nothing may be kept, and what was there is deleted', async () => {
    await write(openWindow('a'), noon);
    keepDays = 0;
    const window = openWindow('b');
    await write(window, noon, noon);
    assert.deepEqual(await readdir(folder), []);
    assert.deepEqual(idsOf(await all(window.all())), ['b-0', 'b-1']);
  });

  it('forgets everything when it is told to, and goes on', async () => {
    const window = openWindow('a');
    await write(window, noon, noon + 1);
    window.add(newEntry());
    await window.deleteAll();
    assert.deepEqual([await readdir(folder), window.entries(), await all(window.all())], [[], [], []]);
    await write(window, noon);
    assert.deepEqual(idsOf(await all(window.all())), ['a-3']);
  });

  it('works without a disk that can be written, and says so', async function () {
    if (process.getuid?.() === 0) {
      // Root may write everywhere: a file in the folder's place stops it as well.
      await writeFile(folder, '');
    } else await chmod(parent, 0o500);
    const window = openWindow('a');
    await write(window, noon);
    assert.equal(errors.length, 1);
    assert.equal(window.entries().length, 1);
    await chmod(parent, 0o700);
  });

  it('touches no file before something is added or asked for', async () => {
    openWindow('a').readOthers();
    assert.deepEqual(await readdir(parent), []);
    assert.deepEqual(await all(openWindow('a').all()), []);
    assert.deepEqual(await readdir(parent), []);
  });
});
