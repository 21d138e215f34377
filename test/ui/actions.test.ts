// Actions on code, from everywhere a person finds them: a change comes as a diff, is accepted or discarded, and can be undone.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { isQuestion, useStage } from './stage.ts';

const fenced = (code: string): { text: string } => ({ text: `\`\`\`ts\n${code}\n\`\`\`` });
const wrong = 'return Math.max(loanDays - days, 0);';
const right = 'return Math.max(days - loanDays, 0);';

describe('Actions on code', () => {
  const stage = useStage();
  before(() => stage().window.openFile('loans.ts'));

  /** Selects the lines from `first` on, as with the keyboard. */
  async function select(first: number, lines: number): Promise<void> {
    const { window } = stage();
    await window.focusEditor();
    await window.goTo(first);
    for (let line = 0; line < lines; line += 1) await window.press('Shift+ArrowDown');
    await window.page.locator('.statusbar', { hasText: /\d+ selected/ }).waitFor();
  }

  it('Fix, from the palette: the diff shows the change, its button accepts it, one undo takes it back', async () => {
    const { window, deepseek, answer } = stage();
    await select(46, 4);
    answer({
      reasoning: 'The two are the wrong way round.',
      ...fenced(
        [
          '  daysOverdue(loan: Loan, today: Date): number {',
          '    const days = daysBetween(loan.since, loan.returned ?? today);',
          `    ${right}`,
          '  }',
        ].join('\n'),
      ),
    });
    await window.runCommand('Fathom: Fix');
    const diff = await window.diff();
    assert.match(diff.title, /^Fix: loans\.ts \(lines 46–49\)/);
    assert.deepEqual(diff.removed, [`    ${wrong}`]);
    assert.deepEqual(diff.added, [`    ${right}`]);
    const { json } = await deepseek.waitForRequest(isQuestion);
    assert.deepEqual(json.thinking, { type: 'enabled' });
    await window.pressEditorTitle('Accept Change');
    await window.noDiff();
    await window.until(async () => (await window.editorText()).includes(right), 'the change in the editor');
    assert.ok(!(await window.editorText()).includes(wrong));
    await window.press('ControlOrMeta+Z');
    await window.until(async () => (await window.editorText()).includes(wrong), 'the code as it was');
    assert.ok(!(await window.editorText()).includes(right));
  });

  it('Document, from the editor’s context menu: Ctrl+Enter accepts it', async () => {
    const { window, answer } = stage();
    await select(51, 3);
    answer(
      fenced(
        [
          '  /** What a member owes for a late tool. */',
          '  fee(loan: Loan, today: Date): number {',
          '    return this.daysOverdue(loan, today) * feePerDay;',
          '  }',
        ].join('\n'),
      ),
    );
    await window.contextMenu('fee(loan: Loan', 'Fathom', 'Document');
    const diff = await window.diff();
    assert.match(diff.title, /^Document: loans\.ts/);
    assert.deepEqual(diff.added, ['  /** What a member owes for a late tool. */']);
    await window.press('ControlOrMeta+Enter');
    await window.noDiff();
    await window.until(
      async () => (await window.editorText()).includes('What a member owes'),
      'the comment in the editor',
    );
  });

  it('Fix, from the lightbulb on a problem: what the editor reports is told, and Discard leaves the code as it is', async () => {
    const { window, deepseek, answer } = stage();
    await window.openFile('main.ts');
    await window.toEnd();
    await window.type("function late(): number { return 'never'; }");
    await window.page.locator('.squiggly-error').first().waitFor();
    await window.goTo(14, 28);
    answer(fenced("function late(): string { return 'never'; }"));
    const fix = window.page.locator('.action-widget .monaco-list-row', { hasText: 'Fix with Fathom' });
    // The first error may be one of half the line; what is said of the whole line comes when the language server has read it.
    await window.until(async () => {
      await window.press('Escape');
      await window.press('ControlOrMeta+.');
      return fix.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
    }, 'the fix that the lightbulb offers');
    await fix.click();
    const diff = await window.diff();
    assert.deepEqual(diff.added, ["function late(): string { return 'never'; }"]);
    const asked = deepseek.requests.filter(isQuestion).at(-1);
    assert.match(String(asked?.body), /Type 'string' is not assignable to type 'number'/);
    await window.pressEditorTitle('Discard Change');
    await window.noDiff();
    assert.match(await window.editorText(), /number \{ return 'never'; \}/);
  });

  it('Explain asks in the panel, with the code as a chip', async () => {
    const { window, answer } = stage();
    await window.openFile('dates.ts');
    await select(6, 3);
    answer({ text: 'It gives midnight.' });
    await window.runCommand('Fathom: Explain');
    const panel = await window.panel({ reveal: false });
    await panel.turn.locator('.question', { hasText: 'Explain this code.' }).waitFor();
    assert.equal((await panel.answer()).text, 'It gives midnight.');
    assert.deepEqual(await panel.turn.locator('.question .chip').allTextContents(), ['dates.ts:6-8']);
  });
});
