// The probe: code that runs in each document, in an isolated world of the DevTools protocol. On a page of the app, it
// reports marks: what the user sees, and at which time. On a page of the provider, it presses the button.

/* global benchReport */
/** Only the source of this function runs in the document, so it must not use anything outside of it. */
function probe({ app, provider, user, pressesAtOnce }) {
  const report = (name, at, value) => {
    benchReport(JSON.stringify({ name, at: performance.timeOrigin + at, value, path: location.pathname }));
  };

  if (location.origin === provider) {
    // The provider shows up to three pages: to choose the user, to choose the company, and to consent.
    const BUTTONS = `[name=user][value=${user}], [name=company][value="1"], [name=decision][value=allow]`;
    document.addEventListener('DOMContentLoaded', () => document.querySelector(BUTTONS)?.click());
    return;
  }
  if (location.origin !== app) return;

  const observe = (type, each) => {
    new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true });
  };
  observe('paint', (entry) => entry.name === 'first-contentful-paint' && report('paint', entry.startTime));
  observe('longtask', (entry) => report('long', entry.startTime, entry.duration));
  addEventListener('click', (event) => report('click', event.timeStamp), { capture: true });

  const seen = new Set();
  const once = (name, does) => {
    if (seen.has(name)) return;
    seen.add(name);
    does();
  };
  /** Reports after the next frame is painted. */
  const whenPainted = (name) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => report(name, performance.now());
    port2.postMessage(0);
  });

  const find = (id) => document.querySelector(`[data-testid=${id}]`);
  const isHome = location.pathname === '/';

  function look() {
    const button = isHome && find('sign-in');
    if (button && !button.disabled) {
      once('usable', () => {
        report('usable', performance.now());
        if (pressesAtOnce) button.click();
      });
    }
    if (find('session')) once('session', () => whenPainted('session'));
    if (find('user-name')?.textContent.trim() === 'Ola Hansen') once('name', () => whenPainted('name'));
    const error = find('error') ?? find('profile-error');
    if (error) once('error', () => report('error', performance.now(), error.dataset.code ?? error.textContent));
  }

  new MutationObserver(look).observe(document, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['disabled', 'data-testid'],
  });
}

/** Returns the source of the probe with these options. */
export const probeFor = (options) => `(${probe})(${JSON.stringify(options)})`;

/**
 * The source of a script that collects the memories of all wasm modules, because the DevTools protocol does not report
 * their sizes. It runs in the main world of the page, because an isolated world has its own `WebAssembly`.
 */
export const COUNT_WASM = `{
  const memories = new Set();
  Object.defineProperty(globalThis, '__benchMemories', { value: memories });
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...args) => {
      const result = await original.apply(WebAssembly, args);
      for (const value of Object.values((result.instance ?? result).exports)) {
        if (value instanceof WebAssembly.Memory) memories.add(value);
      }
      return result;
    };
  }
}`;

/** An expression for the page: the sum of the bytes of these memories. */
export const WASM_BYTES = '[...__benchMemories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0)';
