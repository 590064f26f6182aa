// Builds the local provider: the certified library, configured and changed to behave like Visma Connect, with its own
// pages, userinfo and API.
import { randomBytes } from 'node:crypto';
import { createAccessTokens } from './access-tokens.mjs';
import { authorizeResponse, sessionState } from './authorize-response.mjs';
import { authorizeRules } from './authorize-rules.mjs';
import { allowedOrigins, cors } from './cors.mjs';
import { demoApi } from './demo-api.mjs';
import { endSession, logoutFeature } from './end-session.mjs';
import { createErrorPages, goesBackToTheApp } from './error-responses.mjs';
import { createGrants } from './grants.mjs';
import { createKeys } from './keys.mjs';
import { logRequests } from './log.mjs';
import { createMemoryStore } from './memory-store.mjs';
import { metadata } from './metadata.mjs';
import { errors, Provider } from './oidc-library.mjs';
import { otherEndpoints } from './other-endpoints.mjs';
import { pageHeaders } from './page-headers.mjs';
import { userBySub } from './users.mjs';
import { createPolicy, LOOP } from './policy.mjs';
import { queryLimit } from './query-limit.mjs';
import { allScopes, resourceOf } from './scopes.mjs';
import { endOldSessions, sessionTtl } from './session-life.mjs';
import { createSignIn, signInUrl } from './sign-in.mjs';
import { staticPages } from './static-pages.mjs';
import { createSwitches } from './switches.mjs';
import { tokenResponse } from './token-response.mjs';
import { userinfo } from './userinfo.mjs';

export const CLIENT_ID = 'demo-spa';


export async function createStandIn({ issuer, apps, tokenLife, sessionLife, switches: chosen, testControls }) {
  const switches = createSwitches(chosen);
  const keys = await createKeys();
  const store = createMemoryStore();
  const grants = createGrants({ issuer, switches });
  const { showError, showHere, serve: errorPages } = createErrorPages({ apps });
  const { port } = new URL(issuer);

  async function sessionIdOf(token) {
    const session = await provider.Session.findByUid(token.sessionUid);
    return session?.sidFor(token.clientId);
  }

  const accessTokens = createAccessTokens({ issuer, keys, grantedCompanies: grants.grantedCompanies, sessionIdOf, switches });

  const provider = new Provider(issuer, {
    adapter: store.adapter,
    clients: [{
      client_id: CLIENT_ID,
      client_name: 'Visma Connect SPA demo',
      client_uri: apps[0].base,
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: [...new Set(apps.map((app) => app.redirectUri))],
      post_logout_redirect_uris: [...new Set(apps.map((app) => app.postLogoutRedirectUri))],
    }],
    jwks: { keys: [keys.signing.privateJwk] },
    routes: {
      authorization: '/connect/authorize',
      token: '/connect/token',
      userinfo: '/connect/userinfo',
      end_session: '/connect/endsession',
      jwks: '/.well-known/openid-configuration/jwks',
    },
    responseTypes: ['code'],
    clientAuthMethods: ['none'],
    enabledJWA: { idTokenSigningAlgValues: ['RS256'] },
    pkce: { required: () => true },
    scopes: ['openid'],
    claims: {
      openid: ['sub', 'idp', 'acr', 'amr', 'auth_time', 'sid', 'nbf'],
      profile: ['name', 'given_name', 'family_name', 'locale'],
      email: ['email', 'email_verified'],
      phone: ['phone_number', 'phone_number_verified'],
      address: ['address'],
      tenants: ['tenant_id'],
    },
    discovery: { prompt_values_supported: ['none', 'login', 'consent', 'select_account'] },
    extraParams: ['tenant_hint', LOOP],
    allowOmittingSingleRegisteredRedirectUri: false,
    clientBasedCORS: (ctx, origin) => allowedOrigins(apps).has(origin),
    cookies: {
      // All ports of localhost share cookies, so the names contain the port.
      names: { session: `standin_${port}_session`, interaction: `standin_${port}_signin`, resume: `standin_${port}_resume` },
      keys: [randomBytes(32).toString('base64url')],
    },
    ttl: {
      AccessToken: tokenLife,
      AuthorizationCode: 300,
      IdToken: 300,
      Session: sessionTtl(sessionLife),
      Grant: sessionLife,
      Interaction: 60 * 60,
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: logoutFeature,
      // Every access token is bound to one resource. Therefore the library makes it a JWT.
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resourceOf(issuer),
        useGrantedResource: () => true,
        getResourceServerInfo(ctx, resource) {
          if (resource !== resourceOf(issuer)) throw new errors.InvalidTarget();
          return { scope: allScopes.join(' '), accessTokenFormat: 'jwt', accessTokenTTL: tokenLife, jwt: { sign: { alg: 'RS256' } } };
        },
      },
    },
    formats: { customizers: { jwt: accessTokens.shape } },
    expiresWithSession: () => false,
    findAccount: async (ctx, sub, token) => userBySub(sub) && {
      accountId: sub,
      // The ID token has no name and no e-mail address, as at Visma Connect. Userinfo has them.
      claims: async () => ({
        sub,
        idp: 'Visma Connect',
        sid: token?.sessionUid && await sessionIdOf(token),
        nbf: Math.floor(Date.now() / 1000),
      }),
    },
    loadExistingGrant: grants.loadExistingGrant,
    interactions: { policy: createPolicy({ ...grants, switches }), url: (ctx, interaction) => signInUrl(interaction) },
    // A bad authorization request redirects to the error page. Other errors are shown without a redirect.
    renderError: (ctx, out) => (
      ctx.path.startsWith('/connect/authorize') ? showError(ctx, out) : showHere(ctx, out, ctx.status)),
  });

  provider.on('authorization.error', goesBackToTheApp({ switches }));
  provider.on('authorization.success', (ctx, result) => {
    result.session_state = sessionState(ctx.oidc);
  });
  provider.on('server_error', (ctx, error) => console.error(error));

  provider.use(logRequests());
  provider.use(pageHeaders({ issuer, apps }));
  if (testControls) {
    const { createTestControls } = await import('./test-controls/controls.mjs');
    createTestControls({ issuer, apps, clientId: CLIENT_ID, keys, store, accessTokens, switches })
      .forEach((middleware) => provider.use(middleware));
  }
  provider.use(queryLimit({ switches }));
  provider.use(cors({ apps, switches }));
  provider.use(metadata({ issuer, keys, switches }));
  provider.use(endOldSessions({ provider, life: sessionLife }));
  provider.use(authorizeResponse({ apps, switches }));
  provider.use(authorizeRules({ apps, clientId: CLIENT_ID, switches, showError }));
  provider.use(tokenResponse({ provider, switches }));
  provider.use(endSession({ provider, issuer, keys, apps, clientId: CLIENT_ID, switches }));
  provider.use(otherEndpoints({ clientId: CLIENT_ID }));
  provider.use(errorPages);
  provider.use(staticPages({ issuer, apps, clientId: CLIENT_ID }));
  provider.use(createSignIn({ provider, grants, showHere, switches }));
  provider.use(userinfo({ accessTokens, switches }));
  provider.use(demoApi({ issuer, requireBearer: accessTokens.requireBearer }));

  return { issuer, handler: provider.callback() };
}
