// Reads a form: from the provider's own pages, and from requests that are sent as a form.

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
