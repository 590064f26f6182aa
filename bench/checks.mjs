// Finds out what each app verifies. The provider makes a fault in each sign-in, and the app refuses or accepts it.
import { inBrowser, Observed, PROFILES } from './journey.mjs';

const callback = (members) => ({ callback: members });
const claims = (members) => ({ id_token: { claims: members } });

const ALL = ['ours', 'react', 'vanilla', 'floor'];

/** The rows of the table. Each has the fault of the provider, and the apps that must refuse the sign-in. */
export const FAULTS = [
  {
    title: '`state` of another sign-in',
    faults: callback({ set: { state: 'A'.repeat(43) } }),
    refusedBy: ALL,
  },
  {
    title: '`iss` of another provider in the response',
    faults: callback({ set: { iss: 'https://other.example' } }),
    refusedBy: ['ours', 'vanilla', 'floor'],
  },
  {
    title: 'no `iss`, although the metadata promises it',
    faults: callback({ remove: ['iss'] }),
    refusedBy: ['ours', 'vanilla', 'floor'],
  },
  {
    title: 'ID token with a changed signature',
    faults: { id_token: { signature: 'break' } },
    refusedBy: ['ours'],
  },
  {
    title: 'ID token signed with a key that is not published',
    faults: { id_token: { signature: 'other_key' } },
    refusedBy: ['ours'],
  },
  {
    title: 'ID token with `alg` none',
    faults: { id_token: { signature: 'none' } },
    refusedBy: ['ours', 'vanilla'],
  },
  {
    title: 'ID token signed with HS256',
    faults: { id_token: { signature: 'hs256' } },
    refusedBy: ['ours', 'vanilla'],
  },
  {
    title: 'ID token: `iss` of another provider',
    faults: claims({ iss: 'https://other.example' }),
    refusedBy: ['ours', 'vanilla', 'floor'],
  },
  {
    title: 'ID token: `aud` of another client',
    faults: claims({ aud: 'other' }),
    refusedBy: ['ours', 'vanilla', 'floor'],
  },
  {
    title: 'ID token: a second audience',
    faults: claims({ aud: ['{{aud}}', 'other'], azp: '{{aud}}' }),
    refusedBy: ['ours'],
  },
  {
    title: 'ID token: `azp` of another client',
    faults: claims({ azp: 'other' }),
    refusedBy: ['ours', 'floor'],
  },
  {
    title: 'ID token: expired an hour ago',
    faults: claims({ exp: '{{now-3600}}' }),
    refusedBy: ['ours', 'vanilla', 'floor'],
  },
  {
    title: 'ID token: issued in an hour',
    faults: claims({ iat: '{{now+3600}}' }),
    refusedBy: ['ours', 'floor'],
  },
  {
    title: 'ID token: `nonce` of another sign-in',
    faults: claims({ nonce: '{{nonce}}1' }),
    refusedBy: ['ours', 'vanilla', 'floor'],
  },
  {
    title: 'ID token: no `nonce`',
    faults: claims({ nonce: null }),
    refusedBy: ['ours', 'vanilla', 'floor'],
  },
  {
    title: 'ID token: `at_hash` of another access token',
    faults: claims({ at_hash: 'A'.repeat(22) }),
    refusedBy: ['ours', 'floor'],
  },
  {
    title: 'UserInfo of another user',
    faults: { userinfo: { merge: { sub: 'other' } } },
    refusedBy: ALL,
  },
];

/** The expected properties of a sign-in without faults. */
const PROPERTIES = {
  PKCE: () => 'S256',
  'the access token is in': (name) => (name === 'react' ? 'sessionStorage' : 'memory'),
  'the code stays in the address': () => 'no',
};

/** Returns one line for each result that differs from the expected one. */
export function unexpected(rows) {
  const expected = (title, name) => PROPERTIES[title]?.(name)
    ?? (FAULTS.find((fault) => fault.title === title).refusedBy.includes(name) ? 'refused' : 'accepted');
  return [...rows].flatMap(([name, results]) => results
    .filter(([title, result]) => result !== expected(title, name))
    .map(([title, result, error]) => `${name}: ${title}: ${result} ${error ?? ''}`));
}

/** The source of a function for the page. It returns where the page keeps the access token. */
const PLACES = `(token) => {
  const holds = (storage) => Object.values(storage).some((value) => value.includes(token));
  if (holds(localStorage)) return 'localStorage';
  return holds(sessionStorage) ? 'sessionStorage' : 'memory';
}`;

/** Signs in, and waits until the page shows the name of the user or an error. Returns this mark of the probe. */
async function signIn(observed, { app, provider }) {
  // End the session of the previous sign-in. Some apps keep it in the storage.
  if (observed.requests.some(({ url }) => url.startsWith(app))) {
    await observed.page.evaluate('localStorage.clear(); sessionStorage.clear()');
  }
  await observed.open(`${app}/`);
  const end = await observed.mark('name', 'error');
  await observed.request(`${provider.url}/connect/authorize`);
  return end;
}

/** Signs in without faults. Returns the method of PKCE, where the access token is, and whether the URL has the code. */
async function properties(observed, { app, provider }) {
  await provider.forget();
  const { name, value } = await signIn(observed, { app, provider });
  if (name === 'error') throw new Error(`a sign-in without faults failed: ${value}`);
  const requests = await provider.requests();
  const [asked] = requests.find(({ path }) => path === '/connect/authorize').query.code_challenge_method ?? [];
  const sent = requests.find(({ path, method }) => path === '/connect/token' && method === 'POST').form.code_verifier;
  const issued = await provider.issued();
  const code = issued.find(({ kind }) => kind === 'code').value;
  const token = issued.find(({ kind }) => kind === 'access_token').value;
  return {
    PKCE: sent ? asked : 'none',
    'the access token is in': await observed.page.evaluate(`(${PLACES})(${JSON.stringify(token)})`),
    'the code stays in the address': (await observed.page.evaluate('location.href')).includes(code) ? 'yes' : 'no',
  };
}

/** Returns the rows of one app. Each has a title, a result, and the name or error that the page shows. */
export async function checks({ program, site, name, app, provider }) {
  site.serve(name);
  return inBrowser(program, async (browser) => {
    const options = { app, provider: provider.url, profile: PROFILES.plain, pressesAtOnce: true };
    const observed = await Observed.in(browser, options);
    await provider.setFaults({});
    const rows = Object.entries(await properties(observed, { app, provider }));
    for (const { title, faults } of FAULTS) {
      await provider.setFaults(faults);
      const { name: end, value } = await signIn(observed, { app, provider });
      rows.push([title, end === 'error' ? 'refused' : 'accepted', value]);
    }
    await provider.setFaults({});
    return rows;
  });
}
