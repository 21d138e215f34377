// Sends requests as bytes, without a client's help: any Host, any body, and every chunk as it was read from the socket.
import { request as startRequest, type IncomingHttpHeaders } from 'node:http';

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** What the HTTP parser handed on, one by one. */
  chunks: Buffer[];
  text: string;
  /** The answer ended as HTTP wants it, and wasn't cut. */
  complete: boolean;
}

export interface RawRequest {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  /** Objects are sent as JSON. */
  body?: unknown;
  /** Closes the socket after that many chunks. */
  cancelAfter?: number;
  signal?: AbortSignal;
}

/** Rejects when the connection breaks before the headers; a cut answer comes back with `complete: false`. */
export function send(url: string, options: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { path, signal } = options;
    const body = typeof options.body === 'object' ? JSON.stringify(options.body) : (options.body as string | undefined);
    // Node leaves the length out for DELETE.
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const headers = { ...length, ...options.headers };
    const method = options.method ?? (body === undefined ? 'GET' : 'POST');
    const request = startRequest(
      url + path,
      { method, headers, agent: false, ...(signal ? { signal } : {}) },
      (response) => {
        const chunks: Buffer[] = [];
        const done = (): void =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            chunks,
            text: Buffer.concat(chunks).toString('utf8'),
            complete: response.complete,
          });
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          if (chunks.length === options.cancelAfter) request.destroy();
        });
        response.on('error', () => undefined); // A cut answer; `close` follows.
        response.on('close', done);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** The JSON texts of an SSE stream, `[DONE]` left out. */
export function events(text: string): unknown[] {
  return text
    .split('\n\n')
    .filter((event) => event.startsWith('data: ') && event !== 'data: [DONE]')
    .map((event): unknown => JSON.parse(event.slice('data: '.length)));
}

/** The lines of an NDJSON stream. */
export function lines(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}

/** The keys of a value, level by level and in their order, with the kind of each leaf: what a parser sees of it. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]);
}
