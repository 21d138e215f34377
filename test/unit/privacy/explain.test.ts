// What a person reads when a text has nowhere to go, and what the badge and the log say.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ModelError } from '../../../src/models/errors.ts';
import { badgeOf, explain, explainRoute } from '../../../src/privacy/explain.ts';
import { createLedger, formatEntry, type NewEntry } from '../../../src/privacy/ledger.ts';
import { noFolderKey } from '../../../src/privacy/marks.ts';
import type { Answerer, Origin, PrivacyMode } from '../../../src/privacy/route.ts';
import { RouteError } from '../../../src/privacy/routeError.ts';
import { route } from '../../../src/privacy/router.ts';

const secret: Origin = { root: '/w/secret', name: 'secret', visibility: 'private', because: 'forgeSaysPrivate' };
const open: Origin = { root: '/w/open', name: 'open', visibility: 'public', because: 'forgeSaysPublic' };
const scratch: Origin = { root: '/w/scratch', name: 'scratch', visibility: 'unknown', because: 'noRepository' };
const untitled: Origin = { root: undefined, name: '', visibility: 'unknown', because: 'noFolder' };
const notRunning = new ModelError('notRunning', { host: '127.0.0.1:11434' });

const routed = (origin: Origin, mode: PrivacyMode = 'auto') => route({ mode, origins: [origin], hasKey: true });
const ids = (error: unknown) => explain(error).waysOut.map((way) => way.id);

describe('what a person reads', () => {
  it('is a question, not a failure, where one answer would do', () => {
    const said = explain(new RouteError('askFirst', routed(scratch), notRunning));
    assert.equal(said.tone, 'question');
    assert.match(said.sentence, /^May “scratch” go to DeepSeek\?/);
    assert.deepEqual(
      said.waysOut.map((way) => [way.id, way.argument]),
      [
        ['allowForNow', '/w/scratch'],
        ['allowAlways', '/w/scratch'],
        ['never', '/w/scratch'],
      ],
    );
  });

  it('names the server that would get it', () => {
    assert.match(
      explain(new RouteError('askFirst', routed(scratch), notRunning, 'ai.example.org')).sentence,
      /ai\.example\.org\?/,
    );
  });

  it('asks about what is in no folder under a key of its own', () => {
    const said = explain(new RouteError('askFirst', routed(untitled), notRunning));
    assert.equal(said.waysOut[0]?.argument, noFolderKey);
  });

  it('says why it stays and what would help', () => {
    const error = new RouteError('noLocalModel', routed(secret), notRunning);
    assert.equal(explain(error).sentence, "“secret” is private, so it stays on this machine. Ollama isn't running.");
    assert.deepEqual(ids(error), ['startOllama', 'installOllama', 'clearRepository']);
  });

  it('offers the model that is missing', () => {
    const error = new RouteError(
      'noLocalModel',
      routed(secret),
      new ModelError('modelMissing', { model: 'deepseek-r1:8b' }),
    );
    assert.deepEqual(ids(error), ['pullModel', 'chooseLocalModel', 'clearRepository']);
    assert.equal(explain(error).waysOut[0]?.argument, 'deepseek-r1:8b');
  });

  it('names where a model that is not local would have sent it', () => {
    const cause = new ModelError('modelNotLocal', { model: 'deepseek-r1:7b', remoteHost: 'https://ollama.com:443' });
    assert.match(
      explain(new RouteError('noLocalModel', routed(secret), cause)).sentence,
      /deepseek-r1:7b runs on https:\/\/ollama\.com:443/,
    );
    const address = new ModelError('modelNotLocal', { host: '10.0.0.7:11434' });
    const error = new RouteError('noLocalModel', routed(secret), address);
    assert.match(explain(error).sentence, /10\.0\.0\.7:11434/);
    assert.deepEqual(ids(error).slice(0, 2), ['confirmHost', 'openSettings']);
    assert.equal(explain(error).waysOut[0]?.argument, '10.0.0.7:11434');
    const nonsense = new ModelError('modelNotLocal', { host: 'no address at all' });
    assert.equal(ids(new RouteError('noLocalModel', routed(secret), nonsense))[0], 'openSettings');
  });

  it('says that a prompt has already been passed on, or that a name leads elsewhere', () => {
    const known = { model: 'deepseek-r1:7b', host: 'localhost:11434', remoteHost: 'https://ollama.com:443' };
    const passedOn = new ModelError('modelNotLocal', { ...known, passedOn: true });
    assert.match(
      explain(new RouteError('noLocalModel', routed(secret), passedOn)).sentence,
      /private, .* Ollama has passed this request on to https:\/\/ollama\.com:443: .* stopped the answer/,
    );
    const moved = new ModelError('modelNotLocal', { ...known, resolvedTo: '192.0.2.7' });
    assert.match(
      explain(new RouteError('noLocalModel', routed(secret), moved)).sentence,
      /The name localhost:11434 should mean this computer, but now it leads to 192\.0\.2\.7\. Fathom sent nothing there/,
    );
  });

  it('does not offer to start an Ollama on another machine', () => {
    const error = new RouteError('noLocalModel', routed(secret), new ModelError('notRunning', { host: 'nas.lan:1' }));
    assert.match(explain(error).sentence, /No Ollama answers at nas\.lan:1\.$/);
    assert.equal(ids(error)[0], 'openSettings');
  });

  it('under localOnly offers the mode, not the repository', () => {
    const error = new RouteError('noLocalModel', routed(secret, 'localOnly'), notRunning);
    assert.ok(!ids(error).includes('clearRepository'));
    assert.equal(explain(error).waysOut.at(-1)?.argument, 'fathom.privacy.mode');
  });

  it('with neither key nor Ollama is two lines and two buttons', () => {
    const said = explain(new ModelError('noKey', {}, notRunning));
    assert.equal(said.sentence.split('\n').length, 2);
    assert.deepEqual(
      said.waysOut.map((way) => way.id),
      ['signIn', 'startOllama'],
    );
    assert.equal(said.tone, 'note');
  });

  it("leaves a model's failures to the models' own words", () => {
    assert.deepEqual(ids(new ModelError('noCredit')).slice(0, 1), ['topUp']);
  });

  it('is calm about what nobody foresaw', () => {
    const said = explain(new TypeError('x is not a function'));
    assert.ok(!said.sentence.includes('function'));
    assert.ok(said.waysOut.some((way) => way.id === 'showLog'));
    assert.equal(said.details, 'TypeError: x is not a function');
    assert.equal(explain('odd').details, 'odd');
  });
});

describe('the badge', () => {
  const badges: [string, Answerer, string, string][] = [
    ['DeepSeek', { route: routed(open), model: 'deepseek-flash', shownAs: 'deepseek-chat' }, 'cloud', 'deepseek-chat'],
    [
      'another server',
      { route: routed(open), model: 'deepseek-flash', server: 'practice server' },
      'cloud',
      'deepseek-flash · practice server',
    ],
    [
      'this machine',
      { route: routed(secret), model: 'deepseek-r1:8b' },
      'local',
      'deepseek-r1:8b · private repository',
    ],
    [
      'a host that the person confirmed',
      { route: routed(secret), model: 'deepseek-r1:70b', confirmedHost: 'nas.lan:11434' },
      'local',
      'deepseek-r1:70b · nas.lan:11434',
    ],
    [
      'localOnly',
      { route: routed(open, 'localOnly'), model: 'deepseek-r1:8b' },
      'local',
      'deepseek-r1:8b · local only',
    ],
    [
      'nobody',
      {
        route: routed(secret),
        model: undefined,
        problem: new RouteError('noLocalModel', routed(secret), notRunning),
      },
      'none',
      "Ollama isn't running · private repository",
    ],
  ];
  for (const [who, answerer, place, text] of badges) {
    it(`${who}: ${text}`, () => {
      const badge = badgeOf(answerer);
      assert.equal(badge.place, place);
      assert.equal(badge.text, text);
    });
  }

  it('explains the whole route: the id on the wire, every reason once', () => {
    const both = route({ mode: 'auto', origins: [secret, open], hasKey: true });
    const lines = explainRoute({
      route: both,
      model: 'practice-think:135m',
      note: 'a tiny model for trying things out',
    });
    assert.equal(
      lines,
      [
        'practice-think:135m, a tiny model for trying things out, answers on this machine.',
        '“secret” is private, so it stays on this machine.',
        '“open” is public.',
      ].join('\n'),
    );
    const cloud = explainRoute({ route: routed(open), model: 'deepseek-flash', shownAs: 'deepseek-chat' });
    assert.match(cloud, /deepseek-chat \(deepseek-flash\)/);
  });

  it('never says "on this machine" of a host that the person confirmed', () => {
    const everyReason = [
      ...(['forgeSaysPrivate', 'forgeUnreachable', 'forgeUnknown', 'noRemote', 'noRepository', 'noFolder'] as const),
      ...(['cannotRead', 'restrictedMode', 'notLookedUp', 'lookingUp'] as const),
    ];
    const origins: Origin[] = everyReason.map((because) => ({ ...secret, because, visibility: 'unknown' }));
    const mark = { ...secret, mark: 'forbidden' as const };
    for (const origin of [...origins, mark, { ...mark, root: undefined }]) {
      for (const mode of ['auto', 'localOnly'] as const) {
        const taken = route({ mode, origins: [origin], hasKey: true });
        const lines = explainRoute({ route: taken, model: 'deepseek-r1:70b', confirmedHost: 'nas.lan:11434' });
        assert.match(lines, /^deepseek-r1:70b answers on nas\.lan:11434, which you confirmed\.\n/);
        assert.doesNotMatch(lines, /on this machine(?! or nas\.lan:11434)/, lines);
        assert.doesNotMatch(lines, /leaves this machine(?! or nas\.lan:11434)/, lines);
      }
    }
  });
});

describe('the log', () => {
  const entry: NewEntry = {
    at: Date.UTC(2026, 10, 24, 12),
    purpose: 'chat',
    place: 'cloud',
    model: 'deepseek-flash',
    host: 'api.deepseek.com',
    reasons: routed(open).reasons,
    visibilityPrivate: false,
    bytes: 4000,
    redactions: 1,
    usage: { promptTokens: 1000, cachedTokens: 600, completionTokens: 200, reasoningTokens: 50 },
    ms: 1234.5,
    outcome: 'done',
  };

  it('has a line for each request', () => {
    const ledger = createLedger();
    const lines: string[] = [];
    ledger.onEntry((added) => lines.push(formatEntry(added)));
    ledger.add(entry);
    assert.deepEqual(lines, [
      '2026-11-24T12:00:00.000Z · chat · cloud · deepseek-flash · host=api.deepseek.com · because forgeSaysPublic=open · ' +
        'in=1000 cached=600 out=200 reasoning=50 · 4000 bytes · redacted=1 · 1235 ms · about $0.000182 · done',
    ]);
  });

  it('has no price for a server of the person’s own, and none for this machine', () => {
    const ledger = createLedger();
    ledger.add({ ...entry, host: 'ai.example.org' });
    ledger.add({ ...entry, place: 'local', host: '127.0.0.1:11434' });
    assert.deepEqual(
      ledger.entries().map((each) => each.cost),
      [undefined, undefined],
    );
  });

  it('keeps the last five hundred', () => {
    const ledger = createLedger();
    for (let at = 0; at < 600; at++) ledger.add({ ...entry, at });
    assert.equal(ledger.entries().length, 500);
    assert.equal(ledger.entries()[0]?.at, 100);
  });
});
