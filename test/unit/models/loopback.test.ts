import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isLoopback, ollamaAddress, placeOf } from '../../../src/models/loopback.ts';

describe('an address on this machine', () => {
  for (const url of [
    'http://127.0.0.1:11434',
    'https://127.255.3.4/v1',
    'http://LOCALHOST:1/',
    'http://[::1]:11434',
    'http://[::ffff:127.0.0.1]/',
    'http://2130706433/',
    'http://0x7f.1/',
  ]) {
    it(`${url} is`, () => assert.equal(isLoopback(url), true));
  }
  for (const url of [
    'http://0.0.0.0:11434',
    'http://[::]:11434',
    'http://127.0.0.1.example.com',
    'http://127.0.0.1@example.com/',
    'http://localhost:11434@example.com/',
    'http://localhost.example.com',
    'http://my.localhost',
    'http://192.168.1.2:11434',
    'http://[fe80::1]/',
    'http://3232235777/',
    'file://127.0.0.1/etc',
    'localhost:11434',
    '',
  ]) {
    it(`${url === '' ? '(nothing)' : url} is not`, () => assert.equal(isLoopback(url), false));
  }
});

describe('a host that the person confirmed', () => {
  const table: [string, string, boolean][] = [
    ['nas.lan', 'http://nas.lan:11434', true],
    ['nas.lan', 'https://NAS.lan/ollama', true],
    [' Nas.Lan:11434 ', 'http://nas.lan:11434', true],
    ['nas.lan:443', 'https://nas.lan', true],
    ['nas.lan:80', 'http://nas.lan', true],
    ['192.168.1.5', 'http://192.168.1.5:11434', true],
    ['192.168.1.5', 'http://3232235781:11434', true],
    ['[fd00::2]:11434', 'http://[fd00:0::2]:11434', true],
    ['nas.lan:8080', 'http://nas.lan:11434', false],
    ['nas.lan:80', 'https://nas.lan', false],
    ['nas.lan', 'http://nas.lan.example.com:11434', false],
    ['nas.lan', 'http://evil-nas.lan', false],
    ['nas.lan', 'http://nas.lan@example.com', false],
    ['nas.lan', 'ftp://nas.lan', false],
    ['*', 'http://nas.lan', false],
    ['*.lan', 'http://nas.lan', false],
    ['http://nas.lan', 'http://nas.lan', false],
    ['nas.lan/', 'http://nas.lan', false],
    ['me@nas.lan', 'http://nas.lan', false],
    ['', 'http://nas.lan', false],
    ['', '', false],
  ];
  for (const [entry, url, confirmed] of table) {
    it(`“${entry}” ${confirmed ? 'is' : 'is not'} ${url}`, () =>
      assert.equal(placeOf(url, ['other.lan', entry]), confirmed ? 'confirmed' : 'elsewhere'));
  }
  it('is never what this machine itself is', () => assert.equal(placeOf('http://localhost', ['localhost']), 'here'));
});

describe('the address of an Ollama, as people type it', () => {
  const table: Record<string, string> = {
    '': 'http://127.0.0.1:11434',
    localhost: 'http://localhost:11434',
    'http://localhost': 'http://localhost:11434',
    'http://localhost/': 'http://localhost:11434',
    'http://localhost:80': 'http://localhost',
    'https://ollama.example.com': 'https://ollama.example.com',
    'https://example.com/ollama/': 'https://example.com/ollama',
    '127.0.0.1:8080': 'http://127.0.0.1:8080',
    ':8080': 'http://127.0.0.1:8080',
    '0.0.0.0': 'http://127.0.0.1:11434',
    'http://0.0.0.0:1234': 'http://127.0.0.1:1234',
    '[::]:1234': 'http://[::1]:1234',
    ' http://[::1] ': 'http://[::1]:11434',
  };
  for (const [typed, address] of Object.entries(table)) {
    it(`"${typed}" → ${address}`, () => assert.equal(ollamaAddress(typed), address));
  }
});
