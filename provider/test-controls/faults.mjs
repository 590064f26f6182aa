// The present faults. Setting new ones replaces all of them, and releases every response that is held.
import { problemsOf } from './fault-table.mjs';
import { ODD_KEYS } from './odd-keys.mjs';
import { ROTATIONS } from './key-ring.mjs';
import { SIGNATURES } from './signatures.mjs';

const CHOICES = { add: ODD_KEYS, rotate: ROTATIONS, signature: SIGNATURES };

export function createFaults() {
  let faults = {};
  let used = new Map();
  let letGo = () => {};
  let changed = new Promise((resolve) => { letGo = resolve; });

  return {
    get current() {
      return faults;
    },
    set(next) {
      const problems = problemsOf(next, CHOICES);
      if (problems.length) return problems;
      faults = next;
      used = new Map();
      letGo();
      changed = new Promise((resolve) => { letGo = resolve; });
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
