// The endpoints that the metadata name and no public client may use. They answer what Duende answers such a client.
import { readForm } from './form-body.mjs';
import { noCache } from './no-cache.mjs';

const refuse = (error) => (ctx) => {
  ctx.status = 400;
  ctx.body = { error };
};

const POST = new Map([
  ['/connect/revocation', (ctx, form, clientId) => {
    // An access token that is a JWT cannot be revoked, and that is no error (RFC 7009, 2.2).
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
      // The page of OpenID Connect Session Management. It answers no message: no test needs it.
      ctx.type = 'html';
      ctx.body = '<!doctype html><title>Check session</title>\n';
      return undefined;
    }
    const answer = POST.get(ctx.path);
    if (!answer) return next();
    if (ctx.method !== 'POST') return ctx.throw(405);
    const form = await readForm(ctx);
    noCache(ctx);
    ctx.status = 200;
    return answer(ctx, form, clientId);
  };
}
