// Requests with an error that is not sent to the app. The provider redirects to its error page, with a new Error-ID
// for each request.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APP, newAttempt, refused } from './support/client.mjs';
import { testProvider } from './support/test-provider.mjs';

const provider = testProvider();

test('a_bad_request_is_redirected_to_the_error_page', async () => {
  const response = await fetch(newAttempt(provider.issuer, { scope: 'openid nonsense' }).url, { redirect: 'manual' });
  assert.equal(response.status, 302);
  assert.match(response.headers.get('location'), /^\/error\?errorId=CfDJ8[\w-]{64}$/);
  const page = await fetch(`${provider.issuer}${response.headers.get('location')}`);
  assert.equal(page.status, 200);
  const text = await page.text();
  assert.ok(text.includes(`Error-ID <code>${response.headers.get('location').split('=')[1]}</code>`));
  assert.match(provider.output().stderr, /error CfDJ8[\w-]+: invalid_scope Invalid scope/);
});

test('an_unknown_error_id_says_nothing_of_other_requests', async () => {
  await refused(provider.issuer, { scope: 'openid nonsense' });
  const text = await (await fetch(`${provider.issuer}/error?errorId=CfDJ8other`)).text();
  assert.match(text, /data-code="unknown_error_id"/);
  assert.doesNotMatch(text, /nonsense/);
});

const CASES = {
  'client_id is missing': [{ client_id: undefined }, 'invalid_request', 'Invalid client_id'],
  'client_id is unknown': [{ client_id: 'other' }, 'unauthorized_client', 'Unknown client or client not enabled'],
  'redirect_uri is missing': [{ redirect_uri: undefined }, 'invalid_request', 'Invalid redirect_uri'],
  'redirect_uri in another letter case': [{ redirect_uri: `${APP}Callback` }, 'invalid_request', 'Invalid redirect_uri'],
  'response_type is missing': [{ response_type: undefined }, 'invalid_request', 'Missing response_type'],
  'response_type is unknown': [
    { response_type: 'ticket' }, 'unsupported_response_type', 'Response type not supported',
  ],
  'response_type of another flow': [{ response_type: 'token' }, 'unauthorized_client', 'Invalid grant type for client'],
  'response_type in another order': [
    { response_type: 'id_token code' }, 'unauthorized_client', 'Invalid grant type for client',
  ],
  'response_mode is unknown': [{ response_mode: 'post' }, 'unsupported_response_type', 'Invalid response_mode'],
  'no PKCE': [{ code_challenge: undefined }, 'invalid_request', 'code challenge required'],
  'PKCE without a method': [
    { code_challenge_method: undefined }, 'invalid_request', 'Transform algorithm not supported',
  ],
  'PKCE plain': [{ code_challenge_method: 'plain' }, 'invalid_request', 'Transform algorithm not supported'],
  'scope is missing': [{ scope: undefined }, 'invalid_request', 'Invalid scope'],
  'scope is unknown': [{ scope: 'openid nonsense' }, 'invalid_scope', 'Invalid scope'],
  'offline_access': [{ scope: 'openid offline_access' }, 'invalid_scope', 'Invalid scope'],
  'identity scopes without openid': [
    { scope: 'profile' }, 'invalid_scope', 'Identity scopes requested, but openid scope is missing',
  ],
  'prompt is unknown': [{ prompt: 'create' }, 'invalid_request', 'Unsupported prompt mode'],
  'prompt none with another': [{ prompt: 'none login' }, 'invalid_request', 'Invalid prompt'],
  'max_age is negative': [{ max_age: '-1' }, 'invalid_request', 'Invalid max_age'],
  'max_age is no number': [{ max_age: '1h' }, 'invalid_request', 'Invalid max_age'],
  'tenant_hint is no GUID': [{ tenant_hint: 'fjordvik' }, 'invalid_request', 'Invalid tenant_hint'],
};

for (const [name, [changes, code, description]] of Object.entries(CASES)) {
  test(`the_error_page_names_${name.replaceAll(' ', '_')}`, async () => {
    const page = await refused(provider.issuer, changes);
    assert.equal(page.left, false);
    assert.ok(page.text.includes(`data-testid="provider-error" data-code="${code}"`), page.text);
    assert.ok(page.text.includes(`<code>${code}</code> ${description}`), page.text);
    assert.ok(page.text.includes(`<br>${Object.keys(changes)[0]} `), page.text);
  });
}

test('an_authorization_request_may_be_a_form', async () => {
  const { url } = newAttempt(provider.issuer);
  const [target, query] = url.split('?');
  const send = (body) => fetch(target, { method: 'POST', body, redirect: 'manual' });
  assert.match((await send(new URLSearchParams(query))).headers.get('location'), /\/signin\//);
  assert.match((await send(new URLSearchParams({ client_id: 'other' }))).headers.get('location'), /^\/error\?errorId=/);
  assert.equal((await send(JSON.stringify({}))).status, 415);
});
