// Repeated claims (ClaimsExtensions.cs): several values of one name become an array.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import { toDictionary } from '../claims.mjs';
import { READ, signIn, withToken } from './support/client.mjs';
import { testProvider } from './support/test-provider.mjs';

const provider = testProvider();
const scope = `openid tenants ${READ}`;
const TWO = ['5c2d9e1a-8b7c-4f3d-b1e6-2a9c4d7e5f22', 'a91e7c44-3d2b-4c8e-8f05-6b1d2e3f4a33'];

test('claims_of_one_name_become_an_array_and_equal_ones_count_once', () => {
  const claims = [['sub', 'a'], ['role', 'x'], ['role', 'y'], ['role', 'x'], ['role', 'z'], ['none', undefined]];
  assert.deepEqual(toDictionary(claims), { sub: 'a', role: ['x', 'y', 'z'] });
  assert.deepEqual(toDictionary(claims, { single: true }), { sub: 'a', role: 'x' });
});

test('a_user_with_two_companies_can_have_an_array_as_tenant_id', async () => {
  await provider.hard('all-companies');
  const { tokens } = await signIn(provider.issuer, { scope, presses: ['person-ola', 'consent-allow'] });
  assert.deepEqual(decodeJwt(tokens.access_token).tenant_id, TWO);
  const userinfo = await (await withToken(provider.issuer, '/connect/userinfo', tokens.access_token)).json();
  assert.deepEqual(userinfo.tenant_id, TWO);
  assert.equal((await withToken(provider.issuer, '/v1/organization', tokens.access_token)).status, 200);

  await provider.switches({ hard: ['all-companies'], kind: ['single-claims'] });
  const single = await signIn(provider.issuer, { scope, presses: ['person-ola', 'consent-allow'] });
  assert.equal(decodeJwt(single.tokens.access_token).tenant_id, TWO[0]);
});

test('a_user_with_one_company_has_a_text', async () => {
  await provider.hard('all-companies');
  const { tokens } = await signIn(provider.issuer, { scope });
  assert.equal(decodeJwt(tokens.access_token).tenant_id, '0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11');
});

test('faults_can_make_tenant_id_null_or_empty', async () => {
  await provider.faults({ userinfo: { body: '{"sub":"{{sub}}","tenant_id":null,"name":""}' } });
  const { tokens } = await signIn(provider.issuer, { scope });
  const text = await (await withToken(provider.issuer, '/connect/userinfo', tokens.access_token)).text();
  assert.match(text, /"tenant_id":null,"name":""/);
});
