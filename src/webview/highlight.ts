// Code → HTML with a class for each token. The languages are chosen: each costs a few kB, and a side bar needs no ABNF.
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import dart from 'highlight.js/lib/languages/dart';
import diff from 'highlight.js/lib/languages/diff';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import go from 'highlight.js/lib/languages/go';
import graphql from 'highlight.js/lib/languages/graphql';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import lua from 'highlight.js/lib/languages/lua';
import makefile from 'highlight.js/lib/languages/makefile';
import markdown from 'highlight.js/lib/languages/markdown';
import php from 'highlight.js/lib/languages/php';
import powershell from 'highlight.js/lib/languages/powershell';
import python from 'highlight.js/lib/languages/python';
import r from 'highlight.js/lib/languages/r';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import scala from 'highlight.js/lib/languages/scala';
import scss from 'highlight.js/lib/languages/scss';
import shell from 'highlight.js/lib/languages/shell';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';

const languages = {
  bash, c, cpp, csharp, css, dart, diff, dockerfile, go, graphql, ini, java, javascript, json, kotlin, lua, makefile,
  markdown, php, powershell, python, r, ruby, rust, scala, scss, shell, sql, swift, typescript, xml, yaml,
}; // prettier-ignore
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);
hljs.registerAliases(['vue', 'svelte', 'htm'], { languageName: 'xml' });
hljs.registerAliases(['jsonc', 'json5', 'jsonl'], { languageName: 'json' });
hljs.registerAliases(['fish', 'ksh'], { languageName: 'bash' });
hljs.registerAliases(['env', 'properties'], { languageName: 'ini' });

/** Names that people write, where highlight.js' own is none they would ("HTML, XML", "TOML, also INI"). */
const names: Record<string, string> = {
  html: 'HTML', xml: 'XML', svg: 'SVG', vue: 'Vue', svelte: 'Svelte', ini: 'INI', toml: 'TOML', tsx: 'TSX', jsx: 'JSX',
  sh: 'Shell', zsh: 'Shell', console: 'Terminal', shell: 'Terminal', jsonc: 'JSON', text: 'Text', txt: 'Text',
  plaintext: 'Text', env: 'Environment',
}; // prettier-ignore

/** Beyond this many characters colours would cost more time than they save. */
const longest = 100_000;

/** HTML of the code, or undefined when the language is unknown or the code too long: then it is shown as it is. */
export function highlight(code: string, language: string): string | undefined {
  if (code.length > longest || hljs.getLanguage(language) === undefined) return undefined;
  return hljs.highlight(code, { language, ignoreIllegals: true }).value;
}

/** "TypeScript" for "ts"; the word itself for a language that isn't known; empty for none. */
export function languageName(language: string): string {
  return names[language.toLowerCase()] ?? hljs.getLanguage(language)?.name ?? language;
}
