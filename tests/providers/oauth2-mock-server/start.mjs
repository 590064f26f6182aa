// Starts oauth2-mock-server as tests/providers/README.md says.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { OAuth2Server } from 'oauth2-mock-server';

const { PORT, DATA_DIR } = process.env;
const issuer = `http://localhost:${PORT}`;
const manifest = new URL('node_modules/oauth2-mock-server/package.json', import.meta.url);

// It knows no clients and no users, so there is nothing to register: it takes every request.
const server = new OAuth2Server();
server.issuer.url = issuer;
const key = join(DATA_DIR, 'key.json');
if (existsSync(key)) {
    await server.issuer.keys.add(JSON.parse(readFileSync(key, 'utf8')));
} else {
    writeFileSync(key, JSON.stringify(await server.issuer.keys.generate('RS256')));
}

// Its own listener writes no log.
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
