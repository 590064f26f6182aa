// Userinfo (UserInfoEndpoint.cs, BearerTokenUsageValidator.cs, ProtectedResourceErrorResult.cs).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { READ, signIn, withToken } from './support/client.mjs';
import { testProvider } from './support/test-provider.mjs';

const provider = testProvider('--token-life', '60');
const REALM = 'Bearer realm="IdentityServer",';

async function refusal(response) {
  assert.equal(await response.text(), '');
  assert.equal(response.headers.get('cache-control'), 'no-store, no-cache, max-age=0');
  return [response.status, response.headers.get('www-authenticate')];
}

test('a_token_that_is_missing_or_wrong_is_refused_with_a_realm_and_no_body', async () => {
  const { tokens } = await signIn(provider.issuer);
  const invalid = [401, `${REALM}error="invalid_token"`];
  assert.deepEqual(await refusal(await fetch(`${provider.issuer}/connect/userinfo`)), invalid);
  for (const token of ['nonsense', tokens.id_token]) {
    assert.deepEqual(await refusal(await withToken(provider.issuer, '/connect/userinfo', token)), invalid);
  }
  const lower = { authorization: `bearer ${tokens.access_token}` };
  assert.deepEqual(await refusal(await fetch(`${provider.issuer}/connect/userinfo`, { headers: lower })), invalid);
});

test('an_expired_token_is_reported_as_expired', async () => {
  await provider.faults({ access_token: { claims: { exp: '{{now-1}}' } } });
  const { tokens } = await signIn(provider.issuer);
  const response = await withToken(provider.issuer, '/connect/userinfo', tokens.access_token);
  assert.deepEqual(await refusal(response), [401, `${REALM}error="invalid_token",error_description="The access token expired"`]);
});

test('a_token_without_openid_is_not_enough', async () => {
  const { tokens } = await signIn(provider.issuer, { scope: READ, nonce: undefined });
  const response = await withToken(provider.issuer, '/connect/userinfo', tokens.access_token);
  assert.deepEqual(await refusal(response), [403, `${REALM}error="insufficient_scope"`]);
});

test('the_token_may_come_in_a_form', async () => {
  const { tokens } = await signIn(provider.issuer);
  const body = new URLSearchParams({ access_token: tokens.access_token });
  const response = await fetch(`${provider.issuer}/connect/userinfo`, { method: 'POST', body });
  assert.equal((await response.json()).name, 'Kari Nordmann');
});
