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
 *   (`aB`, `a-b`) nothing is counted; a digit beside a letter or another digit counts against it.
 */
export function wordLikeness(value: string): number {
  let counted = 0;
  let natural = 0;
  for (let i = 1; i < value.length; i += 1) {
    const a = value.charCodeAt(i - 1);
    const b = value.charCodeAt(i);
    const letters = (isLower(a) || isUpper(a)) && (isLower(b) || isUpper(b));
    if (letters) {
      if (isLower(a) && isUpper(b)) continue;
      counted += 1;
      if (commonPairs.has(value.slice(i - 1, i + 1).toLowerCase())) natural += 1;
    } else if (isDigit(a) || isDigit(b)) {
      counted += 1;
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
    references.test(value) ||
    addresses.test(value) ||
    samples.test(value) ||
    trivial.test(value)
  );
}

/** `strong`: the name says password and the value stands in quotes. `plain`: quoted. `bare`: no quotes, so code is to be told apart. */
export type Evidence = 'strong' | 'plain' | 'bare';

const allowed: Record<Evidence, number> = { strong: 0.55, plain: 0.5, bare: 0.4 };

/** Whether a value that is assigned to a secret's name is one. */
export function looksSecret(value: string, evidence: Evidence): boolean {
  if (value.length < 8 || value.length > 4096 || !/[A-Za-z]/.test(value) || isStandIn(value)) return false;
  const kinds = classes(value);
  const bits = entropy(value);
  if (bits < 2.5 || isSequence(value)) return false;
  const likeness = wordLikeness(value);
  // Words joined by dashes, and names: letters of one case, or with nothing but humps.
  if (!/[0-9]/.test(value) && /^[A-Za-z_\-./: ]+$/.test(value))
    return value.length >= 16 && likeness < 0.4 && kinds >= 2;
  if (evidence === 'strong' && kinds === 4 && !/[\s/_.-]/.test(value)) return true;
  if (/\s/.test(value)) return false;
  if (evidence !== 'bare') return likeness < allowed[evidence];
  // An expression: `config.token2`, `hash32`, `u8x16_splat`.
  if (/^[A-Za-z_$][\w$]*(?:[.:]{1,2}[A-Za-z_$][\w$]*)+$/.test(value) && likeness > 0.25) return false;
  if (/^[\w$]+$/.test(value) && (value.length < 12 || !/[0-9]/.test(value))) return false;
  return likeness < allowed.bare;
}
