// The test controls: each fault has the effect of its name, and a misspelt fault is refused.
import assert from 'node:assert/strict';
import { createHmac, createPublicKey } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader } from 'jose';
import { APP, authorize, exchange, newAttempt, READ, signIn, withToken } from './support/client.mjs';
import { Browser } from './support/browser.mjs';
import { startProvider } from './support/running-provider.mjs';

let provider;
let issuer;
before(async () => {
  provider = await startProvider('--app', APP, '--test-controls', '--token-life', '60');
  issuer = provider.issuer;
});
beforeEach(async () => {
  await provider.faults({});
  await provider.clearLog();
});
after(() => provider.stop());

const set = async (faults) => assert.deepEqual(await provider.faults(faults), { status: 204, text: '' });
const jwks = async () => (await fetch(`${issuer}/.well-known/openid-configuration/jwks`)).json();
const metadata = () => fetch(`${issuer}/.well-known/openid-configuration`);
const verifies = async (token, keys) => compactVerify(token, createLocalJWKSet(keys ?? await jwks())).then(() => true, () => false);
const idToken = async (fault) => {
  await set({ id_token: fault });
  return (await signIn(issuer)).tokens.id_token;
};

test('a_misspelt_fault_is_refused', async () => {
  const cases = [
    { id_tokens: {} }, { token: { stauts: 500 } }, { token: { status: '500' } }, { id_token: { signature: 'brake' } },
    { jwks: { add: ['nothing'] } }, { id_token: { rotate: 'now' } }, [], 5,
  ];
  for (const faults of cases) {
    const { status, text } = await provider.faults(faults);
    assert.equal(status, 400, JSON.stringify(faults));
    assert.equal(JSON.parse(text).problems.length, 1);
  }
});

test('the_switches_are_set_and_a_misspelt_one_is_refused', async () => {
  const current = async () => (await fetch(`${issuer}/_test/switches`)).json();
  assert.equal((await provider.switches({ kind: ['error-iss'], hard: ['all-companies'] })).status, 204);
  assert.deepEqual(await current(), { kind: ['error-iss'], hard: ['all-companies'] });
  for (const wrong of [{ kind: ['all-companies'] }, { kinder: [] }, { hard: 'all-companies' }]) {
    const { status, text } = await provider.switches(wrong);
    assert.deepEqual([status, JSON.parse(text).problems.length], [400, 1]);
  }
  assert.deepEqual(await current(), { kind: ['error-iss'], hard: ['all-companies'] });
  assert.equal((await provider.switches({})).status, 204);
  assert.deepEqual(await current(), { kind: [], hard: [] });
});

test('a_web_page_cannot_reach_the_controls', async () => {
  const response = await fetch(`${issuer}/_test/log`, { headers: { origin: 'https://evil.example' } });
  assert.equal(response.status, 403);
});

test('without_faults_everything_is_good', async () => {
  const { tokens } = await signIn(issuer);
  assert.equal(await verifies(tokens.id_token), true);
  assert.equal(tokens.expires_in, 60);
  assert.equal(decodeJwt(tokens.access_token).exp - decodeJwt(tokens.access_token).iat, 60);
  assert.equal((await jwks()).keys.length, 1);
});

test('id_token_claims_are_changed_and_removed_and_signed_well', async () => {
  const now = Math.floor(Date.now() / 1000);
  const token = await idToken({
    claims: { iss: '{{iss}}/', aud: ['{{aud}}', 'other'], nonce: null, exp: '{{now-400}}', iat: 'yesterday', extra: '{{exp}}', at_hash: '{{at_hash}}' },
  });
  const claims = decodeJwt(token);
  assert.equal(await verifies(token), true);
  assert.equal(claims.iss, `${issuer}/`);
  assert.deepEqual(claims.aud, ['demo-spa', 'other']);
  assert.equal('nonce' in claims, false);
  assert.ok(Math.abs(claims.exp - (now - 400)) < 30);
  assert.equal(claims.iat, 'yesterday');
  assert.equal(typeof claims.extra, 'number');
  assert.match(claims.at_hash, /^[\w-]{22}$/);
});

test('an_id_token_payload_can_be_raw_text', async () => {
  const token = await idToken({ payload: '{"sub":"a","sub":"{{sub}}"}' });
  assert.match(Buffer.from(token.split('.')[1], 'base64url').toString(), /^\{"sub":"a","sub":"[0-9a-f-]{36}"\}$/);
});

test('a_signature_fault_makes_the_named_kind_of_signature', async () => {
  for (const signature of ['break', 'empty', 'none', 'hs256', 'hs256_client_id', 'hs256_empty', 'other_key', 'embedded_jwk', 'es256', 'weak']) {
    assert.equal(await verifies(await idToken({ signature })), false, signature);
  }
  assert.equal(decodeProtectedHeader(await idToken({ signature: 'none' })).alg, 'none');
  assert.ok(decodeProtectedHeader(await idToken({ signature: 'embedded_jwk' })).jwk.n);

  const confused = await idToken({ signature: 'hs256' });
  const { keys: [key] } = await jwks();
  const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const [head, body, signature] = confused.split('.');
  assert.equal(createHmac('sha256', pem).update(`${head}.${body}`).digest('base64url'), signature);
});

test('headers_and_shapes_of_id_tokens_can_be_wrong', async () => {
  const token = await idToken({ header: { kid: null, alg: 'None', crit: ['exp'], typ: 'at+jwt' } });
  assert.deepEqual(JSON.parse(Buffer.from(token.split('.')[0], 'base64url')), { alg: 'None', crit: ['exp'], typ: 'at+jwt' });
  assert.equal((await idToken({ shape: '{{token}}.x.y' })).split('.').length, 5);
  assert.match(await idToken({ shape: '{{header}}=.{{payload}}.{{signature}}' }), /=\./);
  const odd = (await idToken({ signature: 'noncanonical' })).split('.')[2];
  const bytes = Buffer.from(odd, 'base64url');
  assert.equal(bytes.length, 256);
  assert.notEqual(bytes.toString('base64url'), odd);
});

test('keys_rotate_just_before_signing', async () => {
  const old = await jwks();
  const token = await idToken({ rotate: 'before_signing' });
  assert.equal(await verifies(token, old), false);
  assert.equal(await verifies(token), true);
  assert.equal((await jwks()).keys.length, 1);
  await set({});
  const { tokens, browser } = await signIn(issuer);
  assert.equal(await verifies(tokens.id_token), true);
  assert.equal((await withToken(issuer, '/connect/userinfo', tokens.access_token)).status, 200);
  const query = new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: `${APP}signed-out` });
  assert.equal((await browser.open(`${issuer}/connect/endsession?${query}`)).left, true);
  await idToken({ rotate: 'keep_old' });
  assert.equal((await jwks()).keys.length, 2);
});

test('the_jwks_can_be_stale_for_some_responses', async () => {
  const old = await jwks();
  await set({ id_token: { rotate: 'before_signing' }, jwks: { stale: true, times: 1 } });
  const { tokens } = await signIn(issuer);
  assert.deepEqual(await jwks(), old);
  assert.equal(await verifies(tokens.id_token), true);
  await set({ jwks: { stale: true } });
  assert.equal(await verifies(tokens.id_token), true);
});

test('the_jwks_can_have_odd_keys_and_lack_the_signing_key', async () => {
  await set({ jwks: { add: ['oct', 'enc', 'ops', 'weak', 'private', 'ec', 'ec_without_kid', 'duplicate_kid', 'without_kid', 'broken', 'text'] } });
  const { keys } = await jwks();
  assert.ok(keys.length >= 12);
  assert.ok(keys.some((key) => key.kty === 'EC' && !key.kid));
  assert.equal(keys[0].kty, 'oct');
  assert.ok(keys.some((key) => key.d));
  await set({ jwks: { add: ['many'], without_current: true } });
  assert.equal((await jwks()).keys.length, 10_000);
  await set({ jwks: { current: { use: 'enc', kid: null } } });
  assert.ok((await jwks()).keys.every((key) => key.use === 'enc' && !key.kid));
  await set({ jwks: { merge: { keys: [] } } });
  assert.deepEqual(await jwks(), { keys: [] });
});

test('metadata_members_are_changed_and_removed', async () => {
  await set({ metadata: { merge: { issuer: '{{issuer}}/', token_endpoint: null, authorization_endpoint: 'javascript:alert(1)' } } });
  const changed = await (await metadata()).json();
  assert.equal(changed.issuer, `${issuer}/`);
  assert.equal('token_endpoint' in changed, false);
  assert.equal(changed.authorization_endpoint, 'javascript:alert(1)');
});

test('any_response_can_be_something_else', async () => {
  await set({ metadata: { status: 503, content_type: 'text/html', body: '<p>{{issuer}}</p>', headers: { 'retry-after': '7' } } });
  const response = await metadata();
  assert.equal(response.status, 503);
  assert.equal(response.headers.get('content-type'), 'text/html');
  assert.equal(response.headers.get('retry-after'), '7');
  assert.equal(await response.text(), `<p>${issuer}</p>`);
  await set({ metadata: { body_base64: 'gICA' } });
  assert.deepEqual([...new Uint8Array(await (await metadata()).arrayBuffer())], [128, 128, 128]);
  await set({ metadata: { prepend: '\ufeff', append: ' junk' } });
  assert.match(Buffer.from(await (await metadata()).arrayBuffer()).toString(), /^\ufeff\{.* junk$/);
});

test('the_token_response_can_be_wrong_in_every_member', async () => {
  await set({ token: { merge: { token_type: 'mac', expires_in: '3600', refresh_token: 'r', id_token: null } } });
  const { tokens } = await signIn(issuer);
  assert.equal(tokens.token_type, 'mac');
  assert.equal(tokens.expires_in, '3600');
  assert.equal(tokens.refresh_token, 'r');
  assert.equal('id_token' in tokens, false);
  await set({ token: { body: '{"access_token":"a","access_token":"{{access_token}}"}' } });
  assert.match(await (await exchange(issuer, await authorize(issuer))).text(), /^\{"access_token":"a","access_token":"ey/);
});

test('the_token_endpoint_redirects_where_it_should_not', async () => {
  await set({ token: { redirect: 'http://127.0.0.1:9/steal' } });
  const response = await exchange(issuer, await authorize(issuer));
  assert.equal(response.status, 307);
  assert.equal(response.headers.get('location'), 'http://127.0.0.1:9/steal');
  assert.equal(response.headers.get('access-control-allow-origin'), 'http://localhost:8080');
});

test('responses_are_huge_endless_cut_off_held_back_or_missing', async () => {
  await set({ userinfo: { body: 'x', repeat: 10 * 1024 * 1024 } });
  const { tokens } = await signIn(issuer);
  const ask = (init) => fetch(`${issuer}/connect/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` }, ...init });
  assert.equal((await (await ask()).arrayBuffer()).byteLength, 10 * 1024 * 1024);

  await set({ userinfo: { body: 'never ends ', endless: true } });
  const endless = await ask();
  let read = 0;
  for await (const chunk of endless.body) {
    read += chunk.length;
    if (read > 5 * 1024 * 1024) break;
  }
  assert.ok(read > 5 * 1024 * 1024);

  await set({ userinfo: { truncate: 5 } });
  await assert.rejects(ask().then((response) => response.text()));

  await set({ userinfo: { drop: true } });
  await assert.rejects(ask());

  await set({ userinfo: { hang: true } });
  const cancel = new AbortController();
  const hanging = ask({ signal: cancel.signal });
  await untilLogged('/connect/userinfo', 5);
  cancel.abort();
  await assert.rejects(hanging);

  await set({ userinfo: { hold: true } });
  const held = ask();
  await untilLogged('/connect/userinfo', 6);
  await set({});
  assert.equal((await held).status, 200);

  await set({ userinfo: { delay_ms: 50 } });
  const started = Date.now();
  await ask();
  assert.ok(Date.now() - started >= 45);
});

async function untilLogged(path, count) {
  for (;;) {
    const seen = (await provider.log()).filter((entry) => entry.path === path).length;
    if (seen >= count) return;
  }
}

test('userinfo_can_be_of_another_user_or_a_jwt', async () => {
  const { tokens } = await signIn(issuer);
  await set({ userinfo: { merge: { sub: 'other' } } });
  assert.equal((await (await withToken(issuer, '/connect/userinfo', tokens.access_token)).json()).sub, 'other');
  await set({ userinfo: { jwt: true } });
  const response = await withToken(issuer, '/connect/userinfo', tokens.access_token);
  assert.match(response.headers.get('content-type'), /^application\/jwt/);
  assert.equal(await verifies(await response.text()), true);
});

test('the_api_can_be_busy_on_one_path_and_once', async () => {
  const { tokens } = await signIn(issuer, { scope: `openid ${READ}` });
  await set({ api: { path: '/v1/currency', status: 429, headers: { 'retry-after': '2' }, body: '{}', times: 1 } });
  const status = async (path) => (await withToken(issuer, path, tokens.access_token)).status;
  assert.deepEqual([await status('/v1/organization'), await status('/v1/currency'), await status('/v1/currency')], [200, 429, 200]);
});

test('callback_parameters_are_changed_removed_and_doubled', async () => {
  await set({ callback: { set: { iss: '{{iss}}x' }, remove: ['state'], append: [['code', '{{code}}']], fragment: 'access_token=a' } });
  const { back } = await authorize(issuer);
  assert.equal(back.query.get('iss'), `${issuer}x`);
  assert.equal(back.query.get('state'), null);
  assert.equal(back.query.getAll('code').length, 2);
  assert.match(back.url, /#access_token=a$/);
  await set({ callback: { raw: '&x=%FF' } });
  assert.match((await authorize(issuer)).back.url, /&x=%FF$/);
});

test('the_redirect_after_a_sign_out_can_be_changed_too', async () => {
  await set({ signed_out: { set: { state: 'other' } } });
  const { browser, tokens } = await signIn(issuer);
  const query = new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: `${APP}signed-out`, state: 'mine' });
  assert.equal((await browser.open(`${issuer}/connect/endsession?${query}`)).query.get('state'), 'other');
});

test('a_canary_access_token_works_like_the_real_one', async () => {
  await set({ access_token: { value: 'canary-token' } });
  const { tokens } = await signIn(issuer);
  assert.equal(tokens.access_token, 'canary-token');
  await set({});
  assert.equal((await withToken(issuer, '/connect/userinfo', 'canary-token')).status, 200);
});

test('access_token_claims_are_changed', async () => {
  await set({ access_token: { claims: { tenant_id: 'other' } } });
  const { tokens } = await signIn(issuer);
  assert.equal(decodeJwt(tokens.access_token).tenant_id, 'other');
  assert.equal((await withToken(issuer, '/connect/userinfo', tokens.access_token)).status, 200);
});

test('the_log_lists_the_requests_in_order', async () => {
  const { attempt, code, tokens } = await signIn(issuer);
  await withToken(issuer, '/connect/userinfo', tokens.access_token, { referer: `${APP}callback` });
  const log = await provider.log();
  const authorizeEntry = log.find((entry) => entry.path === '/connect/authorize');
  assert.deepEqual(authorizeEntry.query.state, [attempt.state]);
  const token = log.find((entry) => entry.path === '/connect/token');
  assert.equal(token.method, 'POST');
  assert.equal(token.status, 200);
  assert.deepEqual(token.form.code_verifier, [attempt.verifier]);
  assert.deepEqual(token.form.code, [code]);
  assert.equal(token.headers.origin, 'http://localhost:8080');
  assert.equal(token.headers.authorization, null);
  assert.equal(token.headers.cookie, false);
  const userinfo = log.at(-1);
  assert.equal(userinfo.headers.authorization, 'Bearer');
  assert.equal(userinfo.headers.referer, `${APP}callback`);
  assert.ok(!JSON.stringify(log).includes(tokens.access_token));

  const issued = await provider.issued();
  assert.deepEqual(issued.map(({ kind }) => kind), ['code', 'access_token', 'id_token']);
  assert.equal(issued[0].value, code);
  assert.equal(issued[2].value, tokens.id_token);

  await provider.clearLog();
  assert.deepEqual(await provider.log(), []);
});

test('ending_the_sessions_signs_every_user_out', async () => {
  const { browser } = await signIn(issuer);
  assert.ok((await authorize(issuer, { browser, prompt: 'none', presses: [] })).code);
  await provider.endSessions();
  assert.equal((await authorize(issuer, { browser, prompt: 'none', presses: [] })).back.query.get('error'), 'login_required');
  assert.match((await new Browser().open(newAttempt(issuer).url)).text, /person-kari/);
});
