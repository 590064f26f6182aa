// Checks the Host header, and adds security headers to every response.

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

export function pageHeaders({ issuer, apps }) {
  const { host, port } = new URL(issuer);
  // A form may end in a redirect to the app. Browsers check the complete chain of redirects, so add the app's origin.
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
    // Refuse a foreign host name that resolves to this machine (DNS rebinding).
    if (!LOOPBACK_NAMES.has(asked?.hostname) || asked.port !== port) {
      ctx.status = 421;
      ctx.body = `This provider responds at ${issuer} only.\n`;
      return;
    }
    // The library builds its URLs from this header. They must all belong to the issuer.
    ctx.req.headers.host = host;
    ctx.set('Content-Security-Policy', policy);
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.set('X-Frame-Options', 'DENY');
    ctx.set('Referrer-Policy', 'no-referrer');
    await next();
  };
}
