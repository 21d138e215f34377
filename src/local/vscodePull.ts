// Downloads a model under a notification that says how far it is and can be cancelled. What was downloaded stays, so the
// next pull goes on from there.
import * as vscode from 'vscode';
import type { ModelAdmin } from '../privacy/gatewayTypes.ts';
import { PullMeter } from './pullMeter.ts';

/** @returns false when the person cancelled. Errors are the admin's. */
export async function pullWithProgress(admin: Pick<ModelAdmin, 'pull'>, model: string): Promise<boolean> {
  const controller = new AbortController();
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Pulling {0}', model),
    cancellable: true,
  };
  try {
    await vscode.window.withProgress(options, async (progress, token) => {
      token.onCancellationRequested(() => controller.abort());
      const meter = new PullMeter();
      for await (const step of admin.pull(model, controller.signal)) progress.report(meter.next(step));
    });
    controller.signal.throwIfAborted();
    return true;
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Stopped. What was downloaded of {0} is kept: pulling it again goes on from there.', model),
    );
    return false;
  }
}
