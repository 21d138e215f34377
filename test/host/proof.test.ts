// The network proof: a person works by chance in public and private folders whose files carry canaries, and no canary of a private one
// is ever in a byte that leaves this machine. With `FATHOM_PROOF_CATCHES` Fathom is one that was broken on purpose (test/setup/broken.mjs),
// and the same walk has to catch it.
import assert from 'node:assert/strict';
import Mocha, { after, before, describe, it } from 'mocha';
import { randomFrom } from './proof/random.ts';
import { watchSockets, type Sockets } from './proof/sockets.ts';
import { openStage, type Stage } from './proof/stage.ts';
import { Leak, Walk } from './proof/walk.ts';

/** The same walk for everybody; another number is another walk, `random` a new one each time. */
const wished = process.env.FATHOM_PROOF_SEED ?? '20261124';
const seed = wished === 'random' ? Math.floor(Math.random() * 1e9) : Number(wished);
const broken = process.env.FATHOM_PROOF_CATCHES;
const stepCount = Number(process.env.FATHOM_PROOF_STEPS ?? 2000);
/** A real model is slow; so many steps show what has to be shown with it. */
const realStretch = 250;

describe('The network proof', function () {
  this.timeout(400_000);
  let sockets: Sockets;
  let stage: Stage;
  const random = randomFrom(seed);

  before(async () => {
    sockets = watchSockets();
    stage = await openStage(randomFrom(seed + 1));
  });
  after(async () => {
    process.env.DEEPSEEK_API_KEY = 'practice-key';
    await stage.end();
    sockets.stop();
  });

  const walk = () => new Walk(stage, random, (line) => Mocha.reporters.Base.consoleLog(`      ${line}`));
  const real = (count: number) => ({ from: Math.floor(count * 0.6), to: Math.floor(count * 0.6) + realStretch });

  if (broken !== undefined) {
    it(`catches ${broken} (seed ${seed})`, async () => {
      await assert.rejects(walk().go(stepCount, real(stepCount)), Leak);
    });
    return;
  }

  it(`lets nothing private leave in ${stepCount} steps (seed ${seed})`, async () => {
    const walked = walk();
    await walked.go(stepCount, real(stepCount));
    const { tally } = walked;
    const { places, recorders, deepseek, expected } = stage;

    assert.ok(walked.failures.length < stepCount / 50, walked.failures.join('\n'));

    // It was no walk in an empty street.
    const { cloudChats, cloudFills, localChats, localFills } = tally;
    const counts = JSON.stringify({ cloudChats, cloudFills, localChats, localFills });
    assert.ok(cloudChats + cloudFills >= 100, `enough at the cloud: ${counts}`);
    assert.ok(cloudFills + localFills >= 100, `enough ghost text: ${counts}`);
    assert.ok(localChats + localFills >= 50, `enough here: ${counts}`);
    assert.ok(Math.min(cloudChats, cloudFills, localChats) >= 20, `enough of each: ${counts}`);
    if (stage.realOllama !== undefined) assert.ok(tally.realLocal >= 10, `${tally.realLocal} requests to a real model`);
    const { seenAtCloud, seenHere } = tally;
    const closed = places.all.filter(({ name }) => seenHere.has(name) && !seenAtCloud.has(name));
    const seen = JSON.stringify({ atCloud: [...seenAtCloud], here: [...seenHere] });
    assert.ok(['public', 'openly', 'cleared', 'turning'].filter((name) => seenAtCloud.has(name)).length >= 3, seen);
    assert.ok(closed.length >= 5, seen);

    // Nobody went past the recorders, and nobody went anywhere else.
    assert.equal(deepseek.connections(), recorders.cloud.connections());
    const strangers = [...sockets.connected().keys()].filter((to) => !expected.has(to));
    assert.deepEqual(strangers, []);
    assert.deepEqual([...sockets.lookedUp()], []);
    assert.ok([...sockets.connected().keys()].includes(`127.0.0.1:${recorders.cloud.port}`), 'sockets are seen at all');
  });
});
