// First, read the provider's response and remove it from the address bar and the history. This script does not know to
// which page the provider redirects, because config.json states that. Home is never this page, so query and fragment of
// home stay. On all other pages, they are removed. If they are not a response, the app restores them when it starts.
const base = new URL('.', import.meta.url).pathname;
const path = location.pathname.slice(base.length);
const isHome = !path || path == 'index.html';
const query = isHome ? '' : location.search + location.hash;
if (query) history.replaceState(null, '', location.origin + location.pathname);

const main = document.querySelector('main');
const { dataset } = document.querySelector('script[data-wasm]');
let pressed = false;

// The page shows the element `.late` only if this script does not load, or if an old browser cannot parse it.
document.querySelector('.late').remove();

function show(kind, title, text, code) {
  const section = document.createElement('section');
  const add = (tag, text) => {
    const node = section.appendChild(document.createElement(tag));
    node.textContent = text;
    return node;
  };
  section.className = 'notice ' + kind;
  add('h1', title);
  add('p', text).className = 'lead';
  if (code) {
    section.dataset.testid = 'error';
    section.dataset.code = code;
    section.role = 'alert';
    const again = add('a', 'Start again');
    again.className = 'button';
    again.href = base;
    add('p', 'Code: ' + code).className = 'code';
  }
  const place = main.isConnected ? main : document.getElementById('app');
  place.textContent = '';
  place.append(section);
}

// index.html contains the home page. Every other route shows a message without the sign-in button until the app runs.
if (isHome) {
  const button = main.querySelector('button');
  button.disabled = false;
  button.onclick = () => {
    pressed = true;
    button.setAttribute('aria-busy', 'true');
  };
} else if (/^callback\/?$/.test(path) || /[?&](code|error)=/.test(query)) {
  show('busy', 'Signing you in', 'The response is being checked. This takes a moment.');
} else {
  show('busy', 'One moment', 'The page is loading.');
}

// Unregister the service worker of an earlier app at this address. Otherwise it could respond to requests of this page.
// In some browsers, getRegistration throws.
(async () => (await navigator.serviceWorker.getRegistration()).unregister())().catch(() => {});

// `gluing` is a promise of the glue, which is the JavaScript of wasm-bindgen.
async function run(gluing) {
  const config = fetch(base + 'config.json', { cache: 'no-cache', signal: AbortSignal.timeout && AbortSignal.timeout(3e4) })
    .then(async (response) => ({ text: await response.text(), status: response.status }))
    .catch(() => ({ status: 0 }));
  // Browsers check the integrity of a fetch, but not of a preload. The fetch uses the bytes of the preload only if both
  // requests have the same mode (WebKit) and the same credentials (Chromium). A preload without the attribute
  // `crossorigin` is no-cors with credentials. A preload with it, as Trunk writes it, has the default mode of fetch.
  const preload = document.querySelector('link[as=fetch]');
  const integrity = preload.dataset.integrity || preload.integrity;
  if (!integrity) throw new Error('The wasm has no integrity to check.');
  const mode = preload.crossOrigin ? {} : { mode: 'no-cors', credentials: 'include' };
  // Every page except home needs the rest of the app, so load it at the same time as the first part. If this fails,
  // the app loads the rest again, and reports an error if that fails too.
  if (!isHome) gluing.then((glue) => glue.prepare && glue.prepare('rest')).catch(() => {});
  const [glue, bytes] = await Promise.all([gluing, fetch(dataset.wasm, Object.assign(mode, { integrity }))]);
  await glue.default({ module_or_path: bytes });
  const { text, status } = await config;
  glue.start(base, query, pressed, text, status, glue.part);
}

const boot = (gluing) => run(gluing).catch((error) =>
  // If the app has already shown an error, keep that error: it is more precise.
  document.querySelector('[data-testid=error]') ||
  // Load the file that finds the cause. If it does not load either, show the general message below.
  import('./start-error.js').then(({ explain }) => explain(error, show, base, !!query)).catch(() =>
    show('bad', 'The app could not start', 'Part of the app did not arrive. Check your connection, then start again.', 'app_not_loaded')));

// A release does not contain the last line. It has one script, which contains this file and the glue
// (crates/release/src/one_script.rs).
boot(import(dataset.js));
