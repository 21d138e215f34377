// The folders of a walk with a canary in everything that could be sent of them, and what is known about who may see which: the walk's
// own idea of it, made of what the person did and what the forge says, not of Fathom's code.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Needles, newCanary, strangeLetters } from './needles.ts';
import type { Random } from './random.ts';

/** A request that arrives so many milliseconds after a decision may still have been on its way when it was made. */
const graceMs = 1000;

export interface Place {
  name: string;
  /** Absolute; undefined: untitled documents. */
  folder: string | undefined;
  /** Absolute paths, to be opened. */
  files: string[];
  /** Only opened: what a person selects in it and asks about may be sent. */
  onlyOpened: boolean;
  /** Of its files' names, without a dot. No language server looks at them, so that a step costs little. */
  ending: string;
}

export interface Breach {
  place: string;
  canary: string;
  reading: string;
}

/** One thing that may be seen or not, and since when. */
class Permission {
  readonly #changes: { at: number; given: boolean }[];

  constructor(given: boolean) {
    this.#changes = [{ at: 0, given }];
  }

  set(given: boolean): void {
    this.#changes.push({ at: Date.now(), given });
  }

  get now(): boolean {
    return this.#changes.at(-1)?.given ?? false;
  }

  get ever(): boolean {
    return this.#changes.some(({ given }) => given);
  }

  /** Whether it was given at that time, or shortly before. */
  at(time: number): boolean {
    return this.#changes.some(({ at, given }, index) => {
      const until = this.#changes[index + 1]?.at ?? Infinity;
      return given && at <= time && time <= until + graceMs;
    });
  }
}

export class Places {
  readonly all: Place[] = [];
  readonly #random: Random;
  readonly #needles = new Needles();
  readonly #permissions = new Map<string, Permission>();
  readonly #placeOf = new Map<string, string>();
  /** Whether anything at all may be sent to the cloud: not without a key, nor under `localOnly`. */
  readonly #open = new Permission(true);

  constructor(random: Random) {
    this.#random = random;
  }

  /** @param mayLeave whether the cloud may see what is in it */
  add(name: string, mayLeave: boolean, folder?: string, ending = 'go'): Place {
    const place: Place = { name, folder, files: [], ending, onlyOpened: false };
    this.all.push(place);
    this.#permissions.set(name, new Permission(mayLeave));
    return place;
  }

  get(name: string): Place {
    const found = this.all.find((place) => place.name === name);
    if (!found) throw new Error(`no place ${name}`);
    return found;
  }

  /** A canary of this place that no other file has. */
  canary(place: string, letters?: string): string {
    const canary = newCanary(this.#random, letters);
    this.#needles.add(canary);
    this.#placeOf.set(canary, place);
    return canary;
  }

  /** A decision of the person, or of the forge once Fathom has asked it. */
  allow(place: string, mayLeave: boolean): void {
    this.#permissions.get(place)?.set(mayLeave);
  }

  allowed(place: string): boolean {
    return this.#permissions.get(place)?.now ?? false;
  }

  openCloud(open: boolean): void {
    this.#open.set(open);
  }

  get cloudIsOpen(): boolean {
    return this.#open.now;
  }

  /** Whether a request of any kind may arrive at the cloud at this time (milliseconds since 1970). */
  mayArrive(at: number): boolean {
    return this.#open.at(at);
  }

  /**
   * The canaries in these bytes that must not be there.
   * @param at when they arrived; undefined: at no time known, so that only what was never allowed counts
   */
  breaches(bytes: Buffer, at: number | undefined): Breach[] {
    return this.found(bytes).filter(({ place }) => {
      const permission = this.#permissions.get(place);
      return at === undefined ? permission?.ever !== true : permission?.at(at) !== true;
    });
  }

  /** All canaries in these bytes. */
  found(bytes: Buffer): Breach[] {
    return this.#needles.find(bytes).map((found) => ({ place: this.#placeOf.get(found.canary) ?? '', ...found }));
  }

  /** Code with a canary in every shape that code can have. */
  code(place: string): string {
    const [word, text, remark, key] = [0, 1, 2, 3].map((shape) =>
      this.canary(place, shape === 2 ? strangeLetters : undefined),
    );
    return `// ${String(remark)} – worked out by hand, see the notes.
const ${String(word)} = 12;
const label = '${String(text)}';

export function rate(hours: number): number {
  const table = { ${String(key)}: 3, plain: 4 };
  return hours * ${String(word)} + table.plain;
}

export function half(total: number): number {
  return total / 3;
}
`;
  }

  /** Writes files into a place's folder: plain ones, one with a canary in its name, one with a strange name. */
  fill(place: Place, folder = 'src'): void {
    const { name } = place;
    const names = ['alpha', `note_${this.canary(name)}`, this.canary(name, strangeLetters)];
    for (const each of names) this.write(place, path.join(folder, `${each}.${place.ending}`), this.code(name));
  }

  write(place: Place, file: string, text: string): string {
    const absolute = path.join(place.folder ?? '', file);
    mkdirSync(path.dirname(absolute), { recursive: true });
    writeFileSync(absolute, text);
    place.files.push(absolute);
    return absolute;
  }

  /** A link in `place` that points to a file of another place, whose canaries are in what one reads there. */
  link(place: Place, file: string, target: string): void {
    const absolute = path.join(place.folder ?? '', file);
    mkdirSync(path.dirname(absolute), { recursive: true });
    rmSync(absolute, { force: true });
    symlinkSync(target, absolute);
    place.files.push(absolute);
  }
}

/** Makes a folder a git repository, as far as Fathom reads it. */
export function makeRepository(folder: string, remotes: readonly string[]): void {
  const git = path.join(folder, '.git');
  for (const each of ['objects', 'refs/heads']) mkdirSync(path.join(git, each), { recursive: true });
  writeFileSync(path.join(git, 'HEAD'), 'ref: refs/heads/main\n');
  const sections = remotes.map(
    (url, index) => `[remote "${index === 0 ? 'origin' : `other${index}`}"]\n\turl = ${url}\n`,
  );
  writeFileSync(
    path.join(git, 'config'),
    `[core]\n\trepositoryformatversion = 0\n\tbare = false\n${sections.join('')}`,
  );
}
