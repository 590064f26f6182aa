// Signs in once in a new browser profile, and measures times and bytes.
import { Browser } from './browser.mjs';
import { COUNT_WASM, probeFor, WASM_BYTES } from './probe.mjs';
import { WARM_UP } from './site.mjs';

/** The user who signs in. This user has two companies, so the provider shows a page to choose one. */
const USER = 'ola';
const PATIENCE_MS = 30_000;
/** If nothing happens for this time, the page has loaded everything. */
const QUIET_MS = 600;
/** The same time for a page that loads nothing later. */
const SHORT_QUIET_MS = 200;
/** A task that takes longer blocks the main thread. Only the time after these milliseconds counts. */
const LONG_MS = 50;

export const PROFILES = {
  plain: { title: 'plain', cpu: 1 },
  phone: { title: 'phone', cpu: 4, latency: 60, download: 9e6 / 8, upload: 1.5e6 / 8 },
};

/** A page with the probe. It records the marks of the probe and the requests of the page. */
export class Observed {
  marks = [];
  requests = [];
  #page;
  #open = new Set();
  #changes = [];
  #lastChange = 0;

  /** With `pressesAtOnce`, the probe presses the sign-in button as soon as it is enabled. */
  static async in(browser, { app, provider, profile, pressesAtOnce = false }) {
    const observed = new Observed();
    const page = await browser.page();
    observed.#page = page;
    page.on('Runtime.bindingCalled', ({ payload }) => observed.#note(() => observed.marks.push(JSON.parse(payload))));
    page.on('Network.requestWillBeSent', (event) => observed.#note(() => {
      observed.#open.add(event.requestId);
      observed.requests.push({ id: event.requestId, url: event.request.url, at: event.wallTime * 1000, wire: 0 });
    }));
    page.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => observed.#note(() => {
      observed.#open.delete(requestId);
      const request = observed.requests.findLast(({ id }) => id === requestId);
      if (request) request.wire = encodedDataLength;
    }));
    page.on('Network.loadingFailed', ({ requestId }) => observed.#note(() => observed.#open.delete(requestId)));
    const world = 'bench';
    await Promise.all([
      page.send('Page.enable'),
      page.send('Network.enable'),
      page.send('Runtime.enable'),
      page.send('Runtime.addBinding', { name: 'benchReport', executionContextName: world }),
      page.send('Page.addScriptToEvaluateOnNewDocument', {
        source: probeFor({ app, provider, user: USER, pressesAtOnce }), worldName: world,
      }),
      page.send('Page.addScriptToEvaluateOnNewDocument', { source: COUNT_WASM }),
    ]);
    await observed.open(`http://${WARM_UP}:${new URL(app).port}/`);
    await observed.quiet(SHORT_QUIET_MS);
    if (profile.cpu > 1) await page.send('Emulation.setCPUThrottlingRate', { rate: profile.cpu });
    if (profile.latency) {
      await page.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: profile.latency,
        downloadThroughput: profile.download,
        uploadThroughput: profile.upload,
      });
    }
    return observed;
  }

  get page() {
    return this.#page;
  }

  /** Opens a page. Removes the marks and requests of the previous page. */
  async open(url) {
    this.marks = [];
    this.requests = [];
    this.#open.clear();
    this.#lastChange = Date.now();
    const { errorText } = await this.#page.send('Page.navigate', { url });
    if (errorText) throw new Error(`${url}: ${errorText}`);
  }

  /** Waits for the first mark with one of these names. */
  mark(...names) {
    return this.#until(`one of ${names}`, () => this.marks.find(({ name }) => names.includes(name)));
  }

  /** Waits for the first request whose URL begins with `start`. */
  request(start) {
    return this.#until(`a request to ${start}`, () => this.requests.find(({ url }) => url.startsWith(start)));
  }

  /** Waits until no request is open, and no mark and no request was recorded for `time` milliseconds. */
  async quiet(time = QUIET_MS) {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const left = this.#open.size > 0 ? time : this.#lastChange + time - Date.now();
      if (left <= 0) return;
      if (Date.now() > deadline) throw new Error(`the page is never quiet: ${this.#story()}`);
      await new Promise((resolve) => setTimeout(resolve, left));
    }
  }

  /** The milliseconds for which long tasks have blocked the main thread of the app. */
  get blocked() {
    const long = this.marks.filter(({ name }) => name === 'long');
    return long.reduce((sum, { value }) => sum + Math.max(0, value - LONG_MS), 0);
  }

  /** Clicks the middle of the sign-in button with the mouse. */
  async press() {
    const { x, y } = await this.#page.evaluate(`(() => {
      const box = document.querySelector('[data-testid=sign-in]').getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    })()`);
    for (const type of ['mousePressed', 'mouseReleased']) {
      await this.#page.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 });
    }
  }

  /** The bytes of the JavaScript heap and of all wasm memories, after a garbage collection. */
  async memory() {
    const page = this.#page;
    for (let i = 0; i < 2; i += 1) await page.send('HeapProfiler.collectGarbage');
    const { usedSize } = await page.send('Runtime.getHeapUsage');
    return usedSize + await page.evaluate(WASM_BYTES);
  }

  #note(change) {
    change();
    this.#lastChange = Date.now();
    for (const changed of this.#changes) changed();
  }

  #until(what, find) {
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        this.#changes = this.#changes.filter((other) => other !== look);
      };
      const look = () => {
        const found = find();
        if (!found) return;
        stop();
        resolve(found);
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`${what}: not within ${PATIENCE_MS / 1000} s. ${this.#story()}`));
      }, PATIENCE_MS);
      this.#changes.push(look);
      look();
    });
  }

  #story() {
    const marks = this.marks.map(({ name, value, path }) => `${name} ${value ?? ''} ${path}`);
    return [...marks, ...this.requests.map(({ url }) => url.split('?')[0])].join('\n  ');
  }
}

/** Runs a function with a new browser. */
export async function inBrowser(program, does) {
  const browser = await Browser.start(program);
  try {
    return await does(browser);
  } finally {
    await browser.close();
  }
}

/** Waits until the name of the user is visible. Returns the times after the click, in milliseconds. */
async function signedIn(observed, { app, provider }) {
  const first = await observed.mark('name', 'error');
  if (first.name === 'error') throw new Error(`the sign-in failed: ${first.value}`);
  const [pressed, session, leaves, returns] = await Promise.all([
    observed.mark('click'), observed.mark('session'), observed.request(`${provider}/connect/authorize`),
    observed.request(`${app}/callback`),
  ]);
  return {
    click: leaves.at - pressed.at,
    callback: session.at - returns.at,
    name: first.at - returns.at,
    // The milliseconds from the mark or request `at` to the session. The time at the provider does not count.
    fromTo: ({ at }) => leaves.at - at + session.at - returns.at,
  };
}

/** Opens home in a new profile, waits until it has loaded everything, and signs in. Returns the measured values. */
export function visit({ program, site, name, app, provider, profile }) {
  site.serve(name);
  return inBrowser(program, async (browser) => {
    const observed = await Observed.in(browser, { app, provider, profile });
    await observed.open(`${app}/`);
    const home = await observed.request(`${app}/`);
    const [paint, usable] = await Promise.all([observed.mark('paint'), observed.mark('usable')]);
    await observed.quiet();
    const isLater = ({ name: file }) => file.startsWith('part-');
    const sum = (hits, member) => hits.reduce((total, hit) => total + hit[member], 0);
    const own = site.hits.filter((hit) => !isLater(hit));
    const foreign = observed.requests.filter(({ url }) => url.startsWith(provider));
    const loaded = {
      body: sum(own, 'body'),
      wire: sum(own, 'wire'),
      later: sum(site.hits.filter(isLater), 'wire'),
      provider: sum(foreign, 'wire'),
      files: own.map(({ name: file, body }) => `${file} ${body}`),
    };
    await observed.press();
    const times = await signedIn(observed, { app, provider });
    await observed.quiet(SHORT_QUIET_MS);
    return {
      paint: paint.at - home.at,
      usable: usable.at - home.at,
      ...loaded,
      click: times.click,
      callback: times.callback,
      name: times.name,
      blocked: observed.blocked,
      memory: await observed.memory(),
    };
  });
}

/** Opens home in a new profile, and signs in as soon as the button is enabled. Returns the time of the cold start. */
export function coldStart({ program, site, name, app, provider, profile }) {
  site.serve(name);
  return inBrowser(program, async (browser) => {
    const observed = await Observed.in(browser, { app, provider, profile, pressesAtOnce: true });
    await observed.open(`${app}/`);
    const home = await observed.request(`${app}/`);
    const times = await signedIn(observed, { app, provider });
    return { cold: times.fromTo(home) };
  });
}
