// Endpoints that are in the metadata but that a public client may not use. They respond to such a client as Duende
// does.
import { readForm } from './form-body.mjs';
import { noCache } from './no-cache.mjs';

const refuse = (error) => (ctx) => {
  ctx.status = 400;
  ctx.body = { error };
};

const POST = new Map([
  ['/connect/revocation', (ctx, form, clientId) => {
    // Revocation of a JWT access token has no effect, which is not an error (RFC 7009, section 2.2).
    if (form.get('client_id') !== clientId) refuse('invalid_client')(ctx);
    else if (!form.get('token')) refuse('invalid_request')(ctx);
    else ctx.body = '';
  }],
  ['/connect/introspect', (ctx) => { ctx.status = 401; }],
  ['/connect/deviceauthorization', refuse('unauthorized_client')],
  ['/connect/ciba', refuse('unauthorized_client')],
]);

export function otherEndpoints({ clientId }) {
  return async (ctx, next) => {
    if (ctx.path === '/connect/checksession' && ctx.method === 'GET') {
      // The page of OpenID Connect Session Management. It does not reply to messages, because no test needs that.
      ctx.type = 'html';
      ctx.body = '<!doctype html><title>Check session</title>\n';
      return undefined;
    }
    const respond = POST.get(ctx.path);
    if (!respond) return next();
    if (ctx.method !== 'POST') return ctx.throw(405);
    const form = await readForm(ctx);
    noCache(ctx);
    ctx.status = 200;
    return respond(ctx, form, clientId);
  };
}
