// The way of an answer to the client, chunk by chunk, with the faults that a test asked for. It knows no wire format:
// what an error event looks like is told by the server that writes.
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Fault } from './faults.ts';

/** Headers of an answer; those with the value undefined are left out. */
export type Headers = Record<string, string | undefined>;

export class Wire {
  /** Applied to this answer. */
  fault: Fault | undefined;
  /** True when a fault closed the connection. */
  cutByServer = false;
  /** How this server tells an error when the answer has begun: an SSE event, a line. */
  errorChunk: (error: unknown) => string = (error) => `${JSON.stringify({ error })}\n`;
  /** Headers of every answer on this wire. */
  shared: Headers = {};
  readonly #response: ServerResponse;
  readonly #request: { status: number | undefined };
  readonly #gone: Promise<false>;
  #over = false;
  #chunks = 0;

  constructor(response: ServerResponse, request: { status: number | undefined }) {
    this.#response = response;
    this.#request = request;
    this.#gone = new Promise((resolve) => {
      response.once('close', () => {
        this.#over = true;
        resolve(false);
      });
    });
  }

  /** True when nothing more can be sent: the client is gone, or a fault ended the answer. */
  get over(): boolean {
    return this.#over;
  }

  /** Chunks of the answer that went out. */
  get chunks(): number {
    return this.#chunks;
  }

  /** Settles when the connection is closed or the answer complete. */
  get gone(): Promise<unknown> {
    return this.#gone;
  }

  /** Waits, at most until the client goes away. @returns whether the client is still there */
  async pause(ms: number): Promise<boolean> {
    if (this.#over) return false;
    if (ms > 0) {
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([new Promise((resolve) => (timer = setTimeout(resolve, ms))), this.#gone]);
      clearTimeout(timer);
    } else {
      await nextTurn();
    }
    return !this.#over;
  }

  /** What a fault does before the server has looked at the request. @returns whether the server shall answer */
  async begin(): Promise<boolean> {
    const fault = this.fault;
    if (!fault) return true;
    if (fault.beforeHeadersMs !== undefined && !(await this.pause(fault.beforeHeadersMs))) return false;
    if (fault.drop === 'beforeHeaders') return this.#cut();
    if (fault.stall === 'beforeHeaders') return this.#gone;
    if (fault.redirectTo !== undefined) {
      await this.send(fault.status ?? 307, '', { location: fault.redirectTo, ...fault.headers });
      return false;
    }
    if (fault.status === undefined && fault.body === undefined) return true;
    const body = typeof fault.body === 'object' ? JSON.stringify(fault.body) : (fault.body ?? '');
    const type = typeof fault.body === 'object' ? 'application/json' : 'text/plain; charset=utf-8';
    await this.send(fault.status ?? 200, body, { 'content-type': type, ...fault.headers });
    return false;
  }

  /** A complete answer with its length. */
  async send(status: number, body: string, headers: Headers = {}): Promise<void> {
    if (this.#over) return;
    this.#request.status = status;
    this.#response.writeHead(
      status,
      defined({ 'content-length': String(Buffer.byteLength(body)), ...this.shared, ...headers }),
    );
    this.#over = true;
    this.#response.end(body);
    await this.#gone;
  }

  async json(status: number, body: unknown, headers: Headers = {}): Promise<void> {
    await this.send(status, JSON.stringify(body), { 'content-type': 'application/json; charset=utf-8', ...headers });
  }

  /** Sends the head of a chunked answer at once. @returns whether to go on */
  async head(status: number, headers: Headers): Promise<boolean> {
    if (this.#over) return false;
    this.#request.status = status;
    this.#response.writeHead(status, defined({ ...this.shared, ...headers }));
    this.#response.flushHeaders();
    await nextTurn();
    return this.#moment('afterHeaders');
  }

  /** Sends one chunk of the answer, as the fault wants it. @returns whether to go on */
  async chunk(text: string, pauseMs = 0): Promise<boolean> {
    if (!(await this.pause(this.fault?.betweenChunksMs ?? pauseMs))) return false;
    if (!(await this.#write(text))) return false;
    this.#chunks += 1;
    return this.#moment(this.#chunks);
  }

  /** Sends something that isn't part of the answer: a comment, an empty line. */
  async comment(text: string): Promise<boolean> {
    return this.#write(text);
  }

  /** Ends the answer properly, with its last chunk if there is one. */
  async end(last?: string): Promise<void> {
    if (last !== undefined && !(await this.chunk(last))) return;
    await this.finish();
  }

  /** Ends the answer where it is. */
  async finish(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    this.#response.end();
    await this.#gone;
  }

  async #moment(now: 'afterHeaders' | number): Promise<boolean> {
    const fault = this.fault;
    if (!fault) return !this.#over;
    const sent = now === 'afterHeaders' ? 0 : now;
    if (fault.stall === now || fault.stall === sent) return this.#gone;
    if (fault.drop === now || fault.drop === sent) return this.#cut();
    if (fault.garbage?.after === sent && !(await this.#write(fault.garbage.text))) return false;
    if (fault.errorEvent?.after === sent) {
      await this.#write(this.errorChunk(fault.errorEvent.error));
      await this.finish();
      return false;
    }
    if (fault.endAfter === sent) {
      await this.finish();
      return false;
    }
    return !this.#over;
  }

  async #write(text: string): Promise<boolean> {
    if (this.#over) return false;
    const bytes = Buffer.from(text, 'utf8');
    const size = this.fault?.splitBytes ?? bytes.length;
    for (let at = 0; at < bytes.length; at += size) {
      // Each write is an HTTP chunk of its own, which a client's parser hands on one by one.
      const flushed = new Promise((resolve) => this.#response.write(bytes.subarray(at, at + size), resolve));
      await Promise.race([flushed, this.#gone]);
      if (this.closed()) return false;
    }
    return true;
  }

  /** `over`, asked again after a wait: the compiler would believe the answer of before. */
  private closed(): boolean {
    return this.#over;
  }

  /** Destroys the socket once what was written is on its way. */
  async #cut(): Promise<false> {
    this.cutByServer = true;
    this.#over = true;
    const socket = this.#response.socket;
    if (socket && this.#response.headersSent) await new Promise((resolve) => socket.write('', resolve));
    socket?.destroy();
    return false;
  }
}

function defined(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
