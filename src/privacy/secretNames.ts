// Whether a name says that what it holds is a secret: `DB_PASSWORD`, `stripeApiKey`, `client-secret`; and not `passwordField`, `tokenUrl`.

const wordsIn = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** A word that is enough by itself. */
const alone = wordsIn(
  'password passwd passwort passphrase passcode pwd pass secret secrets token credential credentials apikey authkey ' +
    'secretkey accesskey privatekey authtoken accesstoken bearer jwt auth userpass dbpass sessionid phpsessid ' +
    'jsessionid accountkey sharedaccesskey authorization',
);
/** With `key` after it. */
const beforeKey = wordsIn(
  'api secret access private encryption encrypt signing sign signature auth account master session storage shared ' +
    'service client hmac aes crypto cipher license consumer deploy jwt webhook cookie application app subscription ' +
    'admin root security deepseek openai anthropic stripe gemini mistral integration routing sendgrid mailgun rollbar ' +
    'base',
);
/** After the secret's word: the name is about it, and holds something else. */
const about = wordsIn(
  'url uri path file filename dir name names id ids type types field label placeholder hint length len size min max ' +
    'expiry expires expiration ttl age header prefix suffix regex regexp pattern endpoint env var variable count ' +
    'limit policy strategy reset error errors message msg text title page template form input visible required ' +
    'enabled algorithm algo format encoding class selector attribute attr ref arn version provider manager kind index ' +
    'symbol color node at date time budget request response scope scopes audience issuer rules rule validator schema ' +
    'test tests list map set fingerprint thumbprint digest checksum icon svg png html css md js ts json',
);
/** Anywhere in the name: what it holds may be seen by everybody. */
const open = wordsIn(
  'public publishable pub anon site sitekey design csrf xsrf integrity sha etag next page continuation',
);
const passwords = wordsIn('password passwd passwort passphrase passcode pwd pass userpass dbpass');

/** A name that begins so, in its last part, is a question or an order; what follows in quotes is what it is about. */
const verbs = wordsIn(
  'get fetch find load read has is use remove delete request acquire on require inject parse expect match no ' +
    'missing invalid show hide toggle validate check',
);

export type NameMeaning = 'password' | 'secret' | undefined;

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');

/** @param name an identifier of any style, at most a hundred characters */
export function meaningOf(name: string): NameMeaning {
  const words = wordsOf(name);
  if (words.some((word) => open.has(word)) || verbs.has(wordsOf(/[^.]*$/.exec(name)?.[0] ?? '')[0] ?? ''))
    return undefined;
  const last = words.findLastIndex(
    (word, at) =>
      alone.has(word) ||
      (word === 'key' && beforeKey.has(words[at - 1] ?? '')) ||
      /^[a-z]{2,}(?:apikey|password|passwd|secretkey)$/.test(word),
  );
  if (last === -1 || words.slice(last + 1).some((word) => about.has(word))) return undefined;
  // `keyboard.key`, `token.start`: the name goes on to something of its own.
  if (words.length - last > 3) return undefined;
  return passwords.has(words[last] ?? '') || /password|passwd/.test(words[last] ?? '') ? 'password' : 'secret';
}
