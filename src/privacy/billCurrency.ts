// The currency that the account is billed in: dollars until a balance says otherwise, then remembered. No amount is ever converted.
import type { Balance, Currency } from '../models/types.ts';
import { createEmitter, type Disposable } from './emitter.ts';
import type { Storage } from './storage.ts';

export interface BillCurrency {
  get(): Currency;
  /** The first currency of a balance is the one with money in it. */
  learn(balance: Balance): void;
  onDidChange: (listener: () => void) => Disposable;
}

const key = 'fathom.bill.currency';

export function createBillCurrency(storage: Storage, onError: (error: unknown) => void): BillCurrency {
  const changed = createEmitter<undefined>();
  const get = (): Currency => (storage.get(key) === 'CNY' ? 'CNY' : 'USD');
  return {
    get,
    learn: ({ amounts }) => {
      const currency = amounts[0]?.currency;
      if (currency === undefined || currency === get()) return;
      void Promise.resolve(storage.update(key, currency)).catch(onError);
      changed.fire(undefined);
    },
    onDidChange: (listener) => changed.event(() => listener()),
  };
}
