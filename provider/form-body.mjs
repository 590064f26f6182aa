// Reads a form: those of the provider's own pages, and requests that come as one.

const LIMIT = 4096;

export async function readForm(ctx, limit = LIMIT) {
  if (!ctx.is('application/x-www-form-urlencoded')) ctx.throw(415);
  let text = '';
  for await (const chunk of ctx.req) {
    text += chunk;
    if (text.length > limit) ctx.throw(413);
  }
  return new URLSearchParams(text);
}
