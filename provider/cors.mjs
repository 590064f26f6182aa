// CORS for the origins of the registered apps, on the routes that a browser app calls, and for nobody else.

const METHODS = new Map([
  ['/connect/token', 'POST'],
  ['/connect/userinfo', 'GET, POST'],
  ['/.well-known/openid-configuration', 'GET'],
  ['/.well-known/oauth-authorization-server', 'GET'],
  ['/.well-known/openid-configuration/jwks', 'GET'],
]);

const methodsFor = (path) => METHODS.get(path) ?? (path.startsWith('/v1/') ? 'GET, HEAD' : undefined);

export const allowedOrigins = (apps) => new Set(apps.map((app) => app.origin));

export function cors({ apps }) {
  const allowed = allowedOrigins(apps);

  return async (ctx, next) => {
    const methods = methodsFor(ctx.path);
    const origin = ctx.get('Origin');
    const welcome = methods !== undefined && allowed.has(origin);

    if (methods && ctx.method === 'OPTIONS') {
      ctx.status = 204;
      if (welcome) {
        ctx.set('Access-Control-Allow-Methods', methods);
        ctx.set('Access-Control-Allow-Headers', 'Authorization, Content-Type, Accept');
        ctx.set('Access-Control-Max-Age', '600');
      }
    } else {
      await next();
      // The library answers any origin on its open routes; only the list above counts here.
      for (const name of Object.keys(ctx.response.headers)) {
        if (name.startsWith('access-control-')) ctx.remove(name);
      }
      if (welcome) ctx.set('Access-Control-Expose-Headers', 'WWW-Authenticate, Retry-After');
    }
    if (welcome) ctx.set('Access-Control-Allow-Origin', origin);
    if (methods) ctx.vary('Origin');
  };
}
