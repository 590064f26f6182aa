// Finds out why the app did not start. boot.js loads this file only if the app did not start, so that other visits do
// not load it. The causes are checked in this order:
//
//   no WebAssembly ─> WebAssembly blocked ─> host unreachable ─> another release
//   ─> file missing ─> file changed ─> browser too old
//
// Each cause has a code, a text for the user, and a line in the console. No line contains the query of the page.

const WORDS = {
  no_webassembly: ['This browser cannot run the app', 'It needs WebAssembly, which is switched off here. Some browsers do so in a strict mode: allow it for this site, or use another browser.'],
  browser_too_old: ['This browser is too old', 'The app needs Chrome 97, Edge 97, Firefox 79 or Safari 16, or a later version. Update this browser, or use another one.'],
  app_blocked: ['The app is not allowed to run here', 'A rule of this site, of an extension or of your network forbids WebAssembly. Try without extensions or on another network. If that does not help, tell the developer of this app.'],
  app_unreachable: ['The app cannot be reached', 'This page was loaded before, and now its host does not respond. Check your connection, then start again.'],
  app_outdated: ['There is a new version of the app', 'This page belongs to the previous version. Start again to get the new one.'],
  app_incomplete: ['Part of the app is missing', 'The host of this app does not send every file as it should. Start again in a few minutes. If that does not help, tell the developer of this app.'],
  app_damaged: ['Part of the app was changed', 'A file did not arrive as it was published, so it was not used. An extension, a virus scanner or a proxy can do that. Try without extensions or on another network. If that does not help, tell the developer of this app.'],
  app_not_loaded: ['The app could not start', 'Part of the app did not arrive. Check your connection, then start again.'],
};

// The state of the history entry after an automatic reload of the page.
const AGAIN = 'loaded again';

/** Shows why the app did not start. If the app is outdated, reloads the page instead. */
export async function explain(error, show, base, hasResponse) {
  const [code, cause] = await find(error, base).catch((cause) => ['app_unreachable', cause]);
  console.error('The app did not start:', code, cause);
  // Reload automatically only once. Do not reload if boot.js has read a response of the provider, which would be lost.
  if (code == 'app_outdated' && !hasResponse && history.state != AGAIN) {
    history.replaceState(AGAIN, '');
    location.reload();
    return;
  }
  show('bad', ...WORDS[code], code);
  document.querySelector('[data-testid=error] a').onclick = async (event) => {
    event.preventDefault();
    // Bypass the browser's cache for the page and for the scripts without a hash in their names.
    await Promise.all([base, `${base}boot.js`, import.meta.url].map(renew)).catch(() => {});
    location.assign(base);
  };
}

const renew = (url) => fetch(url, { cache: 'reload' });

/** Returns the code of the cause, and a detail for the console. */
async function find(error, base) {
  if (typeof WebAssembly != 'object') return ['no_webassembly', error];
  try {
    // Compile the shortest valid module. If this throws an error, a policy forbids WebAssembly. In WebKit, such a
    // policy allows compiling and forbids only the instance, so create an instance too.
    new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
  } catch (cause) {
    // Browsers that are older than 2022 do not know 'wasm-unsafe-eval', so the page's own policy forbids WebAssembly
    // there. These browsers have no findLast.
    return [[].findLast ? 'app_blocked' : 'browser_too_old', cause];
  }
  const { js, wasm } = document.querySelector('script[data-wasm]').dataset;
  const link = (rel) => document.querySelector(`link[rel=${rel}]`);
  const preload = link('preload');
  const page = await renew(base);
  const html = await page.text();
  if (!page.ok || !html.includes('data-wasm')) return ['app_incomplete', `index.html: status ${page.status}`];
  // Browsers start a wasm only if its type has no parameters.
  const files = [[wasm, /^\s*application\/wasm\s*$/i, preload.dataset.integrity || preload.integrity]];
  // A release has no separate file for the glue: the script of the page contains it, and the browser has checked the
  // integrity of this script. Without a release, check the file of the glue too.
  if (js) files.unshift([js, /javascript/, link('modulepreload').integrity]);
  for (const [url, type, integrity] of files) {
    if (!html.includes(url)) return ['app_outdated', `index.html does not name ${url} any more`];
    const file = await renew(url);
    const sent = file.headers.get('content-type') || '';
    if (!file.ok || !type.test(sent)) return ['app_incomplete', `${url}: status ${file.status}, type ${sent}`];
    await file.arrayBuffer();
    try {
      await fetch(url, { integrity, cache: 'force-cache' });
    } catch (cause) {
      return ['app_damaged', `${url}: not the bytes of ${integrity}`];
    }
  }
  const isOld = error instanceof SyntaxError || error instanceof WebAssembly.CompileError;
  return [isOld ? 'browser_too_old' : 'app_not_loaded', error];
}
