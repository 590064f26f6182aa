// Userinfo. The library refuses tokens that name an audience there; Visma Connect does not, so this route is ours.
// It checks the token fully and answers by the scopes that the token carries.
import { personBySub } from './people.mjs';

const PATH = '/connect/userinfo';

export function userinfo({ requireBearer }) {
  const check = requireBearer({ scope: 'openid' });

  return async (ctx, next) => {
    if (ctx.path !== PATH) return next();
    if (ctx.method !== 'GET' && ctx.method !== 'POST') return ctx.throw(405);
    return check(ctx, async () => {
      const { claims, sid } = ctx.state.token;
      const person = personBySub(claims.sub);
      const has = (scope) => claims.scope.includes(scope);
      ctx.set('Cache-Control', 'no-store');
      ctx.body = {
        sub: claims.sub,
        ...(has('profile') ? {
          name: person.name, given_name: person.givenName, family_name: person.familyName, locale: person.locale,
        } : undefined),
        ...(has('email') ? { email: person.email, email_verified: true } : undefined),
        ...(has('phone') ? { phone_number: person.phone, phone_number_verified: true } : undefined),
        ...(has('address') ? { address: person.address } : undefined),
        idp: 'Visma Connect',
        // A string, unlike in the ID token: so it is documented.
        auth_time: String(claims.auth_time),
        sid,
      };
    });
  };
}
