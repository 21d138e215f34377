// 400 keys of a person who works in a file of 300 lines, through the engine of ghost text: only what Fathom would really send is sent.
import { readFileSync } from 'node:fs';
import { Engine } from '../../src/completion/engine.ts';
import { after, before, type Snapshot } from '../../src/completion/snapshot.ts';
import { windowTokens } from '../../src/context/aroundCursor.ts';
import { takeEnd, takeStart } from '../../src/context/tokens.ts';
import type { Gateway } from '../../src/privacy/gatewayTypes.ts';
import { openStage, type CacheModel, type Found } from './cacheReplay.ts';
import { functionName, sampleFile } from './sampleCode.ts';
import { dice } from './virtualTime.ts';

const seed = 4;
const lines = 300;
/** Backspace. */
const back = '\b';

/** The line that is clicked behind, and what is typed there. A new line is indented by the editor. */
const work: readonly { behind: string; keys: string }[] = [
  {
    behind: `function ${functionName(seed, 18)}(`,
    keys: '\nconst started = Date.now();',
  },
  {
    behind: `function ${functionName(seed, 19)}(`,
    keys:
      "\nconst label = formatDate(new Date());\nif (label === '') {\nthrow new Eror" +
      `${back}${back}ror('There is no date');\n}\nconst parts = label.split('-').map(Number);`,
  },
  {
    behind: 'import { database }',
    keys: "\nimport { formatDate } from './dates.ts';",
  },
  {
    behind: "const parts = label.split('-')",
    keys: '\nif (parts.length < 3) {\nreturn parts.at(0) ?? 0;\n}',
  },
  {
    behind: `function ${functionName(seed, 14)}(`,
    keys: '\nif (!Number.isFinite(limit)) retrun' + `${back.repeat(4)}turn undefined;`,
  },
  {
    behind: `function ${functionName(seed, 26)}(`,
    keys: '\nfor (const part of parts) {\ncounts.set(part, (counts.get(part) ?? 0) + 1);\n}',
  },
];

interface Key {
  /** Milliseconds since the key before. */
  pause: number;
  key: string;
  behind?: string;
}

/**
 * The keys with the time that a person takes, in milliseconds: 130 to 400 between two keys, now and then half a second to one and a
 * half after a word, one to six seconds at a line's end, four to ten to go elsewhere and look.
 */
function keysOf(steps: typeof work, rollSeed: number): Key[] {
  const roll = dice(rollSeed);
  const between = (least: number, most: number): number => Math.round(least + roll() * (most - least));
  return steps.flatMap(({ behind, keys }) =>
    Array.from(keys, (key, index): Key => {
      if (index === 0) return { pause: between(4000, 10000), key, behind };
      if (key === '\n') return { pause: between(1000, 6000), key };
      return { pause: key === ' ' && roll() < 0.15 ? between(500, 1500) : between(130, 400), key };
    }),
  );
}

class Editor {
  text: string;
  cursor = 0;

  constructor(text: string) {
    this.text = text;
  }

  get line(): string {
    return this.text.slice(this.text.lastIndexOf('\n', this.cursor - 1) + 1, this.cursor);
  }

  click(behind: string): void {
    const at = this.text.indexOf(behind);
    if (at < 0) throw new Error(`The sample has no line with ${behind}`);
    this.cursor = this.text.indexOf('\n', at);
  }

  press(key: string): void {
    const indent = /^ */.exec(this.line)?.[0] ?? '';
    if (key === back) this.#replace(1, '');
    else if (key === '\n') this.#replace(0, `\n${indent}${this.line.endsWith('{') ? '  ' : ''}`);
    else if (key === '}' && this.line.trim() === '') this.#replace(Math.min(2, this.line.length), '}');
    else this.#replace(0, key);
  }

  #replace(before: number, text: string): void {
    this.text = this.text.slice(0, this.cursor - before) + text + this.text.slice(this.cursor);
    this.cursor += text.length - before;
  }

  snapshot(path: string, delayMs: number): Snapshot {
    return {
      document: `file://${path}`,
      sources: [path],
      path,
      languageId: 'typescript',
      ...before(this.text.slice(0, this.cursor), 0),
      after: after(this.text.slice(this.cursor)),
      character: this.line.length,
      offset: this.cursor,
      length: this.text.length,
      automatic: true,
      selecting: false,
      cursors: 1,
      indent: { tabs: false, size: 2 },
      delayMs,
      mayReplace: true,
    };
  }
}

/** The window that moves with each key: so many tokens before the cursor and so many after it. */
function sliding({ before, after }: Snapshot): { prefix: string; suffix: string } {
  const prefixTokens = windowTokens.cloud * 0.75;
  return { prefix: takeEnd(before, prefixTokens), suffix: takeStart(after, windowTokens.cloud - prefixTokens) };
}

/** @param naive send the sliding window instead of ours */
export async function replayTyping(model: CacheModel, naive: boolean, rollSeed = 1): Promise<Found & { keys: number }> {
  const stage = await openStage(model);
  const { time } = stage;
  const file = stage.file('shop.ts');
  const editor = new Editor(sampleFile(lines, seed));
  let latest: Snapshot | undefined;
  const gateway: Pick<Gateway, 'fill'> = {
    fill: (request, signal) => stage.gateway.fill({ ...request, ...(naive && latest ? sliding(latest) : {}) }, signal),
  };
  const engine = new Engine({
    gateway,
    now: time.now,
    setTimer: time.setTimer,
    onProblem: (problem) => {
      throw problem;
    },
  });
  try {
    const delayMs = defaultDelay();
    let asking = new AbortController();
    const keys = keysOf(work, rollSeed);
    for (const { pause, key, behind } of keys) {
      await time.moveTo(time.now() + pause);
      if (behind !== undefined) editor.click(behind);
      editor.press(key);
      // As VS Code does: each key cancels the question of the key before.
      asking.abort();
      asking = new AbortController();
      latest = editor.snapshot(file, delayMs);
      engine.noteChange(latest.document, key === back ? 'remove' : 'insert');
      void engine.suggest(latest, asking.signal); // What is suggested is not taken; it never rejects.
    }
    await time.moveTo(time.now() + 10_000);
    return { ...stage.found(), keys: keys.length };
  } finally {
    engine.dispose();
    await stage.stop();
  }
}

/** The pause before a model is asked, in milliseconds, as people get it. */
function defaultDelay(): number {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    contributes: { configuration: { properties: Record<string, { default?: unknown }> }[] };
  };
  const setting = manifest.contributes.configuration
    .map(({ properties }) => properties['fathom.completion.delay'])
    .find((each) => each !== undefined);
  if (typeof setting?.default !== 'number') throw new Error('package.json has no fathom.completion.delay');
  return setting.default;
}
