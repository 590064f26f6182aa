// Starts Chromium with a new profile, and controls it with the DevTools protocol through a pipe.
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The flags that all tests of this project use for Chrome. */
const { 'goog:chromeOptions': { args: SHARED } } = JSON.parse(
  readFileSync(new URL('../.cargo/webdriver.json', import.meta.url)),
);

const FLAGS = [
  '--remote-debugging-pipe', '--no-default-browser-check', '--disable-extensions', '--disable-default-apps',
  '--disable-component-extensions-with-background-pages', '--password-store=basic', '--use-mock-keychain',
];

export class Browser {
  #child;
  #profile;
  #next = 1;
  #waiting = new Map();
  #pages = new Map();
  #rest = '';
  #errors = '';

  static async start(program) {
    const browser = new Browser();
    browser.#profile = await mkdtemp(join(tmpdir(), 'bench-'));
    const args = [...SHARED, ...FLAGS, `--user-data-dir=${browser.#profile}`, 'about:blank'];
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
    browser.#child = child;
    child.stderr.setEncoding('utf8').on('data', (text) => {
      browser.#errors = (browser.#errors + text).slice(-4000);
    });
    child.stdio[4].setEncoding('utf8').on('data', (text) => browser.#read(text));
    const end = (cause) => browser.#fail(new Error(`the browser ended (${cause}):\n${browser.#errors}`));
    child.once('error', end).once('exit', end);
    child.stdio[3].on('error', end);
    return browser;
  }

  /** The version of the browser, for example `Chrome/150.0.0.0`. */
  async version() {
    return (await this.send('Browser.getVersion')).product;
  }

  /** Attaches to the first page of the browser. */
  async page() {
    const { targetInfos } = await this.send('Target.getTargets');
    const { targetId } = targetInfos.find(({ type }) => type === 'page');
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, sessionId);
    this.#pages.set(sessionId, page);
    return page;
  }

  send(method, params = {}, sessionId = undefined) {
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { method, resolve, reject });
      this.#child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  async close() {
    const ended = new Promise((resolve) => {
      this.#child.removeAllListeners('exit').once('exit', resolve);
    });
    this.send('Browser.close').catch(() => {});
    const force = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(force);
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  #read(text) {
    const messages = (this.#rest + text).split('\0');
    this.#rest = messages.pop();
    for (const message of messages) this.#take(JSON.parse(message));
  }

  #take({ id, method, params, result, error, sessionId }) {
    if (id === undefined) {
      this.#pages.get(sessionId)?.emit(method, params);
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting.reject(new Error(`${waiting.method}: ${error.message}`));
    else waiting.resolve(result);
  }

  #fail(error) {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** A page. It emits the events of the DevTools protocol under their names. */
export class Page extends EventEmitter {
  #browser;
  #session;

  constructor(browser, session) {
    super();
    this.#browser = browser;
    this.#session = session;
  }

  send(method, params) {
    return this.#browser.send(method, params, this.#session);
  }

  /** Returns the value of an expression in the page. If it is a promise, waits for it. */
  async evaluate(expression) {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', {
      expression, awaitPromise: true, returnByValue: true,
    });
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description}`);
    return result.value;
  }
}
