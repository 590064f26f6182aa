// The stylesheet, and the front page that describes this server.
import { readFileSync } from 'node:fs';
import { homePage } from './pages/home.mjs';

const css = readFileSync(new URL('./pages/pages.css', import.meta.url));

export function staticPages({ issuer, apps, clientId }) {
  const pages = {
    '/': (ctx) => {
      ctx.type = 'html';
      ctx.body = homePage({ issuer, apps, clientId });
    },
    '/pages.css': (ctx) => {
      ctx.type = 'css';
      ctx.set('Cache-Control', 'no-cache');
      ctx.body = css;
    },
    '/favicon.ico': (ctx) => {
      ctx.status = 204;
    },
  };

  return async (ctx, next) => {
    const page = Object.hasOwn(pages, ctx.path) ? pages[ctx.path] : undefined;
    return ctx.method === 'GET' && page ? page(ctx) : next();
  };
}
