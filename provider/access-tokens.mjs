// Creates access tokens in the format of Visma Connect, and checks them for userinfo and the demo API.
import { jwtVerify } from 'jose';
import { toDictionary } from './claims.mjs';
import { userBySub } from './users.mjs';
import { audiencesFor } from './scopes.mjs';

export function createAccessTokens({ issuer, keys, grantedCompanies, sessionIdOf, switches }) {
  // Data that belongs to an access token but is not in the token. The key is the `jti` of the token. The real userinfo
  // endpoint and API have this data in their own storage.
  const dataByJti = new Map();
  // Used by tests only: maps a text that was issued in place of an access token to the real token.
  const aliases = new Map();

  async function shape(ctx, token, jwt) {
    const { jti, sub, iat, exp, scope, client_id: clientId } = jwt.payload;
    const scopes = scope.split(' ');
    const company = grantedCompanies.get(token.grantId);
    const companies = switches.hard('all-companies') ? userBySub(sub).companies.map(({ id }) => id) : [company];
    const tenants = scopes.includes('tenants') ? companies.filter(Boolean).map((id) => ['tenant_id', id]) : [];
    dataByJti.set(jti, { company: company ?? companies[0], sid: await sessionIdOf(token) });
    jwt.payload = {
      iss: issuer,
      nbf: iat,
      iat,
      exp,
      aud: audiencesFor(issuer, scopes),
      scope: scopes,
      client_id: clientId,
      sub,
      auth_time: ctx.oidc.entities.AuthorizationCode.authTime,
      ...toDictionary(tenants, { single: switches.kind('single-claims') }),
      jti,
    };
  }

  /** Returns the claims of a token. Throws unless this provider has signed it and it has not expired. */
  async function verify(value) {
    const { payload } = await jwtVerify(aliases.get(value) ?? value, (header) => {
      const key = keys.publicKeyOf(header.kid);
      if (!key) throw new Error('no such key');
      return key;
    }, {
      issuer,
      algorithms: ['RS256'],
      typ: 'at+jwt',
      requiredClaims: ['exp', 'nbf', 'aud', 'sub', 'jti', 'scope'],
    });
    return { claims: payload, ...dataByJti.get(payload.jti) };
  }

  /** Koa middleware: sets `ctx.state.token` if the bearer token is valid and has the scope. Otherwise it refuses the
   * request. */
  function requireBearer({ scope, audience }) {
    return async (ctx, next) => {
      const [scheme, value, ...rest] = ctx.get('Authorization').split(' ');
      if (!scheme) return refuse(ctx, 401);
      if (scheme.toLowerCase() !== 'bearer' || !value || rest.length) {
        return refuse(ctx, 400, 'invalid_request', 'send the token as "Authorization: Bearer <token>"');
      }
      let token;
      try {
        token = await verify(value);
      } catch (error) {
        const expired = error.code === 'ERR_JWT_EXPIRED';
        return refuse(ctx, 401, 'invalid_token', expired ? 'the token has expired' : 'the token is not valid here');
      }
      if (!token.claims.scope.includes(scope)) {
        return refuse(ctx, 403, 'insufficient_scope', `the token lacks the scope ${scope}`, scope);
      }
      if (audience && !token.claims.aud.includes(audience)) {
        return refuse(ctx, 401, 'invalid_token', 'the token is for another audience');
      }
      ctx.state.token = token;
      return next();
    };
  }

  return { shape, verify, requireBearer, aliases };
}

function refuse(ctx, status, error, description, scope) {
  const parts = Object.entries({ error, error_description: description, scope })
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}="${value.replace(/"/g, "'")}"`);
  ctx.status = status;
  ctx.set('WWW-Authenticate', ['Bearer', parts.join(', ')].filter(Boolean).join(' '));
  ctx.set('Cache-Control', 'no-store');
  ctx.body = error ? { error, error_description: description } : '';
}
