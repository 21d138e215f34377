// How one request is sent, and nothing else: through the host (proxies and all that VS Code knows of the network) or straight to the
// address. Neither follows a redirect. What an answer means, and how long silence may last, is http.ts's affair.
import { Agent, ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { Readable } from 'node:stream';

/** The bare sending of a request. Rejects with the network's own error; a redirect is an answer like any other. */
export type Transport = (url: string, request: TransportRequest) => Promise<Response>;

export interface TransportRequest {
  method: string;
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignal;
}

/** Proxies, certificates and all that the host (VS Code) knows about the network. Redirects are not followed. */
export const throughTheHost: Transport = (url, request) => fetch(url, { ...request, redirect: 'manual' });

/**
 * Straight to the address, over a connection of its own: no proxy may see a prompt that is meant for this machine, no redirect is
 * followed, and no time-out of the platform (`fetch` gives up after 300 s without headers) ends the loading of a large model.
 * `ClientRequest` is used as it is, since VS Code routes `http.request` through the proxy of its settings.
 */
export const straight: Transport = (url, { method, headers, body, signal }) =>
  new Promise((resolve, reject) => {
    const target = new URL(url);
    const request = new ClientRequest({
      protocol: target.protocol,
      hostname: target.hostname.replace(/^\[|\]$/g, ''),
      port: target.port,
      path: `${target.pathname}${target.search}`,
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) },
      agent: target.protocol === 'https:' ? new SecureAgent() : new Agent(),
      signal,
    });
    request.on('error', reject);
    request.once('response', (message) => resolve(asResponse(message)));
    request.end(body);
  });

function asResponse(message: IncomingMessage): Response {
  const status = message.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) headers.set(name, String(value));
  const bodiless = status === 204 || status === 205 || status === 304;
  if (bodiless) message.resume();
  return new Response(bodiless ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array>), { status, headers });
}
