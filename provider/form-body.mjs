// Reads the small forms of the provider's own pages.

const LIMIT = 4096;

export async function readForm(ctx) {
  if (!ctx.is('application/x-www-form-urlencoded')) ctx.throw(415);
  let text = '';
  for await (const chunk of ctx.req) {
    text += chunk;
    if (text.length > LIMIT) ctx.throw(413);
  }
  return new URLSearchParams(text);
}
