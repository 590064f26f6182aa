// The test controls. They are loaded only with --test-controls. The routes under /_test/ set faults, return the log,
// and end sessions. The middleware applies the faults.
import { changeResponse } from './response-faults.mjs';
import { createCallbackFaults } from './callback-faults.mjs';
import { placeOf } from './fault-table.mjs';
import { createFaults } from './faults.mjs';
import { createKeyRing } from './key-ring.mjs';
import { mergePatch } from './merge-patch.mjs';
import { createOddKeys } from './odd-keys.mjs';
import { createRequestLog } from './request-log.mjs';
import { fill } from './template.mjs';
import { createTokenFaults } from './token-faults.mjs';

const LIMIT = 4 * 1024 * 1024;

async function readJson(ctx) {
  let text = '';
  for await (const chunk of ctx.req) {
    text += chunk;
    if (text.length > LIMIT) ctx.throw(413);
  }
  try {
    return JSON.parse(text || '{}');
  } catch {
    return ctx.throw(400, 'the body is not JSON');
  }
}

export function createTestControls({ issuer, apps, clientId, keys, store, accessTokens, switches }) {
  const faults = createFaults();
  const log = createRequestLog();
  const ring = createKeyRing(keys);
  const oddKeys = createOddKeys(ring);
  const changeTokens = createTokenFaults({ faults, ring, oddKeys, accessTokens });
  const changeCallback = createCallbackFaults({ faults, apps });

  const routes = {
    'GET /_test/faults': (ctx) => { ctx.body = faults.current; },
    'POST /_test/faults': async (ctx) => {
      const problems = faults.set(await readJson(ctx));
      if (!problems.length) ring.remember();
      const { rotate } = faults.current.id_token ?? {};
      if (rotate) await ring.prepare(rotate);
      ctx.status = problems.length ? 400 : 204;
      if (problems.length) ctx.body = { problems };
    },
    'GET /_test/switches': (ctx) => { ctx.body = switches.current; },
    'POST /_test/switches': async (ctx) => {
      const problems = switches.set(await readJson(ctx));
      ctx.status = problems.length ? 400 : 204;
      if (problems.length) ctx.body = { problems };
    },
    'GET /_test/log': (ctx) => { ctx.body = log.entries(); },
    'DELETE /_test/log': (ctx) => {
      log.clear();
      ctx.status = 204;
    },
    'GET /_test/issued': (ctx) => { ctx.body = log.issued(); },
    'POST /_test/session/end': (ctx) => {
      store.endAllSessions();
      ctx.status = 204;
    },
  };

  async function testRoutes(ctx, next) {
    if (!ctx.path.startsWith('/_test/')) return next();
    // A web page must not reach these routes, so refuse every request that a browser marks as sent by a page.
    if (ctx.get('Origin') || ctx.get('Sec-Fetch-Site')) return ctx.throw(403);
    const route = routes[`${ctx.method} ${ctx.path}`];
    return route ? route(ctx) : ctx.throw(404);
  }

  async function publishKeys(ctx, fault) {
    const current = ring.publish(ctx.body.keys, { stale: fault?.stale })
      .map((jwk) => (fault?.current ? mergePatch(jwk, fill(fault.current, jwk)) : jwk));
    const added = fault?.add ? await oddKeys.published(fault.add) : [];
    ctx.body = { keys: [...added, ...(fault?.without_current ? [] : current)] };
  }

  async function carryOut(ctx, next) {
    const place = ctx.method === 'OPTIONS' ? undefined : placeOf(ctx.path);
    await next();
    log.addForm(ctx);
    const fault = place && faults.take(place, ctx.path);
    if (place === 'jwks' && ctx.body?.keys) await publishKeys(ctx, fault);
    if (place === 'token' && ctx.status === 200) {
      await changeTokens(ctx.body);
      log.addIssued('access_token', ctx.body?.access_token);
      log.addIssued('id_token', ctx.body?.id_token);
    }
    if (fault) await changeResponse(ctx, fault, { faults, ring, issuer, clientId });
    const location = ctx.response.get('Location');
    if (location && URL.canParse(location)) log.addIssued('code', new URL(location).searchParams.get('code'));
    changeCallback(ctx);
  }

  return [testRoutes, log.record, carryOut];
}
