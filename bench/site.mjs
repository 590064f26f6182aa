// The host of all apps. It serves static files with the headers and the caching of docs/hosting.md. Each file is
// compressed once, before the first request. Only one app is served at a time, so all apps have the same origin.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { brotliCompressSync } from 'node:zlib';

/** The host name of a page on another site. The browser loads it first, to start its processes before a measurement. */
export const WARM_UP = 'warm-up.localhost';

const TYPES = {
  css: 'text/css', html: 'text/html', js: 'text/javascript', json: 'application/json', svg: 'image/svg+xml',
  wasm: 'application/wasm',
};

/** The same headers as in `crates/release/src/headers.rs`. */
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
};

const PAGES = new Set(['', 'callback', 'signed-out', 'initiate', 'sign-out']);

/** Whether the name of a file contains a hash of its content. */
export const isHashed = (name) => name.split(/[-_.]/).some((part) => /^[0-9a-f]{16}$/.test(part));

const policyOf = (page) => {
  const meta = /<meta[^>]*http-equiv="?Content-Security-Policy"?[^>]*>/i.exec(page)[0];
  return /content="([^"]*)"/.exec(meta)[1];
};

/** Returns a file with its headers, compressed and not compressed. */
function prepared(name, bytes, policy) {
  return {
    plain: bytes,
    brotli: brotliCompressSync(bytes),
    headers: {
      ...HEADERS,
      'Content-Security-Policy': `${policy}; frame-ancestors 'none'`,
      'Content-Type': TYPES[name.split('.').pop()] ?? 'application/octet-stream',
      'Cache-Control': isHashed(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
      ETag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"`,
      Vary: 'Accept-Encoding',
    },
  };
}

export class Site {
  #apps = new Map();
  #current;
  #hits = [];
  #server = createServer((request, response) => this.#respond(request, response));

  constructor(apps) {
    for (const [app, files] of apps) {
      const policy = policyOf(files.get('index.html').toString());
      this.#apps.set(app, new Map([...files].map(([name, bytes]) => [name, prepared(name, bytes, policy)])));
    }
  }

  /** Listens on this port, or on a free port if it is 0. Returns the port. */
  async listen(port) {
    await new Promise((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return this.#server.address().port;
  }

  /** Selects the app to serve, and empties the list of requests. */
  serve(app) {
    this.#current = this.#apps.get(app);
    this.#hits = [];
  }

  /**
   * The requests since the last call of `serve`. Each has the name of the file, the bytes of the body (`body`), and the
   * bytes of the response with its headers (`wire`).
   */
  get hits() {
    return this.#hits;
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #respond(request, response) {
    const { hostname, pathname } = new URL(request.url, `http://${request.headers.host}`);
    if (hostname === WARM_UP) {
      response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Warm-up</title><p>Warm-up');
      return;
    }
    const path = pathname.slice(1);
    const name = PAGES.has(path) ? 'index.html' : path;
    const file = this.#current?.get(name);
    const before = request.socket.bytesWritten;
    const hit = { name, body: 0, wire: 0 };
    this.#hits.push(hit);
    response.on('finish', () => {
      hit.wire = request.socket.bytesWritten - before;
    });
    if (!file) {
      response.writeHead(404, HEADERS).end();
      return;
    }
    if (request.headers['if-none-match'] === file.headers.ETag) {
      response.writeHead(304, file.headers).end();
      return;
    }
    const isBrotli = /\bbr\b/.test(request.headers['accept-encoding'] ?? '') && file.brotli.length < file.plain.length;
    const body = isBrotli ? file.brotli : file.plain;
    hit.body = body.length;
    response.writeHead(200, {
      ...file.headers, ...(isBrotli && { 'Content-Encoding': 'br' }), 'Content-Length': body.length,
    }).end(body);
  }
}
