// Which installed model answers, and where Ollama is asked.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { LocalModel, Mode } from '../../../src/models/types.ts';
import { contextTokensOf, localUrlOf, noteOf, pickLocalModel } from '../../../src/privacy/localModels.ts';

function model(id: string, gigabytes: number, capabilities: string, remoteHost?: string): LocalModel {
  return {
    id,
    sizeBytes: gigabytes * 1e9,
    capabilities: capabilities === '' ? [] : capabilities.split(' '),
    ...(remoteHost === undefined ? {} : { remoteHost }),
  };
}
const r1small = model('deepseek-r1:1.5b', 1.1, 'completion thinking');
const r1 = model('deepseek-r1:8b', 5.2, 'completion thinking tools');
const r1elsewhere = model('deepseek-r1:671b', 0, 'completion thinking', 'https://ollama.com:443');
const qwen = model('qwen3:32b', 20, 'completion thinking');
const plain = model('llama3:70b', 40, 'completion');
const coder = model('qwen2.5-coder:1.5b', 1, 'completion insert');
const bigCoder = model('qwen2.5-coder:7b', 4.7, 'completion insert');
const embedding = model('nomic-embed-text:latest', 0.3, 'embedding');
const old = model('mistral:7b', 4, '');
const practiceThink = model('practice-think:135m', 0.1, 'completion thinking');
const practiceInsert = model('practice-insert:135m', 0.1, 'completion insert');

const rows: [string, Mode, LocalModel[], LocalModel | undefined][] = [
  ['the largest deepseek-r1', 'reasoner', [r1small, qwen, r1, plain], r1],
  ['the same for chat', 'chat', [r1, r1small], r1],
  ['without one, the largest that thinks', 'chat', [plain, practiceThink, qwen], qwen],
  ['without one, the largest', 'chat', [plain, coder, embedding], plain],
  ['never one that only embeds', 'chat', [embedding], undefined],
  ['never one that runs elsewhere', 'chat', [r1elsewhere, r1small], r1small],
  ['not even as the last', 'chat', [r1elsewhere], undefined],
  ['one of an Ollama that lists no capabilities', 'chat', [old], old],
  ['a practice model only where there is no other', 'chat', [practiceThink, coder], coder],
  ['a practice model that thinks', 'chat', [practiceInsert, practiceThink], practiceThink],
  ['for ghost text one that inserts', 'complete', [r1, coder], coder],
  ['for ghost text the quick one', 'complete', [bigCoder, coder], coder],
  ['for ghost text the one for questions, where none inserts', 'complete', [plain, r1], r1],
  ['for ghost text no practice model where a real one inserts', 'complete', [practiceInsert, bigCoder], bigCoder],
  ['none where nothing is installed', 'complete', [], undefined],
];

describe('the local model', () => {
  for (const [what, mode, installed, wanted] of rows) {
    it(`${mode}: ${what}`, () => {
      assert.equal(pickLocalModel(installed, mode)?.id, wanted?.id);
      assert.equal(pickLocalModel([...installed].reverse(), mode)?.id, wanted?.id);
    });
  }

  it('has the window of the settings, but no larger one than it was trained for', () => {
    assert.equal(contextTokensOf({ ...r1, contextLength: 4096 }, 8192), 4096);
    assert.equal(contextTokensOf({ ...r1, contextLength: 131072 }, 8192), 8192);
    assert.equal(contextTokensOf(r1, 8192), 8192);
  });
});

describe('what is said about a local model', () => {
  it('is nothing about a real one, and the truth about the practice ones', () => {
    assert.equal(noteOf('deepseek-r1:8b'), undefined);
    assert.match(noteOf('practice-think:135m') ?? '', /tiny model/);
    assert.match(noteOf('practice-server:none') ?? '', /no model/);
  });
});

describe('the address of Ollama', () => {
  const addresses: [string, string | undefined, string][] = [
    ['', undefined, 'http://127.0.0.1:11434'],
    ['', '', 'http://127.0.0.1:11434'],
    ['', '0.0.0.0', 'http://127.0.0.1:11434'],
    ['', '127.0.0.1:11500', 'http://127.0.0.1:11500'],
    ['', ':11500', 'http://127.0.0.1:11500'],
    ['', 'http://10.0.0.7:11434', 'http://10.0.0.7:11434'],
    ['http://localhost:9/', '127.0.0.1:11500', 'http://localhost:9'],
    ['not an address', undefined, 'not an address'],
  ];
  for (const [setting, env, wanted] of addresses) {
    it(`setting "${setting}", OLLAMA_HOST ${env ?? 'unset'} → ${wanted}`, () => {
      assert.equal(localUrlOf(setting, env), wanted);
    });
  }
});
