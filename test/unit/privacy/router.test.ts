// Where a request may go: every rule as a row, and what must never happen for any mix.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Mark, Origin, PrivacyMode, Visibility, VisibilityReason } from '../../../src/privacy/route.ts';
import { route } from '../../../src/privacy/router.ts';

const visibilityOf = (because: VisibilityReason): Visibility =>
  because === 'forgeSaysPublic' ? 'public' : because === 'forgeSaysPrivate' ? 'private' : 'unknown';

function origin(because: VisibilityReason, mark?: Mark, root: string | undefined = `/w/${because}`): Origin {
  const at = because === 'noFolder' ? undefined : root;
  return {
    root: at,
    name: because,
    visibility: visibilityOf(because),
    because,
    ...(mark === undefined ? {} : { mark }),
  };
}

const pub = origin('forgeSaysPublic');
const priv = origin('forgeSaysPrivate');
const silent = origin('forgeUnreachable');
const strange = origin('forgeUnknown');
const looking = origin('lookingUp');
const restricted = origin('restrictedMode');
const unreadable = origin('cannotRead');
const remoteless = origin('noRemote');
const bare = origin('noRepository');
const untitled = origin('noFolder');
const cleared = origin('forgeSaysPrivate', 'cleared');
const forbidden = origin('forgeSaysPublic', 'forbidden');

interface Row {
  mode?: PrivacyMode;
  key?: false;
  origins: Origin[];
  place: 'cloud' | 'local';
  /** Kind of the deciding reason. */
  first: string;
  asks?: string;
}

const rows: Row[] = [
  { origins: [pub], place: 'cloud', first: 'origin' },
  { origins: [pub, pub], place: 'cloud', first: 'origin' },
  { origins: [cleared], place: 'cloud', first: 'mark' },
  { origins: [pub, cleared], place: 'cloud', first: 'origin' },
  { origins: [priv], place: 'local', first: 'origin' },
  { origins: [pub, priv], place: 'local', first: 'origin' },
  { origins: [silent], place: 'local', first: 'origin' },
  { origins: [strange], place: 'local', first: 'origin' },
  { origins: [looking], place: 'local', first: 'origin' },
  { origins: [restricted], place: 'local', first: 'origin' },
  { origins: [unreadable], place: 'local', first: 'origin' },
  { origins: [remoteless], place: 'local', first: 'origin', asks: 'noRemote' },
  { origins: [bare], place: 'local', first: 'origin', asks: 'noRepository' },
  { origins: [untitled], place: 'local', first: 'origin', asks: 'noFolder' },
  { origins: [untitled, bare], place: 'local', first: 'origin', asks: 'noRepository' },
  { origins: [pub, bare], place: 'local', first: 'origin', asks: 'noRepository' },
  { origins: [bare, priv], place: 'local', first: 'origin' },
  { origins: [bare, silent], place: 'local', first: 'origin' },
  { origins: [bare, looking], place: 'local', first: 'origin' },
  { origins: [bare, forbidden], place: 'local', first: 'mark' },
  { origins: [origin('noRepository', 'cleared')], place: 'cloud', first: 'mark' },
  { origins: [origin('noRepository', 'forbidden')], place: 'local', first: 'mark' },
  { origins: [forbidden], place: 'local', first: 'mark' },
  { origins: [pub, forbidden], place: 'local', first: 'mark' },
  { origins: [], place: 'local', first: 'nothingSent' },

  { key: false, origins: [pub], place: 'local', first: 'noKey' },
  { key: false, origins: [cleared], place: 'local', first: 'noKey' },
  { key: false, origins: [priv], place: 'local', first: 'origin' },
  { key: false, origins: [bare], place: 'local', first: 'origin' },

  { mode: 'localOnly', origins: [pub], place: 'local', first: 'mode' },
  { mode: 'localOnly', origins: [cleared], place: 'local', first: 'mode' },
  { mode: 'localOnly', origins: [bare], place: 'local', first: 'mode' },
  { mode: 'localOnly', origins: [forbidden], place: 'local', first: 'mode' },

  { mode: 'cloud', origins: [pub], place: 'cloud', first: 'mode' },
  { mode: 'cloud', origins: [priv], place: 'cloud', first: 'mode' },
  { mode: 'cloud', origins: [untitled], place: 'cloud', first: 'mode' },
  { mode: 'cloud', origins: [forbidden], place: 'local', first: 'mark' },
  { mode: 'cloud', origins: [priv, forbidden], place: 'local', first: 'mark' },
  { mode: 'cloud', key: false, origins: [priv], place: 'local', first: 'noKey' },
];

describe('a route', () => {
  for (const { mode = 'auto', key = true, origins, place, first, asks } of rows) {
    const what = origins.map((o) => o.because + (o.mark === undefined ? '' : `(${o.mark})`)).join(' + ') || 'nothing';
    it(`${mode}, ${key ? 'key' : 'no key'}: ${what} → ${place}${asks === undefined ? '' : `, may ask about ${asks}`}`, () => {
      const got = route({ mode, hasKey: key, origins });
      assert.equal(got.place, place);
      assert.equal(got.reasons[0].kind, first);
      assert.equal(got.askAbout?.because, asks);
    });
  }

  it('names what is known to be private before what nobody knows', () => {
    const [first] = route({ mode: 'auto', hasKey: true, origins: [bare, silent, pub, priv] }).reasons;
    assert.equal(first.kind === 'origin' ? first.origin : undefined, priv);
  });

  it('says that a key is missing exactly where one would help', () => {
    const lacks = (origins: Origin[]) =>
      route({ mode: 'auto', hasKey: false, origins }).reasons.some((reason) => reason.kind === 'noKey');
    assert.ok(lacks([pub]) && lacks([bare]));
    assert.ok(!lacks([priv]) && !lacks([forbidden]) && !lacks([bare, priv]));
  });
});

describe('whatever the mix', () => {
  const anyOrigin = fc
    .record({
      because: fc.constantFrom<VisibilityReason>(
        'forgeSaysPublic',
        'forgeSaysPrivate',
        'forgeUnreachable',
        'forgeUnknown',
        'noRemote',
        'noRepository',
        'noFolder',
        'cannotRead',
        'restrictedMode',
        'notLookedUp',
        'lookupOff',
        'lookingUp',
        'ignoredHere',
      ),
      mark: fc.option(fc.constantFrom<Mark>('cleared', 'forbidden'), { nil: undefined }),
    })
    .map(({ because, mark }) => origin(because, mark));
  const anyMix = fc.array(anyOrigin, { maxLength: 5 });
  const anyMode = fc.constantFrom<PrivacyMode>('auto', 'localOnly', 'cloud');

  it('under auto nothing leaves with something private, unknown or forbidden in it', () => {
    fc.assert(
      fc.property(anyMix, fc.boolean(), (origins, hasKey) => {
        const got = route({ mode: 'auto', hasKey, origins });
        const free = (o: Origin) => o.mark === 'cleared' || (o.mark === undefined && o.visibility === 'public');
        return got.place === 'local' || (origins.length > 0 && origins.every(free) && hasKey);
      }),
      { numRuns: 2000 },
    );
  });

  it('what is forbidden leaves under no mode, and nothing leaves under localOnly or without a key', () => {
    fc.assert(
      fc.property(anyMix, anyMode, fc.boolean(), (origins, mode, hasKey) => {
        const got = route({ mode, hasKey, origins });
        const mustStay = mode === 'localOnly' || !hasKey || origins.some((o) => o.mark === 'forbidden');
        return !mustStay || (got.place === 'local' && got.askAbout === undefined);
      }),
      { numRuns: 2000 },
    );
  });

  it('one more file never opens the way to the cloud', () => {
    fc.assert(
      fc.property(fc.array(anyOrigin, { minLength: 1, maxLength: 4 }), anyOrigin, anyMode, (origins, more, mode) => {
        const before = route({ mode, hasKey: true, origins }).place;
        const after = route({ mode, hasKey: true, origins: [...origins, more] }).place;
        return !(before === 'local' && after === 'cloud');
      }),
      { numRuns: 2000 },
    );
  });

  it('a question is only asked where its answers would let everything go', () => {
    fc.assert(
      fc.property(anyMix, (origins) => {
        let mix = origins;
        let got = route({ mode: 'auto', hasKey: true, origins: mix });
        if (got.askAbout === undefined) return true;
        for (let turn = 0; turn < 10 && got.askAbout !== undefined; turn++) {
          const asked: Origin = got.askAbout;
          mix = mix.map((o) => (o.root === asked.root ? { ...o, mark: 'cleared' } : o));
          got = route({ mode: 'auto', hasKey: true, origins: mix });
        }
        return got.place === 'cloud';
      }),
    );
  });

  it('a conversation that is held leaves under no mode, unless a release covers it', () => {
    fc.assert(
      fc.property(anyMix, anyMode, (origins, mode) => {
        const conversation = { held: true, releasedAt: undefined };
        const got = route({ mode, hasKey: true, origins, conversation });
        return got.place === 'local' && got.askAbout === undefined;
      }),
    );
  });

  it('a release lets go what is in the conversation, but nothing forbidden, and nothing under localOnly or without a key', () => {
    fc.assert(
      fc.property(anyMix, anyMode, fc.boolean(), fc.boolean(), (origins, mode, hasKey, held) => {
        const got = route({ mode, hasKey, origins, conversation: { held, releasedAt: 1 } });
        const mustStay = mode === 'localOnly' || !hasKey || origins.some((o) => o.mark === 'forbidden');
        return got.place === (mustStay ? 'local' : 'cloud');
      }),
    );
  });
});
