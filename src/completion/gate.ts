// May ghost text appear here at all? Decided from a snapshot alone, in microseconds, before anything is looked up or asked.
import { closersOrBlockHead, linePrefix, restOfLine, type Snapshot } from './snapshot.ts';

/** Why nothing is suggested. */
export type Silence =
  | 'language'
  | 'secretFile'
  | 'tooLarge'
  | 'binary'
  | 'selection'
  | 'cursors'
  | 'deleted'
  | 'emptyDocument'
  | 'midWord'
  | 'midLine';

/** Languages that are no text to write in: logs, results, and the commit box, which has its own action. */
const silentLanguages: ReadonlySet<string> = new Set([
  'scminput',
  'log',
  'Log',
  'output',
  'search-result',
  'git-rebase',
]);

/** Files whose text is a secret: it isn't sent to any model, and a model's guess at it helps nobody. */
const secretFiles: readonly RegExp[] = [
  /^\.env(?!\.(example|sample|template|dist|defaults)$)(\..+)?$/,
  /\.env$/,
  /\.(pem|key|p8|p12|pfx|jks|keystore|kdbx|ovpn|ppk|gpg|asc|tfstate|tfvars|agekey|mobileprovision)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)(_.+)?$/,
  /^\.?(npmrc|pypirc|netrc|pgpass|htpasswd|git-credentials|my\.cnf|dockercfg|s3cfg|boto|vault-token|terraformrc)$/,
  /^(credentials|secrets?)(\.(json|ya?ml|toml|ini|txt|csv|properties|xml|enc))?$/,
  /^(service[-_]?account|client_secret).*\.json$/,
  /^(master|production)\.key$/,
];
const secretPaths: readonly RegExp[] = [
  /(^|\/)\.(ssh|gnupg|kube)\/(?!.*\.(md|txt|pub)$)[^/]*$/,
  /(^|\/)\.(aws\/(credentials|config)|docker\/config\.json|azure\/(accessTokens|azureProfile)\.json)$/,
  /(^|\/)\.config\/(gcloud|gh|op)\//,
];

/** Longer documents are data. */
export const longestDocument = 5 * 1024 * 1024;

const wordCharacter = /[\p{L}\p{N}_$]/u;

/** @returns why nothing may be suggested, or undefined when something may */
export function gate(snapshot: Snapshot, deletedLast: boolean): Silence | undefined {
  if (silentLanguages.has(snapshot.languageId)) return 'language';
  if (isSecretFile(snapshot.path)) return 'secretFile';
  if (snapshot.length > longestDocument) return 'tooLarge';
  if (snapshot.before.includes('\0') || snapshot.after.includes('\0')) return 'binary';
  if (snapshot.cursors > 1) return 'cursors';
  if (snapshot.selecting) return 'selection';

  const prefix = linePrefix(snapshot);
  const rest = restOfLine(snapshot);
  if (wordCharacter.test(lastCharacter(prefix)) && wordCharacter.test(firstCharacter(rest))) return 'midWord';
  if (!snapshot.automatic) return undefined;

  if (deletedLast) return 'deleted';
  if (snapshot.before.trim() === '' && snapshot.after.trim() === '') return 'emptyDocument';
  if (!closersOrBlockHead.test(rest)) return 'midLine';
  return undefined;
}

/** Whether a file of this path (with `/` or `\`) is known to hold secrets. Example files of that kind hold none. */
export function isSecretFile(path: string): boolean {
  const normal = path.replaceAll('\\', '/');
  const name = normal.slice(normal.lastIndexOf('/') + 1).toLowerCase();
  return secretFiles.some((pattern) => pattern.test(name)) || secretPaths.some((pattern) => pattern.test(normal));
}

function firstCharacter(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0x20);
}

function lastCharacter(text: string): string {
  return /[\ud800-\udbff][\udc00-\udfff]$/.test(text) ? text.slice(-2) : text.slice(-1);
}
