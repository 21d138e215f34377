// The environment that tests and servers run in: the person's own keys and addresses never reach them.

const foreign = /^(DEEPSEEK_|OPENAI_|OLLAMA_|VSCODE_|ELECTRON_)/;

/**
 * A copy of the environment without keys, model servers and VS Code's own variables.
 * @param {NodeJS.ProcessEnv} [more] added to it
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function cleanEnvironment(more = {}, env = process.env) {
  return { ...Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name))), ...more };
}
