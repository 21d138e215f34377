// The list of installed models, to choose who answers questions and who writes ghost text. Models that run elsewhere are
// shown, with the reason why they can't be chosen: leaving them out would look like a fault.
import * as vscode from 'vscode';
import type { LocalModel } from '../models/types.ts';
import { setSetting, setting } from '../settings.ts';
import { gigabytes } from './fit.ts';

type ModelSetting = 'local.chatModel' | 'local.completionModel';

interface Item extends vscode.QuickPickItem {
  does?: { set: ModelSetting; id: string } | 'pull' | 'refuse';
}

/** @returns `chosen` when a setting was written, `pull` when the person wants another model, else undefined */
export async function chooseLocalModel(models: readonly LocalModel[]): Promise<'chosen' | 'pull' | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = vscode.l10n.t('Choose Local Model');
  pick.placeholder = vscode.l10n.t('Who answers what stays on this machine?');
  pick.matchOnDescription = true;
  pick.items = itemsFor(models);
  try {
    const item = await new Promise<Item | undefined>((resolve) => {
      pick.onDidAccept(() => {
        const [selected] = pick.selectedItems;
        if (selected?.does === 'refuse') pick.placeholder = selected.detail;
        else resolve(selected);
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
    });
    if (!item?.does || item.does === 'refuse') return undefined;
    if (item.does === 'pull') return 'pull';
    await setSetting(item.does.set, item.does.id);
    return 'chosen';
  } finally {
    pick.dispose();
  }
}

function itemsFor(models: readonly LocalModel[]): Item[] {
  const heading = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const here = models.filter((model) => model.remoteHost === undefined);
  const elsewhere = models.filter((model) => model.remoteHost !== undefined);
  const answering = here.filter(({ capabilities }) => capabilities.length === 0 || capabilities.includes('completion'));
  const inserting = [
    ...answering.filter(({ capabilities }) => capabilities.includes('insert')),
    ...answering.filter(({ capabilities }) => !capabilities.includes('insert')),
  ];
  return [
    heading(vscode.l10n.t('Answers questions')),
    automatic('local.chatModel', vscode.l10n.t('the best installed one, deepseek-r1 first')),
    ...answering.map((model) => itemFor(model, 'local.chatModel')),
    heading(vscode.l10n.t('Writes ghost text')),
    automatic('local.completionModel', vscode.l10n.t('one that can insert, else the one that answers questions')),
    ...inserting.map((model) => itemFor(model, 'local.completionModel')),
    ...(elsewhere.length > 0 ? [heading(vscode.l10n.t('Cannot be chosen'))] : []),
    ...elsewhere.map((model): Item => ({
      label: `$(circle-slash) ${model.id}`,
      detail: vscode.l10n.t('{0} runs on {1}: your code would leave this machine.', model.id, model.remoteHost ?? ''),
      does: 'refuse',
    })),
    heading(''),
    { label: vscode.l10n.t('$(cloud-download) Pull another model…'), does: 'pull' },
  ];
}

function automatic(key: ModelSetting, how: string): Item {
  const label = vscode.l10n.t('Automatic');
  return { label: marked(label, setting(key) === ''), description: how, does: { set: key, id: '' } };
}

function itemFor(model: LocalModel, key: ModelSetting): Item {
  const traits = [
    vscode.l10n.t('{0} GB', gigabytes(model.sizeBytes)),
    ...(model.capabilities.includes('thinking') ? [vscode.l10n.t('thinks')] : []),
    ...(key === 'local.completionModel'
      ? [
          model.capabilities.includes('insert')
            ? vscode.l10n.t('fills in the middle')
            : vscode.l10n.t('continues the text, without what follows'),
        ]
      : []),
  ];
  return {
    label: marked(model.id, setting(key) === model.id),
    description: traits.join(' · '),
    does: { set: key, id: model.id },
  };
}

function marked(label: string, current: boolean): string {
  return current ? `$(check) ${label}` : label;
}
