// Sees every socket that this process opens and every name that it looks up, whoever does it and by whichever library: Node tells of
// them by async hooks, below `net`, `tls`, `dns` and `fetch`. Nothing of ours or of VS Code's is patched for it.
import { createHook } from 'node:async_hooks';

/** Node's names (lib/net.js, lib/dns.js, lib/dgram.js) for what is of interest here. */
const watched: ReadonlySet<string> = new Set(['TCPCONNECTWRAP', 'GETADDRINFOREQWRAP', 'QUERYWRAP', 'UDPWRAP']);

/** What Node notes on its own objects, right after it made them. */
interface Request {
  address?: string;
  port?: number;
  hostname?: string;
}

export interface Sockets {
  /** `127.0.0.1:8080` → how often it was connected to since the beginning. */
  connected(): Map<string, number>;
  /** Names that were looked up, and `udp` for any use of it. */
  lookedUp(): Set<string>;
  stop(): void;
}

/** Watches from now on. */
export function watchSockets(): Sockets {
  const unread: { type: string; request: Request }[] = [];
  const counts = new Map<string, number>();
  const names = new Set<string>();
  const hook = createHook({
    // Called before Node has written the address down: read later.
    init: (_id, type, _trigger, resource) => {
      if (watched.has(type)) unread.push({ type, request: resource });
    },
  }).enable();

  function read(): void {
    for (const { type, request } of unread.splice(0)) {
      if (type === 'TCPCONNECTWRAP') {
        const to = `${String(request.address)}:${String(request.port)}`;
        counts.set(to, (counts.get(to) ?? 0) + 1);
      } else names.add(type === 'UDPWRAP' ? 'udp' : String(request.hostname));
    }
  }

  return {
    connected: () => {
      read();
      return counts;
    },
    lookedUp: () => {
      read();
      return names;
    },
    stop: () => void hook.disable(),
  };
}
