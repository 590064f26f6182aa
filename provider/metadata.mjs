// Metadata and keys in Duende's format: members and order are those of DiscoveryResponseGenerator.cs. Features that
// Visma Connect has switched off (pushed authorization requests) are left out.
import { identityScopes } from './scopes.mjs';

const METADATA = new Set(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']);
const KEYS = '/.well-known/openid-configuration/jwks';
const JSON_TYPE = 'application/json; charset=UTF-8';
const AN_HOUR = 3600;

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'];
const SECRETS = ['client_secret_basic', 'client_secret_post'];

export function metadataOf(issuer) {
  const at = (path) => `${issuer}/connect/${path}`;
  return {
    issuer,
    jwks_uri: `${issuer}${KEYS}`,
    authorization_endpoint: at('authorize'),
    token_endpoint: at('token'),
    userinfo_endpoint: at('userinfo'),
    end_session_endpoint: at('endsession'),
    check_session_iframe: at('checksession'),
    revocation_endpoint: at('revocation'),
    introspection_endpoint: at('introspect'),
    device_authorization_endpoint: at('deviceauthorization'),
    backchannel_authentication_endpoint: at('ciba'),
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    // The scopes of the demo API are missing on purpose: Visma Connect does not list all its scopes either.
    scopes_supported: [...Object.keys(identityScopes), 'offline_access'],
    claims_supported: [
      'name', 'given_name', 'family_name', 'locale', 'email', 'email_verified', 'phone_number', 'phone_number_verified',
      'address', 'tenant_id',
    ],
    grant_types_supported: [
      'authorization_code', 'client_credentials', 'refresh_token', 'implicit',
      'urn:ietf:params:oauth:grant-type:device_code', 'urn:openid:params:grant-type:ciba', 'delegation',
      'urn:ietf:params:oauth:grant-type:token-exchange',
    ],
    response_types_supported: [
      'code', 'token', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token',
    ],
    response_modes_supported: ['form_post', 'query', 'fragment'],
    token_endpoint_auth_methods_supported: SECRETS,
    revocation_endpoint_auth_methods_supported: SECRETS,
    introspection_endpoint_auth_methods_supported: SECRETS,
    id_token_signing_alg_values_supported: ['RS256'],
    userinfo_signing_alg_values_supported: ['RS256'],
    introspection_signing_alg_values_supported: ['RS256'],
    subject_types_supported: ['public'],
    code_challenge_methods_supported: ['plain', 'S256'],
    request_parameter_supported: true,
    request_object_signing_alg_values_supported: ALGORITHMS,
    prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
    authorization_response_iss_parameter_supported: true,
    backchannel_token_delivery_modes_supported: ['poll'],
    backchannel_user_code_parameter_supported: true,
    backchannel_authentication_request_signing_alg_values_supported: ALGORITHMS,
    dpop_signing_alg_values_supported: ALGORITHMS,
  };
}

/** With the switch, three keys are published: the next key, the signing key and the previous key. */
async function published(keys, switches) {
  if (!switches.hard('overlapping-keys')) return [keys.signing];
  const { announced, retired } = await keys.overlap();
  return [announced, keys.signing, retired];
}

export function metadata({ issuer, keys, switches }) {
  return async (ctx, next) => {
    const isKeys = ctx.path === KEYS;
    if ((!METADATA.has(ctx.path) && !isKeys) || ctx.method !== 'GET') return next();
    await next();
    if (isKeys) {
      ctx.body = { keys: (await published(keys, switches)).map((key) => key.publicJwk) };
    } else if (!switches.kind('short-metadata')) {
      ctx.body = metadataOf(issuer);
    }
    ctx.remove('Cache-Control');
    if (switches.hard('cached-metadata')) {
      ctx.set('Cache-Control', `max-age=${AN_HOUR}`);
      ctx.vary('Origin');
    }
    ctx.set('Content-Type', JSON_TYPE);
    return undefined;
  };
}
