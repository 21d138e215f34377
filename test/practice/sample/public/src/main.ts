// A few days in the life of the shed.

import { Inventory } from './inventory.ts';
import { Loans } from './loans.ts';

const inventory = new Inventory();
inventory.add({ id: 'drill', name: 'Cordless drill', condition: 'good', value: 12_900 });
inventory.add({ id: 'saw', name: 'Jigsaw', condition: 'worn', value: 8_500 });
inventory.add({ id: 'ladder', name: 'Ladder, 4 m', condition: 'good', value: 9_900 });

const loans = new Loans(inventory);
const loan = loans.lend('drill', 'Amina', new Date('2026-03-01'));
console.log(`Amina owes ${loans.fee(loan, new Date('2026-03-20')) / 100} for the drill`);
