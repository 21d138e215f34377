// What a file of tests is called, by the custom of each language, and the next name that is free. Creates nothing.

interface Custom {
  /** Of a source file named `stem` + `.` + `extension`. `number` is empty for the first and 2, 3 … when names are taken. */
  name: (stem: string, extension: string, number: string) => string;
}

const dotTest: Custom = {
  name: (stem, extension, number) => [stem, number, 'test', extension].filter(Boolean).join('.'),
};
const underscoreTest: Custom = {
  name: (stem, extension, number) => `${stem}${number === '' ? '' : `_${number}`}_test.${extension}`,
};
const specOf = (wanted: string): Custom => ({
  name: (stem, _extension, number) => `${stem}${number === '' ? '' : `_${number}`}_spec.${wanted}`,
});
/** Class names follow the file's, so the number stands where an identifier may have it. */
const suffix = (word: string): Custom => ({
  name: (stem, extension, number) => `${stem}${number}${word}.${extension}`,
});

const customs: Record<string, Custom> = {
  py: { name: (stem, extension, number) => `test_${stem}${number === '' ? '' : `_${number}`}.${extension}` },
  go: underscoreTest,
  rs: underscoreTest,
  dart: underscoreTest,
  c: underscoreTest,
  cc: underscoreTest,
  cpp: underscoreTest,
  cxx: underscoreTest,
  ex: { name: (stem, _extension, number) => `${stem}${number === '' ? '' : `_${number}`}_test.exs` },
  rb: specOf('rb'),
  lua: specOf('lua'),
  java: suffix('Test'),
  kt: suffix('Test'),
  php: suffix('Test'),
  scala: suffix('Test'),
  groovy: suffix('Test'),
  cs: suffix('Tests'),
  fs: suffix('Tests'),
  vb: suffix('Tests'),
  swift: suffix('Tests'),
  hs: suffix('Spec'),
  ps1: { name: (stem, _extension, number) => `${stem}${number}.Tests.ps1` },
  r: { name: (stem, extension, number) => `test-${stem}${number === '' ? '' : `-${number}`}.${extension}` },
  vue: { name: (stem, _extension, number) => dotTest.name(stem, 'ts', number) },
  svelte: { name: (stem, _extension, number) => dotTest.name(stem, 'ts', number) },
};

/** Extension for documents that have no name yet; others keep their language id. */
const extensions: Record<string, string> = {
  typescript: 'ts',
  typescriptreact: 'tsx',
  javascript: 'js',
  javascriptreact: 'jsx',
  python: 'py',
  csharp: 'cs',
  ruby: 'rb',
  rust: 'rs',
  kotlin: 'kt',
  haskell: 'hs',
  powershell: 'ps1',
  elixir: 'ex',
  fsharp: 'fs',
};

/**
 * The first name that is free, in order: `foo.test.ts`, `foo.2.test.ts`, `foo.3.test.ts` …
 * @param fileName name of the source file without its folder; may lack an extension (untitled documents)
 * @param taken whether a file of that name is there already
 */
export async function freeTestFileName(
  fileName: string,
  languageId: string,
  taken: (name: string) => Promise<boolean>,
): Promise<string> {
  const dot = fileName.lastIndexOf('.');
  const stem = dot > 0 ? fileName.slice(0, dot) : fileName;
  const extension =
    dot > 0 ? fileName.slice(dot + 1) : (extensions[languageId] ?? /^[a-z]+$/.exec(languageId)?.[0] ?? 'txt');
  const custom = customs[extension.toLowerCase()] ?? dotTest;
  for (let number = 1; ; number++) {
    const name = custom.name(stem, extension, number === 1 ? '' : `${number}`);
    if (!(await taken(name))) return name;
  }
}
