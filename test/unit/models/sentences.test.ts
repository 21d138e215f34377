import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ModelError, modelErrorReasons, type ModelErrorDetails } from '../../../src/models/errors.ts';
import { explainModelError } from '../../../src/models/sentences.ts';

const full: ModelErrorDetails = {
  model: 'deepseek-r1:8b',
  host: '127.0.0.1:11434',
  status: 400,
  serverMessage: 'its own words',
  supported: ['old-one', 'deepseek-flash'],
  remoteHost: 'https://ollama.com',
  retryAfterMs: 1500,
  limitTokens: 8192,
  sentTokens: 12014,
};

describe('what people read when a model failed', () => {
  for (const reason of modelErrorReasons) {
    it(`${reason}: a sentence, a way out, and nothing left open`, () => {
      for (const details of [full, {}, { ...full, unreached: true, outOfMemory: true }]) {
        const { sentence, waysOut, tone } = explainModelError(new ModelError(reason, details));
        assert.match(sentence, /^\S.*[.?]$/);
        assert.equal(/undefined|\{\d\}|its own words/.test(sentence + JSON.stringify(waysOut)), false, sentence);
        assert.ok(sentence.length < 200, sentence);
        assert.ok(waysOut.length >= 1 && waysOut.length <= 3);
        assert.ok(waysOut.every(({ title }) => title.length > 0 && title.length < 32));
        assert.equal(tone, 'error');
      }
    });
  }

  it('keeps the server’s own words for those who unfold them', () => {
    assert.equal(explainModelError(new ModelError('refused', full)).details, 'Status 400\nits own words');
    assert.equal(explainModelError(new ModelError('refused')).details, undefined);
  });

  it('offers models that DeepSeek has now before those it only claims', () => {
    const [first] = explainModelError(new ModelError('retiredModel', full)).waysOut;
    assert.deepEqual(first, { id: 'switchModel', title: 'Switch to deepseek-flash', argument: 'deepseek-flash' });
  });
});
