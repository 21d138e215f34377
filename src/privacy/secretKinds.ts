// What a found secret is, in words for people. The detectors know only the short name.
import * as l10n from '@vscode/l10n';

/** A stretch of a text that must not leave as it is; offsets in UTF-16 units, the end is excluded. */
export interface Finding {
  start: number;
  end: number;
  kind: SecretKind;
}

const vendors = {
  aws: 'AWS',
  azure: 'Azure',
  gcp: 'Google Cloud',
  google: 'Google',
  npm: 'npm',
  slack: 'Slack',
  discord: 'Discord',
  telegram: 'Telegram',
  sendgrid: 'SendGrid',
  mailgun: 'Mailgun',
  mailchimp: 'Mailchimp',
  twilio: 'Twilio',
  shopify: 'Shopify',
  square: 'Square',
  stripe: 'Stripe',
  github: 'GitHub',
  gitlab: 'GitLab',
  atlassian: 'Atlassian',
  grafana: 'Grafana',
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  groq: 'Groq',
  huggingface: 'Hugging Face',
  replicate: 'Replicate',
  perplexity: 'Perplexity',
  linear: 'Linear',
  notion: 'Notion',
  '1password': '1Password',
  'hashicorp-vault': 'HashiCorp Vault',
  terraform: 'Terraform Cloud',
  vercel: 'Vercel',
  netlify: 'Netlify',
  digitalocean: 'DigitalOcean',
  supabase: 'Supabase',
  pulumi: 'Pulumi',
  doppler: 'Doppler',
  databricks: 'Databricks',
  docker: 'Docker',
  figma: 'Figma',
  cloudflare: 'Cloudflare',
  tailscale: 'Tailscale',
  pypi: 'PyPI',
  rubygems: 'RubyGems',
  crates: 'crates.io',
  nuget: 'NuGet',
  age: 'age',
} as const;

/** Called late: translations are loaded after this file. */
const words = {
  privatekey: () => l10n.t('private key'),
  url: () => l10n.t('password in an address'),
  jwt: () => l10n.t('JSON web token'),
  authorization: () => l10n.t('authorization header'),
  assignment: () => l10n.t('high-entropy assignment'),
  apikey: () => l10n.t('API key'),
  token: () => l10n.t('access token'),
} as const;

export type SecretKind = keyof typeof vendors | keyof typeof words;

const hasKey = <T extends object>(object: T, key: PropertyKey): key is keyof T => Object.hasOwn(object, key);

/** `AWS key or token`, `private key`… */
export function secretKindInWords(kind: SecretKind): string {
  return hasKey(words, kind) ? words[kind]() : l10n.t('{0} key or token', vendors[kind]);
}

/** The kind of one of the preset's rules, by the last part of its id; a rule that is new to us still finds an access token. */
export function kindOfRule(name: string): SecretKind {
  const known: Record<string, SecretKind> = { basicauth: 'url', 'database-connection-string': 'url' };
  return known[name] ?? (hasKey(vendors, name) || hasKey(words, name) ? name : 'token');
}
