// Small words of the panel: durations, tokens, the lines above an answer, what a fence says about its code, and its colours.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fenceInfo } from '../../../src/webview/fenceInfo.ts';
import { formatDuration, formatTokens, reasoningSummary, waitingSummary } from '../../../src/webview/format.ts';
import { highlight, languageName } from '../../../src/webview/highlight.ts';

describe('Words of the panel', () => {
  it('writes durations briefly', () => {
    assert.deepEqual([0, 499, 1_000, 12_300, 59_400, 60_000, 125_000, 3_840_000].map(formatDuration), [
      'under 1 s',
      'under 1 s',
      '1 s',
      '12 s',
      '59 s',
      '1 min',
      '2 min 5 s',
      '1 h 4 min',
    ]);
  });

  it('writes token counts briefly', () => {
    assert.deepEqual([0, 640, 1_000, 1_912, 9_960, 128_000, 999_600, 1_250_000].map(formatTokens), [
      '0', '640', '1k', '1.9k', '10k', '128k', '1M', '1.3M',
    ]); // prettier-ignore
  });

  it('says how long it thinks, and then how long it has thought', () => {
    assert.equal(reasoningSummary({ running: true }), 'Thinking');
    assert.equal(reasoningSummary({ running: true, elapsedMs: 4_900 }), 'Thinking 4 s');
    assert.equal(reasoningSummary({ running: false, ms: 12_300 }), 'Thought for 12 s');
    assert.equal(reasoningSummary({ running: false, ms: 12_300, tokens: 1_912 }), 'Thought for 12 s · 1.9k tokens');
    assert.equal(reasoningSummary({ running: false }), 'Thought');
  });

  it('says what it waits for, and for how long once that is long', () => {
    assert.equal(waitingSummary(undefined, 0), 'Waiting for the answer');
    assert.equal(waitingSummary('Loading deepseek-r1:8b', 2_900), 'Loading deepseek-r1:8b');
    assert.equal(waitingSummary('Loading deepseek-r1:8b', 12_800), 'Loading deepseek-r1:8b · 12 s');
  });

  it('reads language and file from a fence, however models write them', () => {
    assert.deepEqual(fenceInfo(''), { language: '' });
    assert.deepEqual(fenceInfo('ts'), { language: 'ts' });
    assert.deepEqual(fenceInfo('c++'), { language: 'c++' });
    assert.deepEqual(fenceInfo('ts src/main.ts'), { language: 'ts', file: 'src/main.ts' });
    assert.deepEqual(fenceInfo('ts:src/main.ts'), { language: 'ts', file: 'src/main.ts' });
    assert.deepEqual(fenceInfo('js title="a.js"'), { language: 'js', file: 'a.js' });
    assert.deepEqual(fenceInfo('src/main.py'), { language: 'py', file: 'src/main.py' });
    assert.deepEqual(fenceInfo('{.rust}'), { language: 'rust' });
    assert.deepEqual(fenceInfo('bash copy'), { language: 'bash' });
  });

  it('calls languages by the names people use', () => {
    assert.deepEqual(['ts', 'py', 'html', 'toml', 'c++', 'cs', 'sh', 'brainfuck', ''].map(languageName), [
      'TypeScript',
      'Python',
      'HTML',
      'TOML',
      'C++',
      'C#',
      'Shell',
      'brainfuck',
      '',
    ]);
  });

  it('colours the languages that people ask about, and leaves others as they are', () => {
    for (const language of [
      'ts',
      'tsx',
      'js',
      'jsx',
      'py',
      'java',
      'c',
      'cpp',
      'cs',
      'go',
      'rs',
      'rb',
      'php',
      'bash',
      'sh',
      'json',
      'yaml',
      'xml',
      'html',
      'css',
      'sql',
      'md',
      'diff',
      'kt',
      'swift',
      'lua',
      'dockerfile',
      'ini',
      'toml',
      'ps1',
      'vue',
      'jsonc',
    ]) /* prettier-ignore */ {
      assert.notEqual(highlight('x = 1', language), undefined, language);
    }
    assert.equal(highlight('x', 'brainfuck'), undefined);
    assert.equal(highlight('x'.repeat(200_000), 'ts'), undefined);
    assert.match(highlight('const a = "<b>";', 'ts') ?? '', /<span class="hljs-keyword">const<\/span>.*&lt;b&gt;/);
  });
});
