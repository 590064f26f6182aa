// Starts oauth2-mock-server as described in tests/providers/README.md.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { OAuth2Server } from 'oauth2-mock-server';

const { PORT, DATA_DIR } = process.env;
const issuer = `http://localhost:${PORT}`;
const manifest = new URL('node_modules/oauth2-mock-server/package.json', import.meta.url);

// oauth2-mock-server has no clients and no users, and accepts every request. So this script registers neither.
const server = new OAuth2Server();
server.issuer.url = issuer;
const key = join(DATA_DIR, 'key.json');
if (existsSync(key)) {
    await server.issuer.keys.add(JSON.parse(readFileSync(key, 'utf8')));
} else {
    writeFileSync(key, JSON.stringify(await server.issuer.keys.generate('RS256')));
}

// The listener of oauth2-mock-server writes no request log. So this script uses its own listener.
const listener = createServer((request, response) => {
    response.once('finish', () => {
        console.error(request.method, request.url, response.statusCode, response.getHeader('location') ?? '');
    });
    server.service.requestHandler(request, response);
});
for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => process.exit());
}
listener.listen(PORT, '127.0.0.1', () => {
    const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
    console.log(JSON.stringify({ issuer, version, config: { client_id: 'spa', scopes: ['openid', 'profile', 'email'] } }));
});
