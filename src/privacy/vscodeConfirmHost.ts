// "Use this host": asks the person whether an Ollama on another machine may get what stays on this one, and writes that down in their
// own settings. Whether a host is confirmed is decided by models/loopback.ts.
import * as vscode from 'vscode';
import { placeOf } from '../models/loopback.ts';
import { setSetting, setting } from '../settings.ts';
import type { ModelAdmin } from './gatewayTypes.ts';

export interface ConfirmHostDeps {
  /** Where Ollama is asked now: what the command is about when it isn't told. */
  admin: Pick<ModelAdmin, 'localUrl'>;
}

/** Registers `fathom.confirmLocalHost`, which returns true when the host is confirmed in the end. */
export function registerConfirmHost({ admin }: ConfirmHostDeps): vscode.Disposable {
  return vscode.commands.registerCommand('fathom.confirmLocalHost', (host: unknown) =>
    confirm(admin.localUrl, typeof host === 'string' ? host : undefined),
  );
}

async function confirm(localUrl: string, asked: string | undefined): Promise<boolean> {
  const url = asked === undefined ? localUrl : `http://${asked}`;
  const host = URL.canParse(url) ? new URL(url).host : url;
  const confirmed = setting('local.confirmedHosts');
  const place = placeOf(url, confirmed);
  if (place === 'confirmed') return true;
  if (place === 'here' || placeOf(url, [host]) !== 'confirmed') {
    void vscode.window.showInformationMessage(
      place === 'here'
        ? vscode.l10n.t('Ollama is asked on this machine, so there is no host to confirm.')
        : vscode.l10n.t('{0} is no host that could be confirmed.', host),
    );
    return false;
  }
  const encrypted = localUrl.startsWith('https://') && new URL(localUrl).host === host;
  const use = vscode.l10n.t('Use {0}', host);
  const pressed = await vscode.window.showWarningMessage(
    vscode.l10n.t('Send private code to {0}?', host),
    {
      modal: true,
      detail: [
        vscode.l10n.t(
          'Fathom will treat the Ollama at {0} as it treats one on this machine: questions, ghost text and edits about private code are sent there, and whoever runs that machine can read them.',
          host,
        ),
        encrypted
          ? vscode.l10n.t('The connection is encrypted and goes straight to that host, through no proxy.')
          : vscode.l10n.t(
              'The connection is not encrypted, so others in the network can read it too. It goes straight to that host, through no proxy.',
            ),
        vscode.l10n.t('This can be taken back in the setting “{0}”.', 'fathom.local.confirmedHosts'),
      ].join('\n\n'),
    },
    use,
  );
  if (pressed !== use) return false;
  await setSetting('local.confirmedHosts', [...confirmed, host]);
  return true;
}
