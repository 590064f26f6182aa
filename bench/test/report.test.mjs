import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APPS } from '../apps.mjs';
import { FAULTS, unexpected } from '../checks.mjs';
import { whyBusy } from '../machine.mjs';
import { checksTable, judged, LIMITS, limitsTable, measuresTable } from '../report.mjs';

const run = {
  body: 60_000, wire: 65_000, provider: 3000, later: 45_000, paint: 100, usable: 90, click: 20, callback: 100,
  name: 110, cold: 300, blocked: 10, memory: 2_097_152,
};

/** The results of one run. Every app has the values of `run`. The values in `ours` replace those of this project. */
function resultsWith(ours) {
  const apps = Object.fromEntries(APPS.map(({ name }) => [name, [{ ...run, ...(name === 'ours' && ours) }]]));
  return { plain: apps, phone: apps };
}

test('a value at its limit meets it, and a value above does not', () => {
  const met = (body) => judged(resultsWith({ body })).find(({ key }) => key === 'body').isMet;
  assert.deepEqual([met(62_000), met(62_001)], [true, false]);
  const ratio = (cold) => judged(resultsWith({ cold })).find(({ key }) => key === 'cold');
  assert.deepEqual([ratio(180).isMet, ratio(181).isMet, ratio(180).now.median], [true, false, 0.6]);
});

test('a limit that was not measured is not met', () => {
  const { plain } = resultsWith({});
  const phone = judged({ plain }).filter(({ profile }) => profile === 'phone');
  assert.ok(phone.length > 3 && phone.every(({ isMet }) => !isMet));
  assert.ok(limitsTable({ plain }).includes('not measured'));
});

test('every limit and every app is in the tables', () => {
  const results = resultsWith({});
  assert.equal(limitsTable(results).split('\n').length, LIMITS.length + 2);
  assert.ok(limitsTable(results).includes('**no**'));
  const [head, , ...rows] = measuresTable(results).split('\n');
  assert.equal(head.split('|').length, APPS.length + 3);
  // Bytes are the same in both profiles.
  assert.equal(rows.length, 4 + 2 * 8);
});

test('a result that differs from what is expected is reported', () => {
  const rows = new Map(APPS.map(({ name }) => [
    name, FAULTS.map(({ title, refusedBy }) => [title, refusedBy.includes(name) ? 'refused' : 'accepted']),
  ]));
  assert.deepEqual(unexpected(rows), []);
  assert.equal(checksTable(rows).split('\n').length, FAULTS.length + 2);
  rows.get('ours')[0][1] = 'accepted';
  assert.equal(unexpected(rows).length, 1);
});

test('a machine is busy if other programs run or the calibrations differ', () => {
  assert.equal(whyBusy({ shares: [0.01, 0.1], spread: 0.15 }), undefined);
  assert.match(whyBusy({ shares: [0.01, 0.11], spread: 0 }), /other programs use 11 %/);
  assert.match(whyBusy({ shares: [0], spread: 0.2 }), /20 %/);
});
