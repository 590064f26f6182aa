// The requests to the provider in order, and the codes and tokens that it issued. End-to-end tests check both.

const UNSEEN = new Set(['/pages.css', '/favicon.ico']);

function listed(pairs) {
  const result = {};
  for (const [name, value] of pairs) (result[name] ??= []).push(value);
  return result;
}

export function createRequestLog() {
  let entries = [];
  let issued = [];

  async function record(ctx, next) {
    if (UNSEEN.has(ctx.path)) return next();
    const [scheme] = ctx.get('Authorization').split(' ');
    const entry = {
      at: new Date().toISOString(),
      method: ctx.method,
      path: ctx.path,
      query: listed(new URLSearchParams(ctx.querystring)),
      headers: {
        origin: ctx.get('Origin') || null,
        referer: ctx.get('Referer') || null,
        authorization: scheme || null,
        cookie: ctx.get('Cookie') !== '',
        content_type: ctx.get('Content-Type') || null,
        accept: ctx.get('Accept') || null,
      },
      form: null,
      status: null,
    };
    entries.push(entry);
    ctx.state.logEntry = entry;
    ctx.res.once('close', () => {
      // If no response was written, the status is 0.
      entry.status = ctx.res.headersSent ? ctx.res.statusCode : 0;
    });
    return next();
  }

  return {
    record,
    /** Adds the form as the library read it. It is known only after the route has run. */
    addForm(ctx) {
      const body = ctx.state.form ? Object.fromEntries(ctx.state.form) : ctx.oidc?.body;
      if (!body || !ctx.state.logEntry) return;
      ctx.state.logEntry.form = Object.fromEntries(Object.entries(body).map(([name, value]) => [name, [value].flat()]));
    },
    addIssued(kind, value) {
      if (typeof value === 'string') issued.push({ at: new Date().toISOString(), kind, value });
    },
    entries: () => entries,
    issued: () => issued,
    clear() {
      entries = [];
      issued = [];
    },
  };
}
