// Files that are known to hold secrets: they go along with nothing by themselves, and no model is asked to write in them.

const secretFiles: readonly RegExp[] = [
  /^\.env(?!\.(example|sample|template|dist|defaults)$)(\..+)?$/,
  /\.env$/,
  /\.(pem|key|p8|p12|pfx|jks|keystore|kdbx|ovpn|ppk|gpg|asc|tfstate|tfvars|agekey|mobileprovision)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)(_.+)?$/,
  /^\.?(npmrc|yarnrc|pypirc|_?netrc|pgpass|htpasswd|git-credentials|my\.cnf|dockercfg|s3cfg|boto|vault-token|terraformrc)$/,
  /^(credentials|secrets?)(\.(json|ya?ml|toml|ini|txt|csv|properties|xml|enc))?$/,
  /^(service[-_]?account|client_secret).*\.json$/,
  /^(master|production)\.key$/,
];
const secretPaths: readonly RegExp[] = [
  /(^|\/)\.(ssh|gnupg|kube)\/(?!.*\.(md|txt|pub)$)[^/]*$/,
  /(^|\/)\.(aws\/(credentials|config)|docker\/config\.json|azure\/(accessTokens|azureProfile)\.json)$/,
  /(^|\/)\.config\/(gcloud|gh|op)\//,
];

/** Whether a file of this path (with `/` or `\`) is known to hold secrets. Example files of that kind hold none. */
export function isSecretFile(path: string): boolean {
  const normal = path.replaceAll('\\', '/');
  const name = normal.slice(normal.lastIndexOf('/') + 1).toLowerCase();
  return secretFiles.some((pattern) => pattern.test(name)) || secretPaths.some((pattern) => pattern.test(normal));
}
