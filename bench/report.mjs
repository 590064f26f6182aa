// The measurements as tables: the medians of all apps, the ratios with their limits, and what each app verifies.
import { APPS } from './apps.mjs';
import { PROFILES } from './journey.mjs';
import { percent } from './machine.mjs';
import { ratios, summary } from './statistics.mjs';

const MIB = 1024 * 1024;
const whole = (value) => Math.round(value).toLocaleString('en-US');
const twoDigits = (value) => value.toFixed(2);

/** What is measured. Bytes do not depend on the profile. */
const MEASURES = [
  { key: 'body', title: 'home: files, bytes (brotli)', once: true },
  { key: 'wire', title: 'home: files with headers, bytes', once: true },
  { key: 'provider', title: 'home: responses of the provider, bytes', once: true },
  { key: 'later', title: 'home: loaded later, for the next page, bytes', once: true },
  { key: 'paint', title: 'home: first contentful paint, ms' },
  { key: 'usable', title: 'home: button usable, ms' },
  { key: 'click', title: 'click → authorization request, ms' },
  { key: 'callback', title: 'callback → signed in, ms' },
  { key: 'name', title: 'callback → name visible, ms' },
  { key: 'cold', title: 'cold start → signed in, ms' },
  { key: 'blocked', title: 'main thread blocked, ms' },
  { key: 'memory', title: 'JavaScript heap and wasm memory, MiB', show: (value) => twoDigits(value / MIB) },
];

/** The limits of this project. `to` is the other app of a ratio. Without it, the value itself has the limit. */
export const LIMITS = [
  { title: 'home: files, bytes', key: 'body', profile: 'plain', most: 62_000 },
  { title: 'home: button usable', key: 'usable', profile: 'phone', to: 'react', most: 0.48 },
  { title: 'callback → signed in', key: 'callback', profile: 'phone', to: 'react', most: 0.65 },
  { title: 'callback → signed in', key: 'callback', profile: 'plain', to: 'react', most: 0.75 },
  { title: 'callback → signed in', key: 'callback', profile: 'phone', to: 'floor', most: 1.15 },
  { title: 'cold start → signed in', key: 'cold', profile: 'phone', to: 'react', most: 0.6 },
  { title: 'main thread blocked', key: 'blocked', profile: 'phone', to: 'react', most: 0.2 },
  { title: 'JavaScript heap and wasm memory', key: 'memory', profile: 'plain', to: 'react', most: 1.1 },
];

/** The values of one measure, run by run. Empty if it was not measured. */
function series(results, { profile, app, key }) {
  const values = (results[profile]?.[app] ?? []).map((run) => run[key]);
  return values.includes(undefined) ? [] : values;
}

/** Each limit with the value of this project. `now` is undefined if it was not measured. */
export function judged(results) {
  return LIMITS.map((limit) => {
    const { profile, key, to, most } = limit;
    const own = series(results, { profile, app: 'ours', key });
    const other = to && series(results, { profile, app: to, key });
    if (!own.length || other?.length === 0) return limit;
    const now = to ? ratios(own, other) : summary(own);
    return { ...limit, now, isMet: now.median <= most };
  });
}

const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

function shown({ median, least, most }, show) {
  const range = show(least) === show(most) ? '' : ` (${show(least)} to ${show(most)})`;
  return `${show(median)}${range}`;
}

export function measuresTable(results) {
  const rows = Object.entries(PROFILES).flatMap(([profile, { title }]) => MEASURES.flatMap((measure) => {
    if (measure.once && profile !== 'plain' && results.plain) return [];
    const cells = APPS.map(({ name }) => series(results, { profile, app: name, key: measure.key }));
    if (cells.every((values) => !values.length)) return [];
    const cell = (values) => (values.length ? shown(summary(values), measure.show ?? whole) : 'not measured');
    return [[measure.once ? measure.title : `${title}: ${measure.title}`, ...cells.map(cell)]];
  }));
  return table(['', ...APPS.map(({ title }) => title)], rows);
}

export function limitsTable(results) {
  const rows = judged(results).map(({ title, profile, to, most, now, isMet }) => {
    const name = to ? `${title}, ${profile}, to ${APPS.find((app) => app.name === to).title}` : title;
    const show = to ? twoDigits : whole;
    return [name, now ? shown(now, show) : 'not measured', show(most), now ? (isMet ? 'yes' : '**no**') : ''];
  });
  return table(['this project', 'now', 'at most', 'met'], rows);
}

/** `rows`: for each app, the title and the result of each check. */
export function checksTable(rows) {
  const [first] = rows.values();
  return table(['', ...APPS.map(({ title }) => title)], first.map(([title], index) => [
    title, ...APPS.map(({ name }) => rows.get(name)[index][1]),
  ]));
}

/** docs/benchmark.md. `busy` is why the measurements do not count, or undefined. */
export function document({ results, rows, runs, machine, browser, share, spread, busy, command }) {
  const phone = PROFILES.phone;
  const mbits = (bytes) => (bytes * 8) / 1e6;
  return `# Benchmark

\`${command}\` writes this file. It signs in at the local provider with four apps, and measures each app in the same
way:

- **${APPS[0].title}**: the release of this repository.
- **React**: React, react-oidc-context, oidc-client-ts and react-router, with the default settings of these libraries.
- **oauth4webapi**: this library without a framework.
- **floor**: about 100 lines of JavaScript without a library. The endpoints are built in. It is the lower bound.

The other apps are in \`bench/apps/\`. They have no style sheet, and only the pages of a sign-in.
${busy ? `\n**These numbers do not count: ${busy}.**\n` : ''}
| condition | value |
|---|---|
| date, commit | ${machine.date}, ${machine.commit} |
| browser, Node | ${browser}, ${machine.node} |
| processors | ${machine.processors} |
| other programs | use at most ${percent(share)} of the processors; load average ${machine.load}; the times of a loop \
that always does the same differ by ${percent(spread)} |
| runs | ${runs} of each app, in turns, each in a new browser profile |
| plain | no limits; app and provider are on this machine |
| phone | processor ${phone.cpu} times slower, ${mbits(phone.download)} Mbit/s down, ${mbits(phone.upload)} Mbit/s up, \
${phone.latency} ms for a round trip |

A value is the median of the runs, with the least and the greatest in brackets. Milliseconds depend on the machine.
Ratios do not depend on it much. A ratio is computed for each run from two values of this run.

## Limits

${limitsTable(results)}

## Measurements

${measuresTable(results)}

- **files**: everything that home loads from its host before a click, without headers. \`part-*.wasm\` is in the row
  "loaded later": home loads it when it is shown and usable.
- **button usable**: the moment when the button is enabled. In the cold starts, the program presses it at this moment.
- **callback**: the time begins when the browser sends the request for the callback page. It ends when the page with the
  signed-in user is painted, or the page with the name from UserInfo.
- **cold start**: from the request for home, with nothing in the cache, until the user is signed in. The time at the
  provider does not count.
- **blocked**: the parts of long tasks over 50 ms, on home and on the callback page.
- **memory**: the used JavaScript heap and the linear memory of the wasm after a garbage collection, when the user is
  signed in. The compiled code is not in it.

## What each app verifies

The provider sends each of these in a sign-in. The app refuses the sign-in (or does not show the name), or it accepts
it. These are results of this run.

${checksTable(rows)}
`;
}
