// Puts the stand-in together: the certified library, shaped like Visma Connect, with its own pages, userinfo and API.
import { createHash, randomBytes } from 'node:crypto';
import { createAccessTokens } from './access-tokens.mjs';
import { allowedOrigins, cors } from './cors.mjs';
import { demoApi } from './demo-api.mjs';
import { createErrorPage, goesBackToTheApp } from './error-answers.mjs';
import { createGrants } from './grants.mjs';
import { makeSigningKeys } from './keys.mjs';
import { logRequests } from './log.mjs';
import { createMemoryStore } from './memory-store.mjs';
import { errors, Provider } from './oidc-library.mjs';
import { pageHeaders } from './page-headers.mjs';
import { personBySub } from './people.mjs';
import { createPolicy } from './policy.mjs';
import { allScopes, resourceOf } from './scopes.mjs';
import { createSignIn, signInPath } from './sign-in.mjs';
import { logoutFeature, straightBack } from './sign-out.mjs';
import { staticPages } from './static-pages.mjs';
import { userinfo } from './userinfo.mjs';

export const CLIENT_ID = 'demo-spa';

const TEN_HOURS = 10 * 60 * 60;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export async function createStandIn({ issuer, apps, tokenLife, testControls }) {
  // Spare keys are for the tests' key rotation; without the controls there is one key and it stays.
  const keys = await makeSigningKeys(testControls ? 3 : 1);
  const store = createMemoryStore();
  const grants = createGrants({ issuer });
  const showError = createErrorPage({ apps });
  const { port } = new URL(issuer);

  async function sessionIdOf(token) {
    const session = await provider.Session.findByUid(token.sessionUid);
    return session?.sidFor(token.clientId);
  }

  const accessTokens = createAccessTokens({ issuer, keys, grantedCompanies: grants.grantedCompanies, sessionIdOf });

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
    jwks: { keys: keys.map((key) => key.privateJwk) },
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
      openid: ['sub', 'idp', 'acr', 'amr', 'auth_time', 'sid'],
      profile: ['name', 'given_name', 'family_name', 'locale'],
      email: ['email', 'email_verified'],
      phone: ['phone_number', 'phone_number_verified'],
      address: ['address'],
      tenants: ['tenant_id'],
    },
    discovery: { prompt_values_supported: ['none', 'login', 'consent', 'select_account'] },
    extraParams: {
      tenant_hint(ctx, value) {
        if (value !== undefined && !GUID.test(value)) throw new errors.InvalidRequest('tenant_hint must be a GUID');
      },
    },
    allowOmittingSingleRegisteredRedirectUri: false,
    clientBasedCORS: (ctx, origin) => allowedOrigins(apps).has(origin),
    cookies: {
      // Cookies are shared by all ports of localhost, so the names carry the port.
      names: { session: `standin_${port}_session`, interaction: `standin_${port}_signin`, resume: `standin_${port}_resume` },
      keys: [randomBytes(32).toString('base64url')],
    },
    ttl: {
      AccessToken: tokenLife,
      AuthorizationCode: 300,
      IdToken: 300,
      Session: TEN_HOURS,
      Grant: TEN_HOURS,
      Interaction: 60 * 60,
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: logoutFeature,
      // Every access token is bound to one resource, which is what makes it a JWT.
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
    findAccount: async (ctx, sub, token) => personBySub(sub) && {
      accountId: sub,
      // Name and e-mail stay out: like Visma Connect's, the ID token says who, and userinfo says more.
      claims: async () => ({ sub, idp: 'Visma Connect', sid: token?.sessionUid && await sessionIdOf(token) }),
    },
    loadExistingGrant: grants.loadExistingGrant,
    interactions: { policy: createPolicy(grants), url: (ctx, interaction) => signInPath(interaction.uid) },
    renderError: showError,
  });

  provider.on('authorization.error', goesBackToTheApp);
  provider.on('authorization.success', (ctx, answer) => {
    answer.session_state = sessionState(ctx.oidc);
  });
  provider.on('server_error', (ctx, error) => console.error(error));

  provider.use(logRequests());
  provider.use(pageHeaders({ issuer, apps }));
  if (testControls) {
    const { createTestControls } = await import('./test-controls/controls.mjs');
    createTestControls({ issuer, apps, clientId: CLIENT_ID, keys, store, accessTokens }).forEach((middleware) => provider.use(middleware));
  }
  provider.use(cors({ apps }));
  provider.use(straightBack({ provider }));
  provider.use(staticPages({ issuer, apps, clientId: CLIENT_ID }));
  provider.use(createSignIn({ provider, grants, showError }));
  provider.use(userinfo(accessTokens));
  provider.use(demoApi({ issuer, requireBearer: accessTokens.requireBearer }));

  return { issuer, handler: provider.callback() };
}

/** The look of the real parameter: a hash over client, origin and session, and the salt. */
function sessionState({ client, params, session }) {
  const salt = randomBytes(16).toString('hex').toUpperCase();
  const { origin } = new URL(params.redirect_uri);
  const hash = createHash('sha256').update(`${client.clientId}${origin}${session.uid}${salt}`).digest('base64url');
  return `${hash}.${salt}`;
}
