// A TCP proxy on 127.0.0.1 that keeps every byte a client sends, headers and request lines too, before it hands it on to a server.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { HttpRequests, type SentRequest } from './httpRequests.ts';

export interface Recorder {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Every request, in the order in which they were complete; one that broke off comes when its connection ends. */
  readonly sent: readonly SentRequest[];
  /** All bytes of each connection, in the order of the connections. */
  streams(): Buffer[];
  /** TCP connections ever accepted; each makes one to the server. */
  connections(): number;
  /** Calls back for each request as it is added to `sent`. @returns stops that. */
  onSent(listener: (request: SentRequest) => void): () => void;
  /** Closes every connection; the server goes on. */
  stop(): Promise<void>;
}

/** @param targetPort the server's, on 127.0.0.1 */
export async function startRecorder(targetPort: number): Promise<Recorder> {
  const sent: SentRequest[] = [];
  const streams: Buffer[][] = [];
  const sockets = new Set<Socket>();
  const listeners = new Set<(request: SentRequest) => void>();
  const add = (request: SentRequest): void => {
    sent.push(request);
    for (const listener of [...listeners]) listener(request);
  };

  const server = createServer((client) => {
    const stream: Buffer[] = [];
    const requests = new HttpRequests();
    streams.push(stream);
    const target = connect(targetPort, '127.0.0.1');
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined); // Broken connections are part of the tests.
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (bytes: Buffer) => {
      stream.push(bytes);
      requests.push(bytes, Date.now()).forEach(add);
      target.write(bytes);
    });
    client.once('end', () => target.end());
    client.once('close', () => {
      const brokenOff = requests.end();
      if (brokenOff) add(brokenOff);
    });
    target.pipe(client);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    sent,
    streams: () => streams.map((parts) => Buffer.concat(parts)),
    connections: () => streams.length,
    onSent: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
