// A route says who answers a request and why, as data: the same record feeds the gateway, the status bar and the log.
// It decides nothing (router.ts does) and sends nothing (gateway.ts does).

/** Whether a repository may be read by anybody. `unknown` is treated as private everywhere. */
export type Visibility = 'public' | 'private' | 'unknown';

/** What the person decided for one folder; kept in the user's storage, never in the repository. */
export type Mark = 'cleared' | 'forbidden';

/** The setting `fathom.privacy.mode`. */
export type PrivacyMode = 'auto' | 'localOnly' | 'cloud';

/** Where a piece of text came from, as far as its privacy is concerned. */
export interface Origin {
  /** Absolute path of the repository, else of the workspace folder; undefined where there is neither (untitled documents). */
  root: string | undefined;
  /** Shown to people: the folder's name. */
  name: string;
  visibility: Visibility;
  /** Why the visibility is what it is. */
  because: VisibilityReason;
  /** When the forge was asked, in milliseconds since 1970; of several remotes the one asked longest ago. */
  asOf?: number;
  /** With `ignoredHere`: the file, and what keeps it from being published. Clearing a folder doesn't clear such a file. */
  ignored?: { file: string; because: 'gitignore' | 'ignoreFile' | 'secretFile'; by: string };
  mark?: Mark;
}

export type VisibilityReason =
  | 'forgeSaysPublic'
  | 'forgeSaysPrivate'
  | 'forgeUnreachable'
  | 'forgeUnknown'
  | 'noRemote'
  | 'noRepository'
  | 'noFolder'
  /** Not to be read from here: a virtual workspace, a repository without permission to read. */
  | 'cannotRead'
  /** Restricted Mode: nothing is looked up. */
  | 'restrictedMode'
  /** The privacy mode decides without it, so no forge was asked. */
  | 'notLookedUp'
  /** The person doesn't want forges to be asked. */
  | 'lookupOff'
  | 'lookingUp'
  /** Kept out of its repository by a rule, so what the forge says about that doesn't hold for it. */
  | 'ignoredHere';

/** Why a request goes where it goes. The first is the deciding one. */
export type RouteReason =
  | { kind: 'mode'; mode: 'localOnly' | 'cloud' }
  | { kind: 'origin'; origin: Origin }
  | { kind: 'mark'; mark: Mark; origin: Origin }
  /** Private text was in this conversation, so all of it stays here. */
  | { kind: 'held' }
  /** The person let this conversation go, at that moment and as it was; `origins` are told as well. */
  | { kind: 'released'; at: number }
  | { kind: 'noKey' }
  | { kind: 'nothingSent' };

export interface Route {
  place: 'cloud' | 'local';
  reasons: [RouteReason, ...RouteReason[]];
  /**
   * Set when the code may not leave only because nobody was asked yet, so that one answer from the person would clear it:
   * the folder that the question is about. Never set for a repository that is known to be private or is forbidden.
   */
  askAbout?: Origin;
}

/** A route, and the name of what would answer: what the status bar and the panel's badge show. */
export interface Answerer {
  route: Route;
  /** Model id on the wire, or undefined when nothing could answer (then `problem` says why). */
  model: string | undefined;
  /** The name that people know it by, where that is another: `deepseek-chat` for what DeepSeek serves under a newer id. */
  shownAs?: string;
  /** Who runs it, where that is not DeepSeek itself or this machine's Ollama: "practice server: answers are not from DeepSeek". */
  server?: string;
  /** Host and port of the local model's server, where that is another machine that the person confirmed. */
  confirmedHost?: string;
  /** What to know about a local model: "a tiny model for trying things out". */
  note?: string;
  problem?: unknown;
  /** Whether the model can think, where that is known. */
  canThink?: boolean;
  /** Context window that the request will have, in tokens. */
  contextTokens?: number;
}
