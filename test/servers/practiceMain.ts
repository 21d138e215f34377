// A program: the servers to practise with, until SIGTERM, SIGINT or the end of its input (start it with a pipe as stdin).
// Prints one line of JSON: their addresses, and the key that the DeepSeek side accepts. `--ollama` adds a stand-in Ollama.
import { practiceKey, practiceModel, startPracticeServers } from './practice.ts';

/** The line that is printed. */
export interface PracticeAddresses {
  deepseek: string;
  key: string;
  /** Base address of each forge's API. `practice/public-sample` is public, `practice/private-sample` private. */
  forges: Record<'github' | 'gitlab' | 'bitbucket' | 'gitea', string>;
  ollama?: string;
  /** Id of the stand-in's only model. */
  ollamaModel?: string;
}

async function main(): Promise<void> {
  const servers = await startPracticeServers({ ollama: process.argv.includes('--ollama') });
  const addresses: PracticeAddresses = {
    deepseek: servers.deepseek.url,
    key: practiceKey,
    forges: servers.forge.apis,
    ...(servers.ollama ? { ollama: servers.ollama.url, ollamaModel: practiceModel.name } : {}),
  };
  process.stdout.write(`${JSON.stringify(addresses)}\n`);

  const stop = (): void => {
    process.stdin.destroy();
    void servers.stop(); // The process ends when the last one is closed.
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdin.once('end', stop);
  process.stdin.resume();
}

void main(); // A rejection ends the process with its message, which is all that can be done.
