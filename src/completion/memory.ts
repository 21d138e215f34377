// What was suggested lately, and what of it still holds where the cursor is now: the same place again, or a place that was reached by
// typing the suggestion's own text. Serving from here asks nobody.
import { LRUCache } from 'lru-cache';
import { fit, type Fitted } from './fit.ts';
import { restOfLine, type Snapshot } from './snapshot.ts';

/** A cursor's place, as far as it decides whether two places are the same one. */
export interface Place {
  document: string;
  /** Text before the cursor; the last part of it. */
  tail: string;
  /** The tail is all there is before the cursor. */
  atStart: boolean;
  offset: number;
  /** What follows, but for closers that an editor writes and that are typed over. */
  following: string;
}

interface Entry {
  place: Place;
  /** The complete suggestion, before it was fitted to what follows. */
  text: string;
  /** As it was offered at its own place, and what stood after the cursor there. */
  shown: Fitted | undefined;
  rest: string;
}

const tailLength = 1000;
const capacity = 500;

export function placeOf(snapshot: Snapshot): Place {
  return {
    document: snapshot.document,
    tail: snapshot.before.slice(-tailLength),
    atStart: snapshot.before.length <= tailLength && snapshot.firstLine === 0,
    offset: snapshot.offset,
    following: following(snapshot.after),
  };
}

/** The next two lines with content after the cursor, closers at their head left out. */
function following(after: string): string {
  const lines = after
    .slice(0, 2000)
    .replace(/^[\s)\]}>"'`;,:]+/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.slice(0, 2).join('\n');
}

/** What was typed between `place` and `snapshot`: empty at the place itself, undefined if it can't be reached by typing alone. */
export function typedSince(place: Place, snapshot: Snapshot): string | undefined {
  const length = snapshot.offset - place.offset;
  return place.document === snapshot.document && place.following === following(snapshot.after)
    ? reachedBy(place, snapshot, length)
    : undefined;
}

function reachedBy(place: Place, snapshot: Snapshot, length: number): string | undefined {
  const end = snapshot.before.length - length;
  if (length < 0 || end < place.tail.length) return undefined;
  if (place.atStart && (end !== place.tail.length || snapshot.firstLine !== 0)) return undefined;
  return snapshot.before.endsWith(place.tail, end) ? snapshot.before.slice(end) : undefined;
}

export interface Known {
  /** Undefined: asked before, and nothing came of it. */
  fitted: Fitted | undefined;
}

export class Memory {
  readonly #entries = new LRUCache<string, Entry>({ max: capacity });

  /** @param text complete and cleaned; empty if the model had nothing to say */
  add(snapshot: Snapshot, text: string): void {
    const place = placeOf(snapshot);
    const shown = text === '' ? undefined : fit(text, snapshot);
    this.#entries.set(keyOf(place), { place, text, shown, rest: restOfLine(snapshot) });
  }

  /** What is known for this cursor, latest first; undefined when a model has to be asked. */
  find(snapshot: Snapshot): Known | undefined {
    const here = following(snapshot.after);
    for (const [key, entry] of this.#entries.entries()) {
      if (entry.place.document !== snapshot.document || entry.place.following !== here) continue;
      const typed = typedInto(entry, snapshot);
      if (typed === undefined) continue;
      const fitted = rest(entry, typed, snapshot);
      // A suggestion that was typed to its end says nothing about what comes next.
      if (fitted === undefined && typed > 0) continue;
      this.#entries.get(key);
      return { fitted };
    }
    return undefined;
  }

  /** Forgets what was suggested in one document, or everything. */
  clear(document?: string): void {
    if (document === undefined) {
      this.#entries.clear();
      return;
    }
    for (const [key, entry] of [...this.#entries.entries()])
      if (entry.place.document === document) this.#entries.delete(key);
  }
}

function keyOf(place: Place): string {
  return [place.document, place.following, place.tail].join('\0');
}

/** How many characters of the entry's text were typed, or undefined if something else was. */
function typedInto(entry: Entry, snapshot: Snapshot): number | undefined {
  const { place, text } = entry;
  const fits = (length: number) => {
    const typed = reachedBy(place, snapshot, length);
    return typed !== undefined && text.startsWith(typed);
  };
  const byOffset = snapshot.offset - place.offset;
  if (byOffset >= 0 && byOffset <= text.length && fits(byOffset)) return byOffset;
  // Text above has changed since: then the place is known by the text before it.
  const last = snapshot.before.at(-1);
  if (fits(0)) return 0;
  for (let length = 1; length <= text.length; length++) if (text[length - 1] === last && fits(length)) return length;
  return undefined;
}

/** The part of the entry that wasn't typed yet, as it may be shown now. */
function rest(entry: Entry, typed: number, snapshot: Snapshot): Fitted | undefined {
  const { shown, text } = entry;
  const unchanged = restOfLine(snapshot) === entry.rest && (snapshot.mayReplace || shown?.replace === 0);
  if (typed === 0 && text === '') return undefined;
  if (!unchanged) return fit(text.slice(typed), snapshot);
  return shown !== undefined && typed < shown.text.length && shown.text.slice(typed).trim() !== ''
    ? { text: shown.text.slice(typed), replace: shown.replace }
    : undefined;
}
