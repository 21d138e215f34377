// A conversation joined as extension.ts joins it: the real gateway, DeepSeek and Ollama as real servers, and folders with a public,
// a private and no repository. The clock stands still unless a test moves it.
import { join } from 'node:path';
import { Conversation, type ConversationDeps } from '../../../src/chat/conversation.ts';
import type { PanelState, ToWebview } from '../../../src/chat/protocol.ts';
import type { StoredConversation } from '../../../src/chat/stored.ts';
import type { PromptAttachment } from '../../../src/context/chatPrompt.ts';
import type { WayOut } from '../../../src/models/waysOut.ts';
import { badgeOf, explain } from '../../../src/privacy/explain.ts';
import type { Gateway } from '../../../src/privacy/gatewayTypes.ts';
import { startDeepSeekServer, type DeepSeekServer } from '../../servers/deepseek.ts';
import { startOllamaServer, type OllamaServer } from '../../servers/ollama.ts';
import { repository, startPlace, write, type Place } from '../privacy/place.ts';

export interface Rig {
  place: Place;
  deepseek: DeepSeekServer;
  ollama: OllamaServer;
  /** A file in each folder. */
  files: { public: PromptAttachment; secret: PromptAttachment; plain: PromptAttachment };
  saved: StoredConversation[];
  /** What buttons were handed on, and what they answer. */
  ways: WayOut[];
  onWay: (way: WayOut) => Promise<boolean>;
  clock: number;
  deps: ConversationDeps;
  conversation(stored?: StoredConversation): Conversation;
  stop(): Promise<void>;
}

export const schedule = (_ms: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, 0);
  return () => clearTimeout(timer);
};

export async function attachment(path: string, text: string): Promise<PromptAttachment> {
  await write(path, text);
  const lines = text.split('\n').length;
  const name = path.split('/').at(-1) ?? path;
  return { kind: 'file', source: path, path: name, languageId: 'typescript', text, startLine: 1, endLine: lines };
}

export async function startRig(gateway?: Gateway): Promise<Rig> {
  const place = await startPlace({ 'acme/open': 'public', 'acme/closed': 'private' });
  const [deepseek, ollama] = await Promise.all([startDeepSeekServer(), startOllamaServer()]);
  place.key = 'test-key';
  place.settings.deepseek.baseUrl = deepseek.url;
  place.settings.local.url = ollama.url;
  const open = await repository(join(place.folder, 'open'), 'https://forge.test/acme/open');
  const closed = await repository(join(place.folder, 'closed'), 'https://forge.test/acme/closed');
  place.folders = [open];
  let ids = 0;
  const rig: Rig = {
    place,
    deepseek,
    ollama,
    files: {
      public: await attachment(join(open, 'main.ts'), 'export const answer = 42;\n'),
      secret: await attachment(join(closed, 'secret.ts'), 'export const secretPlan = "x";\n'),
      plain: await attachment(join(place.folder, 'plain', 'notes.ts'), 'export const note = 1;\n'),
    },
    saved: [],
    ways: [],
    onWay: () => Promise.resolve(false),
    clock: 0,
    deps: {
      gateway: gateway ?? place.gateway,
      explain,
      badgeOf,
      windowSources: () => place.folders,
      runWayOut: (way) => {
        rig.ways.push(way);
        return rig.onWay(way);
      },
      defaultMode: () => 'auto',
      save: (conversation) => rig.saved.push(structuredClone(conversation)),
      now: () => rig.clock,
      schedule,
      newId: () => `id-${++ids}`,
    },
    conversation: (stored) => new Conversation(rig.deps, stored),
    stop: async () => {
      await Promise.all([deepseek.stop(), ollama.stop()]);
      await place.stop();
    },
  };
  // The badge doesn't wait for a forge, so the forge has answered before a test begins.
  await place.origins.resolve([rig.files.public.source, rig.files.secret.source], true);
  return rig;
}

/** The first state that fits, now or after one of the next messages. */
export async function until(conversation: Conversation, fits: (state: PanelState) => boolean): Promise<PanelState> {
  if (fits(conversation.state)) return conversation.state;
  return await new Promise((resolve) => {
    const stop = conversation.listen(() => {
      if (!fits(conversation.state)) return;
      stop();
      resolve(conversation.state);
    });
  });
}

export function lastAnswer(conversation: Conversation) {
  const turn = conversation.state.conversation.turns.at(-1);
  if (!turn) throw new Error('no turn');
  return turn.answer;
}

export function collect(conversation: Conversation): ToWebview[] {
  const messages: ToWebview[] = [];
  conversation.listen((message) => messages.push(message));
  return messages;
}
