// The log on standard error: method, path and status of each request, errors, and the client and the languages of a
// sign-in. Never a complete query, a body or a token.

const quiet = new Set(['/pages.css', '/favicon.ico']);

export function note(text) {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
}

/** The IDs in these paths belong to one user's sign-in, so the log does not contain them. */
const withoutIds = (path) => path.replace(/^(\/signin|\/connect\/authorize)\/[^/]+/, '$1/…');

/** Replaces characters that could change the meaning of a log line, and limits the length. */
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
