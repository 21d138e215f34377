// Source files of any length for replays: plausible TypeScript, the same bytes for the same seed.
import { dice } from './virtualTime.ts';

const nouns = [
  'order',
  'invoice',
  'customer',
  'shipment',
  'price',
  'account',
  'address',
  'payment',
  'article',
  'basket',
];
const verbs = ['load', 'find', 'update', 'collect', 'check', 'merge', 'count', 'print', 'remove', 'compare'];
const fields = ['id', 'total', 'createdAt', 'status', 'quantity', 'label', 'currency', 'weight', 'country', 'discount'];

/** About `lines` lines. Functions are named apart; `functionName(seed, n)` is the n-th one's name. */
export function sampleFile(lines: number, seed: number): string {
  const roll = dice(seed);
  const pick = (words: readonly string[]): string => words[Math.floor(roll() * words.length)] ?? '';
  const written = [
    `import { readFile } from 'node:fs/promises';`,
    `import path from 'node:path';`,
    `import { database } from './database.ts';`,
    '',
  ];
  for (let index = 0; written.length < lines; index++) {
    const [noun, one, other, third] = [pick(nouns), pick(fields), pick(fields), pick(fields)];
    const name = functionName(seed, index);
    const type = `${noun[0]?.toUpperCase() ?? ''}${noun.slice(1)}`;
    const bodies = [
      [
        `export function ${name}(${noun}s: readonly ${type}[], ${one}: string): ${type}[] {`,
        `  const found = ${noun}s.filter((${noun}) => ${noun}.${one} === ${one});`,
        `  if (found.length === 0) throw new Error(\`No ${noun} has ${one} \${${one}}\`);`,
        `  return found.sort((a, b) => a.${other} - b.${other});`,
        '}',
      ],
      [
        `/** The ${other} of every ${noun}, by ${one}. */`,
        `export async function ${name}(file: string): Promise<Map<string, number>> {`,
        `  const text = await readFile(path.resolve(file), 'utf8');`,
        `  const result = new Map<string, number>();`,
        `  for (const line of text.split('\\n')) {`,
        `    const [${one}, ${other}] = line.split(',');`,
        `    if (${one} === undefined || ${other} === undefined) continue;`,
        `    result.set(${one}, (result.get(${one}) ?? 0) + Number(${other}));`,
        '  }',
        '  return result;',
        '}',
      ],
      [
        `export async function ${name}(${noun}: ${type}): Promise<void> {`,
        `  const row = await database.first('${noun}s', { ${one}: ${noun}.${one} });`,
        '  if (!row) {',
        `    await database.insert('${noun}s', { ...${noun}, ${third}: 0 });`,
        '    return;',
        '  }',
        `  row.${other} = ${noun}.${other};`,
        `  await database.update('${noun}s', row);`,
        '}',
      ],
    ];
    written.push(...(bodies[Math.floor(roll() * bodies.length)] ?? []), '');
  }
  return `${written.slice(0, lines - 1).join('\n')}\n`;
}

/** "updateInvoice17" */
export function functionName(seed: number, index: number): string {
  const noun = nouns[(index * 7 + seed) % nouns.length] ?? '';
  return `${verbs[(index * 3 + seed) % verbs.length] ?? ''}${noun[0]?.toUpperCase() ?? ''}${noun.slice(1)}${index}`;
}
