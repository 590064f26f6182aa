// EndSessionRequestValidator.cs: what a sign-out request needs so that the provider redirects back to the app and does
// not ask the user.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Browser } from './support/browser.mjs';
import { APP, authorize, signIn } from './support/client.mjs';
import { testProvider } from './support/test-provider.mjs';

const provider = testProvider();

const BACK = { client_id: 'demo-spa', post_logout_redirect_uri: `${APP}signed-out`, state: 'bye' };
const end = (browser, sent, method = 'GET') => {
  const url = `${provider.issuer}/connect/endsession`;
  const form = new URLSearchParams(sent);
  return method === 'GET' ? browser.open(`${url}?${form}`) : browser.open(url, { method, body: form });
};
const isSignedIn = async (browser) => {
  const { code } = await authorize(provider.issuer, { browser, prompt: 'none', presses: [] });
  return code !== null;
};
const WAY_BACK = `${APP}signed-out?state=bye`;

test('a_valid_hint_redirects_back_by_get_and_by_form', async () => {
  for (const method of ['GET', 'POST']) {
    const { browser, tokens } = await signIn(provider.issuer);
    const sent = { ...BACK, id_token_hint: tokens.id_token };
    assert.equal((await end(browser, sent, method)).url, WAY_BACK, method);
    assert.equal(await isSignedIn(browser), false);
    // The session has already ended. The redirect still works.
    assert.equal((await end(browser, sent, method)).url, WAY_BACK);
  }
  assert.equal((await fetch(`${provider.issuer}/connect/endsession`, { method: 'PUT' })).status, 405);
});

test('a_form_is_in_the_log_of_requests', async () => {
  await end(new Browser(), BACK, 'POST');
  const [entry] = (await provider.log()).filter(({ path }) => path === '/connect/endsession');
  assert.deepEqual(entry.form, { client_id: ['demo-spa'], post_logout_redirect_uri: [`${APP}signed-out`], state: ['bye'] });
});

test('without_a_valid_hint_the_user_is_asked_and_stays_here', async () => {
  const other = await signIn(provider.issuer);
  const { browser, tokens } = await signIn(provider.issuer);
  const [head, body, signature] = tokens.id_token.split('.');
  const hints = {
    none: undefined,
    'no token': 'nonsense',
    'wrong signature': `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    'an access token': tokens.access_token,
    'another session': other.tokens.id_token,
  };
  for (const [name, hint] of Object.entries(hints)) {
    const page = await end(browser, hint ? { ...BACK, id_token_hint: hint } : BACK);
    assert.equal(page.left, false, name);
    assert.match(page.text, /data-testid="sign-out-confirm"/, name);
    assert.doesNotMatch(page.text, /Visma Connect SPA demo/, 'client_id is ignored');
    assert.ok(await isSignedIn(browser), name);
  }
  const done = await browser.press(await end(browser, BACK), 'sign-out-confirm');
  assert.match(done.text, /data-testid="provider-signed-out"/);
  assert.equal(await isSignedIn(browser), false);
});

test('an_expired_hint_is_valid', async () => {
  await provider.faults({ id_token: { claims: { exp: '{{now-400}}' } } });
  const { browser, tokens } = await signIn(provider.issuer);
  assert.equal((await end(browser, { ...BACK, id_token_hint: tokens.id_token })).url, WAY_BACK);
});

test('a_hint_for_another_client_or_issuer_is_no_hint', async () => {
  for (const claims of [{ aud: 'other' }, { iss: 'https://other.example' }]) {
    await provider.faults({ id_token: { claims } });
    const { browser, tokens } = await signIn(provider.issuer);
    assert.match((await end(browser, { ...BACK, id_token_hint: tokens.id_token })).text, /sign-out-confirm/);
  }
});

test('a_hint_of_an_older_session_of_the_same_user_is_no_hint', async () => {
  const older = await signIn(provider.issuer);
  await end(older.browser, { id_token_hint: older.tokens.id_token });
  await signIn(provider.issuer, { browser: older.browser });
  const sent = { ...BACK, id_token_hint: older.tokens.id_token };
  assert.match((await end(older.browser, sent)).text, /sign-out-confirm/);
  await provider.kind('end-session-sub');
  assert.equal((await end(older.browser, sent)).url, WAY_BACK);
});

test('with_the_switch_the_client_id_is_enough_after_the_question', async () => {
  await provider.kind('end-session-client');
  const { browser } = await signIn(provider.issuer);
  const page = await end(browser, BACK);
  assert.match(page.text, /<strong>Visma Connect SPA demo<\/strong> asks/);
  assert.equal((await browser.press(page, 'sign-out-confirm')).url, WAY_BACK);
});

test('an_unregistered_post_logout_redirect_uri_is_ignored', async () => {
  const { browser, tokens } = await signIn(provider.issuer);
  const page = await end(browser, { id_token_hint: tokens.id_token, post_logout_redirect_uri: 'https://evil.example/' });
  assert.match(page.text, /data-testid="provider-signed-out"/);
  assert.doesNotMatch(page.text, /evil/);
  assert.equal(await isSignedIn(browser), false);
});

test('without_a_signed_in_user_nothing_is_asked', async () => {
  const page = await end(new Browser(), BACK);
  assert.match(page.text, /data-testid="provider-signed-out"/);
});

test('with_the_switch_a_page_links_back_to_the_app', async () => {
  await provider.hard('signed-out-page');
  const { browser, tokens } = await signIn(provider.issuer);
  const page = await end(browser, { ...BACK, id_token_hint: tokens.id_token });
  assert.equal(page.left, false);
  assert.match(page.text, /href="http:\/\/localhost:8080\/signed-out\?state=bye" data-testid="provider-back"/);
  assert.equal(await isSignedIn(browser), false);
});
