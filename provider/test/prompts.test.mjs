// prompt and max_age (AuthorizeRequestValidator.cs, AuthorizeInteractionResponseGenerator.cs).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import { Browser } from './support/browser.mjs';
import { authorize, newAttempt, READ, signIn } from './support/client.mjs';
import { testProvider } from './support/test-provider.mjs';

const provider = testProvider();

const silent = async (changes) => (await authorize(provider.issuer, { prompt: 'none', presses: [], ...changes })).back.query;

test('prompt_none_without_a_session_is_login_required', async () => {
  assert.equal((await silent()).get('error'), 'login_required');
});

test('prompt_none_without_consent_is_consent_required', async () => {
  const { browser } = await authorize(provider.issuer, { scope: 'openid' });
  assert.equal((await silent({ browser, scope: 'openid email' })).get('error'), 'consent_required');
});

test('prompt_none_with_a_page_of_the_provider_left_is_interaction_required', async () => {
  const { browser } = await authorize(provider.issuer, { presses: ['person-ola', 'consent-allow'] });
  assert.equal((await silent({ browser, scope: `openid profile email tenants ${READ}` })).get('error'), 'interaction_required');
});

test('prompt_none_with_session_and_consent_brings_a_code', async () => {
  const { browser } = await authorize(provider.issuer);
  assert.ok((await silent({ browser })).get('code'));
});

test('prompt_none_with_an_old_sign_in_is_login_required', async () => {
  const { browser } = await authorize(provider.issuer);
  assert.equal((await silent({ browser, max_age: '1000' })).get('error'), null);
  await provider.hard('max-age-loop');
  assert.equal((await silent({ browser, max_age: '0' })).get('error'), 'login_required');
});

test('login_and_max_age_0_sign_in_again_and_once', async () => {
  const first = await signIn(provider.issuer);
  const { browser } = first;
  for (const changes of [{ prompt: 'login' }, { max_age: '0' }, { prompt: 'login', max_age: '0' }]) {
    const { tokens, back } = await signIn(provider.issuer, { browser, ...changes, presses: ['person-kari'] });
    assert.ok(back.query.get('code'), JSON.stringify(changes));
    assert.equal(decodeJwt(tokens.id_token).sid, decodeJwt(first.tokens.id_token).sid, 'the same session continues');
  }
});

test('with_max_age_loop_each_sign_in_is_followed_by_another', async () => {
  await provider.hard('max-age-loop');
  const browser = new Browser();
  let page = await browser.open(newAttempt(provider.issuer, { prompt: 'login', max_age: '0' }).url);
  for (let round = 0; round < 3; round += 1) {
    page = await browser.press(page, 'person-kari');
    assert.match(page.text, /data-testid="person-kari"/);
  }
});

test('consent_asks_again', async () => {
  const { browser } = await authorize(provider.issuer);
  assert.ok((await authorize(provider.issuer, { browser, prompt: 'consent', presses: ['consent-allow'] })).code);
});

test('select_account_is_a_new_sign_in_even_of_the_same_user', async () => {
  const { browser } = await authorize(provider.issuer);
  const old = async (changes) => {
    const { tokens } = await signIn(provider.issuer, { browser, prompt: 'select_account', presses: ['person-kari'], ...changes });
    return decodeJwt(tokens.id_token);
  };
  const before = (await old()).auth_time;
  let now = before;
  while (now === before) now = (await old()).auth_time;
  assert.ok(now > before);
  await provider.kind('select-account');
  assert.equal((await old()).auth_time, now);
});

test('an_id_token_hint_in_an_authorization_request_is_ignored', async () => {
  const ola = await signIn(provider.issuer, { presses: ['person-ola', 'consent-allow'] });
  const { browser } = await authorize(provider.issuer);
  const hint = { browser, id_token_hint: ola.tokens.id_token };
  await provider.kind('long-query');
  assert.ok((await silent(hint)).get('code'));
  await provider.kind('long-query', 'id-token-hint');
  assert.equal((await silent(hint)).get('error'), 'login_required');
});
