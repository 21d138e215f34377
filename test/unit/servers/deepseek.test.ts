// The test DeepSeek sends the documented bytes and refuses what the real one refuses, in its words.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { startDeepSeekServer, type DeepSeekServer } from '../../servers/deepseek.ts';
import { at, textOf } from '../../servers/json.ts';
import { events, send, type RawAnswer } from './raw.ts';

const user = { role: 'user', content: 'What is the capital of France?' };
const tool = { type: 'function', function: { name: 'read', parameters: { type: 'object', properties: {} } } };

describe('the test DeepSeek', () => {
  let server: DeepSeekServer;
  before(async () => {
    server = await startDeepSeekServer({ now: () => 1_795_000_000_000, contextWindow: 4000 });
  });
  after(() => server.stop());
  afterEach(() => server.clear());

  const headers = { authorization: 'Bearer test-key' };
  const chat = (body: object, path = '/chat/completions'): Promise<RawAnswer> =>
    send(server.url, { path, headers, body: { model: 'deepseek-flash', messages: [user], ...body } });
  const fill = (body: object, path = '/beta/completions'): Promise<RawAnswer> =>
    send(server.url, { path, headers, body: { model: 'deepseek-flash', prompt: 'a', ...body } });
  const message = (answer: RawAnswer): string => textOf(at(JSON.parse(answer.text), 'error', 'message'));

  it('streams thinking, then text, then usage on the last chunk', async () => {
    server.script({ reasoning: ['First'], text: ['Answer'] });
    const answer = await chat({ stream: true, stream_options: { include_usage: true } });
    assert.equal(answer.headers['content-type'], 'text/event-stream; charset=utf-8');
    const head =
      '"id":"00000001-0000-4000-8000-000000000000","object":"chat.completion.chunk","created":1795000000,' +
      '"model":"deepseek-flash","system_fingerprint":"fp_test_thinking"';
    const chunk = (delta: string): string =>
      `data: {${head},"choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":null}],"usage":null}\n\n`;
    assert.equal(
      answer.text,
      ': keep-alive\n\n' +
        chunk('{"role":"assistant","content":null,"reasoning_content":""}') +
        chunk('{"content":null,"reasoning_content":"First"}') +
        chunk('{"content":"Answer","reasoning_content":null}') +
        `data: {${head},"choices":[{"index":0,"delta":{"content":"","role":null},"finish_reason":"stop","logprobs":null}],` +
        '"usage":{"prompt_tokens":12,"completion_tokens":4,"total_tokens":16,"prompt_cache_hit_tokens":0,' +
        '"prompt_cache_miss_tokens":12,"prompt_tokens_details":{"cached_tokens":0},' +
        '"completion_tokens_details":{"reasoning_tokens":2}}}\n\n' +
        'data: [DONE]\n\n',
    );
  });

  it('thinks unless told not to', async () => {
    const thoughts = async (body: object): Promise<boolean> =>
      (await chat({ stream: true, ...body })).text.includes('reasoning_content');
    assert.equal(await thoughts({}), true);
    assert.equal(await thoughts({ thinking: { type: 'enabled' } }), true);
    assert.equal(await thoughts({ thinking: { type: 'disabled' } }), false);
    assert.equal(await thoughts({ reasoning_effort: 'none' }), false);
  });

  it('sends no usage when not asked, and none of thinking when there was none', async () => {
    assert.doesNotMatch((await chat({ stream: true })).text, /usage/);
    const asked = await chat({ stream: true, stream_options: { include_usage: true }, thinking: { type: 'disabled' } });
    assert.match(asked.text, /prompt_cache_hit_tokens/);
    assert.doesNotMatch(asked.text, /reasoning_tokens/);
  });

  it('answers as one JSON after an empty line when not streaming', async () => {
    server.script({ reasoning: 'Easy.', text: 'Paris.' });
    const answer = await chat({});
    assert.ok(answer.text.startsWith('\n{'));
    const told: unknown = JSON.parse(answer.text);
    assert.deepEqual(at(told, 'choices', 0, 'message'), {
      role: 'assistant',
      content: 'Paris.',
      reasoning_content: 'Easy.',
    });
    assert.equal(at(told, 'object'), 'chat.completion');
  });

  it('calls tools in fragments', async () => {
    server.script({ toolCalls: [{ id: 'call_00_x', name: 'read', arguments: { path: 'src/main.ts' } }] });
    const told = events((await chat({ stream: true, tools: [tool] })).text);
    const calls = told
      .map((event) => at(event, 'choices', 0, 'delta', 'tool_calls', 0))
      .filter((call) => call !== undefined);
    assert.deepEqual(calls[0], {
      index: 0,
      id: 'call_00_x',
      type: 'function',
      function: { name: 'read', arguments: '' },
    });
    const written = calls.map((call) => textOf(at(call, 'function', 'arguments'))).join('');
    assert.equal(written, '{"path":"src/main.ts"}');
    assert.equal(at(told.at(-1), 'choices', 0, 'finish_reason'), 'tool_calls');
  });

  it('fills in the middle on the beta path only', async () => {
    const told = events((await fill({ suffix: 'b', stream: true })).text);
    assert.equal(told.map((event) => textOf(at(event, 'choices', 0, 'text'))).join(''), 'return a + b;');
    assert.equal(at(told[0], 'object'), 'text_completion');
    assert.equal((await fill({ suffix: 'b' }, '/completions')).status, 400);
  });

  it('ends an answer at a stop sequence, and at max_tokens with `length`', async () => {
    server.script({ text: 'one\n\ntwo' }, { text: 'a'.repeat(100) });
    const stopped: unknown = JSON.parse((await fill({ stop: ['\n\n'] })).text);
    assert.equal(at(stopped, 'choices', 0, 'text'), 'one');
    const cut: unknown = JSON.parse((await fill({ max_tokens: 2 })).text);
    assert.deepEqual(
      [at(cut, 'choices', 0, 'text'), at(cut, 'choices', 0, 'finish_reason')],
      ['a'.repeat(8), 'length'],
    );
  });

  it('takes the head of an earlier prompt from its cache', async () => {
    const long = { role: 'system', content: 'x'.repeat(1000) };
    const hits = async (): Promise<unknown> =>
      at(JSON.parse((await chat({ messages: [long, user] })).text), 'usage', 'prompt_cache_hit_tokens');
    assert.deepEqual([await hits(), await hits()], [0, 256]);
  });

  it('lists models and tells the balance, with and without /v1', async () => {
    for (const prefix of ['', '/v1']) {
      const models: unknown = JSON.parse((await send(server.url, { path: `${prefix}/models`, headers })).text);
      assert.deepEqual(
        [at(models, 'data', 0, 'id'), at(models, 'data', 1, 'id')],
        ['deepseek-flash', 'deepseek-v4-pro'],
      );
      const balance = await send(server.url, { path: `${prefix}/user/balance`, headers });
      assert.equal(
        balance.text,
        '{"is_available":true,"balance_infos":[{"currency":"CNY","total_balance":"110.00","granted_balance":"0.00","topped_up_balance":"110.00"}]}',
      );
    }
  });

  it('refuses a missing key in plain text and a wrong one with its tail', async () => {
    const missing = await send(server.url, { path: '/models' });
    assert.deepEqual([missing.status, missing.text], [401, 'Authentication Fails (governor)']);
    const wrong = await send(server.url, { path: '/models', headers: { authorization: 'Bearer sk-is-not-here' } });
    assert.equal(
      wrong.text,
      '{"error":{"message":"Authentication Fails, Your api key: ****here is invalid","type":"authentication_error","param":null,"code":"invalid_request_error"}}',
    );
  });

  it('refuses requests for an answer when nothing is left to pay with', async () => {
    const poor = await startDeepSeekServer({ balance: { currency: 'USD', total: 0 } });
    const body = { model: 'deepseek-flash', messages: [user] };
    const answer = await send(poor.url, { path: '/chat/completions', headers, body });
    await poor.stop();
    assert.deepEqual([answer.status, message(answer)], [402, 'Insufficient Balance']);
  });

  const assistant = { role: 'assistant', content: 'Paris.' };
  const refusals: [string, number, object, RegExp][] = [
    [
      'a retired model',
      400,
      { model: 'deepseek-chat' },
      /^The supported API model names are deepseek-flash, deepseek-v4-pro, but you passed deepseek-chat\.$/,
    ],
    ['the role developer', 400, { messages: [{ role: 'developer', content: 'x' }] }, /unknown variant `developer`/],
    ['an unknown effort', 400, { reasoning_effort: 'ultra' }, /unknown variant `ultra`/],
    ['17 stop sequences', 400, { stop: Array<string>(17).fill('x') }, /stop/],
    ['max_tokens of nothing', 400, { max_tokens: 0 }, /the valid range of max_tokens is \[1, 393216\]/],
    ['stream_options alone', 400, { stream_options: { include_usage: true } }, /stream_options/],
    [
      'thinking that does not come back',
      400,
      { tools: [tool], messages: [user, assistant, user] },
      /must be passed back/,
    ],
    [
      'a forced tool while thinking',
      400,
      { tools: [tool], tool_choice: 'required' },
      /does not support this tool_choice/,
    ],
    [
      'a prompt over the window',
      400,
      { max_tokens: 3999 },
      /^This model's maximum context length is 4000 tokens\. However, you requested 4011 tokens \(12 in the messages, 3999 in the completion\)\. Please reduce/,
    ],
    [
      'a missing field',
      422,
      { messages: undefined },
      /^Failed to deserialize the JSON body into the target type: missing field `messages`/,
    ],
    ['a field of another type', 422, { temperature: 'hot' }, /invalid type: string "hot", expected a number/],
  ];
  for (const [what, status, body, words] of refusals) {
    it(`refuses ${what}`, async () => {
      const answer = await chat(body);
      assert.equal(answer.status, status);
      assert.match(message(answer), words);
    });
  }

  it('accepts thinking that comes back, and a forced tool without thinking', async () => {
    const back = { ...assistant, reasoning_content: '' };
    assert.equal((await chat({ tools: [tool], messages: [user, back, user] })).status, 200);
    assert.equal((await chat({ tools: [tool], tool_choice: 'required', thinking: { type: 'disabled' } })).status, 200);
  });

  it('refuses a broken body, thinking while filling, and a long fill', async () => {
    assert.equal((await send(server.url, { path: '/chat/completions', headers, body: '{"model":' })).status, 422);
    assert.equal((await fill({ thinking: { type: 'enabled' } })).status, 400);
    assert.match(message(await fill({ max_tokens: 4097 })), /\[1, 4096\]/);
  });
});
