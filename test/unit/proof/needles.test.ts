// The search for canaries: what it has to find, and what it must not take for one. The network proof is worth as much as this.
import assert from 'node:assert/strict';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import { Needles, newCanary, partLength, strangeLetters } from '../../host/proof/needles.ts';
import { randomFrom } from '../../host/proof/random.ts';

const random = randomFrom(7);
const plain = newCanary(random);
const strange = newCanary(random, strangeLetters);
const other = newCanary(random);
const needles = new Needles();
for (const canary of [plain, strange, other]) needles.add(canary);

const foundIn = (bytes: Buffer | string) => needles.find(Buffer.from(bytes as string)).map(({ canary }) => canary);
const escaped = (text: string) =>
  text.replace(/[\s\S]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
const percent = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const wrapped = (text: string, between: string) => text.replace(/.{7}/gu, `$&${between}`);

const encodings: Record<string, (text: string) => Buffer | string> = {
  'as it is': (text) => text,
  'in upper case': (text) => text.toUpperCase(),
  'within an identifier': (text) => `const my_${text}_rate = 1;`,
  'as a string of JSON': (text) => JSON.stringify({ prompt: `a "${text}"\n` }),
  'in JSON escapes': (text) => `{"prompt":"${escaped(text)}"}`,
  'in JSON within JSON': (text) => JSON.stringify({ body: JSON.stringify({ text: escaped(text) }) }),
  'in a URL': (text) => `GET /complete?text=${percent(text)}&n=1 HTTP/1.1`,
  'in HTML entities': (text) =>
    Array.from(text)
      .map((each) => `&#${String(each.codePointAt(0))};`)
      .join(''),
  'in hex': (text) => `id=${Buffer.from(text).toString('hex')}`,
  'in hex at an odd place': (text) => `f${Buffer.from(`a${text}`).toString('hex')}`,
  'in hex with colons': (text) => Buffer.from(text).toString('hex').replace(/../g, '$&:'),
  'in base64 at the first alignment': (text) => Buffer.from(text).toString('base64'),
  'in base64 at the second alignment': (text) => `{"b":"${Buffer.from(`a${text}`).toString('base64')}"}`,
  'in base64 at the third alignment': (text) => `{"b":"${Buffer.from(`ab${text}`).toString('base64')}"}`,
  'in base64 behind letters that are none of it': (text) => `xyz${Buffer.from(text).toString('base64')}`,
  'in base64 for URLs': (text) => Buffer.from(`\u00ff\u00fe${text}`).toString('base64url'),
  'in base64 with line ends': (text) => Buffer.from(`..${text}..`).toString('base64').replace(/.{16}/g, '$&\r\n'),
  'in base64 of JSON escapes': (text) => Buffer.from(escaped(text)).toString('base64'),
  'in base64 twice': (text) => Buffer.from(Buffer.from(text).toString('base64')).toString('base64'),
  'in base64 in a URL': (text) => percent(Buffer.from(text).toString('base64')),
  'in UTF-16': (text) => Buffer.from(text, 'utf16le'),
  'in UTF-16 at an odd place': (text) => Buffer.concat([Buffer.from('a'), Buffer.from(text, 'utf16le')]),
  'in UTF-16, high byte first': (text) => Buffer.from(text, 'utf16le').swap16(),
  'compressed by gzip': (text) => gzipSync(`{"text":"${text}"}`),
  'compressed by deflate': (text) => deflateSync(`{"text":"${text}"}`),
  'compressed by brotli': (text) => brotliCompressSync(`{"text":"${text}"}`),
  'with signs between': (text) => wrapped(text, '-·_ 1 '),
  'as pieces of a concatenation': (text) => wrapped(text, '" + "'),
  'over several fields of JSON': (text) =>
    JSON.stringify(
      [
        { role: 'user', content: text.slice(0, 8) },
        { role: 'user', content: text.slice(8) },
      ].map(({ content }) => ({ content })),
    ),
  'one part of it': (text) => `…${text.slice(3, 3 + partLength)}…`,
};

describe('The search for canaries', () => {
  for (const [how, encode] of Object.entries(encodings)) {
    it(`finds one that is there ${how}`, () => {
      assert.deepEqual(foundIn(encode(plain)), [plain]);
      assert.deepEqual(foundIn(encode(strange)), [strange]);
    });
  }

  it('tells several apart, and by which reading each was found', () => {
    const text = `${plain} ${Buffer.from(`..${other}`).toString('base64')}`;
    const readings = needles.find(Buffer.from(text));
    assert.deepEqual(
      new Map(readings.map(({ canary, reading }) => [canary, reading])),
      new Map([
        [plain, 'text'],
        [other, 'base64 of text'],
      ]),
    );
  });

  it('takes nothing else for one: other canaries, short parts, ordinary text, noise', () => {
    assert.deepEqual(foundIn(newCanary(randomFrom(8))), []);
    assert.deepEqual(foundIn(plain.slice(0, partLength - 1)), []);
    assert.deepEqual(
      foundIn(JSON.stringify({ model: 'deepseek-flash', messages: [{ role: 'system', content: 'You write code.' }] })),
      [],
    );
    const noise = Buffer.from(Array.from({ length: 200_000 }, () => random.below(256)));
    assert.deepEqual(foundIn(noise), []);
    assert.deepEqual(foundIn(noise.toString('base64')), []);
    assert.deepEqual(foundIn(noise.toString('hex')), []);
  });

  it('gives the same canaries for the same seed', () => {
    assert.equal(newCanary(randomFrom(3)), newCanary(randomFrom(3)));
    assert.notEqual(newCanary(randomFrom(3)), newCanary(randomFrom(4)));
  });
});
