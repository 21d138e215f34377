// Each fault does what it says, on both servers alike, seen from the socket.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { startDeepSeekServer } from '../../servers/deepseek.ts';
import { networkFaults, type Fault } from '../../servers/faults.ts';
import { at, textOf } from '../../servers/json.ts';
import { startOllamaServer } from '../../servers/ollama.ts';
import type { ScriptSource } from '../../servers/script.ts';
import type { TestServer } from '../../servers/testServer.ts';
import { events, lines, send, type RawAnswer, type RawRequest } from './raw.ts';

const messages = [{ role: 'user', content: 'Hello?' }];
const servers = {
  DeepSeek: {
    start: startDeepSeekServer,
    request: {
      path: '/chat/completions',
      headers: { authorization: 'Bearer test-key' },
      body: { model: 'deepseek-flash', messages, stream: true },
    } satisfies RawRequest,
    text: (answer: RawAnswer) =>
      events(answer.text)
        .map((event) => textOf(at(event, 'choices', 0, 'delta', 'content')))
        .join(''),
    last: 'data: [DONE]',
  },
  Ollama: {
    start: startOllamaServer as () => Promise<TestServer & { script(...sources: ScriptSource[]): void }>,
    request: { path: '/api/chat', body: { model: 'deepseek-r1:8b', messages } } satisfies RawRequest,
    text: (answer: RawAnswer) =>
      lines(answer.text)
        .map((line) => textOf(at(line, 'message', 'content')))
        .join(''),
    last: '"done":true',
  },
};

for (const [name, kind] of Object.entries(servers)) {
  describe(`faults of the test ${name}`, () => {
    let server: Awaited<ReturnType<typeof kind.start>>;
    beforeEach(async () => {
      server = await kind.start();
      server.script({ reasoning: ['Thought', 'ful'], text: ['Grüße', ' 🐳', '!', ' Bye'] });
    });
    afterEach(() => server.stop());
    const ask = (more: Partial<RawRequest> = {}): Promise<RawAnswer> => send(server.url, { ...kind.request, ...more });
    const withFault = (fault: Fault): Promise<RawAnswer> => {
      server.fault(fault);
      return ask();
    };

    it('answers well without one', async () => {
      const answer = await ask();
      assert.equal(kind.text(answer), 'Grüße 🐳! Bye');
      assert.ok(answer.text.includes(kind.last));
    });

    it('sends a status with exactly its body and headers, once', async () => {
      const answer = await withFault({ status: 429, body: { error: 'slow' }, headers: { 'retry-after': '7' } });
      assert.deepEqual([answer.status, answer.text, answer.headers['retry-after']], [429, '{"error":"slow"}', '7']);
      assert.equal((await ask()).status, 200);
    });

    it('goes on until cleared, or until taken back', async () => {
      const takeBack = server.fault({ status: 500, body: 'x', times: Infinity });
      assert.deepEqual([(await ask()).status, (await ask()).status], [500, 500]);
      takeBack();
      assert.equal((await ask()).status, 200);
      server.fault({ status: 500, times: Infinity });
      server.clearFaults();
      assert.equal((await ask()).status, 200);
    });

    it('applies to the requests it names only', async () => {
      server.fault({ on: '/elsewhere', status: 500 });
      server.fault({ on: (request) => at(request.json, 'model') === 'another', status: 500 });
      assert.equal((await ask()).status, 200);
    });

    it('drops the connection before the headers', async () => {
      await assert.rejects(withFault({ drop: 'beforeHeaders' }), { code: 'ECONNRESET' });
      assert.equal(server.requests[0]?.aborted, false);
    });

    it('drops the connection in the middle', async () => {
      const answer = await withFault({ drop: 4 });
      assert.deepEqual([answer.complete, answer.text.includes(kind.last)], [false, false]);
      assert.ok(answer.text.includes('Grüße'));
    });

    for (const stall of ['beforeHeaders', 'afterHeaders', 3] as const) {
      it(`stalls (${stall}) with the socket open until the client goes away`, async () => {
        server.fault({ stall });
        const cancel = new AbortController();
        const answering = ask({ signal: cancel.signal });
        const request = await server.waitForRequest();
        assert.equal(server.openStreams(), 1);
        cancel.abort();
        await answering.then(
          (answer) => assert.ok(!answer.complete && stall !== 'beforeHeaders'),
          () => undefined,
        );
        await request.closed;
        assert.deepEqual([request.aborted, server.openStreams()], [true, 0]);
      });
    }

    it('ends politely without its last line', async () => {
      const answer = await withFault({ endAfter: 4 });
      assert.deepEqual([answer.complete, answer.text.includes(kind.last)], [true, false]);
    });

    it('cuts UTF-8 sequences, byte by byte', async () => {
      const answer = await withFault(networkFaults.byteByByte);
      assert.ok(answer.chunks.every((chunk) => chunk.length === 1));
      assert.equal(kind.text(answer), 'Grüße 🐳! Bye');
    });

    it('sends a log-in page with status 200', async () => {
      const answer = await withFault(networkFaults.captivePortal);
      assert.deepEqual([answer.status, answer.headers['content-type']], [200, 'text/html; charset=utf-8']);
      assert.match(answer.text, /^<!DOCTYPE html>/);
    });

    it('redirects to another host', async () => {
      const answer = await withFault({ redirectTo: 'http://192.0.2.1/steal' });
      assert.deepEqual([answer.status, answer.headers.location], [307, 'http://192.0.2.1/steal']);
    });

    it('puts a broken line between the others', async () => {
      const answer = await withFault({ garbage: { after: 2, text: 'data: {"broken\n\n' } });
      assert.ok(answer.text.includes('data: {"broken\n\n') && answer.text.includes(kind.last));
    });

    it('tells an error after the answer has begun', async () => {
      const answer = await withFault({ errorEvent: { after: 3, error: 'boom' } });
      assert.deepEqual([answer.status, answer.complete], [200, true]);
      const told = name === 'DeepSeek' ? events(answer.text).at(-1) : lines(answer.text).at(-1);
      assert.equal(name === 'DeepSeek' ? at(told, 'error', 'message') : at(told, 'error'), 'boom');
    });

    for (const delay of [{ beforeHeadersMs: 40 }, { betweenChunksMs: 15 }]) {
      it(`is overtaken by a later request: ${Object.keys(delay).join('')}`, async () => {
        server.fault(delay);
        const order: string[] = [];
        const slow = ask().then(() => order.push('slow'));
        await server.waitForRequest();
        await send(server.url, { path: '/' }).then(() => order.push('quick'));
        await slow;
        assert.deepEqual(order, ['quick', 'slow']);
      });
    }

    const tags: [NonNullable<Fault['think']>, string][] = [
      [{ tags: 'inContent' }, '<think>\nThoughtful\n</think>\n\nGrüße 🐳! Bye'],
      [{ tags: 'inContent', split: true }, '<think>\nThoughtful\n</think>\n\nGrüße 🐳! Bye'],
      [{ tags: 'onlyClosing' }, 'Thoughtful\n</think>\n\nGrüße 🐳! Bye'],
      [{ tags: 'stray' }, '<think>\nThoughtful\n</think>\n\nGrüße 🐳</think>! Bye'],
      [{ tags: 'doubled' }, '<think>\nThoughtful\n</think>\n</think>\n\nGrüße 🐳! Bye'],
    ];
    for (const [think, expected] of tags) {
      it(`thinks inside of the text: ${think.tags}${think.split ? ', split' : ''}`, async () => {
        const answer = await withFault({ think });
        assert.equal(kind.text(answer), expected);
        assert.equal(answer.text.includes('<think>'), think.tags !== 'onlyClosing' && !think.split);
      });
    }

    it('records a cancelled request as cancelled, and frees it', async () => {
      server.clear();
      server.script({ text: Array<string>(50).fill('x'), chunkMs: 1 });
      await ask({ cancelAfter: 3 });
      const request = await server.waitForRequest();
      await request.closed;
      assert.deepEqual([request.aborted, server.openStreams()], [true, 0]);
    });

    it('lets a waiting test know when it stops', async () => {
      const waiting = server.waitForRequest(() => false);
      await Promise.all([assert.rejects(waiting, /stopped/), server.stop()]);
      server = await kind.start();
    });
  });
}
