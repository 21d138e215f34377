// The official clients understand the test servers, which is what they are for.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { startDeepSeekServer, type DeepSeekServer } from '../../servers/deepseek.ts';
import { deepSeekFaults } from '../../servers/faults.ts';
import { startOllamaServer, type OllamaServer } from '../../servers/ollama.ts';

/** Reads a stream to its end. */
async function drained(stream: AsyncIterable<unknown>): Promise<void> {
  const iterator = stream[Symbol.asyncIterator]();
  while (!(await iterator.next()).done);
}

describe('the openai client and the test DeepSeek', () => {
  let server: DeepSeekServer;
  before(async () => {
    server = await startDeepSeekServer();
  });
  after(() => server.stop());
  afterEach(() => server.clear());

  async function client(path = '', apiKey = 'test-key') {
    const { OpenAI } = await import('openai');
    return new OpenAI({ baseURL: server.url + path, apiKey, organization: null, project: null, maxRetries: 0 });
  }
  const request = { model: 'deepseek-flash', messages: [{ role: 'user' as const, content: 'Hello?' }] };

  it('reads a stream, its thinking and its usage', async () => {
    server.script({ reasoning: ['Hm', '.'], text: ['Hel', 'lo'] });
    const openai = await client();
    let [text, reasoning, tokens] = ['', '', 0];
    const stream = await openai.chat.completions.create({
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of stream) {
      const delta = chunk.choices[0]?.delta as { content?: string | null; reasoning_content?: string | null };
      text += delta.content ?? '';
      reasoning += delta.reasoning_content ?? '';
      tokens += chunk.usage?.total_tokens ?? 0;
    }
    assert.deepEqual([text, reasoning, tokens], ['Hello', 'Hm.', 6 + 1 + 2]);
  });

  it('reads a whole answer past its empty lines, and a fill', async () => {
    const whole = await (await client('/v1')).chat.completions.create(request);
    assert.equal(whole.choices[0]?.message.content, 'Hello from the test server.');
    const filled = await (
      await client('/beta')
    ).completions.create({ model: 'deepseek-flash', prompt: 'a', suffix: 'b' });
    assert.equal(filled.choices[0]?.text, 'return a + b;');
  });

  it('lists models', async () => {
    const page = await (await client()).models.list();
    assert.deepEqual(
      page.data.map((model) => model.id),
      ['deepseek-flash', 'deepseek-v4-pro'],
    );
  });

  it('tells errors by their status', async () => {
    const failing = (apiKey: string) => client('', apiKey).then((openai) => openai.chat.completions.create(request));
    await assert.rejects(failing('sk-wrong'), { status: 401 });
    for (const fault of Object.values(deepSeekFaults)) {
      server.fault(fault);
      await assert.rejects(failing('test-key'), { status: fault.status });
    }
  });

  it('fails on an error inside the stream', async () => {
    server.fault({ errorEvent: { after: 2, error: 'engine failure' } });
    const stream = await (await client()).chat.completions.create({ ...request, stream: true });
    await assert.rejects(drained(stream), /engine failure/);
  });
});

describe('the ollama client and the test Ollama', () => {
  let server: OllamaServer;
  before(async () => {
    server = await startOllamaServer();
  });
  after(() => server.stop());
  afterEach(() => server.clear());

  async function client() {
    const { Ollama } = await import('ollama');
    return new Ollama({ host: server.url });
  }
  const messages = [{ role: 'user', content: 'What is the capital of France?' }];

  it('reads a stream and its thinking', async () => {
    const ollama = await client();
    let [text, thinking, tokens] = ['', '', 0];
    for await (const part of await ollama.chat({ model: 'deepseek-r1:8b', messages, stream: true, think: true })) {
      text += part.message.content;
      thinking += part.message.thinking ?? '';
      if (part.done) tokens = part.eval_count;
    }
    assert.deepEqual([text, thinking], ['The capital of France is Paris.', 'The user wants a country name.\n']);
    assert.ok(tokens > 0);
  });

  it('reads a whole answer and a fill', async () => {
    const ollama = await client();
    const whole = await ollama.chat({ model: 'plain', messages });
    assert.equal(whole.message.content, 'The capital of France is Paris.');
    const filled = await ollama.generate({
      model: 'qwen2.5-coder:1.5b-base',
      prompt: 'function add(a, b) {\n',
      suffix: '\n}',
    });
    assert.equal(filled.response, ' return a + b;');
  });

  it('lists, shows, pulls and deletes models', async () => {
    const ollama = await client();
    const last = { status: '' };
    for await (const part of await ollama.pull({ model: 'deepseek-r1:1.5b', stream: true })) last.status = part.status;
    assert.equal(last.status, 'success');
    assert.deepEqual((await ollama.show({ model: 'deepseek-r1:1.5b' })).capabilities, ['completion', 'thinking']);
    await ollama.delete({ model: 'deepseek-r1:1.5b' });
    const names = (await ollama.list()).models.map((model) => model.name);
    assert.deepEqual(names, ['qwen2.5-coder:1.5b-base', 'deepseek-r1:8b', 'plain:latest']);
  });

  it('fails with the status and the words of the server', async () => {
    const ollama = await client();
    await assert.rejects(ollama.chat({ model: 'nope', messages }), {
      status_code: 404,
      error: "model 'nope' not found",
    });
    server.fault({ errorEvent: { after: 2, error: 'unexpected EOF' } });
    await assert.rejects(drained(await ollama.chat({ model: 'plain', messages, stream: true })), /unexpected EOF/);
  });
});
