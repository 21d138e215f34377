// Cuts a text where its content says so, so that an edit changes one or two chunks and the rest is known already. A cut never parts what
// a detector reads as one: it stands between two lines of which neither leans on the other.

export interface ChunkSizes {
  /** In UTF-16 units: no chunk but the last is shorter. */
  least: number;
  /** A chunk of this length ends at the next place where it may. */
  most: number;
  /** One line in so many begins a chunk once the least length is reached; a power of two. */
  oneLineIn: number;
}

const usual: ChunkSizes = { least: 2048, most: 8192, oneLineIn: 16 };
/** So much of two lines is looked at to know whether they lean on each other. */
const seen = 64;

/** Whether what ends before this line's beginning, and what begins here, have nothing to do with each other for any detector. */
function isQuiet(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - seen), at - 1);
  const ending = before.slice(before.lastIndexOf('\n') + 1).trimEnd();
  if (ending === '' || /[=:(]$|=>$|:\s*[|>][-+]?$/.test(ending)) return false;
  const first = /^[^\S\n]*(\S)/.exec(text.slice(at, at + seen))?.[1];
  return first !== undefined && first !== '=' && first !== ':';
}

/** FNV-1a over the head of a line. */
function hashOfLine(text: string, at: number): number {
  let hash = 0x811c9dc5;
  for (let i = at; i < Math.min(at + 24, text.length); i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 8;
}

/** @returns the ends of the chunks, the last one is the text's; a line is never cut, however long */
export function chunkEnds(text: string, { least, most, oneLineIn }: ChunkSizes = usual): number[] {
  const ends: number[] = [];
  let start = 0;
  let newline = text.indexOf('\n', least);
  while (newline !== -1) {
    const at = newline + 1;
    if ((at - start >= most || hashOfLine(text, at) % oneLineIn === 0) && isQuiet(text, at)) {
      ends.push(at);
      start = at;
      newline = text.indexOf('\n', start + least);
    } else {
      newline = text.indexOf('\n', at);
    }
  }
  if (start < text.length) ends.push(text.length);
  return ends;
}
