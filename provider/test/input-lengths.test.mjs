// InputLengthRestrictions.cs: the longest allowed value is accepted. One more character ends on the error page, which
// names the field.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorize, exchange, refused } from './support/client.mjs';
import { testProvider } from './support/test-provider.mjs';

const provider = testProvider();

const longScope = (length) => `openid${' email'.repeat(Math.floor((length - 6) / 6))}`.padEnd(length, ' ');
const FIELDS = {
  ui_locales: [100, (length) => 'nb-NO '.repeat(20).slice(0, length)],
  scope: [300, longScope],
  nonce: [300, (length) => 'n'.repeat(length)],
  login_hint: [100, (length) => `${'k'.repeat(length - 12)}@example.com`],
  acr_values: [300, (length) => 'a'.repeat(length)],
};

for (const [field, [most, make]] of Object.entries(FIELDS)) {
  test(`${field}_may_have_${most}_characters`, async () => {
    assert.equal(make(most).length, most);
    assert.ok((await authorize(provider.issuer, { [field]: make(most) })).code);
    const page = await refused(provider.issuer, { [field]: make(most + 1) });
    assert.match(page.text, /data-code="invalid_request"/);
    assert.ok(page.text.includes(`${field} has ${most + 1} characters, more than ${most}`), page.text);
    await provider.kind('long-input');
    assert.ok((await authorize(provider.issuer, { [field]: make(most + 1) })).code);
  });
}

test('client_id_and_redirect_uri_have_limits_too', async () => {
  const long = { client_id: 'c'.repeat(101), redirect_uri: `http://localhost:8080/${'r'.repeat(379)}` };
  for (const [field, value] of Object.entries(long)) {
    const page = await refused(provider.issuer, { [field]: value });
    assert.match(page.text, new RegExp(`${field} has ${value.length} characters, more than`));
  }
});

test('a_code_challenge_has_43_to_128_characters', async () => {
  for (const length of [42, 129]) {
    const page = await refused(provider.issuer, { code_challenge: 'c'.repeat(length) });
    assert.match(page.text, new RegExp(`Invalid code_challenge<br>code_challenge has ${length} characters`));
  }
});

test('a_code_verifier_has_43_to_128_characters', async () => {
  for (const length of [42, 129]) {
    const response = await exchange(provider.issuer, await authorize(provider.issuer), { code_verifier: 'v'.repeat(length) });
    assert.equal(response.status, 400);
    assert.deepEqual(await response.json(), { error: 'invalid_grant' });
  }
});
