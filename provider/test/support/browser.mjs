// The features of a browser that the tests need: cookies with paths, redirects one after the other, and pressing
// buttons.

const DECODE = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
const decode = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => DECODE[entity]);
const attribute = (tag, name) => {
  const found = new RegExp(`\\b${name}="([^"]*)"`).exec(tag);
  return found ? decode(found[1]) : undefined;
};

export class Browser {
  cookies = new Map();

  /** Follows redirects. Returns the provider's page, or the first URL on another origin. That is a URL of the app,
   * which does not run in these tests. */
  async open(url, init = {}) {
    const { origin } = new URL(url);
    let next = url;
    let request = init;
    for (let hop = 0; hop < 15; hop += 1) {
      if (new URL(next).origin !== origin) return { url: next, query: new URL(next).searchParams, left: true };
      const response = await fetch(next, { ...request, redirect: 'manual', headers: { ...request.headers, ...this.#cookieHeader(next), accept: 'text/html' } });
      this.#keep(response);
      const location = response.headers.get('location');
      if (response.status >= 300 && response.status < 400 && location) {
        next = new URL(location, next).href;
        request = {};
        continue;
      }
      const text = await response.text();
      const page = { url: next, status: response.status, headers: response.headers, text, left: false };
      // Pages of the library submit their form automatically.
      if (text.includes('document.forms[0].submit()')) {
        const inputs = [...text.matchAll(/<input [^>]*>/g)].map(([tag]) => [attribute(tag, 'name'), attribute(tag, 'value')]);
        next = new URL(attribute(/<form [^>]*>/.exec(text)[0], 'action'), next).href;
        request = { method: 'POST', body: new URLSearchParams(inputs) };
        continue;
      }
      return page;
    }
    throw new Error('too many redirects');
  }

  /** Presses the button with this data-testid. */
  async press(page, testId) {
    const button = [...page.text.matchAll(/<button [^>]*>/g)].map(([tag]) => tag).find((tag) => attribute(tag, 'data-testid') === testId);
    if (!button) throw new Error(`no button ${testId} on ${page.url}`);
    const form = /<form [^>]*>/.exec(page.text)[0];
    const hidden = [...page.text.matchAll(/<input type="hidden"[^>]*>/g)].map(([tag]) => [attribute(tag, 'name'), attribute(tag, 'value')]);
    const pressed = attribute(button, 'name') ? [[attribute(button, 'name'), attribute(button, 'value')]] : [];
    return this.open(new URL(attribute(form, 'action'), page.url).href, { method: 'POST', body: new URLSearchParams([...hidden, ...pressed]) });
  }

  #keep(response) {
    for (const line of response.headers.getSetCookie()) {
      const [pair, ...rest] = line.split(';').map((part) => part.trim());
      const name = pair.slice(0, pair.indexOf('='));
      const path = rest.find((part) => part.toLowerCase().startsWith('path='))?.slice(5) ?? '/';
      const expires = rest.find((part) => part.toLowerCase().startsWith('expires='))?.slice(8);
      const key = `${name};${path}`;
      if (expires && new Date(expires) < new Date()) this.cookies.delete(key);
      else this.cookies.set(key, { pair, path });
    }
  }

  #cookieHeader(url) {
    const { pathname } = new URL(url);
    const pairs = [...this.cookies.values()]
      .filter(({ path }) => path === '/' || pathname === path || pathname.startsWith(`${path}/`)).map(({ pair }) => pair);
    return pairs.length ? { cookie: pairs.join('; ') } : {};
  }
}
