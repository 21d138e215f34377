// The straight way to a local model: which addresses a name may lead to, that only those are connected to, and that neither a redirect
// nor a proxy takes a request anywhere else. Name look-ups are the tests' own; servers and connections are real.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Address, AddressRules } from '../../../src/models/addresses.ts';
import { DeepSeekModel, forgetServers, listModels } from '../../../src/models/deepseek.ts';
import { OllamaModel } from '../../../src/models/ollama.ts';
import { OllamaServer } from '../../../src/models/ollamaServer.ts';
import { straightBy, throughTheHost } from '../../../src/models/transports.ts';
import { startDeepSeekServer, type DeepSeekServer } from '../../servers/deepseek.ts';
import { startOllamaServer, type OllamaServer as TestOllama } from '../../servers/ollama.ts';
import { thinkingModel } from '../../servers/ollamaModels.ts';
import { startTestServer, type TestServer } from '../../servers/testServer.ts';
import { buttonsOf, failure, never, question, read, sentenceOf } from './helpers.ts';

const here: Address = { address: '127.0.0.1', family: 4 };
const here6: Address = { address: '::1', family: 6 };
/** Addresses that nobody has (RFC 5737, RFC 3849). */
const away: Address = { address: '192.0.2.7', family: 4 };
const away6: Address = { address: '2001:db8::7', family: 6 };

describe('the straight way', () => {
  let server: TestOllama;
  let looked: string[];
  beforeEach(async () => {
    server = await startOllamaServer();
    looked = [];
  });
  afterEach(() => server.stop());

  /** Names lead to these addresses, one list for each look-up; the last one stays. */
  const leading = (lists: Address[][], confirmed: string[] = []): AddressRules => ({
    resolve: (host) => {
      looked.push(host);
      return Promise.resolve((lists.length > 1 ? lists.shift() : lists[0]) ?? []);
    },
    confirmed: () => confirmed,
  });
  const ask = (host: string, rules: AddressRules): OllamaServer =>
    new OllamaServer(`http://${host}:${server.port}`, straightBy(rules));
  const version = (host: string, rules: AddressRules): Promise<string> => ask(host, rules).version(never());

  it('looks a name up once, and connects to what it found', async () => {
    assert.equal(await version('localhost', leading([[here]])), '0.17.4');
    assert.deepEqual(looked, ['localhost']);
    assert.equal(server.requests[0]?.headers.host, `localhost:${server.port}`);
    // The system has another idea of this name, or none: the connection went to the address that was checked.
    assert.equal(await version('box.local', leading([[here]], ['box.local'])), '0.17.4');
  });

  it('tries every address of localhost, since a server may listen at one of them', async () => {
    assert.equal(await version('localhost', leading([[here6, here]])), '0.17.4');
    assert.deepEqual(looked, ['localhost']);
  });

  it('asks the system when no test does', async () => {
    assert.equal(await version('localhost', {}), '0.17.4');
  });

  it('does not look an address up', async () => {
    assert.equal(await version('127.0.0.1', leading([[away]])), '0.17.4');
    assert.deepEqual(looked, []);
  });

  for (const [what, found] of Object.entries({
    'another machine': [away],
    'another machine over IPv6': [away6],
    'this machine and another one': [here, away],
    'another machine and this one': [away6, here6],
    'the whole network': [{ address: '0.0.0.0', family: 4 }],
    'this machine in words of IPv6, beside another': [{ address: '::ffff:127.0.0.1', family: 6 }, away],
  })) {
    it(`sends nothing when localhost is ${what}, and says so`, async () => {
      const error = await failure(version('localhost', leading([found])), 'modelNotLocal');
      assert.equal(server.connections(), 0);
      assert.match(sentenceOf(error), /^The name localhost:\d+ should mean this computer, but now it leads to /);
      assert.ok(sentenceOf(error).includes(error.details.resolvedTo ?? 'nowhere'));
      assert.deepEqual(buttonsOf(error), ['openSettings fathom.local.url', 'retry', 'showLog']);
    });
  }

  it('looks again for each request, so that a name that turns away is noticed with the next one', async () => {
    const rules = leading([[here], [here], [away]]);
    const ollama = ask('localhost', rules);
    await ollama.version(never());
    await ollama.version(never());
    await failure(ollama.version(never()), 'modelNotLocal');
    assert.equal(server.requests.length, 2);
  });

  it('refuses a confirmed name that meant this machine and now means another one', async () => {
    const ollama = ask('tunnel.internal', leading([[here], [away], [here]], ['tunnel.internal']));
    await ollama.version(never());
    const error = await failure(ollama.version(never()), 'modelNotLocal');
    assert.equal(error.details.resolvedTo, away.address);
    assert.equal(await ollama.version(never()), '0.17.4');
  });

  it('refuses a confirmed name that means this machine and another one at once', async () => {
    await failure(version('box.test', leading([[away, here]], ['box.test'])), 'modelNotLocal');
  });

  it('refuses what is neither this machine nor confirmed, whatever its name leads to', async () => {
    for (const host of ['box.test', 'localhost.box.test', '192.0.2.7', '[2001:db8::7]']) {
      const error = await failure(version(host, leading([[here]])), 'modelNotLocal');
      assert.match(sentenceOf(error), /^The address of Ollama is .*, which is not this machine\.$/);
      assert.deepEqual(buttonsOf(error), [`confirmHost ${host}:${server.port}`, 'openSettings fathom.local.url']);
    }
    assert.deepEqual(looked, []);
    assert.equal(server.connections(), 0);
  });

  it('goes to a confirmed host on another address', async function () {
    const other = Object.values(networkInterfaces())
      .flat()
      .find((each) => each?.internal === false && each.family === 'IPv4')?.address;
    if (other === undefined) return this.skip();
    const elsewhere = createServer((_request, response) => response.end('{"version":"9.9.9"}'));
    await new Promise<void>((resolve) => elsewhere.listen(0, other, resolve));
    try {
      const { port } = elsewhere.address() as AddressInfo;
      const rules = leading([[{ address: other, family: 4 }]], ['box.test']);
      const at = (host: string): OllamaServer => new OllamaServer(`http://${host}:${port}`, straightBy(rules));
      assert.equal(await at('box.test').version(never()), '9.9.9');
      await failure(at(other).version(never()), 'modelNotLocal');
    } finally {
      elsewhere.close();
    }
  });

  it('is called not running when the name leads nowhere', async () => {
    await failure(version('localhost', leading([[]])), 'notRunning');
    const unknown = Object.assign(new Error('no'), { code: 'ENOTFOUND' });
    await failure(
      version('box.test', { resolve: () => Promise.reject(unknown), confirmed: () => ['box.test'] }),
      'notRunning',
    );
  });

  it('is left at once when it is cancelled during the look-up', async () => {
    const stop = new AbortController();
    const reason = new Error('closed');
    const resolve = (): Promise<Address[]> => {
      stop.abort(reason);
      return new Promise(() => undefined);
    };
    await assert.rejects(ask('localhost', { resolve }).version(stop.signal), reason);
  });

  it('holds for an OpenAI-compatible server on this machine as well', async () => {
    const transport = straightBy(leading([[away]]));
    const model = new DeepSeekModel({ id: 'x', baseUrl: `http://localhost:${server.port}`, apiKey: 'k', transport });
    await failure(model.chat(question('Hi'), never()), 'modelNotLocal');
    assert.equal(server.connections(), 0);
  });

  it('shows no proxy of the environment what is meant for this machine', async function () {
    this.timeout(30_000);
    const proxied: string[] = [];
    const proxy = createTcpServer((socket) => {
      proxied.push('connected');
      socket.on('error', () => undefined).end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const code = `
      const { OllamaModel } = await import('./src/models/ollama.ts');
      const { OllamaServer } = await import('./src/models/ollamaServer.ts');
      const { DeepSeekModel } = await import('./src/models/deepseek.ts');
      const { signal } = new AbortController();
      const chat = { messages: [{ role: 'user', content: 'Hi' }], thinking: false };
      const fill = { prefix: 'a', suffix: 'b', maxTokens: 5 };
      const to = async (events) => { for await (const { type } of events) if (type === 'done') return type; };
      for (const url of ['${server.url}', 'http://localhost:${server.port}']) {
        const model = new OllamaModel({ id: '${thinkingModel.name}', url, contextTokens: 4096, capabilities: [] });
        console.log(await to(model.chat(chat, signal)), await to(model.fill(fill, signal)), await new OllamaServer(url).version(signal));
        await to(new DeepSeekModel({ id: 'x', baseUrl: url, apiKey: 'k' }).chat(chat, signal)).catch(({ reason }) => console.log(reason));
      }
      console.log(process.argv[1] === 'cloud' && await to(new DeepSeekModel({ id: 'x', baseUrl: 'http://cloud.invalid', apiKey: 'k' }).chat(chat, signal)).catch(({ reason }) => reason));`;
    const proxies = Object.fromEntries(
      ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].flatMap((name) => [
        [name, proxyUrl],
        [name.toLowerCase(), proxyUrl],
      ]),
    );
    const env = { ...process.env, ...proxies, NODE_USE_ENV_PROXY: '1', NO_PROXY: '', no_proxy: '' };
    const run = async (cloud: string): Promise<string> => {
      const args = ['--input-type=module', '-e', code, cloud];
      return (await promisify(execFile)(process.execPath, args, { env, timeout: 20_000 })).stdout;
    };
    try {
      const local = 'done done 0.17.4\nbadResponse\n'.repeat(2);
      assert.equal(await run('no cloud'), `${local}false\n`);
      assert.deepEqual(proxied, []);
      // The proxy is a working witness: what is meant for another machine does go through it.
      await run('cloud');
      assert.notDeepEqual(proxied, []);
    } finally {
      proxy.close();
    }
  });
});

describe('a redirect', () => {
  let ollama: TestOllama;
  let deepseek: DeepSeekServer;
  let second: TestServer;
  beforeEach(async () => {
    forgetServers();
    [ollama, deepseek, second] = await Promise.all([
      startOllamaServer(),
      startDeepSeekServer(),
      startTestServer({ answer: ({ wire }) => wire.json(200, {}) }),
    ]);
  });
  afterEach(() => Promise.all([ollama, deepseek, second].map((each) => each.stop())));

  const fill = { prefix: 'a', suffix: 'b', maxTokens: 5 };
  const local = (): OllamaModel =>
    new OllamaModel({ id: thinkingModel.name, url: ollama.url, contextTokens: 4096, capabilities: [] });
  // As a cloud is asked: through the host.
  const cloud = (): DeepSeekModel =>
    new DeepSeekModel({
      id: 'deepseek-flash',
      baseUrl: deepseek.url,
      apiKey: 'test-key',
      transport: throughTheHost,
    });
  const routes: Record<string, () => AsyncIterable<unknown> | Promise<unknown>> = {
    'a local question': () => local().chat(question('Hi'), never()),
    'local ghost text': () => local().fill(fill, never()),
    'the look at a local model': () => new OllamaServer(ollama.url).show(thinkingModel.name, never()),
    'the list of local models': () => new OllamaServer(ollama.url).models(never()),
    'a pull': () => new OllamaServer(ollama.url).pull('deepseek-r1:1.5b', never()),
    "DeepSeek's answer": () => cloud().chat(question('Hi'), never()),
    "DeepSeek's ghost text": () => cloud().fill(fill, never()),
    'the check of a key': () => listModels({ baseUrl: deepseek.url, apiKey: 'test-key' }, never()),
  };
  for (const [what, ask] of Object.entries(routes)) {
    it(`of ${what} is refused, whatever its kind, and the other host hears nothing`, async () => {
      for (const status of [301, 302, 303, 307, 308]) {
        for (const server of [ollama, deepseek]) server.fault({ redirectTo: `${second.url}/api/chat`, status });
        const error = await failure(ask(), 'badResponse');
        const to = new URL(second.url).host;
        assert.deepEqual([error.details.status, error.details.redirectTo], [status, to]);
        assert.ok(sentenceOf(error).includes(`sends requests on to ${to}. Fathom does not follow`));
        for (const server of [ollama, deepseek]) server.clearFaults();
      }
      assert.equal(second.connections(), 0);
      await read(local().chat(question('Hi'), never()));
    });
  }
});
