// A session ends ten hours after the sign-in, even if it is used. This is Duende's CookieLifetime without
// CookieSlidingExpiration, and what Visma documents. The library itself would count from the last use.

const USES_THE_SESSION = new Set(['/connect/authorize', '/connect/endsession']);

export const secondsLeft = ({ loginTs }, life, now = Date.now()) => (
  loginTs ? loginTs + life - Math.floor(now / 1000) : life);

/** For the library's `ttl.Session`, which must be a positive number. */
export const sessionTtl = (life) => (ctx, session) => Math.max(1, secondsLeft(session, life));

export function endOldSessions({ provider, life }) {
  return async (ctx, next) => {
    if (USES_THE_SESSION.has(ctx.path)) {
      const session = await provider.Session.get(ctx);
      if (session.accountId && secondsLeft(session, life) <= 0) await session.destroy();
    }
    return next();
  };
}
