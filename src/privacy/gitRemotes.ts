// Reads git's own config text: which remotes a repository has, and at which forge they lie. No git process, no file system, no network.

/** One `key = value` of a git config, names lower-cased as git compares them (subsections keep their case). */
export interface GitConfigEntry {
  section: string;
  subsection: string;
  key: string;
  value: string;
}

/** A remote at a forge. User names, passwords and tokens of its URL are gone. */
export interface Remote {
  /** Lower case; with the port only where http(s) uses an unusual one. */
  host: string;
  /** May contain slashes: GitLab has groups in groups. */
  owner: string;
  name: string;
}

export interface Remotes {
  forges: Remote[];
  /** True if some remote can't be at a forge: a local path, a bundle, an address that isn't `owner/name`. */
  strangers: boolean;
}

const escapes: Record<string, string> = { n: '\n', t: '\t', b: '\b', '"': '"', '\\': '\\' };

/** The value that starts at `from`: quotes, escapes, comments and continued lines, as git-config(1) "Syntax" has it. */
function readValue(text: string, from: number): { value: string; end: number } {
  let value = '';
  let quoted = false;
  let solid = 0;
  let at = from;
  for (; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '\n') {
      if (!quoted) break;
      value += char;
    } else if (char === '\\') {
      at++;
      const next = text[at] ?? '';
      if (next === '\r' && text[at + 1] === '\n') at++;
      else if (next !== '\n') value += escapes[next] ?? next;
      solid = value.length;
    } else if (char === '"') {
      quoted = !quoted;
      solid = value.length;
    } else if (!quoted && (char === '#' || char === ';')) {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end;
      break;
    } else if (quoted || !/\s/.test(char)) {
      value += char;
      solid = value.length;
    } else if (value !== '') {
      value += char;
    }
  }
  return { value: value.slice(0, solid), end: at };
}

/** All entries in order. Lines that are no config are skipped. */
export function parseGitConfig(text: string): GitConfigEntry[] {
  const entries: GitConfigEntry[] = [];
  let section = '';
  let subsection = '';
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const blank = /^(?:\s+|[#;][^\n]*)/.exec(rest);
    const header = /^\[\s*([\w.-]+)(?:\s+"((?:[^"\\\n]|\\.)*)")?\s*\]/.exec(rest);
    const key = /^([A-Za-z][\w-]*)[ \t]*(=?)/.exec(rest);
    if (blank !== null) {
      at += blank[0].length;
    } else if (header !== null) {
      const [whole, name = '', quotedName] = header;
      const dot = name.indexOf('.');
      section = (dot === -1 ? name : name.slice(0, dot)).toLowerCase();
      subsection = quotedName?.replace(/\\(.)/g, '$1') ?? (dot === -1 ? '' : name.slice(dot + 1).toLowerCase());
      at += whole.length;
    } else if (key !== null) {
      const [whole, name = '', equals] = key;
      const read = equals === '=' ? readValue(text, at + whole.length) : { value: 'true', end: at + whole.length };
      entries.push({ section, subsection, key: name.toLowerCase(), value: read.value });
      at = read.end;
    } else {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end + 1;
    }
  }
  return entries;
}

/** Files that a config includes, as written (`~/`, relative to the config's folder). `includeIf` counts only if asked for. */
export function includedPaths(entries: readonly GitConfigEntry[], conditional: boolean): string[] {
  return entries
    .filter((e) => e.key === 'path' && (e.section === 'include' || (conditional && e.section === 'includeif')))
    .map((e) => e.value);
}

/** The longest alias that fits wins, as in git. */
function rewrite(url: string, aliases: readonly GitConfigEntry[], key: 'insteadof' | 'pushinsteadof'): string {
  let best: GitConfigEntry | undefined;
  for (const alias of aliases) {
    if (alias.section !== 'url' || alias.key !== key || !url.startsWith(alias.value)) continue;
    if (best === undefined || alias.value.length > best.value.length) best = alias;
  }
  return best === undefined ? url : best.subsection + url.slice(best.value.length);
}

function ownerAndName(path: string): { owner: string; name: string } | undefined {
  const parts = path
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '')
    .split('/');
  const name = parts.pop() ?? '';
  // What is asked of a forge becomes part of a URL: nothing but plain names gets there.
  const plain = [...parts, name].every((part) => /^[\w.~-]+$/.test(part) && part !== '.' && part !== '..');
  return plain && parts.length > 0 ? { owner: parts.join('/'), name } : undefined;
}

/**
 * Host, owner and name of a remote's URL: `https://`, `http://`, `ssh://`, `git://`, `git+ssh://` and scp-like
 * `user@host:owner/name.git`. Undefined for everything else, local paths included.
 */
export function parseRemoteUrl(url: string): Remote | undefined {
  const trimmed = url.trim();
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)) {
    if (!URL.canParse(trimmed)) return undefined;
    const parsed = new URL(trimmed);
    if (!['https:', 'http:', 'ssh:', 'git:', 'git+ssh:', 'ssh+git:'].includes(parsed.protocol)) return undefined;
    const web = parsed.protocol === 'https:' || parsed.protocol === 'http:';
    const host = (web ? parsed.host : parsed.hostname).toLowerCase();
    const path = ownerAndName(parsed.pathname);
    return host === '' || path === undefined ? undefined : { host, ...path };
  }
  // A single letter before the colon is a Windows drive; `ext::` and `fd::` are remote helpers.
  const scp = /^(?:[^@/\s:]+@)?([^@/\s:]{2,}):(?!:)(?!\/\/)(.+)$/.exec(trimmed);
  const path = ownerAndName(scp?.[2] ?? '');
  return scp === null || path === undefined ? undefined : { host: (scp[1] ?? '').toLowerCase(), ...path };
}

/**
 * Every remote that the repository's own config names: for fetching and for pushing, and addresses that a branch follows
 * without a named remote. `aliases` are entries of the person's own config, of which only `url.*.insteadOf` counts.
 */
export function remotesOf(entries: readonly GitConfigEntry[], aliases: readonly GitConfigEntry[] = []): Remotes {
  const all = [...aliases, ...entries];
  const urls = new Set<string>();
  for (const { section, key, value } of entries) {
    const ofRemote = section === 'remote' && (key === 'url' || key === 'pushurl');
    const ofBranch =
      ((section === 'branch' && (key === 'remote' || key === 'pushremote')) ||
        (section === 'remote' && key === 'pushdefault')) &&
      /[:/]/.test(value);
    if (value === '' || !(ofRemote || ofBranch)) continue;
    urls.add(rewrite(value, all, 'insteadof'));
    urls.add(rewrite(rewrite(value, all, 'pushinsteadof'), all, 'insteadof'));
  }
  const forges = new Map<string, Remote>();
  let strangers = false;
  for (const url of urls) {
    const remote = parseRemoteUrl(url);
    if (remote === undefined) strangers = true;
    else forges.set(`${remote.host}/${remote.owner}/${remote.name}`, remote);
  }
  return { forges: [...forges.values()], strangers };
}
