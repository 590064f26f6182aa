// One provider with test controls for a test file. It is reset before each test and stopped at the end.
import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import { APP } from './client.mjs';
import { startProvider } from './running-provider.mjs';

export function testProvider(...args) {
  const shared = {};
  before(async () => Object.assign(shared, await startProvider('--app', APP, '--test-controls', ...args)));
  beforeEach(async () => {
    await shared.faults({});
    await shared.switches({});
    await shared.clearLog();
  });
  after(() => shared.stop());

  shared.kind = async (...names) => assert.equal((await shared.switches({ kind: names })).status, 204);
  shared.hard = async (...names) => assert.equal((await shared.switches({ hard: names })).status, 204);
  return shared;
}
