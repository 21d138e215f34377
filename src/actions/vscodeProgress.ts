// The notification that stands while an edit is made: who answers, how long it has been thinking, and a way to cancel.
import * as vscode from 'vscode';
import { badgeOf } from '../privacy/explain.ts';
import type { Answerer } from '../privacy/route.ts';
import type { EditOutcome, EditStep } from './runEdit.ts';

const signs = { cloud: '☁ ', local: '⌂ ', none: '' };

/** @returns the outcome; undefined when the person cancelled. Errors are the run's own. */
export async function reportEdit(
  title: string,
  expected: Answerer,
  run: (onStep: (step: EditStep) => void, signal: AbortSignal) => Promise<EditOutcome>,
): Promise<EditOutcome | undefined> {
  const sign = (answerer: Answerer) => {
    const { place, text } = badgeOf(answerer);
    return signs[place] + text;
  };
  const announced = sign(expected);
  const options = {
    location: vscode.ProgressLocation.Notification,
    cancellable: true,
    title: vscode.l10n.t('Fathom: {0} · {1}', title, announced),
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    const cancel = token.onCancellationRequested(() => controller.abort());
    let current: EditStep['step'] | 'waiting' = 'waiting';
    let since = Date.now();
    let lines = 0;
    let other = '';
    const say = (): void => {
      const seconds = Math.round((Date.now() - since) / 1000);
      const what =
        current === 'thinking'
          ? vscode.l10n.t('Thinking {0} s', seconds)
          : current === 'writing'
            ? vscode.l10n.t('Writing, {0} lines', lines)
            : vscode.l10n.t('Waiting {0} s', seconds);
      progress.report({ message: other === '' ? what : `${other} · ${what}` });
    };
    const clock = setInterval(say, 1000);
    try {
      say();
      return await run((step) => {
        if (step.step === 'answerer') {
          // The route is decided when the request is made; if it is another than announced, that must be seen.
          const now = sign(step.answerer);
          if (now !== announced) other = now;
        } else {
          if (step.step !== current) since = Date.now();
          current = step.step;
          if (step.step === 'writing') lines = step.lines;
        }
      }, controller.signal);
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      throw error;
    } finally {
      clearInterval(clock);
      cancel.dispose();
    }
  });
}
