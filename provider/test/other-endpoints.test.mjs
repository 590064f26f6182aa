// Endpoints that are in the metadata but that a public client may not use: how they respond to such a client.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signIn } from './support/client.mjs';
import { testProvider } from './support/test-provider.mjs';

const provider = testProvider();

const post = (path, form) => fetch(`${provider.issuer}/connect/${path}`, { method: 'POST', body: new URLSearchParams(form) });

test('a_revocation_is_confirmed_but_the_access_token_stays_valid', async () => {
  const { tokens } = await signIn(provider.issuer);
  const response = await post('revocation', { client_id: 'demo-spa', token: tokens.access_token });
  assert.deepEqual([response.status, await response.text()], [200, '']);
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  assert.equal((await fetch(`${provider.issuer}/connect/userinfo`, { headers })).status, 200);
  assert.deepEqual(await (await post('revocation', { token: 'x' })).json(), { error: 'invalid_client' });
  assert.deepEqual(await (await post('revocation', { client_id: 'demo-spa' })).json(), { error: 'invalid_request' });
});

test('every_endpoint_of_the_metadata_responds', async () => {
  assert.equal((await post('introspect', { token: 'x' })).status, 401);
  for (const path of ['deviceauthorization', 'ciba']) {
    const response = await post(path, { client_id: 'demo-spa' });
    assert.deepEqual([response.status, await response.json()], [400, { error: 'unauthorized_client' }]);
  }
  const page = await fetch(`${provider.issuer}/connect/checksession`);
  assert.match(page.headers.get('content-type'), /^text\/html/);
});
