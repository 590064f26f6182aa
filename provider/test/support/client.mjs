// A correct client for the tests: it starts a sign-in, presses buttons on the provider's pages, exchanges the code,
// and calls userinfo and the API.
import { createHash, randomBytes } from 'node:crypto';
import { Browser } from './browser.mjs';

export const APP = 'http://localhost:8080/';
export const ORIGIN = 'http://localhost:8080';
export const READ = 'vismanet_erp_interactive_api:read';
export const CREATE = 'vismanet_erp_interactive_api:create';

const random = () => randomBytes(32).toString('base64url');

export function newAttempt(issuer, changes = {}) {
  const verifier = random();
  const sent = {
    client_id: 'demo-spa',
    response_type: 'code',
    response_mode: 'query',
    scope: 'openid profile email',
    redirect_uri: `${APP}callback`,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: random(),
    nonce: random(),
    ui_locales: 'nb-NO en-GB',
    ...changes,
  };
  const query = Object.entries(sent).filter(([, value]) => value !== undefined);
  return { ...sent, verifier, url: `${issuer}/connect/authorize?${new URLSearchParams(query)}` };
}

const testIds = (text) => [...text.matchAll(/data-testid="([^"]+)"/g)].map(([, id]) => id);

/** Presses on each page the first button of `presses` that the page has, until the provider redirects to the app. */
export async function walk(browser, page, presses) {
  let at = page;
  while (!at.left) {
    const ids = testIds(at.text);
    const press = presses.find((id) => ids.includes(id));
    if (!press) throw new Error(`no way on from ${at.url} (${ids.join(', ')}): ${at.text}`);
    at = await browser.press(at, press);
  }
  return at;
}

/** Returns the error page to which a wrong authorization request leads. */
export const refused = (issuer, changes) => new Browser().open(newAttempt(issuer, changes).url);

export async function authorize(issuer, { browser = new Browser(), presses = ['person-kari', 'consent-allow'], ...changes } = {}) {
  const attempt = newAttempt(issuer, changes);
  const back = await walk(browser, await browser.open(attempt.url), presses);
  return { attempt, back, browser, code: back.query.get('code') };
}

export function exchange(issuer, { attempt, code }, changes = {}, headers = { origin: ORIGIN }) {
  const form = {
    grant_type: 'authorization_code',
    client_id: attempt.client_id,
    redirect_uri: attempt.redirect_uri,
    code,
    code_verifier: attempt.verifier,
    ...changes,
  };
  return fetch(`${issuer}/connect/token`, { method: 'POST', headers, body: new URLSearchParams(form), redirect: 'manual' });
}

export async function signIn(issuer, options) {
  const authorization = await authorize(issuer, options);
  const response = await exchange(issuer, authorization);
  return { ...authorization, response, tokens: await response.json() };
}

export const withToken = (issuer, path, token, headers = {}) => fetch(`${issuer}${path}`, {
  headers: { origin: ORIGIN, authorization: `Bearer ${token}`, ...headers }, redirect: 'manual',
});
