// Changes a finished response: status, type, body, size or time, or sends no response.
import { setTimeout as wait } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { mergePatch } from './merge-patch.mjs';
import { fill } from './template.mjs';

const BODY_MEMBERS = ['body', 'body_base64', 'merge', 'prepend', 'append', 'repeat', 'jwt'];
const CHUNK = 64 * 1024;

const asText = (body) => (typeof body === 'string' || Buffer.isBuffer(body) ? String(body) : JSON.stringify(body ?? ''));

function membersOf(text) {
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === 'object' ? value : {};
  } catch {
    return {};
  }
}

async function newBody(ctx, fault, { ring, issuer, clientId }) {
  if (fault.body_base64 !== undefined) return Buffer.from(fault.body_base64, 'base64');
  const original = asText(ctx.body);
  const members = membersOf(original);
  let text = original;
  if (fault.body !== undefined) text = String(asText(fill(fault.body, members)));
  else if (fault.merge) text = JSON.stringify(mergePatch(members, fill(fault.merge, members)));
  if (fault.jwt) {
    text = await new SignJWT(JSON.parse(text)).setProtectedHeader({ alg: 'RS256', kid: ring.signing.kid })
      .setIssuer(issuer).setAudience(clientId).sign(ring.signing.privateKey);
  }
  text = `${fault.prepend ?? ''}${text}${fault.append ?? ''}`;
  return fault.repeat === undefined ? text : text.repeat(fault.repeat);
}

/** Repeats the body until the reader closes the connection. */
function writeEndlessly(ctx, body) {
  const { res } = ctx;
  ctx.respond = false;
  res.statusCode = ctx.status;
  ctx.remove('Content-Length');
  const chunk = Buffer.from(String(body).repeat(Math.ceil(CHUNK / Math.max(1, body.length))));
  const more = () => {
    while (!res.destroyed && res.write(chunk));
    if (!res.destroyed) res.once('drain', more);
  };
  more();
}

/** Announces the full length, sends only the beginning, and closes the connection. */
function writeTruncated(ctx, body, length) {
  const { res } = ctx;
  ctx.respond = false;
  res.statusCode = ctx.status;
  const bytes = Buffer.from(body);
  res.setHeader('Content-Length', bytes.length);
  res.write(bytes.subarray(0, length), () => res.destroy());
}

const closed = (res) => new Promise((resolve) => { res.once('close', resolve); });

export async function changeResponse(ctx, fault, world) {
  if (fault.delay_ms) await Promise.race([wait(fault.delay_ms, undefined, { ref: false }), closed(ctx.res)]);
  if (fault.hold) await Promise.race([world.faults.changed(), closed(ctx.res)]);
  if (fault.hang) {
    ctx.respond = false;
    return;
  }
  if (fault.drop) {
    ctx.respond = false;
    ctx.req.socket.destroy();
    return;
  }

  if (fault.redirect !== undefined) {
    ctx.status = fault.status ?? 307;
    ctx.set('Location', fault.redirect);
    ctx.body = '';
    return;
  }

  const { type } = ctx.response;
  if (BODY_MEMBERS.some((member) => fault[member] !== undefined)) {
    const body = await newBody(ctx, fault, world);
    ctx.body = body;
    ctx.type = fault.jwt ? 'application/jwt' : type || 'application/json';
  }
  if (fault.status !== undefined) {
    const { body } = ctx;
    const kept = ctx.response.get('Content-Type');
    ctx.status = fault.status;
    ctx.body = body;
    if (kept) ctx.set('Content-Type', kept);
  }
  if (fault.content_type !== undefined) ctx.set('Content-Type', fault.content_type);
  for (const [name, value] of Object.entries(fault.headers ?? {})) {
    if (value === null) ctx.remove(name);
    else ctx.set(name, value);
  }
  if (fault.endless) writeEndlessly(ctx, asText(ctx.body));
  else if (fault.truncate !== undefined) writeTruncated(ctx, asText(ctx.body), fault.truncate);
}
