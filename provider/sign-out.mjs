// Ends the session. With an ID token that we issued, or with nobody signed in, the person goes straight back to the
// app, as at Visma Connect; otherwise a page asks first, so that a link from elsewhere cannot sign anybody out.
import { signOutPage, signedOutPage } from './pages/sign-out.mjs';

export const logoutFeature = {
  enabled: true,
  async logoutSource(ctx, form) {
    const secret = /name="xsrf" value="([^"]+)"/.exec(form)[1];
    ctx.type = 'html';
    ctx.body = signOutPage({ action: ctx.oidc.urlFor('end_session_confirm'), secret, app: ctx.oidc.client?.clientName });
  },
  async postLogoutSuccessSource(ctx) {
    ctx.type = 'html';
    ctx.body = signedOutPage();
  },
};

export function straightBack({ provider }) {
  return async (ctx, next) => {
    await next();
    if (ctx.oidc?.route !== 'end_session' || ctx.status !== 200) return;
    const { session, params, entities } = ctx.oidc;
    const hinted = entities.IdTokenHint?.payload.sub;
    const nobody = !session.accountId;
    if (!nobody && hinted !== session.accountId) return;

    for (const { grantId } of Object.values(session.authorizations ?? {})) {
      if (grantId) await provider.Grant.adapter.destroy(grantId);
    }
    await session.destroy();
    ctx.cookies.set(provider.cookieName('session'), null, { httpOnly: true, sameSite: 'lax', overwrite: true });

    const target = new URL(params.post_logout_redirect_uri ?? ctx.oidc.urlFor('end_session_success'));
    if (params.post_logout_redirect_uri && params.state !== undefined) target.searchParams.set('state', params.state);
    ctx.body = '';
    ctx.status = 303;
    ctx.set('Location', target.href);
  };
}
