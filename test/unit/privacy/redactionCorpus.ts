// What redaction is measured by: secrets in code and configuration as people write them, and what only looks like one. The secrets are made
// from a seed when the test runs, so that no scanner finds one in this repository.

const lower = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';
const alphabets = {
  hex: `${digits}abcdef`,
  digits,
  letters: lower + lower.toUpperCase(),
  alnum: lower + lower.toUpperCase() + digits,
  lowerAlnum: lower + digits,
  base32: `${lower.toUpperCase()}234567`,
  upperAlnum: lower.toUpperCase() + digits,
  base64: `${lower}${lower.toUpperCase()}${digits}+/`,
  base64url: `${lower}${lower.toUpperCase()}${digits}-_`,
};

/** A small generator of numbers (mulberry32): the same secrets for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export type Maker = (of: keyof typeof alphabets, length: number) => string;

export function makerOf(seed: number): Maker {
  const next = numbers(seed);
  return (of, length) =>
    Array.from({ length }, () => alphabets[of].charAt(Math.floor(next() * alphabets[of].length))).join('');
}

/** A password as a manager makes it: letters of both cases, digits, a sign. */
const password = (make: Maker, length = 14): string =>
  `${make('letters', 2)}${make('digits', 1)}${make('alnum', length - 6)}-${make('digits', 1)}`.replace('-', '!') +
  make('upperAlnum', 1);
/** As a person makes it. */
const chosen = (make: Maker): string =>
  `${make('letters', 2)}0${make('lowerAlnum', 3)}#${make('digits', 3)}${make('letters', 1)}`;
const uuid = (make: Maker): string => [8, 4, 4, 4, 12].map((length) => make('hex', length)).join('-');
const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const jwt = (make: Maker): string =>
  `${base64(JSON.stringify({ alg: 'HS256', typ: 'JWT' })).replace(/=+$/, '')}.` +
  `${base64(JSON.stringify({ sub: make('digits', 10), iat: 1516239022 })).replace(/=+$/, '')}.${make('base64url', 43)}`;

/** The lines of a private key's text, without its marks. */
const keyLines = (make: Maker, lines = 12): string[] => [
  `MIIE${make('base64', 60)}`,
  ...Array.from({ length: lines }, () => make('base64', 64)),
  `${make('base64', 22)}==`,
];
const pem = (make: Maker, what = 'RSA PRIVATE KEY', join = '\n'): string =>
  [`-----BEGIN ${what}-----`, ...keyLines(make), `-----END ${what}-----`].join(join);

export interface SecretCase {
  language: string;
  what: string;
  secret: (make: Maker) => string;
  text: (secret: string, make: Maker) => string;
}

const row = (language: string, what: string, secret: SecretCase['secret'], text: SecretCase['text']): SecretCase => ({
  language,
  what,
  secret,
  text,
});

export const secretCases: readonly SecretCase[] = [
  // By their form
  row(
    'TypeScript',
    'DeepSeek key',
    (m) => `sk-${m('hex', 32)}`,
    (s) => `const client = new OpenAI({ baseURL: 'https://api.deepseek.com', apiKey: '${s}' });`,
  ),
  row(
    'Shell',
    'DeepSeek key, bare',
    (m) => `sk-${m('hex', 32)}`,
    (s) => `# works: ${s}\ncurl https://api.deepseek.com/models`,
  ),
  row(
    'Python',
    'OpenAI project key',
    (m) => `sk-proj-${m('base64url', 74)}T3BlbkFJ${m('base64url', 74)}`,
    (s) => `openai.api_key = "${s}"`,
  ),
  row(
    'Markdown',
    'OpenRouter key',
    (m) => `sk-or-v1-${m('hex', 64)}`,
    (s) => `Use the key \`${s}\` until Friday.`,
  ),
  row(
    'Python',
    'Anthropic key',
    (m) => `sk-ant-api03-${m('base64url', 93)}AA`,
    (s) => `client = anthropic.Anthropic(api_key="${s}")`,
  ),
  row(
    'Shell',
    'AWS access key id',
    (m) => `AKIA${m('base32', 16)}`,
    (s) => `export AWS_ACCESS_KEY_ID=${s}`,
  ),
  row(
    'INI',
    'AWS secret key',
    (m) => m('base64', 40),
    (s) => `[default]\nregion = eu-west-1\naws_secret_access_key = ${s}\n`,
  ),
  row(
    'Terraform',
    'AWS secret key',
    (m) => m('base64', 39) + 'a',
    (s) => `provider "aws" {\n  region     = "eu-west-1"\n  secret_key = "${s}"\n}`,
  ),
  row(
    'YAML',
    'GitHub token',
    (m) => `ghp_${m('alnum', 36)}`,
    (s) => `env:\n  GH: ${s}\n`,
  ),
  row(
    'Git config',
    'GitHub token in an address',
    (m) => `ghp_${m('alnum', 36)}`,
    (s) => `[remote "origin"]\n\turl = https://${s}:x-oauth-basic@github.com/owner/name\n`,
  ),
  row(
    'Ruby',
    'fine-grained GitHub token',
    (m) => `github_pat_${m('alnum', 82)}`,
    (s) => `Octokit::Client.new(access_token: '${s}')`,
  ),
  row(
    'YAML',
    'GitLab token',
    (m) => `glpat-${m('base64url', 20)}`,
    (s) => `variables:\n  DEPLOY: "${s}"\n`,
  ),
  row(
    'npmrc',
    'npm token',
    (m) => `npm_${m('alnum', 36)}`,
    (s) => `//registry.npmjs.org/:_authToken=${s}\n`,
  ),
  row(
    'npmrc',
    'token of a private registry',
    (m) => uuid(m),
    (s) => `//npm.corp.internal/:_authToken=${s}\nalways-auth=true\n`,
  ),
  row(
    'JavaScript',
    'Slack token',
    (m) => `xoxb-${m('digits', 12)}-${m('digits', 12)}-${m('alnum', 24)}`,
    (s) => `const web = new WebClient('${s}');`,
  ),
  row(
    'JSON',
    'Slack webhook',
    (m) => `https://hooks.slack.com/services/T${m('upperAlnum', 8)}/B${m('upperAlnum', 8)}/${m('alnum', 24)}`,
    (s) => `{ "notify": "${s}" }`,
  ),
  row(
    'Java',
    'Stripe key',
    (m) => `sk_live_${m('alnum', 24)}`,
    (s) => `Stripe.apiKey = "${s}";`,
  ),
  row(
    'PHP',
    'SendGrid key',
    (m) => `SG.${m('alnum', 22)}.${m('alnum', 43)}`,
    (s) => `$sendgrid = new \\SendGrid('${s}');`,
  ),
  row(
    'Kotlin',
    'Google key',
    (m) => `AIza${m('alnum', 35)}`,
    (s) => `MapsInitializer.init("${s}")`,
  ),
  row(
    'XML',
    'Google key',
    (m) => `AIza${m('base64url', 34)}x`,
    (s) => `<string name="google_maps">${s}</string>`,
  ),
  row(
    'Rust',
    'Hugging Face token',
    (m) => `hf_${m('letters', 34)}`,
    (s) => `let api = Api::new().token("${s}");`,
  ),
  row('Go', 'JSON web token', jwt, (s) => `req.AddCookie(&http.Cookie{Name: "s", Value: "${s}"})`),
  row(
    'HTTP',
    'JSON web token',
    jwt,
    (s) => `GET /me HTTP/1.1\r\nHost: api.internal\r\nAuthorization: Bearer ${s}\r\n\r\n`,
  ),
  row(
    'C#',
    'Azure storage key',
    (m) => `${m('base64', 86)}==`,
    (s) => `var c = "DefaultEndpointsProtocol=https;AccountName=logs;AccountKey=${s};EndpointSuffix=core.windows.net";`,
  ),
  row(
    'Python',
    'Discord bot',
    (m) => `M${m('alnum', 23)}.${m('alnum', 6)}.${m('alnum', 27)}`,
    (s) => `bot.run('${s}')`,
  ),
  row(
    'Python',
    'Telegram bot',
    (m) => `${m('digits', 9)}1:AA${m('base64url', 33)}`,
    (s) => `Updater("${s}")`,
  ),
  row(
    'TOML',
    'PyPI token',
    (m) => `pypi-AgEIcHlwaS5vcmc${m('base64url', 80)}`,
    (s) => `[pypi]\nusername = "__token__"\nupload = "${s}"\n`,
  ),
  row(
    'Terraform',
    'DigitalOcean token',
    (m) => `dop_v1_${m('hex', 64)}`,
    (s) => `provider "digitalocean" {\n  token = "${s}"\n}`,
  ),
  row(
    'HCL',
    'Terraform Cloud token',
    (m) => `${m('alnum', 14)}.atlasv1.${m('base64url', 67)}`,
    (s) => `credentials "app.terraform.io" {\n  token = "${s}"\n}`,
  ),
  row(
    'Text',
    'age key',
    (m) => `AGE-SECRET-KEY-1${m('upperAlnum', 58)}`,
    (s) => `# created: 2024-01-01\n${s}\n`,
  ),
  row(
    'JavaScript',
    'Mailgun key',
    (m) => `key-${m('hex', 32)}`,
    (s) => `mailgun.client({ username: 'api', key: '${s}' });`,
  ),
  row(
    'YAML',
    'Databricks token',
    (m) => `dapi${m('hex', 32)}`,
    (s) => `databricks:\n  pat: ${s}\n`,
  ),
  row(
    'Shell',
    'Docker token',
    (m) => `dckr_pat_${m('alnum', 27)}`,
    (s) => `echo ${s} | docker login --username bot --password-stdin`,
  ),
  row(
    'JSON',
    'Docker registry',
    (m) => base64(`bot:${password(m)}`),
    (s) => `{ "auths": { "ghcr.io": { "auth": "${s}" } } }`,
  ),
  // Private keys
  row(
    'PEM',
    'private key',
    (m) => pem(m),
    (s) => `${s}\n`,
  ),
  row(
    'PEM',
    'private key with CRLF',
    (m) => pem(m, 'PRIVATE KEY', '\r\n'),
    (s) => `\r\n${s}\r\n`,
  ),
  row(
    'PEM',
    'encrypted private key',
    (m) => pem(m, 'ENCRYPTED PRIVATE KEY'),
    (s) => s,
  ),
  row(
    'SSH',
    'OpenSSH key',
    (m) => pem(m, 'OPENSSH PRIVATE KEY').replace('MIIE', 'b3BlbnNzaC1rZXktdjEAAAA'),
    (s) => s,
  ),
  row(
    'JSON',
    'service account',
    (m) => `${pem(m, 'PRIVATE KEY', '\\n')}\\n`.slice(0, -2),
    (s) =>
      `{\n  "type": "service_account",\n  "private_key": "${s}\\n",\n  "client_email": "a@b.iam.gserviceaccount.com"\n}`,
  ),
  row(
    'YAML',
    'indented key',
    (m) => pem(m, 'EC PRIVATE KEY', '\n    '),
    (s) => `tls:\n  key: |\n    ${s}\n`,
  ),
  row(
    'Java',
    'key in joined strings',
    (m) => pem(m, 'PRIVATE KEY', '\\n" +\n      "'),
    (s) => `String KEY =\n      "${s}\\n";`,
  ),
  row(
    'PEM',
    'key whose end is cut off',
    (m) => keyLines(m).slice(0, 5).join('\n'),
    (s) => `config\n-----BEGIN RSA PRIVATE KEY-----\n${s}`,
  ),
  row(
    'PEM',
    'key whose beginning is cut off',
    (m) => keyLines(m).slice(4).join('\n'),
    (s) => `${s}\n-----END RSA PRIVATE KEY-----\n`,
  ),
  // Addresses
  row(
    'Python',
    'Postgres address',
    chosen,
    (s) => `engine = create_engine("postgresql://app:${s}@db.internal:5432/app")`,
  ),
  row(
    'dotenv',
    'Postgres address',
    (m) => m('alnum', 16),
    (s) => `DATABASE_URL=postgres://app:${s}@db.internal:5432/app?sslmode=require\n`,
  ),
  row(
    'JavaScript',
    'MongoDB address',
    (m) => m('alnum', 12),
    (s) => `mongoose.connect('mongodb+srv://svc:${s}@cluster0.ab1cd.mongodb.net/prod');`,
  ),
  row(
    'YAML',
    'Redis address',
    (m) => m('hex', 24),
    (s) => `redis:\n  url: redis://:${s}@cache.internal:6379/0\n`,
  ),
  row(
    'Go',
    'AMQP address',
    (m) => m('alnum', 14),
    (s) => `conn, err := amqp.Dial("amqp://worker:${s}@mq:5672/")`,
  ),
  row(
    'Shell',
    'address with a user',
    (m) => m('alnum', 14),
    (s) => `git clone https://deploy:${s}@git.corp.internal/team/app.git`,
  ),
  row(
    'Java',
    'JDBC parameter',
    (m) => password(m),
    (s) => `String url = "jdbc:mysql://db:3306/app?user=app&password=${s}";`,
  ),
  // By the name they are given to
  row(
    'TypeScript',
    'typed constant',
    (m) => password(m),
    (s) => `const password: string = '${s}';`,
  ),
  row(
    'JavaScript',
    'property',
    (m) => m('alnum', 32),
    (s) => `module.exports = {\n  session: { secret: '${s}', resave: false },\n};`,
  ),
  row(
    'JavaScript',
    'fallback of a variable',
    (m) => m('alnum', 40),
    (s) => `const key = process.env.JWT_SECRET || '${s}';`,
  ),
  row(
    'JSON',
    'hex',
    (m) => m('hex', 40),
    (s) => `{\n  "apiKey": "${s}",\n  "timeout": 30\n}`,
  ),
  row(
    'JSON',
    'JSON in a string',
    (m) => m('alnum', 24),
    (s) => `body := "{\\"user\\":\\"bob\\",\\"password\\":\\"${s}\\"}"`,
  ),
  row(
    'Python',
    'Django',
    (m) => `${m('lowerAlnum', 24)}$%${m('lowerAlnum', 24)}`,
    (s) => `SECRET_KEY = 'django-insecure-${s}'`,
  ),
  row(
    'Python',
    'keyword argument',
    (m) => chosen(m),
    (s) => `conn = psycopg2.connect(host="db", user="app", password="${s}")`,
  ),
  row(
    'Python',
    'default of getenv',
    (m) => m('alnum', 28),
    (s) => `TOKEN = os.getenv("SERVICE_TOKEN", "${s}")`,
  ),
  row(
    'Python',
    'item',
    (m) => m('base64url', 32),
    (s) => `app.config["SECRET_KEY"] = b"${s}"`,
  ),
  row(
    'Go',
    'struct',
    (m) => chosen(m),
    (s) => `cfg := mysql.Config{User: "app", Passwd: "${s}", Net: "tcp"}`,
  ),
  row(
    'Go',
    'bytes',
    (m) => m('alnum', 32),
    (s) => `var jwtSecret = []byte("${s}")`,
  ),
  row(
    'Go',
    'typed',
    (m) => m('alnum', 32),
    (s) => `const apiToken string = "${s}"`,
  ),
  row(
    'Java',
    'setter',
    (m) => password(m),
    (s) => `dataSource.setPassword("${s}");`,
  ),
  row(
    'Java',
    'properties object',
    (m) => password(m),
    (s) => `props.setProperty("mail.password", "${s}");`,
  ),
  row(
    'Properties',
    'spring',
    (m) => chosen(m),
    (s) => `spring.datasource.username=app\nspring.datasource.password=${s}\n`,
  ),
  row(
    'C#',
    'connection string',
    (m) => password(m),
    (s) => `"Default": "Server=sql01;Database=app;User Id=sa;Password=${s};Encrypt=true"`,
  ),
  row(
    'C#',
    'property',
    (m) => m('alnum', 32),
    (s) => `public string ClientSecret { get; } = "${s}";`,
  ),
  row(
    'C',
    'macro',
    (m) => password(m),
    (s) => `#define WIFI_PASSWORD "${s}"`,
  ),
  row(
    'C++',
    'braces',
    (m) => m('hex', 32),
    (s) => `std::string api_key{"${s}"};`,
  ),
  row(
    'Rust',
    'constant',
    (m) => m('alnum', 40),
    (s) => `const API_KEY: &str = "${s}";`,
  ),
  row(
    'Swift',
    'typed',
    (m) => m('alnum', 32),
    (s) => `let clientSecret: String = "${s}"`,
  ),
  row(
    'PHP',
    'define',
    (m) => password(m),
    (s) => `define( 'DB_PASSWORD', '${s}' );`,
  ),
  row(
    'PHP',
    'array',
    (m) => chosen(m),
    (s) => `return ['user' => 'app', 'password' => '${s}'];`,
  ),
  row(
    'Ruby',
    'hash',
    (m) => m('hex', 64),
    (s) => `Rails.application.config.secret_key_base = '${s}'`,
  ),
  row(
    'SQL',
    'user',
    (m) => chosen(m),
    (s) => `CREATE USER app WITH PASSWORD '${s}';`,
  ),
  row(
    'SQL',
    'identified by',
    (m) => password(m),
    (s) => `CREATE USER 'app'@'%' IDENTIFIED BY '${s}';`,
  ),
  row(
    'dotenv',
    'unquoted',
    (m) => m('alnum', 32),
    (s) => `NODE_ENV=production\nSTRIPE_WEBHOOK_SECRET=${s}\nPORT=3000\n`,
  ),
  row(
    'dotenv',
    'password',
    (m) => password(m),
    (s) => `SMTP_HOST=mail\nSMTP_PASS=${s}\n`,
  ),
  row(
    'YAML',
    'unquoted',
    (m) => m('alnum', 24),
    (s) => `mail:\n  user: bot\n  password: ${s}\n`,
  ),
  row(
    'YAML',
    'Kubernetes',
    (m) => base64(password(m, 18)),
    (s) => `apiVersion: v1\nkind: Secret\ndata:\n  db-password: ${s}\n`,
  ),
  row(
    'YAML',
    'block',
    (m) => m('base64', 44),
    (s) => `encryption_key: |\n  ${s}\n`,
  ),
  row(
    'YAML',
    'compose',
    (m) => m('alnum', 20),
    (s) => `    environment:\n      - POSTGRES_PASSWORD=${s}\n`,
  ),
  row(
    'Dockerfile',
    'ENV',
    (m) => m('hex', 40),
    (s) => `FROM node:22\nENV API_TOKEN ${s}\nRUN npm ci\n`,
  ),
  row(
    'XML',
    'element',
    (m) => password(m),
    (s) => `<server>\n  <id>corp</id>\n  <password>${s}</password>\n</server>`,
  ),
  row(
    'XML',
    'attribute',
    (m) => m('alnum', 32),
    (s) => `<add key="ApiSecretKey" value="${s}" />`,
  ),
  row('TOML', 'uuid', uuid, (s) => `[oauth]\nclient_id = "web"\nclient_secret = "${s}"\n`),
  row(
    'Shell',
    'option',
    (m) => m('alnum', 32),
    (s) => `sentry-cli --auth-token ${s} releases new 1.0`,
  ),
  row(
    'Shell',
    'curl',
    (m) => password(m),
    (s) => `curl -u admin:${s} https://jenkins.corp.internal/job`,
  ),
  row(
    'HTTP',
    'basic',
    (m) => base64(`admin:${password(m)}`),
    (s) => `Authorization: Basic ${s}\n`,
  ),
  row(
    'JavaScript',
    'bearer',
    (m) => m('base64url', 40),
    (s) => `headers: { Authorization: 'Bearer ${s}' },`,
  ),
  row(
    'netrc',
    'password',
    (m) => m('alnum', 20),
    (s) => `machine api.corp.internal login bot password ${s}\n`,
  ),
  row(
    'PowerShell',
    'secure string',
    (m) => chosen(m),
    (s) => `$password = ConvertTo-SecureString "${s}" -AsPlainText -Force`,
  ),
  row(
    'Text',
    'address with a token',
    (m) => m('alnum', 32),
    (s) => `See https://ci.corp.internal/build?job=4&access_token=${s}&x=1 for the log.`,
  ),
];

/** Nothing in these is a secret. Words that look like one are made from a seed as well. */
export const innocents: readonly [what: string, text: (make: Maker) => string][] = [
  ['keyboard', () => `password = "abcdefgh12345"\ntoken: 'aaaaaaaa1111'`],
  ['commit', (m) => `git checkout ${m('hex', 40)}\n`],
  ['short commit', (m) => `Reverts ${m('hex', 7)}, see ${m('hex', 12)}.`],
  [
    'npm lock',
    (m) => `{ "resolved": "https://registry.npmjs.org/a/-/a-1.0.0.tgz", "integrity": "sha512-${m('base64', 86)}==" }`,
  ],
  [
    'yarn lock',
    (m) =>
      `  resolved "https://registry.yarnpkg.com/a/-/a-1.0.0.tgz#${m('hex', 40)}"\n  integrity sha512-${m('base64', 86)}==\n`,
  ],
  ['Cargo.lock', (m) => `[[package]]\nname = "token"\nchecksum = "${m('hex', 64)}"\n`],
  ['go.sum', (m) => `github.com/golang-jwt/jwt v3.2.2 h1:${m('base64', 43)}=\n`],
  ['poetry.lock', (m) => `files = [\n    {file = "a-1.0.whl", hash = "sha256:${m('hex', 64)}"},\n]`],
  ['image digest', (m) => `FROM node@sha256:${m('hex', 64)}\n`],
  ['subresource integrity', (m) => `<script src="a.js" integrity="sha384-${m('base64', 64)}" crossorigin></script>`],
  ['uuid', (m) => `const id = '${uuid(m)}';`],
  ['uuid of a row', (m) => `INSERT INTO users (id, name) VALUES ('${uuid(m)}', 'Ada');`],
  ['project guid', (m) => `Project("{${uuid(m).toUpperCase()}}") = "Auth", "Auth.csproj"`],
  ['colours', () => `:root { --accent: #3f9a2c; --token-color: #ffcc00aa; background: #0d1117 }`],
  ['design token', () => `export const tokens = { 'color-text-1': '#1f2328', tokenSpacing: '0.25rem' };`],
  ['data URI', (m) => `background: url(data:image/png;base64,${m('base64', 400)});`],
  ['image in code', (m) => `const icon = 'data:image/svg+xml;base64,${m('base64', 300)}';`],
  ['base64 of a file', (m) => `const wasm = "AGFzbQEAAAAB${m('base64', 500)}";`],
  ['font', (m) => `@font-face { src: url(data:font/woff2;base64,d09GMg${m('base64', 300)}) }`],
  [
    'minified code',
    () =>
      `!function(e,t){var n=t.token,r=e.password;if(n&&r)return o({token:n,password:r,apiKey:i},"a1")}(window,{token:e,secret:t});`,
  ],
  ['minified names', () => `const{accessToken:a1b2,refreshToken:c3d4e5f6,secret:g7h8i9j0}=u8(v9);`],
  ['changeme', () => `password = "changeme"`],
  ['fixture', () => `const user = { name: 'test', password: 'password123' };`],
  ['fixture in Python', () => `self.client.login(username="testuser", password="testpass123")`],
  ['fixture in Ruby', () => `create(:user, password: 'secret-password-1', token: 'test-token-123')`],
  ['fixture in Java', () => `when(auth.login("user", "pass")).thenReturn(new Token("dummy-token-42"));`],
  ['placeholder', () => `api_key: "<your key>"`],
  ['placeholder in capitals', () => `OPENAI_API_KEY=YOUR_API_KEY_HERE\nSECRET_KEY=REPLACE_ME_WITH_32_CHARS\n`],
  ['crossed out', () => `token: "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"\nkey = sk-...\npassword: ********\n`],
  [
    'example of AWS',
    () =>
      `aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n`,
  ],
  [
    'shell variable',
    () => `export DB_PASSWORD=\${DB_PASSWORD:?missing}\ncurl -H "Authorization: Bearer $TOKEN_V2" -u "$USER:$PASS_1"\n`,
  ],
  ['compose variable', () => `      POSTGRES_PASSWORD: \${POSTGRES_PASSWORD}\n`],
  [
    'workflow',
    () =>
      `        with:\n          token: \${{ secrets.GITHUB_TOKEN }}\n          ssh-key: \${{ secrets.DEPLOY_KEY_2 }}\n`,
  ],
  ['process.env', () => `const apiKey = process.env.OPENAI_API_KEY2;\nconst secret = process.env['JWT_SECRET'] ?? '';`],
  ['os.environ', () => `password = os.environ["DB_PASSWORD_1"]\ntoken = os.getenv("TOKEN")`],
  ['Rust env', () => `let token = std::env::var("API_TOKEN_V1")?;`],
  ['Java env', () => `String apiKey = System.getenv("API_KEY_2024");`],
  [
    'Terraform variable',
    () => `  password = var.db_password_1\n  token    = data.vault_generic_secret.app1.data["token"]\n`,
  ],
  ['Helm', () => `  password: {{ .Values.db.password | b64enc | quote }}\n`],
  ['Jinja', () => `db_password = "{{ vault_db_password_2 }}"`],
  [
    'vault',
    () =>
      `password: vault:secret/data/app1#password\nsecretArn: arn:aws:secretsmanager:eu-west-1:111122223333:secret:app1-AbCdEf\n`,
  ],
  [
    'expression',
    () => `this.token = this.nextToken2;\npassword = user.getPassword1();\nconst secret = await loadSecret32(path);`,
  ],
  ['comparison', () => `if (token === TokenKind.Identifier2 || password !== confirmPassword2) return;`],
  [
    'types',
    () => `interface Login { password: string; apiKey?: Uint8Array; token: Token<T2>; secret: Buffer | undefined }`,
  ],
  [
    'lexer',
    () =>
      `const token = tokens[i + 1];\ncase Token.LBrace2: token = "||="; break;\nexport const tokenTypes = ['keyword2', 'string64'];`,
  ],
  [
    'names of things',
    () =>
      `passwordField = "user_password_1"; tokenUrl = "https://auth.corp.internal/oauth2/v1/token"; secretName: my-app-secrets-v2`,
  ],
  [
    'headers',
    () => `const AUTH_HEADER = 'X-Auth-Token-V2'; res.setHeader('WWW-Authenticate', 'Basic realm="Area 51"');`,
  ],
  [
    'translation',
    () =>
      `"password": "Passwort", "password.hint": "Mindestens 8 Zeichen, 1 Ziffer", "token.expired": "Ihr Token ist abgelaufen."`,
  ],
  [
    'form',
    () =>
      `<input type="password" id="password1" name="password" placeholder="Your password" autocomplete="current-password">`,
  ],
  [
    'css selector',
    () => `await page.fill('input[name="password"]', password2);\nconst passwordInput = '#login-password-2';`,
  ],
  ['error codes', () => `ERR_PASSWORD_TOO_SHORT2 = "auth/password-too-short-2"\nTOKEN_EXPIRED = "E1024_TOKEN"`],
  ['route', () => `router.post('/api/v1/password/reset2', auth.requireToken2, resetPassword);`],
  ['import', () => `import { token2 } from './auth/token2.js';\nfrom app.secrets2 import load_secret_v2`],
  [
    'alphabet',
    () =>
      `const secretAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';\nkeyChars = "0123456789abcdef"`,
  ],
  [
    'address without password',
    () =>
      `DATABASE_URL=postgres://db.internal:5432/app\nREDIS=redis://cache:6379\nssh://git@github.com/owner/name.git\n`,
  ],
  [
    'address from a manual',
    () =>
      `postgres://postgres:postgres@localhost:5432/postgres\namqp://guest:guest@rabbitmq:5672\nhttps://user:password@example.com\n`,
  ],
  [
    'address with variables',
    () => 'mongodb://${user}:${password}@host/db postgres://%s:%s@%s/x `mysql://${u}:${p}@h` redis://:$REDIS_PASS@r',
  ],
  [
    'public key',
    (m) => `-----BEGIN PUBLIC KEY-----\n${m('base64', 64)}\n${m('base64', 64)}\n-----END PUBLIC KEY-----\n`,
  ],
  [
    'certificate',
    (m) => `-----BEGIN CERTIFICATE-----\nMIID${m('base64', 60)}\n${m('base64', 64)}\n-----END CERTIFICATE-----\n`,
  ],
  ['ssh public key', (m) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA${m('base64', 43)} ada@laptop\n`],
  [
    'armour without a key',
    () =>
      `const begin = '-----BEGIN PRIVATE KEY-----';\nif (!pem.startsWith(begin)) throw new Error('no key');\n-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----\n`,
  ],
  ['site key', (m) => `<div class="g-recaptcha" data-sitekey="6L${m('alnum', 38)}"></div>`],
  [
    'hash of a file',
    (m) => `{ "sha256": "${m('hex', 64)}", "md5": "${m('hex', 32)}", "etag": "W/\\"${m('hex', 32)}\\"" }`,
  ],
  [
    'source map',
    () => `{"version":3,"names":["token","password1"],"mappings":"AAAA,SAASA,EAAYC,GACnB,MAAO,CACLC,KAAMD,EAAME"}`,
  ],
  ['chunk name', (m) => `<link rel="stylesheet" href="/assets/index-${m('alnum', 8)}.css">`],
  ['test name', () => `it('rejects a token that is 2 hours old', () => expect(check(token1)).toBe(false));`],
  ['page token', (m) => `Next page token: ${m('alnum', 24)}\n{ "nextPageToken": "${m('alnum', 32)}" }`],
  ['trace', (m) => `traceparent: 00-${m('hex', 32)}-${m('hex', 16)}-01\nrequest-id: ${m('alnum', 20)}\n`],
  ['address of a wallet', (m) => `const contract = '0x${m('hex', 40)}';`],
  [
    'cache key',
    (m) =>
      `cacheKey = "user:${m('hex', 16)}:profile"; primary_key = "${m('lowerAlnum', 20)}"; sortKey: '${m('alnum', 12)}'`,
  ],
  ['public key by name', (m) => `STRIPE_PUBLISHABLE_KEY=pk_live_${m('alnum', 24)}\npublicKey: '${m('base64', 43)}='`],
];
