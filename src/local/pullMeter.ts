// How far a pull is, from what Ollama says of it: it names layers one after the other and has no total over all of them.
import * as l10n from '@vscode/l10n';
import type { PullProgress } from '../models/types.ts';
import { gigabytes } from './fit.ts';

/** Turns steps into what a progress bar takes. Never goes back, though the total grows as further layers are named. */
export class PullMeter {
  private shown = 0;

  /** @returns the message, and the percentage points by which the bar moves on */
  next({ status, completedBytes = 0, totalBytes = 0 }: PullProgress): { message: string; increment: number } {
    // Small layers (template, parameters) may come before the weights: they would fill the bar at once.
    if (!status.startsWith('pulling') || totalBytes < 1e6) return { message: wordsFor(status), increment: 0 };
    const percent = Math.max(this.shown, Math.min(100, Math.floor((100 * completedBytes) / totalBytes)));
    const increment = percent - this.shown;
    this.shown = percent;
    const message = l10n.t('{0} %, {1} of {2} GB', percent, gigabytes(completedBytes), gigabytes(totalBytes));
    return { message, increment };
  }
}

function wordsFor(status: string): string {
  if (status.startsWith('pulling')) return l10n.t('Looking it up');
  if (status.startsWith('verifying')) return l10n.t('Checking that it is complete');
  if (status.startsWith('writing') || status.startsWith('removing')) return l10n.t('Finishing');
  return status === 'success' ? l10n.t('Done') : status;
}
