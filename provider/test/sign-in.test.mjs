// The flow as an app sees it: sign in, consent, code, tokens, userinfo, API, sign out.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { Browser } from './support/browser.mjs';
import { APP, authorize, CREATE, exchange, newAttempt, ORIGIN, READ, signIn, walk, withToken } from './support/client.mjs';
import { startProvider } from './support/running-provider.mjs';

let provider;
let issuer;
before(async () => {
  provider = await startProvider('--app', APP);
  issuer = provider.issuer;
});
after(() => provider.stop());

const keySet = () => createRemoteJWKSet(new URL(`${issuer}/.well-known/openid-configuration/jwks`));

test('a_user_signs_in_and_the_app_gets_what_visma_connect_gives', async () => {
  const { attempt, back, tokens, response } = await signIn(issuer, { scope: 'openid profile email tenants' });

  assert.equal(back.url.split('?')[0], `${APP}callback`);
  assert.equal(back.query.get('state'), attempt.state);
  assert.equal(back.query.get('iss'), issuer);
  assert.ok(back.query.get('session_state'));

  assert.equal(response.status, 200);
  assert.match(response.headers.get('cache-control'), /no-store/);
  assert.deepEqual(Object.keys(tokens).sort(), ['access_token', 'expires_in', 'id_token', 'scope', 'token_type']);
  assert.equal(tokens.token_type, 'Bearer');
  assert.equal(tokens.expires_in, 3600);
  assert.equal(tokens.scope, 'openid profile email tenants');

  const { payload: id, protectedHeader } = await jwtVerify(tokens.id_token, keySet(), { issuer, audience: 'demo-spa' });
  assert.equal(protectedHeader.alg, 'RS256');
  assert.equal(id.nonce, attempt.nonce);
  assert.equal(id.idp, 'Visma Connect');
  assert.equal(id.acr, '2');
  assert.deepEqual(id.amr, ['pwd']);
  assert.equal(typeof id.auth_time, 'number');
  assert.equal(typeof id.sid, 'string');
  for (const absent of ['name', 'given_name', 'family_name', 'email', 'email_verified', 'locale', 'tenant_id']) {
    assert.equal(id[absent], undefined, absent);
  }

  const { payload: access, protectedHeader: header } = await jwtVerify(tokens.access_token, keySet(), { issuer });
  assert.equal(header.typ, 'at+jwt');
  assert.equal(header.alg, 'RS256');
  assert.equal(access.sub, id.sub);
  assert.equal(access.client_id, 'demo-spa');
  assert.deepEqual(access.scope, ['openid', 'profile', 'email', 'tenants']);
  assert.deepEqual(access.aud, [`${issuer}/resources`]);
  assert.equal(access.exp - access.iat, 3600);
  assert.equal(access.nbf, access.iat);
  assert.equal(access.auth_time, id.auth_time);
  assert.match(access.tenant_id, /^[0-9a-f-]{36}$/);
  assert.equal(typeof access.jti, 'string');

  const userinfo = await (await withToken(issuer, '/connect/userinfo', tokens.access_token)).json();
  assert.deepEqual(userinfo, {
    sub: id.sub,
    name: 'Kari Nordmann',
    given_name: 'Kari',
    family_name: 'Nordmann',
    locale: 'nb-NO',
    email: 'kari.nordmann@example.com',
    email_verified: true,
    idp: 'Visma Connect',
    auth_time: String(id.auth_time),
    sid: id.sid,
  });
});

test('userinfo_gives_only_what_the_scopes_cover', async () => {
  const { tokens } = await signIn(issuer, { scope: 'openid' });
  const userinfo = await (await withToken(issuer, '/connect/userinfo', tokens.access_token)).json();
  assert.deepEqual(Object.keys(userinfo).sort(), ['auth_time', 'idp', 'sid', 'sub']);
});

test('phone_and_address_are_allowed_by_name_like_the_others', async () => {
  const scope = 'openid phone address';
  const browser = new Browser();
  const page = await browser.press(await browser.open(newAttempt(issuer, { scope }).url), 'person-kari');
  assert.match(page.text, /Your phone number/);
  assert.match(page.text, /Your address/);
  const { tokens } = await signIn(issuer, { scope });
  assert.equal(tokens.scope, scope);
  assert.deepEqual(decodeJwt(tokens.access_token).scope, scope.split(' '));
  const userinfo = await (await withToken(issuer, '/connect/userinfo', tokens.access_token)).json();
  assert.deepEqual(Object.keys(userinfo).sort(), ['address', 'auth_time', 'idp', 'phone_number', 'phone_number_verified', 'sid', 'sub']);
  assert.equal(userinfo.address.locality, 'Bergen');
});

test('the_api_refuses_what_is_not_a_good_bearer_token', async () => {
  const { tokens } = await signIn(issuer, { scope: `openid ${READ}` });
  const [head, body, signature] = tokens.access_token.split('.');
  const broken = `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  for (const bad of ['nonsense', broken, tokens.id_token]) {
    const response = await withToken(issuer, '/v1/organization', bad);
    assert.equal(response.status, 401);
    assert.match(response.headers.get('www-authenticate'), /^Bearer error="invalid_token"/);
    assert.equal((await withToken(issuer, '/connect/userinfo', bad)).status, 401);
  }
  const without = await fetch(`${issuer}/v1/organization`);
  assert.equal(without.status, 401);
  assert.equal(without.headers.get('www-authenticate'), 'Bearer');
});

test('the_demo_api_responds_for_the_company_of_the_token', async () => {
  const { tokens } = await signIn(issuer, { scope: `openid ${READ}` });
  assert.deepEqual(decodeJwt(tokens.access_token).aud, [`${issuer}/resources`, `${issuer}/v1`]);
  assert.equal(decodeJwt(tokens.access_token).tenant_id, undefined);
  const organization = await (await withToken(issuer, '/v1/organization', tokens.access_token)).json();
  assert.equal(organization.length, 1);
  assert.equal(organization[0].name, 'Fjordvik Regnskap AS');
  assert.equal(organization[0].baseCurrency, 'NOK');
  const currency = await (await withToken(issuer, '/v1/currency', tokens.access_token)).json();
  assert.deepEqual(currency.filter((one) => one.isBaseCurrency).map((one) => one.id), ['NOK']);
  assert.equal((await withToken(issuer, '/v1/nothing', tokens.access_token)).status, 404);
});

test('the_demo_api_says_which_scope_is_missing', async () => {
  const cases = [[CREATE, '/v1/organization', 'read'], [READ, '/v1/invoice/new', 'create']];
  for (const [scope, path, missing] of cases) {
    const { tokens } = await signIn(issuer, { scope: `openid ${scope}` });
    const response = await withToken(issuer, path, tokens.access_token);
    assert.equal(response.status, 403);
    assert.ok(response.headers.get('www-authenticate').includes(`error="insufficient_scope"`));
    assert.ok(response.headers.get('www-authenticate').includes(`scope="vismanet_erp_interactive_api:${missing}"`));
  }
  const { tokens } = await signIn(issuer, { scope: `openid ${READ} ${CREATE}` });
  const invoice = await (await withToken(issuer, '/v1/invoice/new', tokens.access_token)).json();
  assert.equal(invoice.seller, 'Fjordvik Regnskap AS');
});

test('a_user_with_two_companies_chooses_one', async () => {
  const names = [];
  for (const company of ['company-1', 'company-2']) {
    const { tokens } = await signIn(issuer, { scope: `openid tenants ${READ}`, presses: ['person-ola', company, 'consent-allow'] });
    names.push((await (await withToken(issuer, '/v1/organization', tokens.access_token)).json())[0].name);
  }
  assert.deepEqual(names, ['Nordlys Kaffe AS', 'Havn Eiendom AS']);
});

test('no_company_is_chosen_without_tenants_or_an_api_scope', async () => {
  const { code } = await authorize(issuer, { presses: ['person-ola', 'consent-allow'] });
  assert.ok(code);
});

test('tenant_hint_skips_the_choice_and_switches_the_company', async () => {
  const scope = `openid tenants ${READ}`;
  const first = await signIn(issuer, { scope, presses: ['person-ola', 'company-1', 'consent-allow'] });
  const tenant = decodeJwt(first.tokens.access_token).tenant_id;
  const other = 'a91e7c44-3d2b-4c8e-8f05-6b1d2e3f4a33';
  const second = await signIn(issuer, { scope, browser: first.browser, tenant_hint: other, presses: [] });
  assert.equal(decodeJwt(second.tokens.access_token).tenant_id, other);
  const third = await signIn(issuer, { scope, browser: first.browser, presses: [] });
  assert.equal(decodeJwt(third.tokens.access_token).tenant_id, other);
  assert.notEqual(tenant, other);
  // A company of another user has no effect.
  const foreign = await signIn(issuer, { scope, browser: first.browser, tenant_hint: '0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11', presses: [] });
  assert.equal(decodeJwt(foreign.tokens.access_token).tenant_id, other);
});

test('select_account_lets_the_same_user_take_another_company', async () => {
  const scope = `openid tenants ${READ}`;
  const first = await signIn(issuer, { scope, presses: ['person-ola', 'company-1', 'consent-allow'] });
  const second = await signIn(issuer, { scope, browser: first.browser, prompt: 'select_account', presses: ['person-ola', 'company-2'] });
  const [one, two] = [first, second].map(({ tokens }) => decodeJwt(tokens.access_token));
  assert.notEqual(one.tenant_id, two.tenant_id);
});

test('select_account_lets_another_user_in', async () => {
  const first = await signIn(issuer);
  const second = await signIn(issuer, { browser: first.browser, prompt: 'select_account', presses: ['person-ola', 'consent-allow'] });
  const [one, two] = [first, second].map(({ tokens }) => decodeJwt(tokens.id_token));
  assert.notEqual(one.sub, two.sub);
  assert.notEqual(one.sid, two.sid);
});

test('a_live_session_with_consent_responds_at_once', async () => {
  const first = await signIn(issuer);
  const second = await signIn(issuer, { browser: first.browser, presses: [] });
  const silent = await signIn(issuer, { browser: first.browser, prompt: 'none', presses: [] });
  assert.equal(decodeJwt(second.tokens.id_token).sid, decodeJwt(first.tokens.id_token).sid);
  assert.equal(silent.response.status, 200);
});

test('a_second_step_that_is_asked_for_is_in_the_id_token', async () => {
  const first = await signIn(issuer);
  const second = await signIn(issuer, { browser: first.browser, acr_values: 'urn:idp:vismaconnect:mfa', presses: ['person-kari'] });
  assert.equal(decodeJwt(second.tokens.id_token).acr, '3');
  assert.ok(decodeJwt(second.tokens.id_token).amr.includes('mfa'));
});

test('a_sign_in_page_without_its_cookie_is_an_error_page', async () => {
  const page = await new Browser().open(`${issuer}/signin/unknown`);
  assert.equal(page.status, 400);
  assert.match(page.text, /data-code="sign_in_not_found"/);
});

test('a_response_that_no_button_gives_is_refused', async () => {
  const browser = new Browser();
  const page = await browser.open(newAttempt(issuer).url);
  const response = await browser.open(page.url, { method: 'POST', body: new URLSearchParams({ user: 'admin' }) });
  assert.equal(response.status, 400);
  assert.match((await browser.open(page.url)).text, /person-kari/);
});

test('an_error_page_escapes_what_the_request_says', async () => {
  const page = await new Browser().open(newAttempt(issuer, { scope: 'openid <b>x</b>' }).url);
  assert.doesNotMatch(page.text, /<b>x/);
  assert.match(page.text, /&lt;b&gt;x/);
});

test('two_sign_ins_at_once_do_not_disturb_each_other', async () => {
  const browser = new Browser();
  const attempts = [newAttempt(issuer), newAttempt(issuer, { scope: 'openid tenants' })];
  const pages = [];
  for (const attempt of attempts) pages.push(await browser.open(attempt.url));
  for (const [index, attempt] of attempts.entries()) {
    const back = await walk(browser, pages[index], ['person-kari', 'consent-allow']);
    attempt.response = { attempt, code: back.query.get('code') };
  }
  for (const attempt of attempts) assert.equal((await exchange(issuer, attempt.response)).status, 200);
});

test('every_page_has_security_headers_and_the_stand_in_note', async () => {
  const page = await new Browser().open(newAttempt(issuer).url);
  assert.match(page.text, /Local stand-in for Visma Connect/);
  assert.match(page.text, /This is not Visma/);
  assert.match(page.text, /Languages asked for: nb-NO en-GB/);
  const policy = page.headers.get('content-security-policy');
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.match(policy, new RegExp(`form-action 'self' ${ORIGIN}`));
  assert.doesNotMatch(page.text, /<script|https?:\/\//);
});

test('another_host_name_gets_nothing', async () => {
  const { port } = new URL(issuer);
  const { request } = await import('node:http');
  const status = (host) => new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/', headers: { host } }, (response) => resolve(response.resume().statusCode)).on('error', reject).end();
  });
  assert.equal(await status('evil.example'), 421);
  assert.equal(await status(`127.0.0.1:${port}`), 200);
});

test('test_controls_do_not_exist_without_the_switch', async () => {
  for (const [method, path] of [['POST', '/_test/faults'], ['GET', '/_test/faults'], ['GET', '/_test/log'], ['GET', '/_test/switches'], ['POST', '/_test/switches'], ['DELETE', '/_test/log'], ['GET', '/_test/issued'], ['POST', '/_test/session/end']]) {
    assert.equal((await fetch(`${issuer}${path}`, { method })).status, 404, `${method} ${path}`);
  }
});

test('the_log_holds_no_secret_and_stdout_only_the_ready_line', async () => {
  const { attempt, code, tokens } = await signIn(issuer);
  const { stdout, stderr } = provider.output();
  assert.equal(stdout, `provider ready at ${issuer}\n`);
  assert.match(stderr, /POST \/connect\/token 200/);
  for (const secret of [code, tokens.access_token, tokens.id_token, attempt.verifier, attempt.state, attempt.nonce]) {
    assert.ok(!stderr.includes(secret));
  }
});

test('the_header_of_an_id_token_names_the_published_key', async () => {
  const { tokens } = await signIn(issuer);
  const { keys } = await (await fetch(`${issuer}/.well-known/openid-configuration/jwks`)).json();
  assert.equal(decodeProtectedHeader(tokens.id_token).kid, keys[0].kid);
});
