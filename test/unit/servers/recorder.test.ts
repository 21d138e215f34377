// The recorder between a client and a server: it changes nothing, and nothing of what was sent is missing from its record.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it } from 'mocha';
import { HttpRequests } from '../../servers/httpRequests.ts';
import { startRecorder, type Recorder } from '../../servers/recorder.ts';
import { startTestServer, type TestServer } from '../../servers/testServer.ts';

describe('The recorder', () => {
  let server: TestServer;
  let recorder: Recorder;
  before(async () => {
    server = await startTestServer({ answer: ({ request, wire }) => wire.json(200, { heard: request.body }) });
    recorder = await startRecorder(server.port);
  });
  after(async () => {
    await recorder.stop();
    await server.stop();
  });

  it('hands on what is asked and what is answered, and keeps path, headers and body', async () => {
    const answer = await fetch(`${recorder.url}/a?b=c`, {
      method: 'POST',
      headers: { 'x-mine': 'yes' },
      body: 'Grüße',
    });
    assert.deepEqual(await answer.json(), { heard: 'Grüße' });
    const request = recorder.sent.at(-1);
    assert.match(request?.head ?? '', /^POST \/a\?b=c HTTP\/1\.1\r\n/);
    assert.match(request?.head ?? '', /x-mine: yes/i);
    assert.equal(request?.body.toString(), 'Grüße');
    assert.equal(recorder.connections(), server.connections());
    assert.ok(Buffer.concat(recorder.streams()).includes('Grüße'));
  });

  it('takes the framing of chunks away', async () => {
    const parts = new ReadableStream({
      start: (controller) => {
        for (const part of ['one ', 'two ', 'three']) controller.enqueue(new TextEncoder().encode(part));
        controller.close();
      },
    });
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body: parts, duplex: 'half' };
    await (await fetch(recorder.url, init)).text();
    assert.equal(recorder.sent.at(-1)?.body.toString(), 'one two three');
  });

  it('keeps what broke off in the middle', async () => {
    const socket = connect(recorder.port, '127.0.0.1');
    await once(socket, 'connect');
    const broken = new Promise<{ complete: boolean; body: Buffer }>((resolve) => recorder.onSent(resolve));
    socket.end('POST / HTTP/1.1\r\ncontent-length: 100\r\n\r\nhalf');
    const { complete, body } = await broken;
    assert.equal(complete, false);
    assert.equal(body.toString(), 'half');
  });

  it('cuts several requests out of one connection, wherever the bytes are cut', () => {
    const first = 'POST /1 HTTP/1.1\r\nContent-Length: 5\r\n\r\nHello';
    const second = 'POST /2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n';
    const third = 'GET /3 HTTP/1.1\r\n\r\n';
    const all = Buffer.from(first + second + third);
    for (const size of [1, 2, 7, all.length]) {
      const requests = new HttpRequests();
      const found = [];
      for (let at = 0; at < all.length; at += size) found.push(...requests.push(all.subarray(at, at + size), at));
      assert.deepEqual(
        found.map(({ head }) => head.split(' ')[1]),
        ['/1', '/2', '/3'],
      );
      assert.deepEqual(
        found.map(({ body }) => body.toString()),
        ['Hello', 'abcdefg', ''],
      );
      assert.equal(Buffer.concat(found.map(({ raw }) => raw)).toString(), all.toString());
      assert.equal(requests.end(), undefined);
    }
  });
});
