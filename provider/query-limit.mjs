// IIS responds to a query of more than 2,048 characters with 404 (404.15), before the provider receives the request.
const MOST = 2048;

export function queryLimit({ switches }) {
  return async (ctx, next) => {
    if (ctx.querystring.length <= MOST || switches.kind('long-query') || ctx.path.startsWith('/_test/')) return next();
    ctx.status = 404;
    ctx.type = 'html';
    ctx.body = '<!doctype html><title>404 - File or directory not found.</title><h1>Server Error</h1>'
      + '<h2>404 - File or directory not found.</h2>\n';
    return undefined;
  };
}
