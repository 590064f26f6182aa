// First of all: take the provider's response, and leave none of it in the address bar or the history. A query and a
// fragment at home are the app's own and stay. On a page that the provider does not lead to, the app puts them back.
const base = new URL('.', import.meta.url).pathname;
const path = location.pathname.slice(base.length);
const isHome = !path || path == 'index.html';
const query = isHome ? '' : location.search + location.hash;
if (query) history.replaceState(null, '', location.origin + location.pathname);

const main = document.querySelector('main');
const { js, wasm } = document.querySelector('script[data-wasm]').dataset;
let pressed = false;

// Said by the page itself when this script does not come, or cannot be read by an old browser.
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

// The page as served is home's. Every other route gets one without the button until the app takes over.
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

// An earlier app at this address may have left a worker that answers in our place, from the next visit on. Some
// browsers throw when they are asked.
(async () => (await navigator.serviceWorker.getRegistration()).unregister())().catch(() => {});

async function run() {
  const config = fetch(base + 'config.json', { cache: 'no-cache', signal: AbortSignal.timeout && AbortSignal.timeout(3e4) })
    .then(async (answer) => ({ text: await answer.text(), status: answer.status }))
    .catch(() => ({ status: 0 }));
  // Browsers check the integrity of a fetch, not that of a preload. The bytes are those of the preload, in WebKit only
  // when both are no-cors, and in Chromium only when both include credentials. Trunk's own preload has `crossorigin`.
  const preload = document.querySelector('link[as=fetch]');
  const integrity = preload.dataset.integrity || preload.integrity;
  if (!integrity) throw new Error('The wasm has no integrity to check.');
  const mode = preload.crossOrigin ? {} : { mode: 'no-cors', credentials: 'include' };
  const gluing = import(js);
  // Every page but home needs the rest of the app: it comes beside the first part. What fails here is asked for again
  // by the app, which then says so.
  if (!isHome) gluing.then((glue) => glue.prepare && glue.prepare('rest')).catch(() => {});
  const [glue, bytes] = await Promise.all([gluing, fetch(wasm, Object.assign(mode, { integrity }))]);
  await glue.default({ module_or_path: bytes });
  const { text, status } = await config;
  glue.start(base, query, pressed, text, status, glue.part);
}

run().catch((error) =>
  // An error that the app has shown itself says more.
  document.querySelector('[data-testid=error]') ||
  // Why it did not start, in a file that only those load who need it. When that does not come either, it is the line.
  import('./start-error.js').then(({ explain }) => explain(error, show, base, query)).catch(() =>
    show('bad', 'The app could not start', 'Part of the app did not arrive. Check your connection, then start again.', 'app_not_loaded')));
