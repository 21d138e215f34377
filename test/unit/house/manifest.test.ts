// The manifest against the code and the string tables: what is declared must exist, and what exists must be declared.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';

const root = path.join(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const nls = JSON.parse(read('package.nls.json')) as Record<string, string>;

interface Manifest {
  contributes: {
    commands: { command: string; title: string }[];
    configuration: { properties: Record<string, { default: unknown; scope: string; markdownDescription: string }> }[];
    menus: Record<string, { command?: string }[]>;
    walkthroughs: { steps: { description: string; media: { svg: string } }[] }[];
  };
}

function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.join(entry.parentPath, entry.name));
}
const source = sourceFiles('src')
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

describe('The manifest', () => {
  it('finds every string it names in package.nls.json, and names every string there', () => {
    const named = new Set([...read('package.json').matchAll(/"%([^%"]+)%"/g)].map((match) => match[1]));
    assert.deepEqual([...named].sort(), Object.keys(nls).sort());
  });

  it('declares every setting that settings.ts types, with the same default and scope', () => {
    const settings = read('src/settings.ts');
    const declared = Object.assign(
      {},
      ...manifest.contributes.configuration.map((group) => group.properties),
    ) as Record<string, { default: unknown; scope: string }>;
    const defaults = /export const settingDefaults: Settings = (\{[\s\S]*?\n\});/.exec(settings)?.[1];
    assert.ok(defaults !== undefined);
    const typed = JSON.parse(defaults.replaceAll("'", '"').replace(/,(\s*\})/g, '$1')) as Record<string, unknown>;
    assert.deepEqual(
      Object.fromEntries(Object.entries(declared).map(([key, value]) => [key.replace(/^fathom\./, ''), value.default])),
      typed,
    );
    const applicationOnly = /applicationOnly[^=]*= \[([\s\S]*?)\];/.exec(settings)?.[1] ?? '';
    for (const [key, value] of Object.entries(declared)) {
      const inList = applicationOnly.includes(`'${key.replace(/^fathom\./, '')}'`);
      assert.equal(value.scope === 'application', inList, `${key}: scope ${value.scope}`);
    }
  });

  it('keeps everything that decides where code goes out of a repository’s reach', () => {
    for (const group of manifest.contributes.configuration) {
      for (const [key, value] of Object.entries(group.properties)) {
        if (/^fathom\.(privacy|deepseek|local|budget|ledger|record)\./.test(key))
          assert.equal(value.scope, 'application', key);
      }
    }
  });

  it('has a registration in the source for every command, and declares every command that is registered', () => {
    const declared = manifest.contributes.commands.map((each) => each.command).sort();
    for (const command of declared) {
      assert.ok(source.includes(`'${command}'`), `${command} is declared but nobody registers it`);
    }
    const registered = [...source.matchAll(/registerCommand\(\s*'(fathom\.[a-zA-Z.]+)'/g)].map((match) => match[1]!);
    for (const command of registered)
      assert.ok(declared.includes(command), `${command} is registered but not declared`);
  });

  it('uses only declared commands in menus and walkthroughs', () => {
    const declared = new Set(manifest.contributes.commands.map((each) => each.command));
    const used = [
      ...Object.values(manifest.contributes.menus).flatMap((items) => items.map((item) => item.command)),
      ...Object.values(nls).flatMap((text) =>
        [...text.matchAll(/\(command:(fathom\.[\w.]+)/g)].map((match) => match[1]),
      ),
    ].filter((command): command is string => command !== undefined && !command.endsWith('.focus'));
    for (const command of used) assert.ok(declared.has(command), command);
  });

  it('ships every picture of the walkthrough', () => {
    for (const step of manifest.contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps)) {
      assert.ok(existsSync(path.join(root, step.media.svg)), step.media.svg);
    }
  });
});
