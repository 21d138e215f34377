// The ways in which a test server can misbehave, as data, and the exact bodies of the errors that the real servers send.
import type { RecordedRequest } from './testServer.ts';

/** `beforeHeaders`: no byte goes out. `afterHeaders`: status and headers do. A number: after that many chunks. */
export type Moment = 'beforeHeaders' | 'afterHeaders' | number;

/**
 * How the thinking gets into the text: `inContent` as `<think>…</think>`, `onlyClosing` without the opening tag (some
 * templates open it in the prompt), `stray` a closing tag too many within the text, `doubled` two closing tags.
 * `split` cuts every tag into single characters.
 */
export interface ThinkTags {
  tags: 'inContent' | 'onlyClosing' | 'stray' | 'doubled';
  split?: boolean;
}

/** One way to misbehave; fields can be combined. The first fault that fits a request is taken, alone. */
export interface Fault {
  /** End of the path, a pattern for the path, or a test of the request; every request if left out. */
  on?: string | RegExp | ((request: RecordedRequest) => boolean);
  /** How many requests it applies to: 1 by default, `Infinity` until cleared. */
  times?: number;

  /** In place of the answer: this status (200 if only `body` is given) and exactly this body. */
  status?: number;
  /** Objects are sent as JSON. */
  body?: string | object;
  headers?: Record<string, string>;
  /** In place of the answer: 307 (or `status`) to this URL. */
  redirectTo?: string;

  /** Milliseconds. */
  beforeHeadersMs?: number;
  betweenChunksMs?: number;
  /** Nothing more comes; the socket stays open. */
  stall?: Moment;
  /** The socket is destroyed. */
  drop?: Moment;
  /** The answer ends politely after that many chunks, without its last line. */
  endAfter?: number;
  /** After that many chunks comes an error in the wire's own form, and the answer ends. */
  errorEvent?: { after: number; error: unknown };
  /** After that many chunks comes this text, and then the rest. */
  garbage?: { after: number; text: string };
  /** Every chunk goes out in pieces of that many bytes; 1 cuts UTF-8 sequences in the middle. */
  splitBytes?: number;
  think?: ThinkTags;
}

/** An error as DeepSeek's API words it. `code` is the same for nearly all of them. */
export function deepSeekError(message: string, type = 'invalid_request_error', code = 'invalid_request_error') {
  return { error: { message, type, param: null, code } };
}

/** DeepSeek's documented failures with the bodies that people have quoted. No 429 body was ever quoted: this one is a guess. */
export const deepSeekFaults = {
  noCredit: { status: 402, body: deepSeekError('Insufficient Balance', 'unknown_error') },
  rateLimited: {
    status: 429,
    body: deepSeekError('Rate limit reached. Please slow down.', 'rate_limit_error', 'rate_limit_error'),
  },
  serverError: { status: 500, body: deepSeekError('Internal Server Error', 'api_error', 'api_error') },
  overloaded: {
    status: 503,
    body: deepSeekError(
      'Service is too busy. We advise users to temporarily switch to alternative LLM API service providers.',
      'service_unavailable_error',
      'service_unavailable_error',
    ),
  },
} satisfies Record<string, Fault>;

/** Ollama's failures in its own words. */
export const ollamaFaults = {
  busy: {
    status: 503,
    body: { error: 'server busy, please try again.  maximum pending requests exceeded' },
    headers: { 'content-type': 'application/json; charset=utf-8' },
  },
  /** The model process dies after the first three chunks. */
  runnerKilled: {
    errorEvent: { after: 3, error: 'an error was encountered while running the model: unexpected EOF' },
  },
} satisfies Record<string, Fault>;

/** Failures of neither server but of what lies between. */
export const networkFaults = {
  /** A hotel's log-in page, with status 200. */
  captivePortal: {
    status: 200,
    body: '<!DOCTYPE html>\n<html><head><title>Welcome</title></head><body>Please log in to use this network.</body></html>\n',
    headers: { 'content-type': 'text/html; charset=utf-8' },
  },
  badGateway: {
    status: 502,
    body: '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n',
    headers: { 'content-type': 'text/html' },
  },
  brokenLine: { garbage: { after: 1, text: 'data: {"choices":[{"index":0,"delta":{"content":"br\n\n' } },
  byteByByte: { splitBytes: 1 },
} satisfies Record<string, Fault>;
