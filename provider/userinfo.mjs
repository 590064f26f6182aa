// The userinfo endpoint. The library's own route refuses an access token with an audience, but Duende accepts it. So
// this provider has its own route. It checks the token completely, and returns the claims that the token's scopes
// allow.
import { toDictionary } from './claims.mjs';
import { noCache } from './no-cache.mjs';
import { userBySub } from './users.mjs';
import { readForm } from './form-body.mjs';

const PATH = '/connect/userinfo';
const TOKEN_MOST = 64 * 1024;

export function userinfo({ accessTokens, switches }) {
  /** BearerTokenUsageValidator.cs: the header with exactly "Bearer", or the access_token of a form. */
  async function tokenOf(ctx) {
    const header = ctx.get('Authorization').trim();
    if (header.startsWith('Bearer')) {
      const value = header.slice('Bearer'.length).trim();
      if (value) return value;
    }
    const isForm = ctx.method === 'POST' && ctx.is('application/x-www-form-urlencoded');
    return isForm ? (await readForm(ctx, TOKEN_MOST)).get('access_token') : undefined;
  }

  return async (ctx, next) => {
    if (ctx.path !== PATH) return next();
    if (ctx.method !== 'GET' && ctx.method !== 'POST') return ctx.throw(405);
    noCache(ctx);
    const value = await tokenOf(ctx);
    let token;
    try {
      token = await accessTokens.verify(value);
    } catch (error) {
      const expired = error.code === 'ERR_JWT_EXPIRED';
      return refuse(ctx, 401, 'invalid_token', expired ? 'The access token expired' : undefined);
    }
    const { claims, sid } = token;
    const has = (scope) => claims.scope.includes(scope);
    if (!has('openid')) return refuse(ctx, 403, 'insufficient_scope');
    const user = userBySub(claims.sub);
    const all = switches.hard('all-companies') && has('tenants');
    ctx.body = toDictionary([
      ['sub', claims.sub],
      ...(has('profile') ? [
        ['name', user.name],
        ['given_name', user.givenName],
        ['family_name', user.familyName],
        ['locale', user.locale],
      ] : []),
      ...(has('email') ? [['email', user.email], ['email_verified', true]] : []),
      ...(has('phone') ? [['phone_number', user.phone], ['phone_number_verified', true]] : []),
      ...(has('address') ? [['address', user.address]] : []),
      ...(all ? user.companies.map((company) => ['tenant_id', company.id]) : []),
      ['idp', 'Visma Connect'],
      // Visma Connect documents a string here. In the ID token, auth_time is a number.
      ['auth_time', String(claims.auth_time)],
      ['sid', sid],
    ], { single: switches.kind('single-claims') });
    ctx.set('Content-Type', 'application/json; charset=UTF-8');
    return undefined;
  };
}

/** ProtectedResourceErrorResult.cs: no body, a realm, and a description only for an expired token. */
function refuse(ctx, status, error, description) {
  ctx.status = status;
  ctx.body = '';
  const parts = ['Bearer realm="IdentityServer"', `error="${error}"`];
  if (description) parts.push(`error_description="${description}"`);
  ctx.set('WWW-Authenticate', parts.join(','));
}
