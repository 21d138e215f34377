// How much of Fathom's prompts DeepSeek's context cache would hold, from the second minute on: a conversation and a person who types,
// replayed on a clock of their own against the test server, whose cache is one of two models (test/servers/prefixCache.ts). No figure
// depends on the machine.

/** The same keys in different rhythms, so that no figure hangs on one pause. */
const rhythms = [1, 2, 3, 4, 5];

/**
 * @typedef {{ chatHitShare: number, ghostHitShare: number, naiveChatHitShare: number, naiveGhostHitShare: number }} Shares
 *   Parts of the prompts' tokens that were found in the cache. `naive`: the same with prompts in the order that comes to mind first
 *   (cacheChat.ts) and a window that slides with the cursor (cacheTyping.ts).
 */

/**
 * @param {boolean} json only the shares by the worse of both models, for each figure
 * @returns {Promise<Record<string, unknown>>}
 */
export async function cache(json) {
  const { cacheModels } = await import('./cacheReplay.ts');
  const models = /** @type {import('./cacheReplay.ts').CacheModel[]} */ (Object.keys(cacheModels));
  /** @type {Record<string, Shares & Record<string, number>>} */
  const each = {};
  for (const model of models) each[model] = await sharesBy(model);
  /** @param {keyof Shares} name */
  const worse = (name) => Math.min(...Object.values(each).map((shares) => shares[name]));
  const result = {
    chatHitShare: worse('chatHitShare'),
    ghostHitShare: worse('ghostHitShare'),
    naiveChatHitShare: worse('naiveChatHitShare'),
    naiveGhostHitShare: worse('naiveGhostHitShare'),
  };
  return json ? result : { ...each, 'worse of both': result };
}

/** @param {import('./cacheReplay.ts').CacheModel} model @returns {Promise<Shares & Record<string, number>>} */
async function sharesBy(model) {
  const { replayChat } = await import('./cacheChat.ts');
  const { replayTyping } = await import('./cacheTyping.ts');
  /** @param {boolean} naive */
  const typed = async (naive) => {
    const all = [];
    for (const rhythm of rhythms) all.push(await replayTyping(model, naive, rhythm));
    return all;
  };
  const [chat, naiveChat] = [[await replayChat(model, false)], [await replayChat(model, true)]];
  const [ghost, naiveGhost] = [await typed(false), await typed(true)];
  return {
    chatHitShare: share(chat),
    ghostHitShare: share(ghost),
    naiveChatHitShare: share(naiveChat),
    naiveGhostHitShare: share(naiveGhost),
    chatRequests: sum(chat, 'requests'),
    chatPromptTokens: sum(chat, 'tokens'),
    ghostRequests: sum(ghost, 'requests'),
    ghostPromptTokens: sum(ghost, 'tokens'),
  };
}

/** @param {import('./cacheReplay.ts').Found[]} all */
function share(all) {
  return Math.floor((1000 * sum(all, 'hits')) / sum(all, 'tokens')) / 1000;
}

/** @param {import('./cacheReplay.ts').Found[]} all @param {keyof import('./cacheReplay.ts').Found} of */
function sum(all, of) {
  return all.reduce((total, found) => total + found[of], 0);
}
