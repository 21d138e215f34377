// Entry of the panel's page: receives the extension's messages, draws at most once a frame, and passes on what the person does.
import * as l10n from '@vscode/l10n';
import type { ToWebview } from '../chat/protocol.ts';
import { App } from './app.ts';
import { linkKind } from './links.ts';
import { Memory, type VsCodeApi } from './memory.ts';
import { MessageStream } from './stream.ts';

declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();
const root = document.getElementById('app') ?? document.body;
const memory = new Memory(api);
const stream = new MessageStream();
let app: App | undefined;
let drawing = false;
/** Set by messages until they are drawn: see `App.update`. */
let news = { fresh: false, drafted: false };

function drawSoon(): void {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    if (stream.state === undefined) return;
    // Made with the first snapshot, because that brings the person's language.
    app ??= new App(root, {
      send: (message) => api.postMessage(message),
      memory,
      again: drawSoon,
      now: Date.now,
    });
    app.update(stream.state, news);
    news = { fresh: false, drafted: false };
  });
}

window.addEventListener('message', ({ data }: MessageEvent<ToWebview>) => {
  if (data.type === 'snapshot' && data.bundle !== undefined) l10n.config({ contents: data.bundle });
  const received = stream.receive(data);
  if (received === 'missed') api.postMessage({ type: 'ready' });
  if (received === 'snapshot') news.fresh = true;
  if (received === 'snapshot' || received === 'event') drawSoon();
  if (received === 'event' && data.type === 'event') {
    const { event } = data;
    if (event.type === 'focus') requestAnimationFrame(() => app?.focus());
    // An emptied draft is one that was asked, and the composer has emptied itself then.
    if (event.type === 'changed' && (event.state.draft ?? '') !== '') news.drafted = true;
  }
});

// VS Code opens every link it sees clicked; here only those that links.ts allows, and the extension decides.
document.body.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null) return;
  event.preventDefault();
  event.stopPropagation();
  const href = link.getAttribute('href') ?? '';
  if (linkKind(href) !== undefined) api.postMessage({ type: 'openLink', href });
});

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.isComposing) app?.stop();
});
// Coming back to the panel means writing, unless something in it has the focus.
window.addEventListener('focus', () => {
  if (document.activeElement === null || document.activeElement === document.body) app?.focus();
});
for (const type of ['blur', 'pagehide']) window.addEventListener(type, () => app?.leave());
document.addEventListener('visibilitychange', () => {
  if (document.hidden) app?.leave();
});
setInterval(() => app?.tick(), 1_000);

api.postMessage({ type: 'ready' });
