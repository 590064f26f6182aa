// The command line: which port, which apps, how long an access token lives, and whether tests may control the provider.
import { parseArgs } from 'node:util';

export const usage = `usage: node server.mjs [--port 9400] [--app http://localhost:8080/]... [--token-life 3600] [--test-controls]

  --port N            port on localhost; 0 picks a free one (default 9400)
  --app URL           base URL of an app; may be repeated (default http://localhost:8080/).
                      Registers URL + "callback", URL + "signed-out", and the URL's origin for CORS
  --token-life N      seconds that an access token lives (default 3600)
  --test-controls     adds the routes under /_test/ that let tests make the provider lie`;

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
    testControls: values['test-controls'],
  };
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
