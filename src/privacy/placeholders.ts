// The stand-in of a secret: a plain word, so that it is the same in code, JSON, Markdown, an address and a regular expression, and a model
// copies it like a name. Always the same for the same secret of one installation. It says nothing about the secret, not even its kind:
// two findings of one secret must agree.
import { createHmac } from 'node:crypto';

const head = 'SECRET_';
const digits = 12;
const length = head.length + digits;

/** The form, wherever it stands. `S` begins it and is nowhere else in it, so two of them never overlap, whatever stands around. */
export const placeholderForm = new RegExp(`${head}[0-9a-f]{${digits}}`, 'g');

/** @param turn counts up when another secret has the same digits */
export function placeholderOf(secret: string, salt: string, turn = 0): string {
  const hmac = createHmac('sha256', salt).update(Buffer.from(secret, 'utf16le'));
  return head + hmac.update(`#${turn}`).digest('hex').slice(0, digits);
}

export interface Restorer {
  /** @returns what can be shown by now */
  push(text: string): string;
  /** @returns what was held back: the beginning of a placeholder that never came to its end */
  end(): string;
}

/** Puts secrets back: exact placeholders of this map only, everything else stays as it is. */
export function restoreWith(secrets: ReadonlyMap<string, string>, text: string): string {
  return secrets.size === 0 ? text : text.replace(placeholderForm, (form) => secrets.get(form) ?? form);
}

/** Where the beginning of an unfinished placeholder stands at the end of the text; its length if there is none. */
function unfinished(text: string): number {
  const at = text.lastIndexOf('S');
  if (at === -1 || text.length - at >= length) return text.length;
  const rest = text.slice(at);
  const begins = rest.length <= head.length ? head.startsWith(rest) : /^SECRET_[0-9a-f]*$/.test(rest);
  return begins ? at : text.length;
}

/** For a stream: at most one placeholder's length is held back, and only where one may be beginning. */
export function restorerWith(secrets: ReadonlyMap<string, string>): Restorer {
  let held = '';
  return {
    push: (text) => {
      if (secrets.size === 0) return text;
      const all = held + text;
      const until = unfinished(all);
      held = all.slice(until);
      return restoreWith(secrets, all.slice(0, until));
    },
    end: () => {
      const rest = held;
      held = '';
      return rest;
    },
  };
}
