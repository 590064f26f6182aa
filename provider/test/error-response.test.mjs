// The errors that are sent back to the app (AuthorizeEndpointBase.cs, AuthorizeResult.cs).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorize, APP, newAttempt } from './support/client.mjs';
import { Browser } from './support/browser.mjs';
import { testProvider } from './support/test-provider.mjs';

const provider = testProvider();

const declined = (changes) => authorize(provider.issuer, { presses: ['person-kari', 'consent-deny'], ...changes });

test('an_error_has_no_iss_and_a_success_has_it', async () => {
  const { attempt, back } = await declined();
  assert.equal(back.query.get('error'), 'access_denied');
  assert.equal(back.query.get('state'), attempt.state);
  assert.equal(back.query.get('iss'), null);
  assert.equal(back.query.get('code'), null);
  const metadata = await (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).json();
  assert.equal(metadata.authorization_response_iss_parameter_supported, true);
  assert.equal((await authorize(provider.issuer)).back.query.get('iss'), provider.issuer);
  await provider.kind('error-iss');
  assert.equal((await declined()).back.query.get('iss'), provider.issuer);
});

test('an_error_has_no_description', async () => {
  assert.equal((await declined()).back.query.get('error_description'), null);
  await provider.kind('error-description');
  assert.equal((await declined()).back.query.get('error_description'), 'the user did not allow it');
});

test('the_url_of_an_error_ends_with_a_fragment', async () => {
  assert.match((await declined()).back.url, /^http:\/\/localhost:8080\/callback\?error=[^#]+#_$/);
  assert.doesNotMatch((await authorize(provider.issuer)).back.url, /#/);
  await provider.kind('error-url');
  assert.doesNotMatch((await declined()).back.url, /#/);
});

test('errors_and_successes_carry_a_session_state', async () => {
  const silent = await authorize(provider.issuer, { prompt: 'none', presses: [] });
  for (const { back } of [await declined(), await authorize(provider.issuer), silent]) {
    assert.match(back.query.get('session_state'), /^[\w-]{43}\.[0-9A-F]{32}$/);
  }
});

test('in_response_mode_fragment_an_error_is_only_in_the_fragment', async () => {
  const { back } = await declined({ response_mode: 'fragment' });
  assert.match(back.url, /callback#error=access_denied&/);
  assert.doesNotMatch(back.url, /iss=|#_|\?/);
});

test('cancel_and_decline_are_access_denied', async () => {
  for (const presses of [['person-kari', 'consent-deny'], ['cancel']]) {
    const { back } = await authorize(provider.issuer, { presses });
    assert.equal(back.query.get('error'), 'access_denied');
  }
});

test('a_level_that_cannot_be_reached_comes_back_as_unmet_authentication_requirements', async () => {
  const cases = [
    ['urn:idp:vismaconnect:mfa', 'no-second-step'],
    ['urn:local:unreachable', 'person-kari'],
  ];
  for (const [level, press] of cases) {
    const { attempt, back } = await authorize(provider.issuer, { acr_values: level, presses: [press] });
    assert.equal(back.query.get('error'), 'unmet_authentication_requirements', level);
    assert.equal(back.query.get('state'), attempt.state);
  }
  const page = await new Browser().open(newAttempt(provider.issuer).url);
  assert.doesNotMatch(page.text, /no-second-step/);
});

test('with_error_return_every_error_comes_back_to_a_known_client', async () => {
  await provider.kind('error-return');
  const { back } = await authorize(provider.issuer, { scope: 'openid nonsense', presses: [] });
  assert.equal(back.url.split('?')[0], `${APP}callback`);
  assert.equal(back.query.get('error'), 'invalid_scope');
  const page = await new Browser().open(newAttempt(provider.issuer, { redirect_uri: `${APP}other` }).url);
  assert.equal(page.left, false);
});

test('the_redirect_to_the_app_must_not_be_cached', async () => {
  const browser = new Browser();
  await authorize(provider.issuer, { browser });
  const cookie = [...browser.cookies.values()].map(({ pair }) => pair).join('; ');
  const response = await fetch(newAttempt(provider.issuer, { prompt: 'none' }).url, { headers: { cookie }, redirect: 'manual' });
  assert.equal(response.status, 302);
  assert.equal(response.headers.get('cache-control'), 'no-store, no-cache, max-age=0');
  assert.equal(response.headers.get('pragma'), 'no-cache');
});
