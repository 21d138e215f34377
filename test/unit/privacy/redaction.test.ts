// Secrets leave as placeholders and come back as they were, whatever the text around them and however a stream is cut.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { before, describe, it } from 'mocha';
import { privateKeys } from '../../../src/privacy/privateKeys.ts';
import { createRedactor, type Redaction } from '../../../src/privacy/redaction.ts';
import { loadDetector, type Detector } from '../../../src/privacy/secretDetector.ts';
import { merged, stretchesOf } from '../../../src/privacy/stretches.ts';
import { innocents, makerOf, secretCases } from './redactionCorpus.ts';

const newRedactor = (salt = 'salt of this installation') => createRedactor({ salt: () => salt });
const redactor = newRedactor();
const form = /SECRET_[0-9a-f]{12}/g;
const make = makerOf(99);
const token = `ghp_${make('alnum', 36)}`;
const other = `glpat-${make('base64url', 20)}`;

/** A snippet of the corpus, or lines on which detectors lean. */
const snippet = fc.oneof(
  fc.record({ at: fc.nat(secretCases.length - 1), seed: fc.nat(1000) }).map(({ at, seed }) => {
    const { secret, text } = secretCases[at]!;
    return text(secret(makerOf(seed)), makerOf(seed));
  }),
  fc
    .record({ at: fc.nat(innocents.length - 1), seed: fc.nat(1000) })
    .map(({ at, seed }) => innocents[at]![1](makerOf(seed))),
  fc.constantFrom(
    'password =',
    '',
    '   ',
    'aws_secret_access_key',
    '= "',
    '{',
    '  "token":',
    'call(',
    '-----END PRIVATE KEY-----',
    '\r',
    'x'.repeat(90),
  ),
  fc.nat(1000).map((seed) => `"${makerOf(seed)('base64', 40)}"`),
);
const lines = fc.array(snippet, { maxLength: 40 }).map((parts) => parts.join('\n'));

describe('redaction', () => {
  let once: Redaction;

  before(async () => {
    once = await redactor.redact([`a = '${token}'`, `b = '${other}'; c = '${token}'`]);
  });

  it('replaces a secret by a word that is the same in code, JSON and Markdown', () => {
    assert.match(once.texts[0]!, /^a = 'SECRET_[0-9a-f]{12}'$/);
    assert.deepEqual(JSON.parse(JSON.stringify(once.texts)), once.texts);
    assert.equal(encodeURIComponent(once.found[0]!.placeholder), once.found[0]!.placeholder);
  });

  it('says once of each secret what it is and how long', () => {
    assert.deepEqual(
      once.found.map(({ kind, length }) => [kind, length]),
      [
        ['GitHub key or token', 40],
        ['GitLab key or token', 26],
      ],
    );
  });

  it('has the same placeholder for a secret in every text, request and window', async () => {
    const [first] = once.found;
    assert.equal(once.texts[1], `b = '${once.found[1]!.placeholder}'; c = '${first!.placeholder}'`);
    const later = await newRedactor().redact([`quite another text: ${token}`]);
    assert.equal(later.texts[0], `quite another text: ${first!.placeholder}`);
  });

  it('has other placeholders in another installation', async () => {
    const elsewhere = await newRedactor('another salt').redact([token]);
    assert.notEqual(elsewhere.found[0]!.placeholder, once.found[0]!.placeholder);
  });

  it('replaces a known secret also where nothing gives it away', async () => {
    const secret = make('alnum', 24);
    const { texts, found } = await redactor.redact([`log("${secret}")`, `password = "${secret}"`, `x${secret}y`]);
    assert.deepEqual(
      texts.map((text) => text.includes(secret)),
      [false, false, false],
    );
    assert.equal(found.length, 1);
  });

  it('takes a key over many lines as one', async () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\r\nMIIE${make('base64', 60)}\r\n${make('base64', 64)}\r\n-----END RSA PRIVATE KEY-----`;
    const { texts, found, restore } = await redactor.redact([`a\r\n${key}\r\nb`]);
    assert.match(texts[0]!, /^a\r\nSECRET_[0-9a-f]{12}\r\nb$/);
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ['private key'],
    );
    assert.equal(restore(texts[0]!), `a\r\n${key}\r\nb`);
  });

  it('shows a model the host of an address', async () => {
    const { texts } = await redactor.redact([`mongodb://app:${make('alnum', 12)}@db.internal/app?x=1`]);
    assert.match(texts[0]!, /^mongodb:\/\/app:SECRET_[0-9a-f]{12}@db\.internal\/app\?x=1$/);
  });

  it('leaves text without secrets as it is, to the byte', async () => {
    const texts = ['', '\ufeffconst a = 1;\r\n', 'nul \0 and half a pair \ud83d', '\udc00\n\u2028'];
    assert.deepEqual(await redactor.redact(texts).then((done) => done.texts), texts);
  });

  it('finds secrets beside half pairs, NUL and a byte order mark', async () => {
    for (const mark of ['\ufeff', '\ud83d', '\udc00', '\0', '\u2028', '😀']) {
      const text = `${mark}a = '${token}'${mark}\r\n${mark}`;
      const { texts, restore } = await redactor.redact([text]);
      assert.ok(!texts[0]!.includes(token));
      assert.equal(restore(texts[0]!), text);
    }
  });
});

describe('putting secrets back', () => {
  it('gives back every text as it was', async function () {
    this.timeout(20_000);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(lines, fc.string({ unit: 'binary' })), { maxLength: 4 }), async (texts) => {
        const { texts: out, restore } = await redactor.redact(texts);
        assert.deepEqual(out.map(restore), texts);
      }),
      { numRuns: 40 },
    );
  });

  it('returns a placeholder that was in the text by itself unchanged, also that of a secret beside it', async () => {
    const { found } = await redactor.redact([token]);
    const placeholder = found[0]!.placeholder;
    const text = `You sent ${placeholder}, and 'SECRET_0123456789ab' and ${token} and SECRET_${placeholder}`;
    const done = await redactor.redact([text]);
    assert.equal(done.restore(done.texts[0]!), text);
    assert.equal(done.found.length, 1);
    assert.equal(done.restore(`It is ${placeholder}.`), `It is ${token}.`);
    assert.equal(done.texts[0]!.split(placeholder).length, 2);
  });

  it('restores exact placeholders only and leaves others to be seen', async () => {
    const { found, restore } = await redactor.redact([token]);
    const { placeholder } = found[0]!;
    const altered = [
      placeholder.toLowerCase(),
      placeholder.toUpperCase(),
      placeholder.slice(0, -1),
      'SECRET_0123456789ab',
    ];
    for (const each of altered) assert.equal(restore(`<${each}>`), `<${each}>`);
    assert.equal(restore(`"\\"${placeholder}\\"" **${placeholder}**`), `"\\"${token}\\"" **${token}**`);
  });

  it('does not put a secret back into what a secret brought', async () => {
    const { found } = await redactor.redact([token]);
    const text = `password = "${found[0]!.placeholder}#aB3${make('alnum', 9)}" ${token}`;
    const done = await redactor.redact([text]);
    assert.equal(done.restore(done.texts[0]!), text);
  });

  it('restores a stream that is cut anywhere', async () => {
    const { found, restore, restorer } = await redactor.redact([`${token} ${other}`]);
    const [a, b] = found.map(({ placeholder }) => placeholder);
    const answer = `S SECRET_ ${a!}${b!}SECRET_${a!} ${a!.slice(0, 12)}😀${b!}\ud83d SECRET_0123456789ab ${a!.slice(0, -1)}`;
    for (let i = 0; i <= answer.length; i += 1) {
      for (let j = i; j <= answer.length; j += 1) {
        const stream = restorer();
        const parts = [answer.slice(0, i), answer.slice(i, j), answer.slice(j)].map((part) => stream.push(part));
        assert.equal(parts.join('') + stream.end(), restore(answer));
      }
    }
    const single = restorer();
    assert.equal(
      answer
        .split('')
        .map((unit) => single.push(unit))
        .join('') + single.end(),
      restore(answer),
    );
  });

  it('holds back no more than a placeholder that may be beginning', async () => {
    const { found, restorer } = await redactor.redact([token]);
    const stream = restorer();
    assert.equal(stream.push('Set '), 'Set ');
    assert.equal(stream.push('the SECRETS'), 'the SECRET');
    assert.equal(stream.push(' of '), 'S of ');
    assert.equal(stream.push(found[0]!.placeholder.slice(0, 10)), '');
    assert.equal(stream.push('!'), `${found[0]!.placeholder.slice(0, 10)}!`);
    assert.equal(stream.push(`${found[0]!.placeholder}S`), token);
    assert.equal(stream.end(), 'S');
    assert.equal(stream.end(), '');
  });
});

describe('redaction by chunks', () => {
  let detect: Detector;

  before(async () => {
    detect = await loadDetector();
  });

  /** What one look at the whole text finds. */
  const unchunked = (text: string) =>
    merged([
      ...privateKeys(text),
      ...Array.from(text.matchAll(form), ({ index, 0: all }) => ({
        start: index,
        end: index + all.length,
        kind: undefined,
      })),
      ...detect(text),
    ]).map(({ start, end }) => [start, end]);
  const chunked = (text: string, sizes?: Parameters<typeof stretchesOf>[2]) =>
    stretchesOf(text, detect, sizes).map(({ start, end }) => [start, end]);

  it('finds what one look at the whole finds, cut wherever it may be', function () {
    this.timeout(20_000);
    fc.assert(
      fc.property(lines, (text) => {
        assert.deepEqual(chunked(text, { least: 1, most: 1, oneLineIn: 1 }), unchunked(text));
        assert.deepEqual(chunked(text, { least: 64, most: 256, oneLineIn: 4 }), unchunked(text));
        assert.deepEqual(chunked(text), unchunked(text));
      }),
      { numRuns: 150 },
    );
  });

  it('finds the same with what it remembers of earlier versions', async function () {
    this.timeout(20_000);
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(80),
      add: fc.oneof(snippet, fc.string()),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(snippet, { minLength: 60, maxLength: 120 }),
        fc.array(edit, { maxLength: 8 }),
        async (parts, edits) => {
          const warm = newRedactor();
          let text = parts.join('\n');
          await warm.redact([text]);
          for (const { at, cut, add } of edits) {
            const from = Math.floor(at * text.length);
            text = text.slice(0, from) + add + text.slice(from + cut);
            const { texts, restore } = await warm.redact([text]);
            assert.deepEqual(texts, (await newRedactor().redact([text])).texts);
            assert.equal(restore(texts[0]!), text);
            assert.deepEqual(chunked(text), unchunked(text));
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('looks again only at what changed', () => {
    const text = Array.from(
      { length: 4000 },
      (_, n) => `export const value${n} = compute(${n}, "${makerOf(n)('letters', 8)}");`,
    ).join('\n');
    const known = new Set<string>();
    const looks = (version: string): number => {
      let asked = 0;
      stretchesOf(version, (chunk) => {
        if (!known.has(chunk)) asked += chunk.length;
        known.add(chunk);
        return [];
      });
      return asked;
    };
    assert.equal(looks(text), text.length);
    assert.equal(looks(text), 0);
    const middle = text.length / 2;
    assert.ok(looks(`${text.slice(0, middle)}\nconst one = 1;\n${text.slice(middle)}`) < 30_000);
    assert.ok(looks(`import a from 'a';\n${text}`) < 30_000);
    assert.ok(looks(`${text}\nmore();\n`) < 30_000);
  });
});

describe('redaction of hostile text', () => {
  const size = 400_000;
  const fill = (unit: string): string => unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
  const many = (line: (make: ReturnType<typeof makerOf>) => string): string => {
    let text = '';
    for (let seed = 0; text.length < size; seed += 1) text += line(makerOf(seed));
    return text;
  };
  /** Without an end each of these would take minutes. */
  const texts: Record<string, string> = {
    'one line': 'const a = b; '.repeat(100_000),
    'one word': fill('a'),
    'one blank': fill(' '),
    'one quote': fill('"'),
    backslashes: fill('\\'),
    'empty lines': fill('\n'),
    'half pairs': fill('\ud83d'),
    'names of secrets': fill('password'),
    'assignments without an end': fill('password="'),
    'assignments of nothing': fill('password = '),
    'a name and blanks': `secret_access_key${fill(' ')}`,
    'name after name': fill('token:token='),
    'openings of keys': fill('-----BEGIN PRIVATE KEY-----'),
    'closings of keys': fill('-----END PRIVATE KEY-----'),
    'an opening and base64': `-----BEGIN PRIVATE KEY-----${fill('A')}`,
    'openings and base64': fill(`-----BEGIN RSA PRIVATE KEY-----\n${'QUJD'.repeat(16)}\n`),
    'base64 and a closing': `${fill(`${'QUJD'.repeat(16)}\n`)}-----END PRIVATE KEY-----`,
    dashes: fill('-'),
    addresses: fill('http://a:b'),
    'addresses of databases': fill('mongodb://a:'),
    'an address without an end': `postgres://${fill('a:')}`,
    'the beginnings of tokens': fill('sk-ghp_xoxb-SG.eyJ.'),
    sendgrid: fill(`SG.${'a'.repeat(128)}.${'b'.repeat(300)} `),
    'github apps': fill('ghs_1_a.'),
    'web tokens': fill('eyJhbGciOiJI.eyJhbGciOiJI.'),
    slack: fill('xoxb-a-'),
    bearer: fill('Bearer '),
    curl: fill('curl -u '),
    'our own form': fill('SECRET_0123456789ab'),
    'the head of our own form': fill('SECRET_'),
    'thousands of secrets': many((make) => `token = "${make('alnum', 32)}"\n`),
    'thousands of secrets that begin alike': many((make) => `x = sk-aaaaaaaa${make('alnum', 24)}\n`),
  };

  for (const [what, text] of Object.entries(texts)) {
    it(`gets through hundreds of thousands of characters: ${what}`, async function () {
      this.timeout(20_000);
      const { texts: out, restore } = await newRedactor().redact([text]);
      assert.ok(restore(out[0]!) === text);
    });
  }
});
