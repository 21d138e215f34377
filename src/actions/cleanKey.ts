// What people paste as a key, and what of it is the key. Asks no server.

export type KeyFault = 'empty' | 'notOneWord' | 'oddCharacters';

/** The key without what comes along when it is copied: blanks, quotes, "Bearer", a variable's name. */
export function cleanKey(pasted: string): { key: string; fault?: undefined } | { fault: KeyFault } {
  const key = pasted
    .trim()
    .replace(/^(?:export\s+)?[A-Z_]+\s*=\s*/, '')
    .replace(/^["'`]|["'`]$/g, '')
    .replace(/^Bearer\s+/i, '')
    .trim();
  if (key === '') return { fault: 'empty' };
  if (/\s/.test(key)) return { fault: 'notOneWord' };
  // Only these can travel in a header.
  if (!/^[\x21-\x7e]+$/.test(key)) return { fault: 'oddCharacters' };
  return { key };
}
