// The token endpoint (TokenEndpoint.cs, TokenRequestValidator.cs, TokenErrorResult.cs, TokenResult.cs).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import { APP, authorize, exchange, signIn, withToken } from './support/client.mjs';
import { testProvider } from './support/test-provider.mjs';

const provider = testProvider();
const OTHER_VERIFIER = 'v'.repeat(43);

test('an_error_is_400_with_only_the_code', async () => {
  const cases = [
    [{ code_verifier: OTHER_VERIFIER }, 'invalid_grant'],
    [{ code_verifier: '' }, 'invalid_grant'],
    [{ code: 'nonsense' }, 'invalid_grant'],
    [{ code: '' }, 'invalid_grant'],
    [{ redirect_uri: `${APP}other` }, 'invalid_grant'],
    [{ redirect_uri: '' }, 'unauthorized_client'],
    [{ client_id: 'other' }, 'invalid_client'],
    [{ client_id: '' }, 'invalid_client'],
    [{ grant_type: 'refresh_token' }, 'unsupported_grant_type'],
    [{ grant_type: '' }, 'unsupported_grant_type'],
  ];
  for (const [changes, error] of cases) {
    const response = await exchange(provider.issuer, await authorize(provider.issuer), changes);
    assert.equal(response.status, 400, JSON.stringify(changes));
    assert.deepEqual(await response.json(), { error }, JSON.stringify(changes));
    assert.equal(response.headers.get('content-type'), 'application/json; charset=UTF-8');
    assert.equal(response.headers.get('cache-control'), 'no-store, no-cache, max-age=0');
    assert.equal(response.headers.get('pragma'), 'no-cache');
  }
  await provider.kind('token-error-text');
  const response = await exchange(provider.issuer, await authorize(provider.issuer), { code_verifier: OTHER_VERIFIER });
  assert.ok((await response.json()).error_description);
});

test('a_body_that_is_not_a_form_is_an_invalid_request', async () => {
  const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
  const response = await fetch(`${provider.issuer}/connect/token`, json);
  assert.deepEqual([response.status, await response.json()], [400, { error: 'invalid_request' }]);
  const read = await fetch(`${provider.issuer}/connect/token`);
  assert.deepEqual([read.status, await read.json()], [400, { error: 'invalid_request' }]);
});

test('a_code_is_spent_by_the_first_exchange_whether_right_or_wrong', async () => {
  const authorization = await authorize(provider.issuer);
  assert.equal((await exchange(provider.issuer, authorization, { code_verifier: OTHER_VERIFIER })).status, 400);
  assert.equal((await exchange(provider.issuer, authorization)).status, 400);
  await provider.kind('code-retry');
  const again = await authorize(provider.issuer);
  assert.equal((await exchange(provider.issuer, again, { code_verifier: OTHER_VERIFIER })).status, 400);
  assert.equal((await exchange(provider.issuer, again)).status, 200);
});

test('a_code_that_is_sent_twice_revokes_nothing', async () => {
  const first = await signIn(provider.issuer);
  assert.equal((await exchange(provider.issuer, first)).status, 400);
  assert.equal((await withToken(provider.issuer, '/connect/userinfo', first.tokens.access_token)).status, 200);
  assert.ok((await authorize(provider.issuer, { browser: first.browser, prompt: 'none', presses: [] })).code);
});

test('the_token_response_repeats_the_scopes_and_has_no_refresh_token', async () => {
  const scope = 'openid email profile tenants';
  const { tokens, response } = await signIn(provider.issuer, { scope: ` ${scope}  email` });
  assert.deepEqual(Object.keys(tokens).sort(), ['access_token', 'expires_in', 'id_token', 'scope', 'token_type']);
  assert.deepEqual(tokens.scope.split(' ').sort(), scope.split(' ').sort());
  assert.equal(tokens.token_type, 'Bearer');
  assert.equal(response.headers.get('content-type'), 'application/json; charset=UTF-8');
  assert.equal(response.headers.get('cache-control'), 'no-store, no-cache, max-age=0');
});

test('the_id_token_lives_five_minutes_and_has_nbf', async () => {
  const claims = decodeJwt((await signIn(provider.issuer)).tokens.id_token);
  assert.equal(claims.exp - claims.iat, 300);
  assert.ok(Math.abs(claims.nbf - claims.iat) <= 1);
});
