// Whether a value looks made by a machine or by a person who was asked for a strong password, and not like a name, a word, a path or the
// placeholder that a documentation shows.
import { placeholderForm } from './placeholders.ts';

/** The pairs of letters that make up nine tenths of the words in documentation and type declarations; of random letters, a quarter. */
const commonPairs = new Set(
  (
    'ab ac ad ag ai al am an ap ar as at au av ay ba be bl bo bu ca ce ch ci ck cl co cr ct cu da de di do ds ea ec ed ee ef eg el em en ' +
    'ep eq er es et ev ex fa fe fi fo fr fu ge gi gu ha he hi ho ht ia ib ic id ie if ig il im in io ip ir is it iv je ke la ld le li ll ' +
    'lo ls lt lu ly ma mb me mi mo mp na nc nd ne nf ng ni nl no ns nt nu ob oc od ol om on oo op or os ot ou ov ow pa pe pi pl po pp pr ' +
    'pt pu qu ra rc re rg ri rm rn ro rr rs rt ru ry sa sc se sh si so sp ss st su ta tc te th ti to tp tr ts tt tu ty ub uc ue ui ul um ' +
    'un up ur us ut va ve vi wa wh wi xp xt yp'
  ).split(' '),
);

const isLower = (c: number): boolean => c >= 97 && c <= 122;
const isUpper = (c: number): boolean => c >= 65 && c <= 90;
const isDigit = (c: number): boolean => c >= 48 && c <= 57;

/**
 * @returns how word-like a value is, from 0 to 1: the share of neighbours that are a common pair of letters. Where words are joined
 *   (`aB`, `a-b`) nothing is counted, but a word of one or two letters counts against it; so does a digit beside a letter or a digit.
 */
export function wordLikeness(value: string): number {
  let counted = 0;
  let natural = 0;
  let letters = 1;
  for (let i = 1; i < value.length; i += 1) {
    const a = value.charCodeAt(i - 1);
    const b = value.charCodeAt(i);
    if (isLower(a) && isUpper(b)) {
      if (letters < 3) counted += 1;
      letters = 1;
    } else if ((isLower(a) || isUpper(a)) && (isLower(b) || isUpper(b))) {
      letters += 1;
      counted += 1;
      if (commonPairs.has(value.slice(i - 1, i + 1).toLowerCase())) natural += 1;
    } else {
      letters = 1;
      if (isDigit(a) || isDigit(b)) counted += 1;
    }
  }
  return counted === 0 ? 1 : natural / counted;
}

/** Bits per character, of the value's own distribution. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/** `abcdef`, `0123456789`, `aaaa`: alphabets and keyboards, not secrets. */
function isSequence(value: string): boolean {
  let steps = 0;
  for (let i = 1; i < value.length; i += 1) {
    if (Math.abs(value.charCodeAt(i) - value.charCodeAt(i - 1)) <= 1) steps += 1;
  }
  return steps > (value.length - 1) * 0.5;
}

/** How many of: lower case, upper case, digits, others. */
function classes(value: string): number {
  return [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((each) => each.test(value)).length;
}

const wholeForm = new RegExp(`^${placeholderForm.source}$`);
const templates =
  /\$\{|\$\(|\{\{|#\{|%\{|<%|^\$[A-Z_]+$|^%[A-Z_]+%$|^%?[({<[].*[)}>\]]$|%[sdv]\b|\{[A-Za-z_.]*\}|<[A-Za-z][\w -]*>/;
/** A regular expression is about secrets, not one. */
const patterns = /\(\?[:=!<]|\[[^\]]{0,20}\w-\w[^\]]{0,20}\]|\\[dws][+*{]/;
const references =
  /^(?:process\.env|os\.environ|import\.meta|System\.getenv|ENV\[|env[.(]|vault:|arn:|ssm:|secretsmanager|op:\/\/|data:|@Microsoft)/i;
const addresses = /^(?:[a-z][a-z0-9+.-]{1,20}:\/\/|\.{0,2}\/(?:[\w.@-]+\/)*[\w.@-]+$|[A-Za-z]:\\|~\/)/i;
const samples =
  /your[-_. ]?|example|placeholder|change.?(?:me|it|this)|dummy|fake|sample|redacted|replace|insert|todo|fixme|x{4}|\*{3}|\.{3}|foo.?bar|lorem|not.?a.?(?:real|secret)|my.?(?:secret|password|token|api.?key)|1234567/i;
const trivial =
  /^(?:password|passwd|pass|passw0rd|p@ssw0rd|secret|s3cr3t|token|test|testing|admin|administrator|root|user|username|guest|demo|default|postgres|mysql|mongo|redis|rabbitmq|letmein|qwerty|welcome|hunter|hello|world|foo|bar|baz|abc|secretkey|apikey|changeit|localhost|database|string|undefined|null|none|true|false)[\d!@#._-]{0,5}$/i;

/** Documentation's and templates' stand-ins, references to where the secret really is, paths, addresses; also our own placeholders. */
export function isStandIn(value: string): boolean {
  return (
    wholeForm.test(value) ||
    templates.test(value) ||
    patterns.test(value) ||
    references.test(value) ||
    addresses.test(value) ||
    samples.test(value) ||
    trivial.test(value)
  );
}

/** Where a value stands: in quotes it is one; without, code is to be told from configuration. And whether its name says password. */
export interface Evidence {
  quoted: boolean;
  password: boolean;
}

/** `config.token2`, `Vec::with_2`: an expression, not a value. */
const expression = /^[A-Za-z_$][\w$]*(?:(?:\.|::|->)[A-Za-z_$][\w$]*)+$/;

/** `API_KEY_2024`: the name of a variable, or a code. */
const constant = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

/** Whether a value that is given to a secret's name is one. */
export function looksSecret(value: string, { quoted, password }: Evidence): boolean {
  if (value.length < 8 || value.length > 4096 || !/[A-Za-z]/.test(value) || /\s/.test(value) || isStandIn(value))
    return false;
  if (entropy(value) < 2.5 || isSequence(value)) return false;
  const likeness = wordLikeness(value);
  const kinds = classes(value);
  // Names, and words joined by dashes: only what is long and can't be pronounced is none.
  if (/^[A-Za-z_\-./:]+$/.test(value)) return value.length >= 16 && likeness < 0.4 && kinds >= 2;
  if (!quoted && expression.test(value) && likeness > 0.25) return false;
  if (constant.test(value) && likeness > 0.25) return false;
  // What a form demands of a strong password.
  if (password && kinds === 4 && /[!@#$%^*+~?]/.test(value) && !/[!=<>]=|&&|\/.*\//.test(value)) return true;
  if (quoted) return likeness < (password ? 0.55 : 0.5);
  if (/^[\w$]+$/.test(value) && (value.length < 12 || !/[0-9]/.test(value))) return false;
  return likeness < (value.length >= 16 && kinds >= 3 ? 0.5 : 0.4);
}
