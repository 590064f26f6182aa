// Checks an authorization request in the same order as Duende, before the library reads it. A bad request ends on the
// provider's error page with Duende's code and description. The page also names the field.
import { readForm } from './form-body.mjs';
import { LOOP } from './policy.mjs';
import { allScopes, identityScopes } from './scopes.mjs';

const PATH = '/connect/authorize';

/** The maximum lengths, from InputLengthRestrictions.cs. */
export const MOST = {
  ui_locales: 100, client_id: 100, redirect_uri: 400, scope: 300, nonce: 300, login_hint: 100, acr_values: 300,
};
export const CODE_CHALLENGE = { least: 43, most: 128 };

/** The words of each value are sorted, because their order in a request does not matter. */
const RESPONSE_TYPES = new Set([
  'code', 'token', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token',
]);
const RESPONSE_MODES = new Set(['form_post', 'query', 'fragment']);
const PROMPTS = new Set(['none', 'login', 'consent', 'select_account']);
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const words = (text) => text.split(' ').filter(Boolean);
const wrong = (error, description, field, reason) => ({ error, error_description: description, field, reason });

const RULES = [
  ({ tooLong }) => tooLong('ui_locales'),
  ({ p, tooLong }) => (p.client_id
    ? tooLong('client_id')
    : wrong('invalid_request', 'Invalid client_id', 'client_id', 'is missing')),
  ({ p, clientId }) => p.client_id !== clientId
    && wrong('unauthorized_client', 'Unknown client or client not enabled', 'client_id', `must be "${clientId}" here`),
  ({ p, tooLong }) => (p.redirect_uri
    ? tooLong('redirect_uri')
    : wrong('invalid_request', 'Invalid redirect_uri', 'redirect_uri', 'is missing')),
  ({ p, apps }) => apps.every((app) => app.redirectUri !== p.redirect_uri)
    && wrong('invalid_request', 'Invalid redirect_uri', 'redirect_uri', 'is not registered'),
  ({ p }) => !p.response_type && wrong('invalid_request', 'Missing response_type', 'response_type', 'is missing'),
  ({ p }) => !RESPONSE_TYPES.has(words(p.response_type).sort().join(' '))
    && wrong('unsupported_response_type', 'Response type not supported', 'response_type', 'is unknown'),
  ({ p }) => p.response_mode && !RESPONSE_MODES.has(p.response_mode)
    && wrong('unsupported_response_type', 'Invalid response_mode', 'response_mode', 'is unknown'),
  ({ p }) => words(p.response_type).includes('code') && pkce(p),
  ({ p }) => p.response_type !== 'code'
    && wrong('unauthorized_client', 'Invalid grant type for client', 'response_type', 'must be "code" for this client'),
  ({ p, tooLong }) => (p.scope ? tooLong('scope') : wrong('invalid_request', 'Invalid scope', 'scope', 'is missing')),
  ({ p }) => {
    const unknown = words(p.scope).find((scope) => !allScopes.includes(scope));
    return unknown
      && wrong('invalid_scope', 'Invalid scope', 'scope', `has "${unknown}", which is not offered to this client`);
  },
  ({ p }) => !words(p.scope).includes('openid') && words(p.scope).some((scope) => scope in identityScopes)
    && wrong('invalid_scope', 'Identity scopes requested, but openid scope is missing', 'scope', 'lacks "openid"'),
  ({ tooLong }) => tooLong('nonce'),
  ({ p }) => p.prompt && prompts(words(p.prompt)),
  ({ p }) => p.max_age && !(/^\d+$/.test(p.max_age) && Number(p.max_age) <= 2_147_483_647)
    && wrong('invalid_request', 'Invalid max_age', 'max_age', 'must be a whole number of seconds'),
  ({ tooLong }) => tooLong('login_hint'),
  ({ tooLong }) => tooLong('acr_values'),
  ({ p }) => p.tenant_hint && !GUID.test(p.tenant_hint)
    && wrong('invalid_request', 'Invalid tenant_hint', 'tenant_hint', 'must be a GUID'),
];

function pkce({ code_challenge: challenge, code_challenge_method: method }) {
  if (!challenge) return wrong('invalid_request', 'code challenge required', 'code_challenge', 'is missing');
  const { least, most } = CODE_CHALLENGE;
  const { length } = challenge;
  if (length < least || length > most) {
    const reason = `has ${length} characters, not ${least} to ${most}`;
    return wrong('invalid_request', 'Invalid code_challenge', 'code_challenge', reason);
  }
  return method !== 'S256'
    && wrong('invalid_request', 'Transform algorithm not supported', 'code_challenge_method', 'must be S256');
}

function prompts(asked) {
  if (!asked.every((one) => PROMPTS.has(one))) {
    return wrong('invalid_request', 'Unsupported prompt mode', 'prompt', 'is unknown');
  }
  return asked.includes('none') && asked.length > 1
    && wrong('invalid_request', 'Invalid prompt', 'prompt', 'has "none" with others');
}

export function authorizeRules({ apps, clientId, switches, showError }) {
  function firstWrong(p) {
    const tooLong = (field) => {
      const { length } = p[field] ?? '';
      return length > MOST[field] && !switches.kind('long-input')
        && wrong('invalid_request', `Invalid ${field}`, field, `has ${length} characters, more than ${MOST[field]}`);
    };
    for (const rule of RULES) {
      const found = rule({ p, apps, clientId, tooLong });
      if (found) return found;
    }
    return undefined;
  }

  return async (ctx, next) => {
    if (ctx.path !== PATH || ctx.method === 'OPTIONS') return next();
    if (ctx.method === 'POST') {
      // From here on, a form is handled as a query.
      ctx.querystring = String(await readForm(ctx));
      ctx.method = 'GET';
    }
    const sent = new URLSearchParams(ctx.querystring);
    const found = firstWrong(Object.fromEntries(sent));
    if (found && !switches.kind('error-return')) return showError(ctx, found);
    if (!switches.kind('id-token-hint')) sent.delete('id_token_hint');
    sent.delete(LOOP);
    if (switches.hard('max-age-loop') && Number(sent.get('max_age') ?? NaN) === 0) sent.set(LOOP, 'true');
    // Remove extra spaces and repeated scopes.
    if (sent.has('scope')) sent.set('scope', [...new Set(words(sent.get('scope')))].join(' '));
    ctx.querystring = String(sent);
    return next();
  };
}
