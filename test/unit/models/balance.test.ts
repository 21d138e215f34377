// What is left on the account, over the wire.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { readBalance } from '../../../src/models/deepseek.ts';
import type { Balance } from '../../../src/models/types.ts';
import { startDeepSeekServer, type DeepSeekServer, type DeepSeekServerOptions } from '../../servers/deepseek.ts';
import { failure, never } from './helpers.ts';

describe('the balance', () => {
  let server: DeepSeekServer;
  afterEach(() => server.stop());

  const start = async (options: DeepSeekServerOptions = {}): Promise<void> => {
    server = await startDeepSeekServer(options);
  };
  const ask = (more: { baseUrl?: string; apiKey?: string; idleMs?: number } = {}): Promise<Balance> =>
    readBalance({ baseUrl: server.url, apiKey: 'test-key', ...more }, never());

  it('is told with what was given and what was paid in', async () => {
    await start({ balance: { currency: 'CNY', total: 110, granted: 10 } });
    for (const baseUrl of [server.url, `${server.url}/v1`, `${server.url}/beta/`]) {
      assert.deepEqual(await ask({ baseUrl }), {
        available: true,
        amounts: [{ currency: 'CNY', total: 110, granted: 10, toppedUp: 100 }],
      });
    }
    assert.deepEqual(
      server.requests.map(({ path }) => path),
      ['/user/balance', '/user/balance', '/user/balance'],
    );
  });

  it('begins with the currency that has money in it', async () => {
    await start({
      balance: [
        { currency: 'CNY', total: 0 },
        { currency: 'USD', total: 4.2 },
      ],
    });
    const { amounts } = await ask();
    assert.deepEqual(
      amounts.map(({ currency, total }) => [currency, total]),
      [
        ['USD', 4.2],
        ['CNY', 0],
      ],
    );
  });

  it('is not available when all is spent', async () => {
    await start({ balance: { currency: 'USD', total: -0.05 } });
    const { available, amounts } = await ask();
    assert.equal(available, false);
    assert.equal(amounts[0]?.total, -0.05);
  });

  it('is refused in the same words as everything else', async () => {
    await start();
    await failure(ask({ apiKey: 'wrong' }), 'badKey');
    server.fault({ status: 503, body: 'busy' });
    await failure(ask(), 'overloaded');
    server.fault({ stall: 'beforeHeaders' });
    await failure(ask({ idleMs: 30 }), 'stalled');
  });

  it('is not made up from an answer of another shape', async () => {
    await start();
    const bodies = [
      {},
      [],
      { is_available: true },
      { is_available: true, balance_infos: [] },
      { is_available: true, balance_infos: [{ currency: 'EUR', total_balance: '1.00' }] },
      { is_available: true, balance_infos: [{ currency: 'USD', total_balance: 'lots' }, null] },
      { is_available: 'yes', balance_infos: [{ currency: 'USD', total_balance: '1.00' }] },
    ];
    for (const body of bodies) {
      server.fault({ body });
      await failure(ask(), 'badResponse');
    }
    server.fault({ status: 404, body: '' });
    await failure(ask(), 'badResponse');
  });
});
