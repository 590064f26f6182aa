// Checks whether the machine is quiet enough for measurements, and describes the machine.
import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';

/** The largest share of the processors that other programs may use. */
export const MAX_SHARE = 0.1;
/** The largest difference between two calibrations of a series, relative to their median. */
export const MAX_SPREAD = 0.15;
/** How long the program waits for a quiet machine. */
const PATIENCE_MS = 120_000;
const SAMPLE_MS = 1000;

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

function busyAndTotal() {
  const times = cpus().map((cpu) => cpu.times);
  const total = times.reduce((sum, time) => sum + Object.values(time).reduce((a, b) => a + b), 0);
  return { busy: total - times.reduce((sum, { idle }) => sum + idle, 0), total };
}

/** The share of the processors that is in use, from 0 to 1. It is measured while this program sleeps. */
export async function shareInUse() {
  const before = busyAndTotal();
  await pause(SAMPLE_MS);
  const after = busyAndTotal();
  return (after.busy - before.busy) / Math.max(1, after.total - before.total);
}

/** Calibrates: runs the same loop nine times. Returns the median of its times, in milliseconds. */
export function calibrate() {
  const times = Array.from({ length: 9 }, () => {
    const began = performance.now();
    let value = 1;
    for (let i = 0; i < 2e7; i += 1) value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0;
    // Use the value, so that the compiler keeps the loop.
    return performance.now() - began + (value === 0 ? 1 : 0);
  });
  return times.sort((a, b) => a - b)[4];
}

/** Waits until other programs use at most `MAX_SHARE`, but not longer than `PATIENCE_MS`. Returns the last share. */
export async function quietOrBusy() {
  const deadline = Date.now() + PATIENCE_MS;
  let share = await shareInUse();
  if (share > MAX_SHARE) console.log(`Waiting for a quiet machine, at most ${PATIENCE_MS / 1000} s.`);
  while (share > MAX_SHARE && Date.now() < deadline) share = await shareInUse();
  return share;
}

/** Formats a share. */
export const percent = (share) => `${Math.round(share * 100)} %`;

/** Returns why the measurements do not count, or undefined if they count. */
export function whyBusy({ shares, spread }) {
  const share = Math.max(...shares);
  if (share > MAX_SHARE) {
    return `other programs use ${percent(share)} of the processors (at most ${percent(MAX_SHARE)})`;
  }
  if (spread > MAX_SPREAD) {
    return `the times of the same loop differ by ${percent(spread)} (at most ${percent(MAX_SPREAD)})`;
  }
  return undefined;
}

function commit() {
  const git = (...args) => execFileSync('git', args, { encoding: 'utf8', cwd: import.meta.dirname }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no', '..', ':!../docs/benchmark.md');
    return `${git('rev-parse', '--short=10', 'HEAD')}${changed && ' with changes'}`;
  } catch {
    return 'unknown';
  }
}

/** The description of the machine and of the program, for the document. */
export const described = () => ({
  date: new Date().toISOString().slice(0, 10),
  commit: commit(),
  node: process.version,
  processors: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
  load: loadavg()[0].toFixed(2),
});
