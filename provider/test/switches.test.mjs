// The switches of the command line, and the table of README.md that lists their purpose and their tests.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseOptions, usage } from '../options.mjs';
import { SWITCHES } from '../switches.mjs';
import { authorize } from './support/client.mjs';
import { startProvider } from './support/running-provider.mjs';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const tests = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.test.mjs'));
const rows = readme.split('\n').filter((line) => line.includes('.test.mjs'));

test('names_may_be_repeated_or_listed', () => {
  const { switches } = parseOptions(['--kind', 'error-iss,long-input', '--kind', 'long-query', '--hard', 'all-companies']);
  assert.deepEqual(switches, { kind: ['error-iss', 'long-input', 'long-query'], hard: ['all-companies'] });
});

test('a_switch_of_the_command_line_is_in_force', async () => {
  const provider = await startProvider('--kind', 'error-iss');
  const { back } = await authorize(provider.issuer, { presses: ['cancel'] });
  assert.equal(back.query.get('iss'), provider.issuer);
  await provider.stop();
});

test('every_switch_is_in_the_usage_and_in_one_row_of_the_readme', () => {
  for (const [group, names] of Object.entries(SWITCHES)) {
    for (const name of Object.keys(names)) {
      assert.match(usage, new RegExp(`^    ${name} `, 'm'));
      assert.equal(rows.filter((row) => row.includes(`${group} \`${name}\``)).length, 1, `${group} ${name}`);
    }
  }
});

test('every_row_of_the_readme_names_a_test_file_that_is_there', () => {
  assert.ok(rows.length > 20);
  for (const row of rows) {
    const [name] = /[\w-]+\.test\.mjs/.exec(row);
    assert.ok(tests.includes(name), row);
  }
});
