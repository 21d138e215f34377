// Cuts a text to a number of tokens around the line that matters, and says which lines are left. Knows no prompt.
import { estimateTokens, takeStart, wholeCharacter } from './tokens.ts';

export interface Excerpt {
  /** Whole lines, with a marker line where others were left out. */
  text: string;
  /** Lines of the text that are in the excerpt; the first line of the text is 0. */
  from: number;
  to: number;
}

/** Room that the two marker lines take. */
const markerTokens = 24;
/** Nobody writes code lines this long; a minified file does, and one of its lines must not fill the window. */
const longestLine = 2000;

/**
 * As many whole lines around `focus` as `tokens` allow, as many before it as after it unless the text ends. At least the
 * line of `focus`, itself cut if it is longer than the room.
 */
export function excerptAround(text: string, focus: number, tokens: number): Excerpt {
  const lines = text.split('\n').map((line) => (line.length > longestLine ? cutLine(line, longestLine) : line));
  const last = lines.length - 1;
  const middle = Math.min(Math.max(focus, 0), last);
  const room = Math.max(tokens - markerTokens, 0);
  const costs = lines.map((line) => estimateTokens(`${line}\n`));
  let spent = costs[middle] ?? 0;
  if (spent > room) {
    return marked([`${takeStart(lines[middle] ?? '', room)} [...]`], middle, middle, last);
  }
  let from = middle;
  let to = middle;
  for (let grew = true; grew;) {
    grew = false;
    const before = costs[from - 1];
    if (before !== undefined && spent + before <= room) {
      spent += before;
      from--;
      grew = true;
    }
    const after = costs[to + 1];
    if (after !== undefined && spent + after <= room) {
      spent += after;
      to++;
      grew = true;
    }
  }
  return marked(lines.slice(from, to + 1), from, to, last);
}

function cutLine(line: string, characters: number): string {
  return `${line.slice(0, wholeCharacter(line, characters))} [...]`;
}

function marked(lines: string[], from: number, to: number, last: number): Excerpt {
  const before = from > 0 ? [`[... ${from} lines left out ...]`] : [];
  const after = to < last ? [`[... ${last - to} lines left out ...]`] : [];
  return { text: [...before, ...lines, ...after].join('\n'), from, to };
}
