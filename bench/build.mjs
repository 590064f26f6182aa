// Builds the apps. The result is the files of each app, as the host serves them.
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { APPS } from './apps.mjs';

const here = fileURLToPath(new URL('apps', import.meta.url));

const CLIENT = 'demo-spa';
/** The same scopes as in the config.json of this project. */
const SCOPE = 'openid profile email tenants vismanet_erp_interactive_api:read';

const policyFor = (provider) => [
  "default-src 'none'", "script-src 'self'", 'img-src data:', `connect-src ${provider}`, "base-uri 'none'",
  "form-action 'none'", "object-src 'none'",
].join('; ');

/** Builds an app of `apps/`. Returns the names and the bytes of its files. */
async function bundle({ name, main }, provider) {
  const folder = join(here, name);
  const { outputFiles: [{ contents }] } = await build({
    entryPoints: [join(folder, main)],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    legalComments: 'none',
    define: {
      'process.env.NODE_ENV': '"production"',
      PROVIDER: JSON.stringify(provider),
      CLIENT: JSON.stringify(CLIENT),
      SCOPE: JSON.stringify(SCOPE),
    },
  });
  const script = `main-${createHash('sha256').update(contents).digest('hex').slice(0, 16)}.js`;
  const template = await readFile(join(folder, 'index.html'), 'utf8');
  const page = template.replace('{policy}', policyFor(provider)).replace('{script}', `/${script}`);
  return new Map([['index.html', Buffer.from(page)], [script, Buffer.from(contents)]]);
}

async function filesOf(folder) {
  const names = await readdir(folder);
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))])));
}

/**
 * Returns the files of all apps, by the name of the app. `dist` is the folder of the configured release of this
 * project. `provider` is the URL of the provider.
 */
export async function buildAll({ dist, provider }) {
  const files = (app) => (app.main ? bundle(app, provider) : filesOf(dist));
  return new Map(await Promise.all(APPS.map(async (app) => [app.name, await files(app)])));
}
