// What a shift costs. Rates are in cents an hour.

import { length, type Shift } from './shifts.ts';

const baseRate = 1_680;
const nightBonus = 0.25;
const nightFrom = 22 * 60;

/** What a shift costs, in cents. The hours after 22:00 cost a quarter more. */
export function cost(shift: Shift): number {
  const night = Math.max(shift.end - Math.max(shift.start, nightFrom), 0);
  const minutes = length(shift) + night * nightBonus;
  return Math.round((minutes / 60) * baseRate);
}

export function weekCost(shifts: readonly Shift[]): number {
  let total = 0;
  for (const shift of shifts) total += cost(shift);
  return total;
}

