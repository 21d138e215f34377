// Whether an address stays on this machine or was confirmed by the person, and what people mean when they type the address of an
// Ollama. It resolves no names (addresses.ts does).

const defaultPort = '11434';

/**
 * True only for an address that can't leave this machine: 127.0.0.0/8, ::1, `localhost`. Looked at as `URL` reads it, so that
 * decimal and hexadecimal numbers, user names before an `@` and look-alike names (`127.0.0.1.example.com`) deceive nobody.
 * 0.0.0.0 is what a server binds to, not an address of anybody, and counts as elsewhere.
 */
export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  // URL writes ::ffff:127.0.0.1 as [::ffff:7f00:1].
  return (
    hostname === 'localhost' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname) ||
    hostname === '[::1]' ||
    /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/.test(hostname)
  );
}

/** `confirmed`: on another machine, which the person named as their own. */
export type HostPlace = 'here' | 'confirmed' | 'elsewhere';

/**
 * Where an address is, by its name alone.
 * @param confirmed host names as `fathom.local.confirmedHosts` has them, each with or without a port; without one it stands for all
 * ports. What is no host name (a path, a user before an `@`, a pattern) confirms nothing.
 */
export function placeOf(url: string, confirmed: readonly string[] = []): HostPlace {
  if (isLoopback(url)) return 'here';
  if (!URL.canParse(url)) return 'elsewhere';
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return 'elsewhere';
  const asked = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  const fits = (entry: string): boolean => {
    const [, name = '', itsPort] = /^(\[[0-9a-f:.]+\]|[^\s:/\\?#@*]+)(?::(\d+))?$/i.exec(entry.trim()) ?? [];
    if (name === '' || !URL.canParse(`http://${name}`)) return false;
    return (
      new URL(`http://${name}`).hostname === hostname && (itsPort === undefined || Number(itsPort) === Number(asked))
    );
  };
  return confirmed.some(fits) ? 'confirmed' : 'elsewhere';
}

/**
 * The address of an Ollama as typed in a setting or in `OLLAMA_HOST`, to one that can be asked: scheme and port may be missing
 * (`localhost`, `:8080`, `0.0.0.0`); an address to bind to becomes 127.0.0.1, which is where that server answers on this machine.
 * @returns for example `http://127.0.0.1:11434`, without a slash at the end
 * @throws TypeError for what is no address
 */
export function ollamaAddress(typed: string): string {
  const text = typed.trim().replace(/\/+$/, '');
  if (text === '') return `http://127.0.0.1:${defaultPort}`;
  const hasScheme = /^https?:\/\//i.test(text);
  const url = new URL(hasScheme ? text : `http://${text.startsWith(':') ? '127.0.0.1' : ''}${text}`);
  // URL drops a port that is the scheme's default, so `http://host:80` must be told from `http://host` by the text.
  const [authority = ''] = text.replace(/^https?:\/\//i, '').split('/');
  const hasPort = /:\d+$/.test(authority);
  if (!hasPort && url.protocol === 'http:') url.port = defaultPort;
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}
