// How one request is sent, and nothing else: through the host (proxies and all that VS Code knows of the network) or straight to a
// checked address. Neither follows a redirect. What an answer means, and how long silence may last, is http.ts's affair.
import { Agent, ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { createAddresses, type Address, type AddressRules } from './addresses.ts';

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
 * `ClientRequest` and agents of its own are used, since VS Code routes `http.request` through the proxy of its settings, and Node its
 * global agents through that of the environment.
 * @param rules which hosts may be asked; without rules this machine only. Others reject with `modelNotLocal`.
 */
export function straightBy(rules: AddressRules = {}): Transport {
  const addresses = createAddresses(rules);
  return async (url, request) => send(url, request, await unlessAborted(addresses(url), request.signal));
}

/** Straight to a server on this machine. */
export const straight: Transport = straightBy();

function send(
  url: string,
  { method, headers, body, signal }: TransportRequest,
  checked: readonly Address[],
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const target = new URL(url);
    const options = {
      protocol: target.protocol,
      hostname: target.hostname.replace(/^\[|\]$/g, ''),
      port: target.port,
      path: `${target.pathname}${target.search}`,
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) },
      agent: target.protocol === 'https:' ? new SecureAgent() : new Agent(),
      signal,
      lookup: only(checked),
      // `localhost` is ::1 and 127.0.0.1, and a server may listen at one of them.
      autoSelectFamily: true,
    };
    const request = new ClientRequest(options);
    request.on('error', reject);
    request.once('response', (message) => resolve(asResponse(message)));
    request.end(body);
  });
}

/** In place of a look-up: the addresses that were found and checked, and no others. */
function only(checked: readonly Address[]): LookupFunction {
  return (_host, { all }, callback) => {
    const [first] = checked;
    // In a later turn, as a real look-up: Node attaches what it needs after the call.
    setImmediate(() => {
      if (all === true) callback(null, [...checked]);
      else callback(null, first?.address ?? '', first?.family);
    });
  };
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function asResponse(message: IncomingMessage): Response {
  const status = message.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) headers.set(name, String(value));
  const bodiless = status === 204 || status === 205 || status === 304;
  if (bodiless) message.resume();
  return new Response(bodiless ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array>), { status, headers });
}
