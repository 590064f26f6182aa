import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';
import { isHashed, Site } from '../site.mjs';

const PAGE = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'"><p>${'a'.repeat(500)}`;
const SCRIPT = 'main-0123456789abcdef.js';
const site = new Site(new Map([['one', new Map([
  ['index.html', Buffer.from(PAGE)], [SCRIPT, Buffer.from(`// ${'b'.repeat(500)}`)],
])]]));
let port;

before(async () => {
  port = await site.listen(0);
  site.serve('one');
});
after(() => site.close());

// The tests use `request`, because `fetch` decompresses the body.
const get = (path, headers = {}) => new Promise((resolve, reject) => {
  const options = { port, host: '127.0.0.1', path, headers: { 'accept-encoding': 'gzip, br', ...headers } };
  request(options, (response) => {
    const chunks = [];
    response.on('data', (chunk) => chunks.push(chunk));
    response.on('end', () => resolve({
      status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks),
    }));
  }).on('error', reject).end();
});

test('pages are compressed, revalidated, and have the policy as a header', async () => {
  for (const path of ['/', '/callback?code=a']) {
    const { status, headers, body } = await get(path);
    assert.equal(status, 200);
    assert.equal(brotliDecompressSync(body).toString(), PAGE);
    assert.equal(headers['cache-control'], 'no-cache');
    assert.equal(headers['content-security-policy'], "default-src 'none'; frame-ancestors 'none'");
    assert.equal((await get(path, { 'if-none-match': headers.etag })).status, 304);
  }
});

test('files with a hash are kept for a year, and a missing file is no page', async () => {
  assert.match((await get(`/${SCRIPT}`)).headers['cache-control'], /immutable/);
  assert.equal((await get('/other.js')).status, 404);
  assert.ok(isHashed('part-rest-aaf0a7d15aff22b2.wasm') && !isHashed('boot.js') && !isHashed('style-123.css'));
});

test('the bytes of each response are counted', async () => {
  site.serve('one');
  const { body } = await get('/');
  const [{ name, body: counted, wire }] = site.hits;
  assert.deepEqual([name, counted], ['index.html', body.length]);
  assert.ok(wire > counted + 200, `${wire}`);
});
