// What the walk of the network proof takes for allowed, as time goes by.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { newCanary } from '../../host/proof/needles.ts';
import { Places } from '../../host/proof/places.ts';
import { randomFrom } from '../../host/proof/random.ts';

describe('What a walk allows', () => {
  const bytes = (canary: string) => Buffer.from(`const ${canary} = 1;`);
  /** A place, and its canary. */
  function place(mayLeave: boolean) {
    const places = new Places(randomFrom(1));
    places.add('here', mayLeave);
    return { places, sent: bytes(places.canary('here')) };
  }
  const whose = (found: { place: string }[]) => found.map(({ place: name }) => name);

  it('a canary of a public place may be anywhere, one of a private place nowhere', () => {
    const open = place(true);
    assert.deepEqual(open.places.breaches(open.sent, Date.now()), []);
    assert.deepEqual(whose(open.places.found(open.sent)), ['here']);
    const closed = place(false);
    assert.deepEqual(whose(closed.places.breaches(closed.sent, Date.now())), ['here']);
    assert.deepEqual(closed.places.breaches(bytes(newCanary(randomFrom(2))), Date.now()), []);
  });

  it('what is forbidden may still arrive for a second, and then never again', () => {
    const { places, sent } = place(true);
    places.allow('here', false);
    const now = Date.now();
    assert.deepEqual(places.breaches(sent, now + 900), []);
    assert.deepEqual(whose(places.breaches(sent, now + 1100)), ['here']);
  });

  it('what is cleared may be sent from then on, and was forbidden before', () => {
    const { places, sent } = place(false);
    const before = Date.now() - 1;
    places.allow('here', true);
    assert.deepEqual(whose(places.breaches(sent, before)), ['here']);
    assert.deepEqual(places.breaches(sent, Date.now()), []);
  });

  it('where no time is known, only what was never allowed counts', () => {
    const { places, sent } = place(true);
    places.allow('here', false);
    assert.deepEqual(places.breaches(sent, undefined), []);
    const never = place(false);
    assert.deepEqual(whose(never.places.breaches(never.sent, undefined)), ['here']);
  });

  it('nothing at all may arrive at a cloud that is closed', () => {
    const { places } = place(true);
    assert.ok(places.mayArrive(Date.now()));
    places.openCloud(false);
    assert.ok(places.mayArrive(Date.now() + 500));
    assert.ok(!places.mayArrive(Date.now() + 1100));
    places.openCloud(true);
    assert.ok(places.mayArrive(Date.now()));
  });
});
