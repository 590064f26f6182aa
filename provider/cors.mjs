// CORS for the origins of the registered apps only. The provider's own routes follow CorsPolicyProvider.cs: any
// header and method is allowed, no header is exposed, and there is no Vary. Other origins get no CORS header. The
// demo API is not part of Duende and sends more headers.

/** The paths with CORS, from IdentityServerConstants.cs (CorsPaths). */
const PATHS = new Set([
  '/.well-known/openid-configuration', '/.well-known/openid-configuration/jwks', '/connect/token', '/connect/userinfo',
  '/connect/revocation',
]);

const isApi = (path) => path.startsWith('/v1/');

export const allowedOrigins = (apps) => new Set(apps.map((app) => app.origin));

export function cors({ apps, switches }) {
  const allowed = allowedOrigins(apps);

  function preflight(ctx, isAllowed) {
    if (!isAllowed) {
      ctx.status = 405;
      ctx.body = '';
      return;
    }
    ctx.status = 204;
    if (isApi(ctx.path)) {
      ctx.set('Access-Control-Allow-Methods', 'GET, HEAD');
      ctx.set('Access-Control-Allow-Headers', 'Authorization, Content-Type, Accept');
      ctx.set('Access-Control-Max-Age', '600');
    } else {
      const headers = ctx.get('Access-Control-Request-Headers');
      if (headers) ctx.set('Access-Control-Allow-Headers', headers);
      ctx.set('Access-Control-Allow-Methods', ctx.get('Access-Control-Request-Method'));
    }
  }

  return async (ctx, next) => {
    const known = PATHS.has(ctx.path) || isApi(ctx.path);
    const origin = ctx.get('Origin');
    const isAllowed = known && allowed.has(origin);

    if (known && ctx.method === 'OPTIONS') preflight(ctx, isAllowed);
    else {
      await next();
      // The library adds CORS headers for any origin on its open routes. Remove them, because only the apps' origins
      // are allowed.
      for (const name of Object.keys(ctx.response.headers)) {
        if (name.startsWith('access-control-')) ctx.remove(name);
      }
      if (isAllowed && (isApi(ctx.path) || switches.kind('expose-headers'))) {
        ctx.set('Access-Control-Expose-Headers', 'WWW-Authenticate, Retry-After');
      }
      if (known && !isApi(ctx.path) && !switches.hard('cached-metadata')) ctx.remove('Vary');
    }
    if (isAllowed) ctx.set('Access-Control-Allow-Origin', origin);
    if (isApi(ctx.path)) ctx.vary('Origin');
  };
}
