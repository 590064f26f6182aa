// The lifetime of a session (AuthenticationOptions.cs): ten hours from the sign-in, not from the last use.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secondsLeft, sessionTtl } from '../session-life.mjs';
import { authorize } from './support/client.mjs';
import { testProvider } from './support/test-provider.mjs';

const provider = testProvider('--session-life', '2');

test('the_time_counts_from_the_sign_in', () => {
  assert.equal(secondsLeft({ loginTs: 1000 }, 36_000, 1_001_000), 35_999);
  assert.equal(secondsLeft({ loginTs: 1000 }, 36_000, 37_001_000), -1);
  assert.equal(secondsLeft({}, 36_000), 36_000);
  assert.equal(sessionTtl(1)(undefined, { loginTs: 1000 }), 1);
});

test('a_session_ends_even_if_it_is_used_all_the_time', async () => {
  const { browser } = await authorize(provider.issuer);
  const started = Date.now();
  let error = null;
  while (error === null) {
    const { back } = await authorize(provider.issuer, { browser, prompt: 'none', presses: [] });
    error = back.query.get('error');
    assert.ok(Date.now() - started < 20_000, 'the session did not end in time');
  }
  assert.equal(error, 'login_required');
});
