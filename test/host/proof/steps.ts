// What a person of a walk may do next: each step goes through the door that a person has, be it a command, a message of the panel's page,
// a setting or a key. How often each comes is its weight.
import * as vscode from 'vscode';
import type { FromWebview } from '../../../src/chat/protocol.ts';
import { setSetting, setting, type SettingKey, type Settings } from '../../../src/settings.ts';
import { deepSeekFaults, networkFaults, ollamaFaults, type Fault } from '../../servers/faults.ts';
import { practiceKey, nowhere, closeEditors } from '../world.ts';
import { until } from '../until.ts';
import type { Person } from './person.ts';
import { innocent, ownFolders, swapped } from './stage.ts';

export interface Step {
  name: string;
  weight: number;
  /** Only with an editor in front. */
  inEditor?: boolean;
  run: (person: Person) => Promise<unknown>;
}

const command = (id: string, ...args: unknown[]): Thenable<unknown> => vscode.commands.executeCommand(id, ...args);

/** A question waits so long for its first bytes, in milliseconds. */
const glance = 350;
const actions = ['explain', 'ask', 'fix', 'refactor', 'document', 'generateTests'];
const questions = [
  'What does it do?',
  'Is it right?',
  'Why so slow?',
  'Shorter, please',
  'Find the bug in it',
  'And now with tests',
];
const buttons = ['retry', 'continue', 'answerWithoutThinking', 'removeAttachments', 'newChat'];

function say(person: Person, message: FromWebview): void {
  person.page.say(message);
}

/** VS Code's command ends only when the answer is there: nobody waits for that. */
async function triggerGhostText(person: Person): Promise<void> {
  person.begin(command('editor.action.inlineSuggest.trigger'));
}

/** Settings of the application take a moment; the walk goes on meanwhile, as a person does. */
async function set<K extends SettingKey>(key: K, value: Settings[K]): Promise<void> {
  await setSetting(key, value);
}

async function mark(person: Person, place: string, label: string, mayLeave: boolean): Promise<void> {
  // Towards the cloud the permission comes first, away from it the decision: the walk is never stricter than the person was.
  if (mayLeave) person.places.allow(place, true);
  person.answerPick(label);
  await command('fathom.repositoryPrivacy', person.places.get(place).folder);
  person.places.allow(place, mayLeave);
}

export const steps: readonly Step[] = [
  {
    name: 'open a file',
    weight: 16,
    run: (person) => person.open(person.random.pick(person.somewhere().files)),
  },
  {
    name: 'open an untitled document',
    weight: 1,
    run: async (person) => {
      const content = person.places.code('untitled');
      const document = await vscode.workspace.openTextDocument({ content, language: 'typescript' });
      person.atLineEnd(await vscode.window.showTextDocument(document));
    },
  },
  {
    name: 'open a file of secrets',
    weight: 1,
    run: async (person) => {
      await person.open(person.random.pick(person.places.get('environment').files));
      await person.seen(glance, () => triggerGhostText(person));
    },
  },
  {
    name: 'select lines',
    weight: 8,
    inEditor: true,
    run: async (person) => {
      const { editor } = person;
      // Selecting in a file of secrets, or an ignored one, and asking about that is what a person may do expressly.
      if (!editor || person.placeOf(editor.document).onlyOpened) return;
      const first = person.random.below(editor.document.lineCount);
      editor.selection = new vscode.Selection(first, 0, first + 1 + person.random.below(6), 0);
    },
  },
  {
    name: 'move the cursor',
    weight: 8,
    inEditor: true,
    run: async (person) => person.editor && person.atLineEnd(person.editor),
  },
  {
    name: 'write',
    weight: 14,
    inEditor: true,
    run: async (person) => {
      const { editor } = person;
      await editor?.edit((edit) => edit.insert(person.atLineEnd(editor), `\n  ${person.newCode(editor.document)}1;`));
    },
  },
  {
    name: 'type by keys',
    weight: 5,
    inEditor: true,
    run: async (person) => {
      await command('workbench.action.focusActiveEditorGroup');
      if (!person.editor) return;
      person.atLineEnd(person.editor);
      for (const text of [';', '\n', 'r', 'et']) await command('type', { text });
    },
  },
  {
    name: 'undo',
    weight: 2,
    inEditor: true,
    run: async () => command('undo'),
  },
  {
    name: 'ask for ghost text',
    weight: 38,
    inEditor: true,
    run: async (person) => {
      const { editor } = person;
      if (!editor) return;
      const at = person.atLineEnd(editor);
      const code = `\n  ${person.newCode(editor.document)}`;
      await editor.edit((edit) => edit.insert(at, code));
      const end = editor.document.lineAt(Math.min(at.line + 1, editor.document.lineCount - 1)).range.end;
      editor.selection = new vscode.Selection(end, end);
      await person.seen(glance, () => triggerGhostText(person));
    },
  },
  {
    name: 'take ghost text',
    weight: 4,
    inEditor: true,
    run: async (person) =>
      command(`editor.action.inlineSuggest.${person.random.pick(['commit', 'acceptNextWord', 'hide'])}`),
  },
  {
    name: 'ask a question',
    weight: 26,
    run: async (person) => {
      await person.seen(glance, async () => say(person, { type: 'ask', text: person.random.pick(questions) }));
      if (person.local !== 'real' && person.random.percent(40)) {
        await until('an answer has ended', () => !person.page.state.busy, 2000).catch(() => undefined);
      }
    },
  },
  { name: 'stop', weight: 3, run: async (person) => say(person, { type: 'stop' }) },
  {
    name: 'press a button of an answer',
    weight: 8,
    run: async (person) => {
      const { turns } = person.page.state.conversation;
      if (turns.length === 0) return;
      const turnId = person.random.pick(turns).id;
      await person.seen(glance, async () =>
        say(person, { type: 'press', buttonId: person.random.pick(buttons), turnId }),
      );
    },
  },
  {
    name: 'begin a new chat',
    weight: 18,
    run: async (person) => {
      say(person, { type: 'newChat' });
      // A question that was under way may come into it at once.
      await until('an empty conversation', () => person.page.state.conversation.turns.length === 0, 300).catch(
        () => undefined,
      );
    },
  },
  {
    name: 'choose a mode',
    weight: 2,
    run: async (person) =>
      say(person, { type: 'setMode', mode: person.random.pick(['auto', 'chat', 'reasoner'] as const) }),
  },
  {
    name: 'take a chip away',
    weight: 2,
    run: async (person) => {
      const [chip] = person.page.state.chips;
      if (chip) say(person, { type: 'removeChip', chipId: chip.id });
    },
  },
  {
    name: 'write a draft',
    weight: 2,
    run: async (person) => say(person, { type: 'draft', text: person.random.pick(questions) }),
  },
  { name: 'ask why', weight: 1, run: async (person) => say(person, { type: 'explainRoute' }) },
  {
    name: 'put an answer into the editor',
    weight: 1,
    run: async (person) => say(person, { type: 'insert', text: 'const inserted = 1;\n', language: 'ts' }),
  },
  { name: 'reload the panel', weight: 2, run: (person) => person.reload() },
  {
    name: 'run an action',
    weight: 14,
    inEditor: true,
    run: async (person) => {
      const { editor } = person;
      if (!editor || person.placeOf(editor.document).onlyOpened || person.actionsUnderWay > 1) return;
      await person.seen(glance, async () => person.begin(command(`fathom.${person.random.pick(actions)}`)));
      if (person.random.percent(60)) await person.patience(person.local === 'real' ? 100 : 700);
      if (person.random.percent(30) || person.local === 'real') person.cancelActions();
    },
  },
  { name: 'cancel actions', weight: 2, run: async (person) => person.cancelActions() },
  { name: 'accept a change', weight: 3, run: async (person) => person.begin(command('fathom.acceptEdit')) },
  { name: 'discard a change', weight: 4, run: async (person) => person.begin(command('fathom.discardEdit')) },
  {
    name: 'put everything back',
    weight: 2,
    run: async (person) => {
      await command('fathom.discardEdit');
      person.cancelActions();
      await closeEditors();
    },
  },
  {
    name: 'set who answers here',
    weight: 5,
    run: async (person) => {
      const { random, local } = person;
      if (local === 'off' || (local === 'double' && random.percent(25))) {
        person.local = local === 'off' ? 'double' : 'off';
        await set('local.url', local === 'off' ? person.stage.recorders.double.url : nowhere);
      } else if (random.percent(50)) {
        await set('local.chatModel', random.pick(['', '', '', innocent, swapped]));
      } else await set('local.completionModel', random.pick(['', '', '', innocent, swapped]));
    },
  },
  {
    name: 'change a setting',
    weight: 4,
    run: async (person) => {
      const { random } = person;
      if (!setting('completion.enabled')) await set('completion.enabled', true);
      else if (random.percent(20)) await set('completion.enabled', false);
      else if (random.percent(50)) await set('chat.mode', random.pick(['auto', 'chat', 'reasoner'] as const));
      else await set('completion.delay', random.pick([0, 75, 150]));
    },
  },
  {
    name: 'keep everything here, or not',
    weight: 2,
    run: async (person) => {
      const { places } = person;
      const signedOut = process.env.DEEPSEEK_API_KEY === undefined;
      if (!places.cloudIsOpen) {
        places.openCloud(true);
        if (signedOut) process.env.DEEPSEEK_API_KEY = practiceKey;
        else await command('fathom.choosePrivacyMode', 'auto');
        return;
      }
      if (person.random.percent(80)) return;
      if (person.random.percent(50)) delete process.env.DEEPSEEK_API_KEY;
      else await command('fathom.choosePrivacyMode', 'localOnly');
      places.openCloud(false);
    },
  },
  {
    name: 'decide about a repository',
    weight: 3,
    run: async (person) => {
      const [place, label, mayLeave] = person.random.pick([
        ['wavering', 'Clear for the cloud', true],
        ['wavering', 'Follow the forge', false],
        ['wavering', 'Keep on this machine', false],
        ['openly', 'Keep on this machine', false],
        ['openly', 'Follow the forge', true],
        ['openly', 'Clear for the cloud', true],
        ['loose', 'Clear for the cloud', true],
        ['loose', 'Follow the forge', false],
      ] as const);
      await mark(person, place, label, mayLeave);
    },
  },
  {
    name: 'have another folder in the window',
    weight: 0.5,
    run: async (person) => {
      const folders = vscode.workspace.workspaceFolders ?? [];
      const extra = folders.slice(ownFolders);
      if (extra.length > 0) {
        vscode.workspace.updateWorkspaceFolders(ownFolders, extra.length);
      } else {
        const { folder = '' } = person.places.get(person.random.pick(['openly', 'hidden', 'cleared', 'stranger']));
        vscode.workspace.updateWorkspaceFolders(folders.length, 0, { uri: vscode.Uri.file(folder) });
      }
    },
  },
  {
    name: 'meet trouble at the cloud',
    weight: 3,
    run: async (person) => {
      const { random, stage } = person;
      const fault = random.pick<Fault>([
        ...Object.values(deepSeekFaults),
        ...Object.values(networkFaults),
        { drop: random.below(6) },
        { stall: random.below(6) },
        { redirectTo: `${stage.recorders.other.url}/v1/chat/completions` },
        { endAfter: 2 },
      ]);
      stage.deepseek.fault(fault);
    },
  },
  {
    name: 'meet trouble here',
    weight: 3,
    run: async (person) => {
      const { random, stage } = person;
      const fault = random.pick<Fault>([
        ...Object.values(ollamaFaults).map((each) => ({ ...each, on: '/api/chat' })),
        { drop: random.below(6), on: '/api/chat' },
        { drop: 'beforeHeaders', on: '/api/generate' },
        { redirectTo: `${stage.recorders.other.url}/api/chat`, on: '/api/chat' },
        { redirectTo: `${stage.recorders.other.url}/api/generate`, on: '/api/generate' },
        { status: 500, body: 'no', on: '/api/show' },
      ]);
      stage.double.fault(fault);
    },
  },
  {
    name: 'have the forge asked again',
    weight: 1,
    run: async (person) => {
      const { forge } = person.stage;
      if (person.random.percent(30)) forge.fault({ status: 502, body: 'no' });
      person.answerPick('Ask the forge again');
      // Of these everybody knows what they are whatever the forge says.
      const place = person.places.get(person.random.pick(['private', 'hidden', 'inner', 'limited']));
      person.begin(command('fathom.repositoryPrivacy', place.folder));
    },
  },
];

/** What happens once in a walk, at a point of it. */
export const events = {
  /** A public repository is made private, and Fathom asks the forge again. */
  turnPrivate: async (person: Person): Promise<void> => {
    person.stage.forge.clearFaults();
    person.stage.forge.set('proof/turning', 'private');
    await mark(person, 'turning', 'Ask the forge again', false);
  },
  swapModel: (person: Person): Promise<void> => person.stage.swap(),
  useRealModel: async (person: Person): Promise<void> => {
    person.local = 'real';
    await set('local.url', person.stage.recorders.real.url);
  },
  useDouble: async (person: Person): Promise<void> => {
    person.local = 'double';
    await set('local.url', person.stage.recorders.double.url);
  },
};
