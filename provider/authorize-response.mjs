// The redirect back to the app. The library adds iss and error_description to every error. Duende does not.
import { createHash, randomBytes } from 'node:crypto';
import { noCache } from './no-cache.mjs';

export function authorizeResponse({ apps, switches }) {
  const backTo = new Set(apps.map((app) => app.redirectUri));

  return async (ctx, next) => {
    await next();
    const location = ctx.response.get('Location');
    if (!ctx.oidc || !location || ctx.status < 300 || ctx.status > 399) return;
    const [target] = location.split(/[?#]/);
    if (!backTo.has(target)) return;
    ctx.status = 302;
    noCache(ctx);
    const url = new URL(location);
    const inFragment = url.hash.length > 1;
    const sent = new URLSearchParams(inFragment ? url.hash.slice(1) : url.search);
    if (!sent.has('error')) return;
    if (!switches.kind('error-iss')) sent.delete('iss');
    if (!switches.kind('error-description')) sent.delete('error_description');
    sent.delete('scope');
    sent.set('session_state', sessionState(ctx.oidc));
    const end = inFragment || switches.kind('error-url') ? '' : '#_';
    ctx.set('Location', `${target}${inFragment ? '#' : '?'}${sent}${end}`);
  };
}

/** The format is that of ValidatedAuthorizeRequestExtensions.cs: a hash over client, origin, session id and salt, then
 * the salt. While the user is signed out, the session id is empty. */
export function sessionState({ client, params, session }) {
  const salt = randomBytes(16).toString('hex').toUpperCase();
  const { origin } = new URL(params.redirect_uri);
  const id = session?.accountId ? session.uid : '';
  const hash = createHash('sha256').update(`${client.clientId}${origin}${id}${salt}`).digest('base64url');
  return `${hash}.${salt}`;
}
