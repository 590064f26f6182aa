// Formats the results as tables: the medians of all apps, the limits, and what each app verifies. Writes the text of
// docs/benchmark.md.
import { APPS } from './apps.mjs';
import { PROFILES } from './journey.mjs';
import { percent } from './machine.mjs';
import { ratios, summary } from './statistics.mjs';

const MIB = 1024 * 1024;
const whole = (value) => Math.round(value).toLocaleString('en-US');
const twoDigits = (value) => value.toFixed(2);

/** The measured values. A value with `once` is in bytes, and does not depend on the profile. */
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

/** The limits of this project. With `to`, the limit is for the ratio to that app. Otherwise it is for the value. */
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

/** The values of one measure, one for each run. Empty if it was not measured. */
function series(results, { profile, app, key }) {
  const values = (results[profile]?.[app] ?? []).map((run) => run[key]);
  return values.includes(undefined) ? [] : values;
}

/** Returns each limit with the measured value (`now`) and whether the limit is met. Both can be missing. */
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

/** `rows` has, for each app, the title and the result of each check. */
export function checksTable(rows) {
  const [first] = rows.values();
  return table(['', ...APPS.map(({ title }) => title)], first.map(([title], index) => [
    title, ...APPS.map(({ name }) => rows.get(name)[index][1]),
  ]));
}

/** Returns the text of docs/benchmark.md. `busy` is why the measurements do not count, or undefined. */
export function document({ results, rows, runs, machine, browser, share, spread, busy, command }) {
  const phone = PROFILES.phone;
  const mbits = (bytes) => (bytes * 8) / 1e6;
  return `# Benchmark

\`${command}\` writes this file.

The command signs in at the local provider with four apps. It measures each app in the same way:

- **${APPS[0].title}**: the release of this repository.
- **React**: React, react-oidc-context, oidc-client-ts and react-router, with the default settings of these libraries.
- **oauth4webapi**: this library without a framework.
- **floor**: about 100 lines of JavaScript without a library. They contain the endpoints, so this app does not fetch the
  metadata. It is the lower bound.

The other three apps are in \`bench/apps/\`. They have only the pages of a sign-in, and no style sheet.
${busy ? `\n**These numbers do not count: ${busy}.**\n` : ''}
| condition | value |
|---|---|
| date, commit | ${machine.date}, ${machine.commit} |
| browser, Node | ${browser}, ${machine.node} |
| processors | ${machine.processors} |
| other programs | used up to ${percent(share)} of the processors; load average ${machine.load}; the times of the \
same loop differ by ${percent(spread)} |
| runs | ${runs} of each app, in turns, each in a new browser profile |
| plain | no limits; app and provider are on this machine |
| phone | processor ${phone.cpu} times slower, ${mbits(phone.download)} Mbit/s down, ${mbits(phone.upload)} Mbit/s up, \
${phone.latency} ms for a round trip |

A value is the median of the runs. The least and the greatest value are in brackets, if they differ. Milliseconds
depend on the machine. Ratios depend on it much less. A ratio is computed for each run, from the two values of this run.
The table shows the median of these ratios.

## Limits

${limitsTable(results)}

## Measurements

${measuresTable(results)}

- **files**: all files that home loads from its host before a click, without headers. \`part-*.wasm\` is not included.
  It is in the row "loaded later", because it is loaded when home is shown and usable.
- **button usable**: the time until the button is enabled. In a cold start, the button is pressed at this moment.
- **callback**: the time begins when the browser sends the request for the callback page. In the row "signed in", it
  ends when the page of the signed-in user is painted. In the row "name visible", it ends when the name from UserInfo
  is painted.
- **cold start**: the time from the request for home, with an empty cache, until the user is signed in. The time at the
  provider does not count.
- **blocked**: for each task on home and on the callback page that is longer than 50 ms, the time after these 50 ms.
- **memory**: the used JavaScript heap and the linear memory of the wasm, after a garbage collection, when the user is
  signed in. Compiled code does not count.

## What each app verifies

The first three rows describe a sign-in without faults. Each other row names a fault, which the provider makes in one
sign-in. "refused" means that the app shows an error and not the name of the user. The results are of this run.

${checksTable(rows)}
`;
}
