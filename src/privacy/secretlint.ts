// The recommended rules of secretlint, as one function over a text. Its core is left out: it is made for files and reports, and would cost
// more than the rules do.
import type { rules as Rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { SecretLintRuleContext, SecretLintSourceCode } from '@secretlint/types';
import { kindOfRule, type Finding, type SecretKind } from './secretKinds.ts';

/**
 * `filter-comments` lets a comment in the text switch rules off: a repository could hide its secrets from us. `gcp` goes by the name of
 * a file and takes the whole of it; the key inside is found as a private key.
 */
const leftOut = new Set(['filter-comments', 'gcp']);

type Rule = (typeof Rules)[number];

const nameOf = (rule: Rule): string => rule.meta.id.replace(/^.*secretlint-rule-/, '');

const isPromise = (value: unknown): boolean => value instanceof Promise;

/** Some rules report where the assignment begins, not the secret: the secret itself is in the data of their message. */
function locate(content: string, [start, end]: readonly [number, number], data: unknown): [number, number] {
  for (const value of Object.values(data ?? {})) {
    if (typeof value !== 'string' || value === '') continue;
    const at = content.indexOf(value, start);
    if (at !== -1 && at <= end) return [at, at + value.length];
  }
  return [start, end];
}

/** @returns all that the rules find in a text; throws if a rule does not answer at once, which would hide what it finds */
export async function loadSecretlint(): Promise<(text: string) => Finding[]> {
  const { rules } = await import('@secretlint/secretlint-rule-preset-recommend');
  let found: Finding[] = [];
  let content = '';
  const contextOf = (kind: SecretKind): SecretLintRuleContext => ({
    sharedOptions: {},
    createTranslator: () => (messageId, props) => ({ message: '', messageId: String(messageId), data: props }),
    report: ({ range, message }) => {
      const [start, end] = locate(content, range, message.data);
      found.push({ start, end, kind });
    },
    ignore: () => undefined,
  });
  const scanners = rules
    .filter((rule) => !leftOut.has(nameOf(rule)))
    .map((rule) => ({ name: nameOf(rule), handler: rule.create(contextOf(kindOfRule(nameOf(rule))), {}) }));
  return (text) => {
    found = [];
    content = text;
    // The rules read the text and, to know a package file, its name: without one they look at every text.
    const source = { content: text, filePath: undefined, ext: '', contentType: 'text', hasBOM: false };
    for (const { name, handler } of scanners) {
      if (isPromise(handler.file?.(source as SecretLintSourceCode))) throw new Error(`${name} answers later`);
    }
    content = '';
    return found;
  };
}
