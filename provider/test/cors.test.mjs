// CorsPolicyProvider.cs: which origins may read which routes, and what a foreign origin gets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newAttempt, ORIGIN } from './support/client.mjs';
import { testProvider } from './support/test-provider.mjs';

const provider = testProvider();

const READABLE = {
  '/.well-known/openid-configuration': 'GET',
  '/.well-known/openid-configuration/jwks': 'GET',
  '/connect/token': 'POST',
  '/connect/userinfo': 'GET',
  '/connect/revocation': 'POST',
};
const FOREIGN = ['https://evil.example', 'null', 'http://localhost:8081'];
const corsHeaders = (response) => [...response.headers.keys()].filter((name) => name.startsWith('access-control-'));

const ask = (path, method, origin) => fetch(`${provider.issuer}${path}`, {
  method, headers: { origin, ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}) }, redirect: 'manual',
});
const preflight = (path, method, origin) => fetch(`${provider.issuer}${path}`, {
  method: 'OPTIONS',
  headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'authorization,x-other' },
});

for (const [path, method] of Object.entries(READABLE)) {
  test(`a_registered_origin_may_read_${path}`, async () => {
    const response = await ask(path, method, ORIGIN);
    assert.deepEqual(corsHeaders(response), ['access-control-allow-origin'], 'no header is exposed');
    assert.equal(response.headers.get('access-control-allow-origin'), ORIGIN);
    assert.equal(response.headers.get('vary'), null);
    const before = await preflight(path, method, ORIGIN);
    assert.equal(before.status, 204);
    assert.equal(before.headers.get('access-control-allow-origin'), ORIGIN);
    assert.equal(before.headers.get('access-control-allow-headers'), 'authorization,x-other');
    assert.equal(before.headers.get('access-control-allow-methods'), method);
    assert.equal(before.headers.get('access-control-max-age'), null);
  });

  test(`a_foreign_origin_gets_no_cors_header_from_${path}`, async () => {
    for (const origin of FOREIGN) {
      const response = await ask(path, method, origin);
      assert.deepEqual(corsHeaders(response), []);
      const before = await preflight(path, method, origin);
      assert.deepEqual([before.status, ...corsHeaders(before)], [405]);
    }
    if (path.startsWith('/.well-known/')) assert.equal(
      (await ask(path, method, FOREIGN[0])).status, 200, 'the response itself is public',
    );
  });
}

test('no_other_route_has_cors', async () => {
  const { pathname, search } = new URL(newAttempt(provider.issuer).url);
  for (const path of [`${pathname}${search}`, '/connect/endsession', '/.well-known/oauth-authorization-server', '/connect/checksession']) {
    assert.deepEqual(corsHeaders(await ask(path, 'GET', ORIGIN)), [], path);
  }
});

test('with_the_switch_two_headers_are_readable', async () => {
  await provider.kind('expose-headers');
  const response = await ask('/connect/userinfo', 'GET', ORIGIN);
  assert.equal(response.headers.get('access-control-expose-headers'), 'WWW-Authenticate, Retry-After');
});

test('the_demo_api_has_its_own_cors', async () => {
  const response = await ask('/v1/organization', 'GET', ORIGIN);
  assert.equal(response.headers.get('access-control-expose-headers'), 'WWW-Authenticate, Retry-After');
  assert.match(response.headers.get('vary'), /Origin/);
  assert.deepEqual(corsHeaders(await ask('/v1/organization', 'GET', FOREIGN[0])), []);
  assert.equal((await preflight('/v1/organization', 'GET', ORIGIN)).headers.get('access-control-allow-methods'), 'GET, HEAD');
});
