// The header that Duende puts on everything that must not be kept.

export function noCache(ctx) {
  ctx.set('Cache-Control', 'no-store, no-cache, max-age=0');
  ctx.set('Pragma', 'no-cache');
}
