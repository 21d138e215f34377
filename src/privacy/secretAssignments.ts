// Values that are given to a secret's name, in the ways of code and of configuration: `password = "…"`, `api_key: …`, `"token": "…"`,
// `<secret>…</secret>`, `--token …`. One pass, every step bounded.
import { looksSecret } from './entropy.ts';
import type { Finding } from './secretKinds.ts';
import { meaningOf } from './secretNames.ts';

const hit = /pass|pwd|secret|token|key|credential|auth|bearer|jwt|sessid|sessionid|hmac|identified by/gi;
const nameChar = /[\w$.-]/;
const nameRest = /[\w$.-]{0,60}/y;

/** Between the name and a value in quotes; a line may end only after an operator that can't end a statement. */
const quoted = new RegExp(
  '\\\\?["\'`]?[\\])]{0,2}[ \\t]{0,8}' +
    // A type: `: string =`, `: &str =`, `string =` as in Go; C#'s `{ get; } =`.
    '(?:(?:[?!]?:[ \\t]{0,4})?[&\\w.<>|\\[\\]*]{1,40}(?: \\w{1,20})?[ \\t]{0,4}(?==(?!=))|\\{ ?get;[ \\w;]{0,24}\\} ?)?' +
    '(?:(?:=>|[=:!]={0,3}|\\(|\\?\\?=?|\\|\\|=?|~=)[ \\t]{0,40}(?:\\r?\\n[ \\t]{0,80})?|(?:,|\\{|->|<-|or\\b)[ \\t]{0,8}|[ \\t]{1,8}(?:value[ \\t]{0,2}=[ \\t]{0,2})?)' +
    // What wraps the value: `b"`, `String("`, `[]byte("`, `new X("`.
    '(?:new |ConvertTo-SecureString (?:-String )?)?(?:(?:\\[\\])?[A-Za-z_][\\w.:]{0,40}\\(){0,2}[bruflL@$]{0,2}' +
    '(?:\\\\"([^"\\\\\\n]{8,2048})\\\\"|"((?:[^"\\\\\\n]|\\\\.){8,2048})"|\'((?:[^\'\\\\\\n]|\\\\.){8,2048})\'|`([^`\\n]{8,2048})`)',
  'y',
);

/** A value without quotes: to the next blank or delimiter, which must not make it a call or an index. */
const bare = new RegExp(
  '\\\\?["\']?[ \\t]{0,8}(?:(=>|:=|[=:])[ \\t]{0,40}(?:[|>][-+]?[ \\t]{0,8})?(?:\\r?\\n[ \\t]{1,40})?|(["\']?>)|([ \\t]{1,4}))' +
    '(?=([^\\s"\'`,;<>(){}\\[\\]&|\\\\]{8,512}))\\4(?=[\\s"\'`,;<)}\\]&\\\\]|$)',
  'y',
);

/** Group of `bare` that says how the value is joined. */
const byBlank = 3;

/** A blank joins only on a command line (`--token x`) and in a Dockerfile (`ENV TOKEN x`). */
function blankJoins(text: string, nameStart: number): boolean {
  if (text.startsWith('--', nameStart)) return true;
  return /(?:^|\n)[ \t]{0,8}(?:ENV|ARG)[ \t]{1,8}$/.test(text.slice(Math.max(0, nameStart - 24), nameStart));
}

function valueAfter(
  text: string,
  nameStart: number,
  nameEnd: number,
): { value: string; end: number; inQuotes: boolean } | undefined {
  quoted.lastIndex = nameEnd;
  const inQuotes = quoted.exec(text);
  if (inQuotes !== null) {
    const value = inQuotes[1] ?? inQuotes[2] ?? inQuotes[3] ?? inQuotes[4] ?? '';
    const closing = inQuotes[1] === undefined ? 1 : 2;
    return { value, end: quoted.lastIndex - closing, inQuotes: true };
  }
  bare.lastIndex = nameEnd;
  const free = bare.exec(text);
  if (free === null || (free[byBlank] !== undefined && !blankJoins(text, nameStart))) return undefined;
  return { value: free[4] ?? '', end: bare.lastIndex, inQuotes: false };
}

export function secretsByName(text: string): Finding[] {
  const found: Finding[] = [];
  hit.lastIndex = 0;
  for (let match = hit.exec(text); match !== null; match = hit.exec(text)) {
    nameRest.lastIndex = hit.lastIndex;
    nameRest.test(text);
    const nameEnd = Math.max(nameRest.lastIndex, hit.lastIndex);
    hit.lastIndex = nameEnd;
    let nameStart = match.index;
    while (nameStart > 0 && match.index - nameStart < 60 && nameChar.test(text.charAt(nameStart - 1))) nameStart -= 1;
    const given = valueAfter(text, nameStart, nameEnd);
    if (given === undefined) continue;
    const name = text.slice(nameStart, nameEnd);
    const meaning = /^identified by$/i.test(name) ? 'password' : meaningOf(name);
    if (meaning === undefined) continue;
    if (looksSecret(given.value, { quoted: given.inQuotes, password: meaning === 'password' })) {
      found.push({ start: given.end - given.value.length, end: given.end, kind: 'assignment' });
    }
  }
  return found;
}
