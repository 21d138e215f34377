// What happens to a request between its route and the wire: files that are left out, secrets that are replaced and put back, the
// budget, the record; and the hold on a conversation that private text was in.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { BudgetError } from '../../../src/privacy/budgetError.ts';
import type { GatewayEvent, Piece } from '../../../src/privacy/gatewayTypes.ts';
import { RouteError } from '../../../src/privacy/routeError.ts';
import { startDeepSeekServer, type DeepSeekServer } from '../../servers/deepseek.ts';
import { startOllamaServer, type OllamaServer } from '../../servers/ollama.ts';
import { all, failure, nobody, repository, startPlace, textOf, write, type Place } from './place.ts';

const never = new AbortController().signal;
const secret = 'sk-7f3kQ9xW2mZr8LtVb5nYc1JdHs6GpAeU';

describe('a request on its way', () => {
  let place: Place;
  let deepseek: DeepSeekServer;
  let ollama: OllamaServer;
  let open: string;
  let hidden: string;

  beforeEach(async () => {
    [place, deepseek, ollama] = await Promise.all([
      startPlace({ 'o/open': 'public', 'o/hidden': 'private' }),
      startDeepSeekServer(),
      startOllamaServer(),
    ]);
    open = await repository(join(place.folder, 'open'), 'https://forge.test/o/open');
    hidden = await repository(join(place.folder, 'hidden'), 'https://forge.test/o/hidden');
    place.settings.deepseek.baseUrl = deepseek.url;
    place.settings.local.url = ollama.url;
  });
  afterEach(() => Promise.all([place.stop(), deepseek.stop(), ollama.stop()]));

  const chat = (
    sources: string[],
    { text = 'a question', pieces = sources.map((source) => ({ source })), conversation }: Partial<Asked> = {},
  ): AsyncIterable<GatewayEvent> =>
    place.gateway.chat(
      {
        ...{ purpose: 'chat', sources, pieces, mode: 'chat', messages: [{ role: 'user', content: text }] },
        ...(conversation === undefined ? {} : { conversation }),
      },
      never,
    );
  const posts = (): { body: string }[] => deepseek.requests.filter(({ method }) => method === 'POST');
  const lastEntry = () => place.ledger.entries().at(-1);

  describe('with a file that a rule leaves out', () => {
    let ignored: string;
    beforeEach(async () => {
      await write(join(open, '.fathomignore'), 'notes.txt\n');
      ignored = await write(join(open, 'notes.txt'), 'text');
    });

    it('goes nowhere by itself', async () => {
      const error = await failure(all(chat([ignored])));
      assert.ok(RouteError.is(error, 'ignored'));
      assert.deepEqual([error.leftOut?.because, error.leftOut?.source], ['ignoreFile', ignored]);
      assert.equal(posts().length, 0);
      assert.equal(ollama.requests.filter(({ path }) => path === '/api/chat').length, 0);
    });

    it('is answered on this machine when the person picked it, however public its repository is', async () => {
      const [first] = await all(chat([ignored], { pieces: [{ source: ignored, chosen: true }] }));
      assert.ok(first?.type === 'answerer' && first.answerer.route.place === 'local');
      assert.equal(posts().length, 0);
    });

    it('is told to whoever asks before', async () => {
      assert.equal((await place.gateway.ignored(ignored))?.because, 'ignoreFile');
      assert.equal(await place.gateway.ignored(join(open, 'a.ts')), undefined);
    });
  });

  describe('with a secret in it', () => {
    const line = `const apiKey = '${secret}';`;
    const placeholderIn = (body: string): string => /'([^']*)'/.exec(body.slice(body.indexOf('apiKey')))?.[1] ?? '';

    it('leaves without it, and the answer has it again', async () => {
      deepseek.script(({ body }) => ({ text: `It is ${placeholderIn(body)}.` }));
      const text = textOf(await all(chat([join(open, 'a.ts')], { text: line })));
      const [{ body } = { body: '' }] = posts();
      assert.ok(!body.includes(secret));
      assert.notEqual(placeholderIn(body), '');
      assert.equal(text, `It is ${secret}.`);
      assert.equal(lastEntry()?.redactions, 1);
    });

    it('stays as it is on this machine, unless the person wants it out there too', async () => {
      await all(chat([join(hidden, 'a.ts')], { text: line }));
      place.settings.redactLocal = true;
      await all(chat([join(hidden, 'a.ts')], { text: line }));
      const bodies = ollama.requests.filter(({ path }) => path === '/api/chat').map(({ body }) => body);
      assert.deepEqual(
        bodies.map((body) => body.includes(secret)),
        [true, false],
      );
    });

    it('is not asked for ghost text with the cursor inside the secret', async () => {
      const [before, after] = [line.slice(0, 30), line.slice(30)];
      const fill = place.gateway.fill(
        { purpose: 'ghostText', sources: [join(open, 'a.ts')], prefix: before, suffix: after, maxTokens: 10 },
        never,
      );
      assert.ok(RouteError.is(await failure(all(fill)), 'insideSecret'));
      assert.equal(posts().length, 0);
    });
  });

  it('is recorded as it was sent, byte for byte', async () => {
    await all(chat([join(open, 'a.ts')], { text: 'the question' }));
    const entry = lastEntry();
    const sent = await place.record.body(entry?.id ?? '');
    assert.equal(sent?.body, posts()[0]?.body);
    assert.equal(entry?.bytes, Buffer.byteLength(sent?.body ?? ''));
    assert.deepEqual(sent?.pieces, [{ source: join(open, 'a.ts') }]);
  });

  it('can be seen before it is sent, as it will be sent', async () => {
    const request = {
      purpose: 'chat' as const,
      mode: 'chat' as const,
      sources: [join(open, 'a.ts')],
      messages: [{ role: 'user' as const, content: `key = "${secret}"` }],
    };
    const preview = await place.gateway.preview(request, never);
    assert.equal(posts().length, 0);
    await all(place.gateway.chat(request, never));
    assert.equal(preview.body, posts()[0]?.body);
    assert.equal(preview.found.length, 1);

    const local = { ...request, sources: [join(hidden, 'a.ts')] };
    const here = await place.gateway.preview(local, never);
    assert.equal(here.answerer.route.place, 'local');
    assert.ok(here.body.includes(secret));
    assert.equal(ollama.requests.filter(({ path }) => path === '/api/chat').length, 0);
  });

  it('stops at the budget, and goes on when the person says so', async () => {
    place.limits.day = 0.000_000_1;
    await all(chat([join(open, 'a.ts')]));
    const error = await failure(all(chat([join(open, 'a.ts')])));
    assert.ok(BudgetError.is(error, 'stopped'));
    assert.equal(posts().length, 1);
    assert.equal((await all(chat([join(hidden, 'a.ts')]))).at(-1)?.type, 'done', 'this machine costs nothing');
    place.budget.goOn();
    await all(chat([join(open, 'a.ts')]));
    assert.equal(posts().length, 2);
  });

  describe('in a conversation', () => {
    const conversation = 'c1';
    const both = () => [join(open, 'a.ts'), join(hidden, 'a.ts')];
    const placeOf = async (sources: string[], pieces: Piece[]) =>
      (await place.gateway.answerer(sources, 'chat', { conversation, pieces })).route.place;

    it('that private text was in, stays here whatever is allowed afterwards', async () => {
      await all(chat(both(), { conversation }));
      await place.marks.set(hidden, 'cleared');
      place.settings.mode = 'cloud';
      place.settings.local.url = nobody;
      assert.ok(RouteError.is(await failure(all(chat(both(), { conversation }))), 'noLocalModel'));
      assert.equal(posts().length, 0);
      await all(chat(both()));
      assert.equal(posts().length, 1, 'another conversation may go');
    });

    it('is not held by public text that was answered here', async () => {
      place.key = undefined;
      await all(chat([join(open, 'a.ts')], { conversation }));
      place.key = 'test-key';
      await all(chat([join(open, 'a.ts')], { conversation }));
      assert.equal(posts().length, 1);
    });

    it('leaves by a release, with what was listed and nothing else', async () => {
      const listed = [{ source: join(hidden, 'a.ts'), digest: 'one' }];
      await all(chat(both(), { conversation, pieces: listed }));
      await place.holds.release(conversation, both(), listed);
      assert.equal(await placeOf(both(), listed), 'cloud');
      await all(chat(both(), { conversation, pieces: listed }));
      assert.equal(posts().length, 1);
      assert.equal(lastEntry()?.reasons[0]?.kind, 'released');

      assert.equal(await placeOf(both(), [...listed, { source: join(hidden, 'a.ts'), digest: 'two' }]), 'local');
      assert.equal(await placeOf([...both(), join(hidden, 'b.ts')], listed), 'local');
      await place.marks.set(hidden, 'forbidden');
      assert.equal(await placeOf(both(), listed), 'local');
    });
  });
});

interface Asked {
  text: string;
  pieces: Piece[];
  conversation: string;
}
