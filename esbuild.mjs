// Builds Fathom: the extension (CommonJS, Node 22), each heavy package as a file of its own, and the panel's browser side.
// `--production` minifies, `--watch` rebuilds, `--tests` adds the tests that run inside the extension host.
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import * as esbuild from 'esbuild';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const tests = process.argv.includes('--tests');

/**
 * What the source loads by `import('name')`: start-up must not pay for a package that is heavy, nor VS Code wait for the house
 * itself, so each becomes `dist/<name>.js` (`@a/b`: `dist/a-b.js`) and is read from disk when first used.
 */
const lazyPackages = ['openai', 'ollama', 'diff', '@secretlint/secretlint-rule-preset-recommend'];
const house = './extension.ts';
const fileOf = (name) => name.replace(/^@|^\.\/|\.ts$/g, '').replaceAll('/', '-');

const lazy = {
  name: 'lazy',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(${[...lazyPackages, house].join('|')})$`) }, (args) => {
      if (args.kind === 'entry-point') return undefined;
      if (args.kind !== 'dynamic-import') {
        return { errors: [{ text: `${args.path} is heavy: load it by import() when it is first used` }] };
      }
      return { path: `./${fileOf(args.path)}.js`, external: true };
    });
  },
};

const shared = {
  bundle: true,
  minify: production,
  sourcemap: true,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};
const node = {
  ...shared,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  mainFields: ['module', 'main'],
  external: ['vscode'],
  supported: { 'dynamic-import': false },
};

const builds = [
  { ...node, entryPoints: { main: 'src/main.ts' }, outdir: 'dist', plugins: [lazy] },
  { ...node, entryPoints: { extension: 'src/extension.ts' }, outdir: 'dist', plugins: [lazy] },
  { ...node, entryPoints: Object.fromEntries(lazyPackages.map((name) => [fileOf(name), name])), outdir: 'dist' },
  {
    ...shared,
    platform: 'browser',
    target: 'chrome128',
    format: 'iife',
    entryPoints: { panel: 'src/webview/main.ts' },
    outdir: 'dist/webview',
  },
];
if (tests) {
  await rm('out', { recursive: true, force: true });
  const inHost = await readdir('test/host');
  const entryPoints = ['index.ts', ...inHost.filter((file) => file.endsWith('.test.ts'))].map(
    (file) => `test/host/${file}`,
  );
  builds.push({
    ...node,
    entryPoints,
    outbase: 'test',
    outdir: 'out/test',
    // Mocha must be the one that runs them, and test servers may import what the extension loads lazily.
    external: ['vscode', 'mocha', 'openai', 'ollama'],
    minify: false,
    // Tests run as CommonJS here and as modules elsewhere: `import.meta` must mean the same.
    define: {
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
      'import.meta.url': '__importMetaUrl',
    },
    banner: { js: 'const __importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
  });
}

const kB = (bytes) => `${(bytes / 1000).toFixed(1).padStart(7)} kB`;

/** Prints the size of every file that was written, the largest first. */
function report(results) {
  const rows = results
    .flatMap((result) => Object.entries(result.metafile.outputs))
    .filter(([file]) => !file.endsWith('.map'))
    .sort(([, a], [, b]) => b.bytes - a.bytes);
  for (const [file, { bytes }] of rows) console.error(`${kB(bytes)}  ${file}`);
}

/** Writes the licences of every package that is bundled, as those licences ask. */
async function writeNotices(results) {
  const inputs = results.flatMap((result) => Object.keys(result.metafile.inputs));
  const bundled = inputs.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file) ?? []);
  // The icon font is copied, not bundled.
  const folders = [...new Set([...bundled, 'node_modules/@vscode/codicons'])].sort();
  const notices = folders.map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
    const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
    const text = file === undefined ? '' : `\n\n${(await readFile(`${folder}/${file}`, 'utf8')).trim()}`;
    return `${name} ${version} (${license})${text}`;
  });
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  await writeFile('dist/third-party-notices.txt', `${(await Promise.all(notices)).join(rule)}\n`);
}

if (production) await rm('dist', { recursive: true, force: true });
await mkdir('dist', { recursive: true });
await cp('node_modules/@vscode/codicons/dist/codicon.css', 'dist/webview/codicon.css');
await cp('node_modules/@vscode/codicons/dist/codicon.ttf', 'dist/webview/codicon.ttf');

if (watch) {
  const contexts = await Promise.all(builds.map((options) => esbuild.context({ ...options, logLevel: 'info' })));
  await Promise.all(contexts.map((context) => context.watch()));
} else {
  try {
    const results = await Promise.all(builds.map((options) => esbuild.build(options)));
    report(results);
    if (production) await writeNotices(results);
  } catch {
    // esbuild has said what is wrong, and where.
    process.exitCode = 1;
  }
}
