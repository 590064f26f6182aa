// Host check and protective headers for every response.

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

export function pageHeaders({ issuer, apps }) {
  const { host, port } = new URL(issuer);
  // A form that ends in a redirect to the app needs the app's origin here too: browsers check the whole chain.
  const formTargets = ["'self'", ...new Set(apps.map((app) => app.origin))].join(' ');
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    `form-action ${formTargets}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

  return async (ctx, next) => {
    const url = `http://${ctx.get('Host')}`;
    const asked = URL.canParse(url) ? new URL(url) : undefined;
    // A foreign name that resolves to this machine (DNS rebinding) gets nothing.
    if (!LOOPBACK_NAMES.has(asked?.hostname) || asked.port !== port) {
      ctx.status = 421;
      ctx.body = `This provider answers at ${issuer} only.\n`;
      return;
    }
    // The library builds its URLs from this header, and every URL must be one of the issuer's.
    ctx.req.headers.host = host;
    ctx.set('Content-Security-Policy', policy);
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.set('X-Frame-Options', 'DENY');
    ctx.set('Referrer-Policy', 'no-referrer');
    await next();
  };
}
