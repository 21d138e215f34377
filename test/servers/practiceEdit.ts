// The answer to a request for an edit without a model: the same code with one visible comment, so that the review can be
// practised; for a new file, a list of empty tests. For practice only.

const remark = 'Practice server: this line shows what a change looks like. It is not from DeepSeek.';

type Comment = (text: string) => string;
const slashes: Comment = (text) => `// ${text}`;
const hash: Comment = (text) => `# ${text}`;
const dashes: Comment = (text) => `-- ${text}`;
const markup: Comment = (text) => `<!-- ${text} -->`;
const stars: Comment = (text) => `/* ${text} */`;

/** By language id; everything else has `//`. JSON has no comments. */
const comments: Record<string, Comment | undefined> = {
  ...Object.fromEntries(
    [
      'python',
      'ruby',
      'shellscript',
      'yaml',
      'dockerfile',
      'makefile',
      'perl',
      'r',
      'elixir',
      'julia',
      'toml',
      'powershell',
    ].map((language) => [language, hash]),
  ),
  ...Object.fromEntries(['sql', 'lua', 'haskell'].map((language) => [language, dashes])),
  ...Object.fromEntries(['html', 'xml', 'markdown', 'vue', 'svelte'].map((language) => [language, markup])),
  ...Object.fromEntries(['css', 'c'].map((language) => [language, stars])),
  json: undefined,
};

/** `code` with a comment above its first line that may have one; JSON gets an empty line instead. */
export function visiblyChanged(code: string, language: string): string {
  const lines = code.split('\n');
  const at = lines.findIndex((line) => line.trim() !== '' && !/^(#!|<\?|<!DOCTYPE|['"]use )/i.test(line));
  const comment = language in comments ? comments[language] : slashes;
  const place = Math.max(0, at);
  const indent = /^\s*/.exec(lines[place] ?? '')?.[0] ?? '';
  if (comment) lines.splice(place, 0, indent + comment(remark));
  else lines.splice(place + 1, 0, '');
  return lines.join('\n');
}

/** A file with an empty test for each function of `code`. */
export function emptyTests(code: string, language: string): string {
  const found = [...code.matchAll(/\b(?:function|def|fn|func|class)\s+([A-Za-z_]\w*)/g)].map((match) => match[1] ?? '');
  const names = [...new Set(found)];
  const intro =
    'Practice server: this file is not from DeepSeek. One empty test for each function, to practise the review.';
  if (/^(java|type)script/.test(language)) {
    const tests = names.map((name) => `describe('${name}', () => {\n  it.todo('does what it should');\n});`);
    return [slashes(intro), "import { describe, it } from 'node:test';", '', ...tests].join('\n');
  }
  if (language === 'python') {
    const tests = names.map((name) => `def test_${name.toLowerCase()}():\n    """To be written."""\n`);
    return [hash(intro), '', ...tests].join('\n').trimEnd();
  }
  const comment = (language in comments ? comments[language] : slashes) ?? slashes;
  return [comment(intro), ...names.map((name) => comment(`To be written: a test of ${name}`))].join('\n');
}
