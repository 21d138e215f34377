// Recognises answers that leave code out ("rest of the code unchanged"): applied, they would delete what they don't repeat.

const comment = /^(?:\/\/+|#+|--+|;+|%+|\/\*+|\*|<!--|\{\/\*|\(\*|"""|rem\b)\s*(.*?)\s*(?:\*\/\}?|-->|\*\)|""")?$/i;
const dots = /\.{3,}|…/;
const onlyDots = /^(?:\.{3,}|…)$/;
const code =
  /\b(?:rest|existing|remaining|remainder|other|previous|unchanged|same|omitted|more|code|methods?|functions?|implementation|imports|tests?|cases?)\b/i;

/** Said in words alone, without dots. People write such comments too, so these count only where code really went missing. */
const leftOut = [
  /\b(?:rest|remainder) of (?:the |this |your |my )?(?:\w+ )?(?:code|file|function|class|component|method|module|script|implementation|content|logic|tests?)\b/i,
  /\b(?:existing|remaining|other|previous|original|same) (?:code|functions?|methods?|implementation|contents?|imports|logic|lines|fields|members|tests?)\b/i,
  /\b(?:unchanged|(?:remains?|stays?|kept|is|are) the same|same as (?:before|above)|as before)\W*$/i,
  /\b(?:omitted|left out|truncated|elided|snip(?:ped)?)\b/i,
];

/** The first line of `replacement` that stands for code which isn't there and which `base` doesn't have either; else undefined. */
export function elision(replacement: string, base: string): string | undefined {
  const known = new Set(filled(base));
  const lines = filled(replacement);
  const shorter = lines.length <= known.size;
  return lines.find((line, index) => {
    if (known.has(line)) return false;
    // In Python three dots are a body of their own, after a colon or a doc string.
    if (onlyDots.test(line)) return !/(?::|""")$/.test(lines[index - 1] ?? '');
    const words = comment.exec(line)?.[1] ?? /^[[({<]\s*(.*?)\s*[\])}>]$/.exec(line)?.[1];
    if (words === undefined) return false;
    if (dots.test(words) && (onlyDots.test(words) || code.test(words))) return true;
    return shorter && leftOut.some((pattern) => pattern.test(words));
  });
}

function filled(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
