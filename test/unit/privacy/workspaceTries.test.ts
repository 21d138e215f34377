// What of a workspace's settings file a person is warned about.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { workspaceTries } from '../../../src/privacy/workspaceTries.ts';

const guarded = ['fathom.privacy.mode', 'fathom.privacy.forges', 'fathom.deepseek.baseUrl', 'fathom.local.url'];
const inSettings = (text: string) => workspaceTries(text, 'settings', guarded);

describe('what a workspace tries to change', () => {
  const table: [string, string, string[]][] = [
    ['a setting that is the person’s alone', '{"fathom.privacy.mode": "cloud"}', ['fathom.privacy.mode']],
    [
      'several, in the order of the file, each once',
      '{"fathom.local.url": "x", "fathom.privacy.mode": "a", "fathom.local.url": "y"}',
      ['fathom.local.url', 'fathom.privacy.mode'],
    ],
    [
      'among comments and trailing commas',
      '// {"fathom.local.url": 1}\n{\n  /* "x" */ "fathom.privacy.mode": "cloud", // yes\n}',
      ['fathom.privacy.mode'],
    ],
    ['nothing in a comment', '{ /* "fathom.privacy.mode": "cloud" */ }', []],
    ['one set to nothing', '{"fathom.deepseek.baseUrl": null}', ['fathom.deepseek.baseUrl']],
    [
      'written as objects in objects',
      '{"fathom": {"privacy": {"mode": "cloud"}, "local.url": "x"}, "fathom.deepseek": {"baseUrl": "y"}}',
      ['fathom.privacy.mode', 'fathom.local.url', 'fathom.deepseek.baseUrl'],
    ],
    [
      'for one language, or for several',
      '{"[c]": {"fathom.privacy.mode": "cloud"}, "[js][ts]": {"fathom": {"local.url": "x"}}}',
      ['fathom.privacy.mode', 'fathom.local.url'],
    ],
    [
      'one whose value is an object, once',
      '{"fathom.privacy.forges": {"a.b": {"api": "x"}}}',
      ['fathom.privacy.forges'],
    ],
    ['what a broken file says up to there', '{"fathom.privacy.mode": "cloud", "editor', ['fathom.privacy.mode']],
    ['with escaped letters', String.raw`{"fathom.privacy\u002emode": "cloud"}`, ['fathom.privacy.mode']],
    ['nothing that a workspace may set', '{"fathom.completion.enabled": false, "editor.rulers": [80]}', []],
    ['nothing of others, and no values', '{"my.fathom.privacy.mode": 1, "a": "fathom.privacy.mode"}', []],
    ['nothing in a list', '[{"fathom.privacy.mode": "cloud"}]', []],
    ['nothing in no object', 'null', []],
    ['nothing in an empty file', '', []],
  ];
  for (const [what, text, ours] of table) {
    it(`is ${what}`, () => assert.deepEqual(inSettings(text), { ours, proxy: [] }));
  }

  it('is told apart where it is VS Code’s own', () => {
    assert.deepEqual(
      inSettings('{"http.proxy": "http://evil", "fathom.local.url": "x", "http.proxyStrictSSL": false}'),
      {
        ours: ['fathom.local.url'],
        proxy: ['http.proxy', 'http.proxyStrictSSL'],
      },
    );
    assert.deepEqual(inSettings('{"http": {"proxySupport": "on"}}').proxy, ['http.proxySupport']);
  });

  it('is below “settings” in a file that describes a workspace', () => {
    const text = '{"folders": [{"path": "."}], "fathom.local.url": "x", "settings": {"fathom.privacy.mode": "cloud"}}';
    assert.deepEqual(workspaceTries(text, 'codeWorkspace', guarded).ours, ['fathom.privacy.mode']);
    assert.deepEqual(workspaceTries('{"settings": []}', 'codeWorkspace', guarded).ours, []);
    assert.deepEqual(workspaceTries('[]', 'codeWorkspace', guarded).ours, []);
  });
});
