import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, ratios, spread } from '../statistics.mjs';

test('the median of an even number of values is between the two in the middle', () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([10, 9, 1, 5]), 7);
});

test('the spread is relative to the median', () => assert.equal(spread([90, 100, 120]), 0.3));

test('a ratio is computed run by run', () => {
  // Both medians are 20, but no run has the ratio 1.
  assert.deepEqual(ratios([10, 20, 60], [20, 40, 20]), { median: 0.5, least: 0.5, most: 3 });
  assert.deepEqual(ratios([0, 5, 5], [0, 0, 0]), { median: Infinity, least: 0, most: Infinity });
});
