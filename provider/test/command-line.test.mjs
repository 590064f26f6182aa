// The program as its parent process sees it: the ready line, ports, signals, wrong options.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { BlockList, createServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { bindLoopback } from '../loopback.mjs';
import { parseOptions, UsageError } from '../options.mjs';
import { signIn, withToken } from './support/client.mjs';
import { run, startProvider } from './support/running-provider.mjs';

test('options_have_the_documented_defaults', () => {
  assert.deepEqual(parseOptions([]), {
    help: false,
    port: 9400,
    apps: [{
      base: 'http://localhost:8080/',
      origin: 'http://localhost:8080',
      redirectUri: 'http://localhost:8080/callback',
      postLogoutRedirectUri: 'http://localhost:8080/signed-out',
    }],
    tokenLife: 3600,
    sessionLife: 36_000,
    switches: { kind: [], hard: [] },
    testControls: false,
  });
});

test('an_app_under_a_path_keeps_the_path', () => {
  const { apps } = parseOptions(['--app', 'http://localhost:8080/app', '--app', 'https://app.local:12345/']);
  assert.deepEqual(apps.map((app) => app.redirectUri), ['http://localhost:8080/app/callback', 'https://app.local:12345/callback']);
  assert.deepEqual(apps.map((app) => app.origin), ['http://localhost:8080', 'https://app.local:12345']);
});

test('bad_options_are_refused', () => {
  const cases = [
    ['--port', 'x'], ['--port', '70000'], ['--token-life', '0'], ['--token-life', '1.5'], ['--app', 'localhost:8080'],
    ['--app', 'http://example.com/'], ['--app', 'https://example.com/?a=b'], ['--nonsense'], ['stray'],
    ['--kind', 'nice'], ['--hard', 'error-iss'], ['--session-life', '0'],
  ];
  for (const args of cases) assert.throws(() => parseOptions(args), UsageError, args.join(' '));
});

test('a_bad_option_ends_the_program_with_its_usage', async () => {
  const running = run(['--token-life', 'x']);
  assert.equal((await running.ended).code, 1);
  assert.match(running.stderr, /--token-life must be a whole number[\s\S]*usage:/);
  assert.equal(running.stdout, '');
});

test('no_other_machine_reaches_it', async () => {
  const ofThisMachine = new BlockList();
  ofThisMachine.addSubnet('127.0.0.0', 8, 'ipv4');
  ofThisMachine.addAddress('::1', 'ipv6');
  const loopback = await bindLoopback(0);
  loopback.close();
  assert.ok(loopback.addresses.length > 0);
  for (const address of loopback.addresses) {
    assert.ok(ofThisMachine.check(address, address.includes(':') ? 'ipv6' : 'ipv4'), address);
  }
});

test('a_port_in_use_is_reported_with_exit_code_2', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address();
  const running = run(['--port', String(port)]);
  assert.equal((await running.ended).code, 2);
  assert.match(running.stderr, new RegExp(`port ${port} is already in use`));
  other.close();
});

test('a_signal_stops_the_program_despite_an_open_connection', async () => {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    const provider = await startProvider();
    await fetch(provider.issuer);
    provider.child.kill(signal);
    const { code } = await provider.ended;
    assert.equal(code, 0);
  }
});

test('an_access_token_expires_after_its_lifetime', async () => {
  const provider = await startProvider('--token-life', '1');
  const { tokens } = await signIn(provider.issuer);
  assert.equal(tokens.expires_in, 1);
  let response;
  do {
    response = await withToken(provider.issuer, '/connect/userinfo', tokens.access_token);
    await wait(20);
  } while (response.status === 200);
  assert.equal(response.status, 401);
  assert.match(response.headers.get('www-authenticate'), /expired/);
  await provider.stop();
});
