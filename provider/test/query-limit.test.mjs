// The limit of the host: IIS responds to a query of more than 2,048 characters with 404.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Browser } from './support/browser.mjs';
import { authorize, newAttempt, signIn } from './support/client.mjs';
import { testProvider } from './support/test-provider.mjs';

const provider = testProvider();

test('a_query_may_have_2048_characters', async () => {
  const ask = async (length) => (await fetch(`${provider.issuer}/?${'x'.repeat(length)}`)).status;
  assert.deepEqual([await ask(2048), await ask(2049)], [200, 404]);
  await provider.kind('long-query');
  assert.equal(await ask(2049), 200);
});

test('the_sign_in_page_is_given_the_whole_request_so_that_a_shorter_one_is_too_long', async () => {
  const page = await new Browser().open(newAttempt(provider.issuer).url);
  const { searchParams } = new URL(page.url);
  assert.match(searchParams.get('ReturnUrl'), /^\/connect\/authorize\/callback\?client_id=demo-spa&/);

  const attempt = newAttempt(provider.issuer, { state: '/'.repeat(400) });
  assert.ok(attempt.url.split('?')[1].length < 2048);
  assert.equal((await new Browser().open(attempt.url)).status, 404);
});

test('a_long_hint_is_too_long_as_a_query_and_not_as_a_form', async () => {
  await provider.faults({ id_token: { claims: { roles: 'r'.repeat(5000) } } });
  const { browser, tokens } = await signIn(provider.issuer);
  const sent = new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: 'http://localhost:8080/signed-out', state: 's' });
  const end = `${provider.issuer}/connect/endsession`;
  assert.equal((await browser.open(`${end}?${sent}`)).status, 404);
  assert.ok((await authorize(provider.issuer, { browser, prompt: 'none', presses: [] })).code, 'still signed in');
  assert.equal((await browser.open(end, { method: 'POST', body: sent })).url, 'http://localhost:8080/signed-out?state=s');
});
