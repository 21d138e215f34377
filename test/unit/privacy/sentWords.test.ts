// What a person reads of a request in the list "What Was Sent", and how the list is ordered.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { modelErrorReasons } from '../../../src/models/errors.ts';
import { createLedger, type NewEntry } from '../../../src/privacy/ledger.ts';
import type { Origin } from '../../../src/privacy/route.ts';
import { createSentList } from '../../../src/privacy/sentList.ts';
import { dayWord, outcomeSentence, rowOf, whyNoBody, type Manner } from '../../../src/privacy/sentWords.ts';

const manner: Manner = { locale: 'en', timeZone: 'Europe/Berlin', currency: 'USD' };
const open: Origin = { root: '/w/open', name: 'open', visibility: 'public', because: 'forgeSaysPublic' };
/** 14:03 in Berlin, no peak hour. */
const at = Date.parse('2026-11-24T13:03:07Z');
const sent: NewEntry = {
  at,
  purpose: 'chat',
  place: 'cloud',
  model: 'deepseek-flash',
  host: 'api.deepseek.com',
  reasons: [{ kind: 'origin', origin: open }],
  visibilityPrivate: false,
  usage: { promptTokens: 1234, cachedTokens: 1086, completionTokens: 120, reasoningTokens: 80 },
  bytes: 4321,
  ms: 2400,
  outcome: 'done',
  redactions: 2,
};
const entryOf = (change: Partial<NewEntry> = {}) => createLedger().add({ ...sent, ...change });
const row = (change: Partial<NewEntry> = {}) => rowOf(entryOf(change), manner);

describe('a row of what was sent', () => {
  it('tells place, purpose, model, time, tokens, cost and secrets', () => {
    const { icon, label, description, spoken } = row();
    assert.equal(icon, 'cloud');
    assert.equal(label, 'chat · deepseek-flash');
    assert.equal(description, '14:03 · 1,234 in (88 % cached) · 120 out · $0.000097 · 2 secrets replaced');
    assert.equal(spoken, `${label}, cloud, ${description}`);
  });

  it('has everything in its tooltip, in words', () => {
    const { tooltip } = row();
    for (const line of [
      /^Time: Tuesday, November 24, 2026, 14:03:07 /m,
      /^Purpose: chat$/m,
      /^Where: Sent to another machine: api\.deepseek\.com$/m,
      /^Why there: “open” is public\.$/m,
      /^Model: deepseek-flash$/m,
      /^Outcome: Answered\.$/m,
      /^Took: 2\.4 s$/m,
      /^Size: 4,321 bytes$/m,
      /^Tokens: 1,234 in \(88 % cached\) · 120 out · 80 of them thinking$/m,
      /^Cost: \$0\.000097$/m,
      /^Secrets: 2 secrets replaced$/m,
    ]) {
      assert.match(tooltip, line);
    }
  });

  it('says “up to” in peak hours, and “price unknown” instead of a figure', () => {
    assert.match(row({ at: Date.parse('2026-11-24T07:00:00Z') }).description, /· up to \$0\.00019 ·/);
    assert.match(row({ host: 'ai.example.org' }).description, /· price unknown ·/);
    assert.match(row({ model: 'somebody-else' }).description, /· price unknown ·/);
    assert.match(row({ usage: undefined, outcome: 'cancelled' }).description, /· tokens unknown ·/);
  });

  it('is free on this machine, and says so', () => {
    const { icon, description, tooltip } = row({ place: 'local', host: '127.0.0.1:11434', redactions: 0 });
    assert.equal(icon, 'home');
    assert.equal(description, '14:03 · 1,234 in (88 % cached) · 120 out');
    assert.match(tooltip, /^Where: Stayed on this machine: 127\.0\.0\.1:11434$/m);
    assert.match(tooltip, /^Cost: local, free$/m);
  });

  it('never says “this machine” of a host that was confirmed', () => {
    const { tooltip, spoken } = row({ place: 'local', host: 'gpu.lan:11434' });
    assert.match(tooltip, /^Where: Sent to a machine that you confirmed: gpu\.lan:11434$/m);
    assert.match(spoken, /, gpu\.lan:11434, /);
  });

  it('shows what never left, and what failed, by other signs and in words', () => {
    const nothing = row({
      place: 'nowhere',
      model: undefined,
      host: undefined,
      usage: undefined,
      bytes: 0,
      redactions: 0,
      outcome: 'noLocalModel',
    });
    assert.deepEqual(
      [nothing.icon, nothing.label, nothing.description],
      ['circle-slash', 'chat', '14:03 · nothing sent'],
    );
    assert.match(nothing.tooltip, /Not sent: it must stay on this machine/);
    const broken = row({ outcome: 'dropped', usage: undefined, redactions: 0 });
    assert.equal(broken.icon, 'warning');
    assert.match(broken.description, /· failed ·/);
  });

  it('has a sentence for every reason of a failure', () => {
    for (const reason of [
      ...modelErrorReasons,
      'askFirst',
      'noLocalModel',
      'ignored',
      'insideSecret',
      'stopped',
      'slowed',
    ]) {
      assert.doesNotMatch(outcomeSentence(reason), new RegExp(`Failed: ${reason}`), reason);
    }
    assert.equal(outcomeSentence('toString'), 'Failed: toString.');
  });

  it('says why a text is not there any more', () => {
    assert.match(whyNoBody(entryOf({ bytes: 0 }), 0), /^Nothing was sent/);
    assert.match(whyNoBody(entryOf(), 200), /last 200/);
    assert.match(whyNoBody(entryOf({ visibilityPrivate: true }), 3), /only in the memory/);
    assert.match(whyNoBody(entryOf(), 3), /deleted, or is older/);
  });
});

describe('the list of what was sent', () => {
  const hour = 60 * 60 * 1000;

  it('is by day, newest first, and today has its name', async () => {
    const ledger = createLedger();
    const list = createSentList(ledger);
    for (const hours of [0, -1, -20, -60]) ledger.add({ ...sent, at: at + hours * hour });
    const days = await list.days(at, manner);
    assert.deepEqual(
      days.map(({ name, entries }) => [name, entries.map((entry) => (entry.at - at) / hour)]),
      [
        ['Today', [0, -1]],
        ['Yesterday', [-20]],
        ['Sunday, November 22, 2026', [-60]],
      ],
    );
  });

  it('tells of every new entry, and is empty when all is deleted', async () => {
    const ledger = createLedger();
    const list = createSentList(ledger);
    let told = 0;
    list.onDidChange(() => told++);
    const entry = ledger.add(sent);
    assert.equal(told, 1);
    assert.equal(list.find(entry.id), entry);
    assert.equal(list.sentAfter(entry), 0);
    ledger.add({ ...sent, at: at + 1 });
    ledger.add({ ...sent, at: at + 2, bytes: 0 });
    assert.equal(list.sentAfter(entry), 1);
    await ledger.deleteAll();
    assert.equal(told, 4);
    assert.deepEqual(await list.days(at, manner), []);
    assert.equal(list.find(entry.id), undefined);
  });

  it('has what other windows and earlier sessions wrote, once', async () => {
    const other = createLedger().add({ ...sent, at: at - hour, id: 'other-1' });
    let news = [other];
    const readOthers = () => ({
      news: async function* () {
        yield* news.splice(0);
      },
    });
    const ledger = createLedger();
    const list = createSentList({ ...ledger, readOthers });
    const mine = ledger.add(sent);
    const ids = async () => (await list.days(at, manner)).flatMap(({ entries }) => entries.map(({ id }) => id));
    assert.deepEqual(await Promise.all([ids(), ids()]), [
      [mine.id, 'other-1'],
      [mine.id, 'other-1'],
    ]);
    news = [{ ...other, id: 'other-2', at: at + 1 }];
    assert.deepEqual(await ids(), ['other-2', mine.id, 'other-1']);
  });

  it('knows a day by the person’s own midnight', () => {
    const late = Date.parse('2026-11-24T23:30:00Z');
    assert.equal(dayWord(late, Date.parse('2026-11-25T09:00:00Z'), manner), 'Today');
    assert.equal(dayWord(late, Date.parse('2026-11-25T09:00:00Z'), { ...manner, timeZone: 'UTC' }), 'Yesterday');
  });
});
