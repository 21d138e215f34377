// Secrets that are known by their own form, wherever they stand: those that secretlint's preset doesn't know, DeepSeek's first. Each
// expression is bounded, so that no text makes it slow.
import { isStandIn, looksSecret } from './entropy.ts';
import type { Finding, SecretKind } from './secretKinds.ts';

interface Format {
  kind: SecretKind;
  /** Group 1 is the secret; without one, all of it. */
  form: RegExp;
  /** A further look where the form alone is not enough. */
  when?: (secret: string, match: RegExpExecArray) => boolean;
}

const random = (secret: string): boolean => looksSecret(secret, { quoted: true, password: false });

/** The part after a prefix like `sk-or-v1-`. */
const randomEnd = (secret: string): boolean => random(/[^-_.]*$/.exec(secret)?.[0] ?? '') || random(secret);

const hasColon = (base64: string): boolean => {
  const text = Buffer.from(base64, 'base64').toString('latin1');
  return /^[\x20-\x7e]{3,}$/.test(text) && text.includes(':');
};

/** A password in an address: stands in for itself when it is the user's name or a word from a manual. */
export function isPasswordOfAddress(password: string, user: string): boolean {
  if (password.length < 5 || password === user || isStandIn(password)) return false;
  return !/^(?:[A-Z_]+|\*+|\d{1,5}|:.*|x-oauth-basic|\.+)$/.test(password);
}

const formats: readonly Format[] = [
  { kind: 'apikey', form: /\bsk-[A-Za-z0-9_-]{20,200}/g, when: randomEnd },
  // Half of a pair: AWS's own tools count it as one to keep.
  { kind: 'aws', form: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/g, when: (id) => !isStandIn(id) },
  { kind: 'google', form: /\bAIza[0-9A-Za-z_-]{35}(?![\w-])/g },
  { kind: 'google', form: /\bGOCSPX-[\w-]{28}(?![\w-])/g },
  { kind: 'google', form: /\bya29\.[\w-]{30,400}/g },
  { kind: 'jwt', form: /\bey[IJ][A-Za-z0-9_-]{8,4000}\.ey[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{16,1000}/g },
  { kind: 'azure', form: /\b(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/]{40,90}={0,2})/g },
  { kind: 'azure', form: /[?&]sig=([A-Za-z0-9%+/]{40,120}={0,2})/g },
  { kind: 'huggingface', form: /\bhf_[A-Za-z0-9]{34,40}(?!\w)/g, when: random },
  { kind: 'gitlab', form: /\bgl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|agent)-[\w-]{20,100}/g, when: randomEnd },
  { kind: 'discord', form: /\b[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}(?![\w-])/g, when: random },
  {
    kind: 'discord',
    form: /discord(?:app)?\.com\/api\/webhooks\/\d{15,21}\/([\w-]{60,80})/g,
  },
  { kind: 'telegram', form: /\b\d{8,10}:AA[\w-]{33}(?![\w-])/g },
  { kind: 'twilio', form: /\bSK[0-9a-f]{32}\b/g },
  { kind: 'mailgun', form: /\bkey-[0-9a-f]{32}\b/g },
  { kind: 'mailchimp', form: /\b[0-9a-f]{32}-us\d{1,2}\b/g },
  { kind: 'square', form: /\bsq0(?:csp|atp)-[\w-]{22,43}/g },
  { kind: 'atlassian', form: /\bATATT3[\w=-]{20,300}/g },
  { kind: 'replicate', form: /\br8_[A-Za-z0-9]{37}\b/g },
  { kind: 'perplexity', form: /\bpplx-[A-Za-z0-9]{40,56}\b/g },
  { kind: 'apikey', form: /\bxai-[A-Za-z0-9]{60,90}\b/g },
  { kind: 'terraform', form: /\b[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,70}/g },
  { kind: 'netlify', form: /\bnfp_[A-Za-z0-9]{36,40}\b/g },
  { kind: 'digitalocean', form: /\bdo[opr]_v1_[0-9a-f]{64}\b/g },
  { kind: 'supabase', form: /\bsbp_[0-9a-f]{40}\b/g },
  { kind: 'pulumi', form: /\bpul-[0-9a-f]{40}\b/g },
  { kind: 'doppler', form: /\bdp\.(?:pt|st|ct|sa)\.[\w.-]{40,60}/g },
  { kind: 'pypi', form: /\bpypi-Ag[\w-]{50,250}/g },
  { kind: 'rubygems', form: /\brubygems_[0-9a-f]{48}\b/g },
  { kind: 'crates', form: /\bcio[A-Za-z0-9]{32}\b/g, when: random },
  { kind: 'nuget', form: /\boy2[a-z0-9]{43}\b/g },
  { kind: 'age', form: /\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/g },
  { kind: 'hashicorp-vault', form: /\bhv[sbr]\.[\w-]{24,300}/g, when: randomEnd },
  {
    kind: 'url',
    form: /:\/\/([^\s:@/"'`<>\\]{0,100}):([^\s/"'`<>\\]{3,200})@(?=[\w[.$-])/g,
    when: (password, match) => isPasswordOfAddress(password, match[1] ?? ''),
  },
  {
    kind: 'authorization',
    form: /\b(?:Bearer|authorization["']?[ \t]{0,4}[:=,][ \t]{0,4}\\?["'`]?(?:Token|ApiKey|Key))[ \t]{1,4}([\w.~+/-]{12,2000}={0,2})/gi,
    when: (token) => looksSecret(token, { quoted: token.length >= 20, password: false }),
  },
  { kind: 'authorization', form: /\bBasic[ \t]{1,4}([A-Za-z0-9+/]{12,400}={0,2})/gi, when: hasColon },
  {
    kind: 'authorization',
    form: /[ \t](?:-u|--user)[ \t=]{1,2}["']?[^\s:"']{1,60}:([^\s"']{6,200})/g,
    when: (secret) => isPasswordOfAddress(secret, '') && looksSecret(secret, { quoted: true, password: true }),
  },
  {
    kind: 'assignment',
    form: /\blogin[ \t]{1,8}\S{1,80}\s{1,8}password[ \t]{1,8}(\S{6,200})/g,
    when: (secret) => looksSecret(secret, { quoted: true, password: true }),
  },
];

/** Everything in the text that has one of the forms. */
export function secretsByFormat(text: string): Finding[] {
  const found: Finding[] = [];
  for (const { kind, form, when } of formats) {
    for (const match of text.matchAll(form)) {
      const secret = match.at(-1) ?? match[0];
      if (when !== undefined && !when(secret, match)) continue;
      const start = match.length === 1 ? match.index : match.index + match[0].lastIndexOf(secret);
      found.push({ start, end: start + secret.length, kind });
    }
  }
  return found;
}
