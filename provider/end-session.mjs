// The end-session endpoint, as in EndSessionRequestValidator.cs. Without a valid id_token_hint all other parameters
// are ignored: the user is asked, and stays on the provider's page. With a valid hint, or when no user is signed in,
// the provider does not ask.
import { compactVerify } from 'jose';
import { readForm } from './form-body.mjs';
import { noCache } from './no-cache.mjs';
import { signOutPage, signedOutPage } from './pages/sign-out.mjs';

const PATH = '/connect/endsession';
const JWT_MOST = 51_200;

export const logoutFeature = {
  enabled: true,
  async logoutSource(ctx, form) {
    const secret = /name="xsrf" value="([^"]+)"/.exec(form)[1];
    ctx.type = 'html';
    const action = ctx.oidc.urlFor('end_session_confirm');
    ctx.body = signOutPage({ action, secret, app: ctx.oidc.client?.clientName });
  },
  async postLogoutSuccessSource(ctx) {
    ctx.type = 'html';
    ctx.body = signedOutPage({});
  },
};

export function endSession({ provider, issuer, keys, apps, clientId, switches }) {
  const backTo = new Set(apps.map((app) => app.postLogoutRedirectUri));

  /** Returns the claims of an ID token that this provider has signed for its client, even if it has expired. */
  async function hintOf(token) {
    if (!token || token.length > JWT_MOST) return undefined;
    try {
      const keyOf = ({ kid }) => keys.publicKeyOf(kid);
      const { payload } = await compactVerify(token, keyOf, { algorithms: ['RS256'] });
      const claims = JSON.parse(Buffer.from(payload).toString());
      const isForClient = [claims.aud].flat().includes(clientId);
      return claims.iss === issuer && isForClient ? claims : undefined;
    } catch {
      return undefined;
    }
  }

  function belongsTo(session, hint) {
    const sid = session.sidFor(clientId);
    if (switches.kind('end-session-sub') || !sid || !hint.sid) return hint.sub === session.accountId;
    return hint.sid === sid;
  }

  async function signOut(ctx, session) {
    for (const { grantId } of Object.values(session.authorizations ?? {})) {
      if (grantId) await provider.Grant.adapter.destroy(grantId);
    }
    await session.destroy();
    ctx.cookies.set(provider.cookieName('session'), null, { httpOnly: true, sameSite: 'lax', overwrite: true });
  }

  function goBack(ctx, { uri, state }) {
    noCache(ctx);
    const target = new URL(uri ?? `${issuer}${PATH}/success`);
    if (uri && state) target.searchParams.set('state', state);
    if (uri && switches.hard('signed-out-page')) {
      ctx.type = 'html';
      ctx.body = signedOutPage({ back: target.href });
      return;
    }
    ctx.status = 303;
    ctx.body = '';
    ctx.set('Location', target.href);
  }

  return async (ctx, next) => {
    if (ctx.path !== PATH) return next();
    if (ctx.method !== 'GET' && ctx.method !== 'POST') return ctx.throw(405);
    const sent = ctx.method === 'GET' ? new URLSearchParams(ctx.querystring) : await readForm(ctx, 2 * JWT_MOST);
    ctx.state.form = ctx.method === 'GET' ? undefined : sent;
    const session = await provider.Session.get(ctx);
    const hint = await hintOf(sent.get('id_token_hint'));
    const valid = hint && (!session.accountId || belongsTo(session, hint));
    const byClient = switches.kind('end-session-client') && sent.get('client_id') === clientId;
    const asked = sent.get('post_logout_redirect_uri');
    const back = (valid || byClient) && backTo.has(asked) ? { uri: asked, state: sent.get('state') } : {};

    if (valid || !session.accountId) {
      await signOut(ctx, session);
      return goBack(ctx, back);
    }
    // The library asks the user. Pass only the parameters that are not ignored.
    const parameters = new URLSearchParams(back.uri ? { client_id: clientId, post_logout_redirect_uri: back.uri } : {});
    if (back.uri && back.state) parameters.set('state', back.state);
    ctx.method = 'GET';
    ctx.querystring = String(parameters);
    return next();
  };
}
