// Measures all apps and prints the results as tables. `cargo xtask bench` builds the release and starts this program.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { APPS } from './apps.mjs';
import { Browser } from './browser.mjs';
import { buildAll } from './build.mjs';
import { checks, unexpected } from './checks.mjs';
import { coldStart, PROFILES, visit } from './journey.mjs';
import { calibrate, described, quietOrBusy, shareInUse, whyBusy } from './machine.mjs';
import { Provider } from './provider.mjs';
import { checksTable, document, judged, limitsTable, measuresTable } from './report.mjs';
import { Site } from './site.mjs';
import { spread } from './statistics.mjs';

const { values: options } = parseArgs({
  strict: true,
  options: {
    dist: { type: 'string' },
    provider: { type: 'string' },
    browser: { type: 'string' },
    port: { type: 'string' },
    'provider-port': { type: 'string' },
    runs: { type: 'string', default: '5' },
    profile: { type: 'string', multiple: true, default: Object.keys(PROFILES) },
    smoke: { type: 'boolean', default: false },
    judge: { type: 'boolean', default: false },
    'even-if-busy': { type: 'boolean', default: false },
    write: { type: 'string' },
  },
});

/** The machine is too busy. The program prints only the message of this error, without the stack. */
class Refused extends Error {}

/**
 * Waits until the machine is quiet, and throws `Refused` if it stays busy. With `--even-if-busy`, it does not wait.
 * Returns the share of the processors that other programs use.
 */
async function quietMachine() {
  if (options['even-if-busy']) return shareInUse();
  const share = await quietOrBusy();
  const busy = whyBusy({ shares: [share], spread: 0 });
  if (busy) throw new Refused(busy);
  return share;
}

/**
 * Measures the apps in turns. Returns the results of all runs by profile and app, the shares of the processors that
 * other programs used, and the spread of the calibrations.
 */
async function measure(world) {
  const results = {};
  const [shares, calibrations] = [[], []];
  for (let run = 1; run <= Number(options.runs); run += 1) {
    shares.push(await quietMachine());
    calibrations.push(calibrate());
    for (const name of options.profile) {
      for (const app of APPS) {
        const setup = { ...world, name: app.name, profile: PROFILES[name] };
        const { files, ...measured } = { ...await visit(setup), ...await coldStart(setup) };
        ((results[name] ??= {})[app.name] ??= []).push(measured);
        const line = Object.entries(measured).map(([key, value]) => `${key} ${Math.round(value)}`).join(', ');
        console.log(`${run}/${options.runs} ${name} ${app.title}: ${line}`);
      }
    }
  }
  // Check once more, because another program may have started during the last run.
  shares.push(await shareInUse());
  calibrations.push(calibrate());
  return { results, shares, spread: spread(calibrations) };
}

/** Checks that every value of each app can be measured: with one plain visit, and one cold start of a phone. */
async function smoke(world) {
  for (const app of APPS) {
    const setup = { ...world, name: app.name };
    const { files, ...measured } = await visit({ ...setup, profile: PROFILES.plain });
    Object.assign(measured, await coldStart({ ...setup, profile: PROFILES.phone }));
    const wrong = Object.entries(measured).filter(([, value]) => !Number.isFinite(value) || value < 0);
    if (wrong.length) throw new Error(`${app.title}: ${JSON.stringify(wrong)}`);
    console.log(`${app.title}: ${files.join(', ')}`);
  }
}

/** Prints what each app verifies. Throws an error if a result differs from bench/checks.mjs. */
async function check(world, provider) {
  const rows = new Map();
  for (const { name } of APPS) rows.set(name, await checks({ ...world, name, provider }));
  console.log(`\n${checksTable(rows)}\n`);
  const wrong = unexpected(rows);
  if (wrong.length) throw new Error(`these results differ from bench/checks.mjs:\n${wrong.join('\n')}`);
  return rows;
}

async function versionOf(program) {
  const browser = await Browser.start(program);
  try {
    return await browser.version();
  } finally {
    await browser.close();
  }
}

/** Does what the options request. Returns `false` if `--judge` is set and a limit is missed. */
async function all(world, provider) {
  if (options.smoke) {
    await smoke(world);
    await check(world, provider);
    return true;
  }
  const machine = described();
  const { results, ...quiet } = await measure(world);
  const busy = whyBusy(quiet);
  console.log(`\n${measuresTable(results)}\n\n${limitsTable(results)}\n`);
  if (busy && !options['even-if-busy']) throw new Refused(busy);
  if (busy) console.log(`These numbers do not count: ${busy}.`);
  const rows = await check(world, provider);
  if (options.write) {
    const browser = await versionOf(world.program);
    await writeFile(options.write, document({
      results,
      rows,
      machine,
      browser,
      busy,
      runs: options.runs,
      share: Math.max(...quiet.shares),
      spread: quiet.spread,
      command: `cargo xtask bench --runs ${options.runs} --write`,
    }));
  }
  const limits = judged(results).filter(({ profile }) => options.profile.includes(profile));
  return !options.judge || limits.every(({ isMet }) => isMet);
}

const app = `http://127.0.0.1:${options.port}`;
const provider = await Provider.start({ folder: options.provider, port: options['provider-port'], app });
const site = new Site(await buildAll({ dist: options.dist, provider: provider.url }));
try {
  await site.listen(Number(options.port));
  const world = { program: options.browser, site, app, provider: provider.url };
  if (!await all(world, provider)) {
    console.error('error: at least one limit is missed. The table above names it.');
    process.exitCode = 1;
  }
} catch (error) {
  if (error instanceof Refused) {
    console.error(`error: this machine is busy: ${error.message}. Measure later, or with --even-if-busy.`);
  } else console.error(error, `\nThe last lines of the provider:\n${provider.log}`);
  process.exitCode = 1;
} finally {
  site.close();
  provider.end();
}
