// What a workspace's own settings try to change of what is the person's alone to decide. It reads texts and tells names; that nothing
// of it is in force is VS Code's doing (scope `application`) and that of settings.ts.
import { parse } from 'jsonc-parser';

/** VS Code's settings that lead requests through another machine: it takes them from the person's own settings only. */
const proxySettings = ['http.proxy', 'http.proxyStrictSSL', 'http.proxySupport'];

/** Full names of settings, in the order of the file. */
export interface WorkspaceTries {
  /** Fathom's, which it ignores from there. */
  ours: string[];
  /** VS Code's. */
  proxy: string[];
}

/**
 * @param text of `.vscode/settings.json`, or of a `.code-workspace` file: JSON with comments and trailing commas, and possibly broken
 * @param guarded full names of Fathom's settings that no workspace may set
 */
export function workspaceTries(
  text: string,
  kind: 'settings' | 'codeWorkspace',
  guarded: readonly string[],
): WorkspaceTries {
  const whole: unknown = parse(text, [], { allowTrailingComma: true });
  const settings = kind === 'settings' ? whole : isObject(whole) ? whole.settings : undefined;
  const found = new Set<string>();
  if (isObject(settings)) collect(settings, '', new Set([...guarded, ...proxySettings]), found);
  const among = (names: readonly string[]): string[] => [...found].filter((name) => names.includes(name));
  return { ours: among(guarded), proxy: among(proxySettings) };
}

/** A name may be written in one, or as objects in objects, or for one language: `{"[c]": {"fathom": {"local.url": …}}}`. */
function collect(from: Record<string, unknown>, prefix: string, wanted: ReadonlySet<string>, found: Set<string>): void {
  for (const [key, value] of Object.entries(from)) {
    const name = prefix + key;
    if (wanted.has(name)) found.add(name);
    else if (isObject(value)) collect(value, /^\[.*\]$/.test(name) ? '' : `${name}.`, wanted, found);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
