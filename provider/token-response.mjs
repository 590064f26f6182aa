// The responses of the token endpoint. The library sends several statuses, and a description of each error. Duende
// always sends 400 and only the error code. TokenRequestValidator.cs removes the authorization code before it checks
// redirect URI and verifier.
import { noCache } from './no-cache.mjs';

const PATH = '/connect/token';

/** Maps an error of the library to Duende's code. */
function errorOf({ error }, form, ctx) {
  if (ctx.method !== 'POST' || !ctx.is('application/x-www-form-urlencoded')) return 'invalid_request';
  if (error === 'invalid_client' || !form.client_id) return 'invalid_client';
  if (form.grant_type !== 'authorization_code') return 'unsupported_grant_type';
  if (!form.code) return 'invalid_grant';
  if (!form.redirect_uri) return 'unauthorized_client';
  return error === 'invalid_request' ? 'invalid_grant' : error;
}

export function tokenResponse({ provider, switches }) {
  async function spend(form) {
    if (typeof form.code !== 'string') return;
    const code = await provider.AuthorizationCode.find(form.code, { ignoreExpiration: true });
    if (code?.clientId === form.client_id) await code.destroy();
  }

  return async (ctx, next) => {
    if (ctx.path !== PATH || ctx.method === 'OPTIONS') return next();
    await next();
    noCache(ctx);
    const form = ctx.oidc?.body ?? {};
    const failed = ctx.status !== 200;
    if (!failed || !switches.kind('code-retry')) await spend(form);
    if (failed) {
      const { body = {} } = ctx;
      const error = errorOf(typeof body === 'object' ? body : {}, form, ctx);
      ctx.status = 400;
      ctx.body = switches.kind('token-error-text') && body.error_description
        ? { error, error_description: body.error_description }
        : { error };
    }
    ctx.remove('WWW-Authenticate');
    ctx.set('Content-Type', 'application/json; charset=UTF-8');
    return undefined;
  };
}
