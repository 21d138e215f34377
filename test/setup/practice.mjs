// Who answers in `npm start`: DeepSeek where there is a key, else a practice server; an Ollama of this machine, else one of our own with a
// tiny model, else a stand-in. It decides and starts; what it decided is said in one line for each kind of repository.

import { startOllama, createPracticeModels, findOllamaBinary, findRunningOllama, practiceNames } from './ollama.mjs';
import { forgeHost } from './sample.mjs';
import { MissingPiece, say, step } from './say.mjs';

/** Reading a full window of 8,192 tokens would take the tiny model half a minute on an ordinary processor. */
const practiceContextTokens = 4096;

/** How the practice server is called wherever an answer of its is shown. */
export const practiceName = 'practice server: answers are not from DeepSeek';

/**
 * @typedef {object} Practice
 * @property {Record<string, unknown>} settings Fathom's user settings
 * @property {Record<string, string>} env of the extension host
 * @property {string} cloud who answers for public code, in words
 * @property {string} local who answers for private code, in words
 * @property {() => { url: string, path: string, model: string }[]} asked what the practice servers were asked so far
 * @property {() => Promise<void>} stop
 */

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Practice>}
 */
export async function startPractice(env = process.env) {
  const { practiceKey, startPracticeServers } = await import('../servers/practice.ts');
  const key = env['DEEPSEEK_API_KEY'];
  const ollama = await localOllama(env);
  const servers = await startPracticeServers({ ollama: ollama === undefined });
  const localUrl = ollama?.url ?? servers.ollama?.url;
  const practised = key === undefined || key === '';
  return {
    settings: {
      'fathom.privacy.forges': { [forgeHost]: { kind: 'gitea', api: servers.forge.apis.gitea } },
      ...(localUrl === undefined ? {} : { 'fathom.local.url': localUrl }),
      ...(ollama?.contextTokens === undefined ? {} : { 'fathom.local.contextTokens': ollama.contextTokens }),
      ...(practised ? { 'fathom.deepseek.baseUrl': servers.deepseek.url, 'fathom.deepseek.name': practiceName } : {}),
    },
    env: { DEEPSEEK_API_KEY: practised ? practiceKey : key },
    cloud: practised ? `${practiceName} (${servers.deepseek.url})` : 'DeepSeek (your key of DEEPSEEK_API_KEY)',
    local: ollama?.words ?? `a stand-in for Ollama: its answers are not from a model (${String(localUrl)})`,
    asked: () =>
      [servers.deepseek, servers.ollama].flatMap((server) =>
        (server?.requests ?? [])
          .filter(({ method }) => method === 'POST')
          .map(({ path, json }) => ({ url: server?.url ?? '', path, model: String(json?.model ?? '') })),
      ),
    stop: async () => {
      await servers.stop();
      await ollama?.stop();
    },
  };
}

/**
 * An Ollama that runs with a usable model, else one of our own; undefined where none can be had.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ url: string, words: string, contextTokens?: number, stop: () => Promise<void> } | undefined>}
 */
async function localOllama(env) {
  const running = await findRunningOllama(env);
  if (running !== undefined) {
    const usable = await usableModels(running);
    if (usable.length > 0) {
      return { url: running, words: `your Ollama at ${running} (${usable.join(', ')})`, stop: async () => undefined };
    }
    say(`The Ollama at ${running} has no model yet: a private one with a tiny model answers for now.`);
  }
  try {
    const binary = await findOllamaBinary();
    return await step('Starting an Ollama with a tiny model', async () => {
      const server = await startOllama({ binary });
      await createPracticeModels(server);
      const words = `${practiceNames.think ?? ''} and ${practiceNames.insert ?? ''} (a tiny model for trying things out) on ${server.url}`;
      return { url: server.url, words, contextTokens: practiceContextTokens, stop: server.stop };
    });
  } catch (error) {
    if (!(error instanceof MissingPiece)) throw error;
    say(`${error.message} Until then a stand-in answers in its place.`);
    return undefined;
  }
}

/** Models that run on this machine; one that runs elsewhere does not count. @param {string} url @returns {Promise<string[]>} */
async function usableModels(url) {
  const answer = await fetch(`${url}/api/tags`, { signal: AbortSignal.timeout(5000) });
  const { models = [] } = /** @type {{ models?: { name: string, remote_host?: string }[] }} */ (await answer.json());
  return models.filter((model) => !model.remote_host).map((model) => model.name);
}
