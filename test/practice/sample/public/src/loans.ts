// Who has which tool, and since when.

import { daysBetween } from './dates.ts';
import type { Inventory, Tool } from './inventory.ts';

/** Days that a tool may be kept. */
export const loanDays = 14;
/** In cents, for each day that a tool is late. */
const feePerDay = 50;

export interface Loan {
  toolId: string;
  member: string;
  since: Date;
  returned?: Date;
}

export class Loans {
  readonly #loans: Loan[] = [];
  readonly #inventory: Inventory;

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  lend(toolId: string, member: string, since: Date): Loan {
    const tool = this.#inventory.get(toolId);
    if (tool.condition === 'broken') throw new Error(`${tool.name} is broken`);
    if (this.current(toolId) !== undefined) throw new Error(`${tool.name} is lent already`);
    const loan = { toolId, member, since };
    this.#loans.push(loan);
    return loan;
  }

  giveBack(toolId: string, returned: Date): void {
    const loan = this.current(toolId);
    if (loan === undefined) throw new Error(`Nobody has ${this.#inventory.get(toolId).name}`);
    loan.returned = returned;
  }

  current(toolId: string): Loan | undefined {
    return this.#loans.find((loan) => loan.toolId === toolId && loan.returned === undefined);
  }

  /** Days that a loan is late; 0 when it isn't. */
  daysOverdue(loan: Loan, today: Date): number {
    const days = daysBetween(loan.since, loan.returned ?? today);
    return Math.max(loanDays - days, 0);
  }

  fee(loan: Loan, today: Date): number {
    return this.daysOverdue(loan, today) * feePerDay;
  }

  /** Tools that a member has now. */
  toolsOf(member: string): Tool[] {
    return this.#loans
      .filter((loan) => loan.member === member && loan.returned === undefined)
      .map((loan) => this.#inventory.get(loan.toolId));
  }
}
