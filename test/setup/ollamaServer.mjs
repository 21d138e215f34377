// A real Ollama with the practice models, for one test file run by hand. Prints the variables that such tests read; Ctrl+C ends it.

import { createPracticeModels, findOllamaBinary, startOllama } from './ollama.mjs';
import { say } from './say.mjs';

/**
 * Starts the Ollama that a run of the tests shares.
 * @returns {Promise<{ env: Record<string, string>, stop: () => Promise<void> }>}
 */
export async function startTestOllama() {
  const server = await startOllama({ binary: await findOllamaBinary(), env: { OLLAMA_REMOTES: '127.0.0.1' } });
  await createPracticeModels(server);
  return {
    env: {
      FATHOM_TEST_OLLAMA: server.url,
      FATHOM_TEST_OLLAMA_BINARY: server.binary,
      FATHOM_TEST_OLLAMA_MODELS: server.models,
    },
    stop: server.stop,
  };
}

if (process.argv[1] === import.meta.filename) {
  const { env } = await startTestOllama();
  process.stdout.write(
    `${Object.entries(env)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}\n`,
  );
  say('Ctrl+C ends it.');
}
