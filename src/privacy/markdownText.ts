// Text in Markdown that stays text, whatever is in it: names of folders and models may look like links, headings or HTML.

/** For one line. (VS Code's `appendText` makes every space unbreakable, so that long lines break in the middle of a name.) */
export const asMarkdown = (text: string): string => text.replace(/[!-/:-@[-`{-~]/g, '\\$&');
