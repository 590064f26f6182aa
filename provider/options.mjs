// The command line: the port, the apps, the lifetimes of tokens and sessions, the switches, and whether tests may
// control the provider.
import { parseArgs } from 'node:util';
import { problemsOfSwitches, SWITCHES } from './switches.mjs';

const line = ([name, does]) => `    ${name.padEnd(20)}${does}`;
const listed = (group) => Object.entries(SWITCHES[group]).map(line).join('\n');

export const usage = `usage: node server.mjs [--port 9400] [--app http://localhost:8080/]... [--token-life 3600]
                       [--session-life 36000] [--kind NAME,...] [--hard NAME,...] [--test-controls]

  --port N            port on localhost; 0 picks a free one (default 9400)
  --app URL           base URL of an app; may be repeated (default http://localhost:8080/).
                      Registers URL + "callback", URL + "signed-out", and the URL's origin for CORS
  --token-life N      lifetime of an access token in seconds (default 3600)
  --session-life N    seconds from a sign-in to the end of the session (default 36000)
  --test-controls     adds the routes under /_test/ that let tests set faults of the provider

  Without switches it behaves like Duende IdentityServer. Each option can be repeated and can name several switches.
  --kind NAME,...     turns on behaviour that is easier for an app:
${listed('kind')}
  --hard NAME,...     turns on behaviour that only some installations or versions have:
${listed('hard')}`;

export class UsageError extends Error {}

export function parseOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      strict: true,
      options: {
        port: { type: 'string', default: '9400' },
        app: { type: 'string', multiple: true, default: ['http://localhost:8080/'] },
        'token-life': { type: 'string', default: '3600' },
        'session-life': { type: 'string', default: '36000' },
        kind: { type: 'string', multiple: true, default: [] },
        hard: { type: 'string', multiple: true, default: [] },
        'test-controls': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    throw new UsageError(error.message);
  }
  return {
    help: values.help,
    port: wholeNumber('--port', values.port, 0, 65535),
    apps: values.app.map(registerApp),
    tokenLife: wholeNumber('--token-life', values['token-life'], 1, 86400),
    sessionLife: wholeNumber('--session-life', values['session-life'], 1, 86400),
    switches: switchesOf(values),
    testControls: values['test-controls'],
  };
}

function switchesOf(values) {
  const names = (group) => values[group].flatMap((list) => list.split(',')).filter(Boolean);
  const chosen = { kind: names('kind'), hard: names('hard') };
  const [problem] = problemsOfSwitches(chosen);
  if (problem) throw new UsageError(problem);
  return chosen;
}

function wholeNumber(name, text, least, most) {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(number >= least && number <= most)) {
    throw new UsageError(`${name} must be a whole number from ${least} to ${most}, not "${text}"`);
  }
  return number;
}

function registerApp(text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = url && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (!url || !(url.protocol === 'https:' || (url.protocol === 'http:' && loopback))) {
    throw new UsageError(`--app must be an https URL, or http on this machine, not "${text}"`);
  }
  if (url.search || url.hash || url.username || url.password) {
    throw new UsageError(`--app must be a plain base URL without query, fragment or user, not "${text}"`);
  }
  const base = url.href.endsWith('/') ? url.href : `${url.href}/`;
  return {
    base,
    origin: url.origin,
    redirectUri: `${base}callback`,
    postLogoutRedirectUri: `${base}signed-out`,
  };
}
