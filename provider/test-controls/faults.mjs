// The current faults. New faults replace all of them. The provider then also sends the responses that the fault `hold`
// has delayed.
import { problemsOf } from './fault-table.mjs';
import { ODD_KEYS } from './odd-keys.mjs';
import { ROTATIONS } from './key-ring.mjs';
import { SIGNATURES } from './signatures.mjs';

const CHOICES = { add: ODD_KEYS, rotate: ROTATIONS, signature: SIGNATURES };

export function createFaults() {
  let faults = {};
  let used = new Map();
  let resolveChanged = () => {};
  let changed = new Promise((resolve) => { resolveChanged = resolve; });

  return {
    get current() {
      return faults;
    },
    set(next) {
      const problems = problemsOf(next, CHOICES);
      if (problems.length) return problems;
      faults = next;
      used = new Map();
      resolveChanged();
      changed = new Promise((resolve) => { resolveChanged = resolve; });
      return [];
    },
    /** Returns the fault for this place, and counts this use against its `times`. */
    take(place, path) {
      const fault = faults[place];
      if (!fault || (fault.path !== undefined && fault.path !== path)) return undefined;
      const count = used.get(place) ?? 0;
      if (fault.times !== undefined && count >= fault.times) return undefined;
      used.set(place, count + 1);
      return fault;
    },
    changed: () => changed,
  };
}
