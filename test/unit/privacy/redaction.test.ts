// Secrets leave as placeholders and come back as they were, whatever the text around them and however a stream is cut.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createRedactor } from '../../../src/privacy/redaction.ts';

const redactor = createRedactor({ salt: () => 'salt of this installation' });

describe('redaction', () => {
  it('replaces a secret and puts it back', async () => {
    const text = 'const password = "Xk9#mQ2vLp7w";\n';
    const { texts, found, restore } = await redactor.redact([text]);
    assert.match(texts[0]!, /^const password = "SECRET_[0-9a-f]{12}";\n$/);
    assert.deepEqual(
      found.map(({ kind, length }) => [kind, length]),
      [['high-entropy assignment', 12]],
    );
    assert.equal(restore(texts[0]!), text);
  });
});
