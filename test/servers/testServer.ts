// What every test server is built on: a real HTTP server on 127.0.0.1 that records each request, lets a test wait for
// one, and applies faults to its answers. It knows no wire format.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Wire } from './wire.ts';
import type { Fault } from './faults.ts';

/** A parsed body. Tests look into it freely; the linter's rules for tests allow that. */
export type ParsedJson = ReturnType<typeof JSON.parse>;

/** One request as it came in. It stands in `requests` as soon as its headers are there; the rest is filled in as it comes. */
export interface RecordedRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** The parsed body; undefined when there is none or it isn't JSON. */
  json: ParsedJson;
  /** Bytes of the body that were received. */
  bytes: number;
  /** Milliseconds since the epoch. */
  at: number;
  /** Status that was sent; undefined before the headers went out. */
  status: number | undefined;
  /** True when the client closed the connection before the answer was complete. A drop by the server doesn't count. */
  aborted: boolean;
  abortedAt: number | undefined;
  /** Settles when the answer is complete, cancelled or dropped. */
  closed: Promise<void>;
}

/** What all test servers offer. */
export interface TestServer {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Every request since the start or the last `clear()`, in order of arrival. */
  readonly requests: RecordedRequest[];
  /** TCP connections ever accepted, those that never sent a byte included. */
  connections(): number;
  /** Calls back for each request once its body is read. @returns stops that. */
  onRequest(listener: (request: RecordedRequest) => void): () => void;
  /** The first request (those already here included) that fits, once its body is read. Rejects when the server stops. */
  waitForRequest(predicate?: (request: RecordedRequest) => boolean): Promise<RecordedRequest>;
  /** Requests whose answer isn't complete yet: a cancelled one no longer counts. */
  openStreams(): number;
  /** The next request that fits misbehaves so (`times` says how many). @returns takes the fault back. */
  fault(fault: Fault): () => void;
  clearFaults(): void;
  /** Forgets requests, scripts and faults. */
  clear(): void;
  /** Closes every connection. */
  stop(): Promise<void>;
}

/** What a server's routes get. */
export interface Exchange {
  request: RecordedRequest;
  wire: Wire;
}

export interface Behaviour {
  /** Answers one request; called once the body is there and no fault has answered in its place. */
  answer(exchange: Exchange): Promise<void>;
  /** Called by `clear()`. */
  clear?(): void;
}

/** Listens on 127.0.0.1. `port` 0 (the default) takes a free one. */
export async function startTestServer(behaviour: Behaviour, port = 0): Promise<TestServer> {
  const requests: RecordedRequest[] = [];
  const faults: { fault: Fault; left: number }[] = [];
  const listeners = new Set<(request: RecordedRequest) => void>();
  const read = new WeakSet<RecordedRequest>();
  const waiting = new Set<(error: Error) => void>();
  let connections = 0;
  let open = 0;

  function takeFault(request: RecordedRequest): Fault | undefined {
    const found = faults.find(({ fault }) => fits(fault, request));
    if (!found) return undefined;
    found.left -= 1;
    if (found.left <= 0) faults.splice(faults.indexOf(found), 1);
    return found.fault;
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '/', query = ''] = (incoming.url ?? '/').split('?');
    let close = (): void => undefined;
    const request: RecordedRequest = {
      method: incoming.method ?? 'GET',
      path,
      query,
      headers: incoming.headers,
      body: '',
      json: undefined,
      bytes: 0,
      at: Date.now(),
      status: undefined,
      aborted: false,
      abortedAt: undefined,
      closed: new Promise((resolve) => (close = resolve)),
    };
    requests.push(request);
    open += 1;
    const wire = new Wire(response, request);
    response.once('close', () => {
      if (!response.writableFinished && !wire.cutByServer) {
        request.aborted = true;
        request.abortedAt = Date.now();
      }
      open -= 1;
      close();
    });

    const parts: Buffer[] = [];
    try {
      for await (const part of incoming as AsyncIterable<Buffer>) {
        parts.push(part);
        request.bytes += part.length;
      }
    } catch {
      return; // The client went away while it was still sending; `aborted` says so.
    }
    request.body = Buffer.concat(parts).toString('utf8');
    try {
      request.json = JSON.parse(request.body);
    } catch {
      request.json = undefined;
    }
    read.add(request);
    for (const listener of [...listeners]) listener(request);

    wire.fault = takeFault(request);
    if (await wire.begin()) await behaviour.answer({ request, wire });
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      // A mistake in a test's own script: the test should read what it was.
      const text = `test server: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(text);
    });
  });
  server.on('connection', (socket) => {
    connections += 1;
    socket.setNoDelay(true);
    socket.on('error', () => undefined); // A client that resets its connection is part of the tests.
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;

  function onRequest(listener: (request: RecordedRequest) => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    connections: () => connections,
    onRequest,
    waitForRequest(predicate = () => true) {
      const past = requests.find((request) => read.has(request) && predicate(request));
      if (past) return Promise.resolve(past);
      return new Promise((resolve, reject) => {
        const end = onRequest((request) => {
          if (!predicate(request)) return;
          end();
          waiting.delete(reject);
          resolve(request);
        });
        waiting.add(reject);
      });
    },
    openStreams: () => open,
    fault(fault) {
      const entry = { fault, left: fault.times ?? 1 };
      faults.push(entry);
      return () => {
        const at = faults.indexOf(entry);
        if (at >= 0) faults.splice(at, 1);
      };
    },
    clearFaults: () => void faults.splice(0),
    clear() {
      requests.splice(0);
      faults.splice(0);
      behaviour.clear?.();
    },
    async stop() {
      for (const reject of waiting) reject(new Error('the test server was stopped'));
      waiting.clear();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function fits(fault: Fault, request: RecordedRequest): boolean {
  if (fault.on === undefined) return true;
  if (typeof fault.on === 'string') return request.path.endsWith(fault.on);
  return fault.on instanceof RegExp ? fault.on.test(request.path) : fault.on(request);
}
