// The human log, on standard error: method, path and answer, never a query, a body or a token.

const quiet = new Set(['/pages.css', '/favicon.ico']);

export function note(text) {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
}

/** The ids in these paths belong to one user's sign-in, so they are left out. */
const withoutIds = (path) => path.replace(/^(\/signin|\/connect\/authorize)\/[^/]+/, '$1/…');

/** Only characters that cannot change the meaning of a log line, and not many of them. */
export const printable = (text) => String(text).replace(/[^\x20-\x7e]/g, '?').slice(0, 120);

export function logRequests() {
  return async (ctx, next) => {
    let status = 500;
    try {
      await next();
      status = ctx.status;
    } catch (error) {
      status = error.status ?? 500;
      throw error;
    } finally {
      if (!quiet.has(ctx.path) && !ctx.path.startsWith('/_test/')) note(`${ctx.method} ${printable(withoutIds(ctx.path))} ${status}`);
    }
  };
}
