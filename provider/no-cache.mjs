// The headers that Duende adds to every response that must not be cached.

export function noCache(ctx) {
  ctx.set('Cache-Control', 'no-store, no-cache, max-age=0');
  ctx.set('Pragma', 'no-cache');
}
