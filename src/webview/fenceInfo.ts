// What the words behind a fence's opening marks say: which language, which file. Models write them in several ways.

export interface FenceInfo {
  /** As written: "ts"; empty if there is none. */
  language: string;
  file?: string;
}

const looksLikeFile = /[\w)\]-]\.\w+$|[/\\]/;

/** "ts", "ts src/main.ts", "ts:src/main.ts", `ts title="src/main.ts"`, "src/main.ts", "{.ts}". */
export function fenceInfo(info: string): FenceInfo {
  const named = /\b(?:title|file|filename|path)=["']?([^"'\s}]+)/i.exec(info)?.[1];
  const [first = '', second = ''] = info.trim().split(/\s+/);
  const word = first.replace(/^\{?\.?|\}$/g, '');
  const colon = word.indexOf(':');
  const language = colon > 0 ? word.slice(0, colon) : word;
  const file = named ?? (colon > 0 ? word.slice(colon + 1) : looksLikeFile.test(second) ? second : undefined);
  if (file === undefined && looksLikeFile.test(language) && !/[#+]$/.test(language)) {
    return { language: language.slice(language.lastIndexOf('.') + 1), file: language };
  }
  return file === undefined || file === '' ? { language } : { language, file };
}
