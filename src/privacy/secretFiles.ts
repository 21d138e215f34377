// Files that are known to hold secrets, by name and place: they go along with nothing by themselves, and no model is asked to
// write in them. What is in a file is not looked at (redaction.ts does that).

/** Example files of that kind hold no secrets. */
const example = /\.(example|sample|template|tmpl|dist|defaults?|schema)$/;

/** Names, in lower case. */
const secretNames: readonly RegExp[] = [
  // Environment files: .env, .env.local, .env-prod, prod.env; direnv; Cloudflare.
  /^\.env([._-].+)?$/,
  /\.env$/,
  /^\.envrc(\..+)?$/,
  /^\.dev\.vars(\..+)?$/,
  // Keys, key stores, password stores, things that carry a key.
  /\.(pem|key|p8|p12|pfx|pkcs12|pvk|snk|jks|jceks|bcfks|keystore|kdbx?|ovpn|ppk|gpg|asc|agekey|mobileprovision|keytab)$/,
  /\.(keychain|keychain-db|keyring|psafe3|opvault|agilekeychain)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)(_.+)?([.-](old|bak|backup))?$/,
  /^ssh_host_.+_key$/,
  /^(master|production)\.key$/,
  // Credentials stores of tools.
  /^\.?(npmrc|yarnrc|yarnrc\.yml|pypirc|_?netrc|pgpass|pgpass\.conf|htpasswd|git-credentials|my\.cnf|mylogin\.cnf)$/,
  /^\.?(dockercfg|dockerconfigjson|s3cfg|boto|passwd-s3fs|vault-token|terraformrc|databrickscfg|msmtprc|erlang\.cookie)$/,
  /^\.?vault[-_]pass(word)?(\.txt)?$/,
  /^(rclone|terraform)\.(conf|rc)$/,
  /^(kaggle|token|local\.settings|application_default_credentials|credentials\.tfrc)\.json$/,
  /^(access_tokens|credentials|key4)\.db$/,
  /^(.+[-_.])?(credentials|secrets?)(\.(json|ya?ml|toml|ini|txt|csv|properties|xml|enc))?$/,
  /^(.+[-_.])?(service[-_]?account|client_secret|firebase-adminsdk)([-_.].*)?\.json$/,
  // Clusters and infrastructure.
  /^kubeconfig$|\.kubeconfig$/,
  /^(.+[-_.])?kubeconfig([-_.].+)?\.(ya?ml|json|conf)$/,
  /\.tfstate(\..*)?$/,
  /\.tfvars(\.json)?$/,
];

/** Paths, in lower case and with `/`. */
const secretPaths: readonly RegExp[] = [
  /(^|\/)\.(ssh|gnupg|kube|password-store)\/(?!.*\.(md|txt|pub)$).*$/,
  /(^|\/)\.aws\/(credentials|config|(cli|sso)\/cache\/.*)$/,
  /(^|\/)\.azure\/((accesstokens|azureprofile|msal_[^/]*|service_principal_entries[^/]*)(\.json|\.bin)?)$/,
  /(^|\/)(\.config|appdata\/roaming|\.local\/share)\/(gcloud|gh|github cli|glab-cli|op|doctl|hub|heroku|rclone|sops|keyrings|containers\/auth\.json)(\/|$)/,
  /(^|\/)\.docker\/config\.json$/,
  /(^|\/)\.(oci|snowsql)\/config$/,
  /(^|\/)\.snowflake\/(connections|config)\.toml$/,
  /(^|\/)\.(m2\/settings(-security)?\.xml|gradle\/gradle\.properties|nuget\/nuget\/nuget\.config|dbt\/profiles\.yml)$/,
  /(^|\/)\.?composer\/auth\.json$/,
  /(^|\/)\.?pip\/pip\.(conf|ini)$/,
  /(^|\/)(\.huggingface|\.cache\/huggingface)\/(token|stored_tokens)$/,
  /(^|\/)\.(fly\/config\.yml|netlify\/config\.json|terraform\.d\/.*)$/,
  /(^|\/)library\/keychains\//,
  /(^|\/)\.git\/(config|credentials)$/,
  /^\/etc\/(shadow|gshadow|sudoers|wireguard\/.*|ssl\/private\/.*)$/,
];

/** Whether a file of this path (with `/` or `\`) is known to hold secrets. */
export function isSecretFile(path: string): boolean {
  const normal = path.replaceAll('\\', '/').toLowerCase();
  const name = normal.slice(normal.lastIndexOf('/') + 1);
  if (secretPaths.some((pattern) => pattern.test(normal))) return true;
  return !example.test(name) && secretNames.some((pattern) => pattern.test(name));
}
