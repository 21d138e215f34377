// How much of the prompts DeepSeek's cache would hold, by the replays of `npm run bench -- cache` and each model of that cache.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { replayChat } from '../../bench/cacheChat.ts';
import { cacheModels, type CacheModel, type Found } from '../../bench/cacheReplay.ts';
import { replayTyping } from '../../bench/cacheTyping.ts';

const share = ({ hits, tokens }: Found): number => hits / tokens;

describe('prompts keep their heads for the server’s cache', () => {
  for (const model of Object.keys(cacheModels) as CacheModel[]) {
    it(`in a conversation: nine tenths by ${model}, and much more than in a naive order`, async () => {
      const [ours, naive] = [await replayChat(model, false), await replayChat(model, true)];
      assert.equal(ours.turns, 20);
      assert.ok(share(ours) >= 0.9 && share(naive) < 0.5, `${share(ours)}, naive ${share(naive)}`);
    }).timeout(60_000);

    it(`while typing: six tenths by ${model}`, async () => {
      const found = await replayTyping(model, false, 4);
      assert.ok(share(found) >= 0.6 && found.requests > 100, JSON.stringify(found));
    }).timeout(60_000);
  }
});
