// Metadata and keys: members, types, caching and the overlap of keys (DiscoveryResponseGenerator.cs,
// DiscoveryDocumentResult.cs, JsonWebKeysResult.cs, KeyManagementOptions.cs).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalJWKSet, compactVerify } from 'jose';
import { ORIGIN, signIn } from './support/client.mjs';
import { testProvider } from './support/test-provider.mjs';

const provider = testProvider();
const PATHS = ['/.well-known/openid-configuration', '/.well-known/openid-configuration/jwks'];

const get = (path) => fetch(`${provider.issuer}${path}`, { headers: { origin: ORIGIN } });
const read = async (path) => (await get(path)).json();

/** The members of the metadata of https://connect.visma.com, in the recorded order. */
const RECORDED = [
  'issuer', 'jwks_uri', 'authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'end_session_endpoint',
  'check_session_iframe', 'revocation_endpoint', 'introspection_endpoint', 'device_authorization_endpoint',
  'backchannel_authentication_endpoint', 'frontchannel_logout_supported', 'frontchannel_logout_session_supported',
  'backchannel_logout_supported', 'backchannel_logout_session_supported', 'scopes_supported', 'claims_supported',
  'grant_types_supported', 'response_types_supported', 'response_modes_supported', 'token_endpoint_auth_methods_supported',
  'revocation_endpoint_auth_methods_supported', 'introspection_endpoint_auth_methods_supported',
  'id_token_signing_alg_values_supported', 'userinfo_signing_alg_values_supported', 'introspection_signing_alg_values_supported',
  'subject_types_supported', 'code_challenge_methods_supported', 'request_parameter_supported',
  'request_object_signing_alg_values_supported', 'prompt_values_supported', 'authorization_response_iss_parameter_supported',
  'backchannel_token_delivery_modes_supported', 'backchannel_user_code_parameter_supported',
  'backchannel_authentication_request_signing_alg_values_supported', 'dpop_signing_alg_values_supported',
];

test('the_metadata_have_the_members_of_visma_connect_in_its_order', async () => {
  const metadata = await read(PATHS[0]);
  assert.deepEqual(Object.keys(metadata), RECORDED);
  assert.equal(metadata.issuer, provider.issuer);
  for (const [member, path] of Object.entries({
    authorization_endpoint: 'authorize', token_endpoint: 'token', userinfo_endpoint: 'userinfo', end_session_endpoint: 'endsession',
  })) assert.equal(metadata[member], `${provider.issuer}/connect/${path}`);
  assert.equal(metadata.jwks_uri, `${provider.issuer}${PATHS[1]}`);
  // These members do not fit a public client: its authentication method "none" is missing, "plain" is listed although
  // only S256 works, and the scopes of the API are missing.
  assert.deepEqual(metadata.token_endpoint_auth_methods_supported, ['client_secret_basic', 'client_secret_post']);
  assert.deepEqual(metadata.code_challenge_methods_supported, ['plain', 'S256']);
  assert.ok(metadata.scopes_supported.includes('offline_access'));
  assert.ok(metadata.scopes_supported.every((scope) => !scope.startsWith('vismanet')));
  assert.deepEqual(metadata.prompt_values_supported, ['none', 'login', 'consent', 'select_account']);
  assert.deepEqual(await read('/.well-known/oauth-authorization-server'), metadata);
});

test('with_the_switch_the_metadata_are_short', async () => {
  await provider.kind('short-metadata');
  const metadata = await read(PATHS[0]);
  assert.equal(metadata.issuer, provider.issuer);
  assert.equal(metadata.check_session_iframe, undefined);
  assert.deepEqual(metadata.code_challenge_methods_supported, ['S256']);
});

test('metadata_and_keys_are_plain_json_without_caching_headers', async () => {
  for (const path of PATHS) {
    const response = await get(path);
    assert.equal(response.headers.get('content-type'), 'application/json; charset=UTF-8');
    assert.equal(response.headers.get('cache-control'), null);
    assert.equal(response.headers.get('vary'), null);
  }
});

test('with_the_switch_they_may_be_kept_for_an_hour', async () => {
  await provider.hard('cached-metadata');
  for (const path of PATHS) {
    const response = await get(path);
    assert.equal(response.headers.get('cache-control'), 'max-age=3600');
    assert.match(response.headers.get('vary'), /Origin/);
  }
});

test('one_key_is_published_and_its_id_is_its_thumbprint', async () => {
  const { keys } = await read(PATHS[1]);
  assert.equal(keys.length, 1);
  assert.deepEqual(Object.keys(keys[0]), ['kty', 'use', 'kid', 'x5t', 'e', 'n', 'alg']);
  assert.match(keys[0].kid, /^[0-9A-F]{40}RS256$/);
  assert.equal(Buffer.from(keys[0].x5t, 'base64url').toString('hex').toUpperCase(), keys[0].kid.slice(0, 40));
});

test('with_the_switch_an_announced_and_a_retired_key_are_beside_it', async () => {
  const [signing] = (await read(PATHS[1])).keys;
  await provider.hard('overlapping-keys');
  const before = await read(PATHS[1]);
  assert.equal(before.keys.length, 3);
  assert.equal(before.keys[1].kid, signing.kid);
  assert.equal(new Set(before.keys.map(({ kid }) => kid)).size, 3);

  // The announced key begins to sign. A key set from before the rotation still verifies.
  await provider.faults({ id_token: { rotate: 'announced' } });
  const { tokens } = await signIn(provider.issuer);
  const { protectedHeader } = await compactVerify(tokens.id_token, createLocalJWKSet(before));
  assert.equal(protectedHeader.kid, before.keys[0].kid);
  assert.deepEqual(await read(PATHS[1]), before);
});
