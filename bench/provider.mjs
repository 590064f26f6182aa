// Starts the local provider in the same way as the end-to-end tests, and uses its test controls.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export class Provider {
  #child;
  #log = [];

  /** Starts the provider in `folder` for the app at this URL. */
  static async start({ folder, port, app }) {
    const provider = new Provider();
    provider.url = `http://localhost:${port}`;
    const child = spawn(process.execPath, ['server.mjs', '--test-controls', '--port', `${port}`, '--app', app], {
      cwd: folder, stdio: ['ignore', 'pipe', 'pipe'],
    });
    provider.#child = child;
    createInterface({ input: child.stderr }).on('line', (line) => provider.#log.push(line));
    await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`the provider ended (${code}):\n${provider.log}`)));
      createInterface({ input: child.stdout }).once('line', resolve);
    });
    return provider;
  }

  /** The last 20 lines of the provider's log. */
  get log() {
    return this.#log.slice(-20).join('\n');
  }

  /** Replaces all faults of the provider. `{}` removes them. */
  async setFaults(faults) {
    const response = await this.#control('POST', 'faults', faults);
    if (response.status !== 204) throw new Error(`the provider refuses a fault: ${await response.text()}`);
  }

  /** Empties the lists of requests and of issued codes and tokens. */
  async forget() {
    await this.#control('DELETE', 'log');
  }

  /** The requests that the provider has received. */
  async requests() {
    return (await this.#control('GET', 'log')).json();
  }

  /** The codes and tokens that the provider has issued. Each has a kind and a value. */
  async issued() {
    return (await this.#control('GET', 'issued')).json();
  }

  end() {
    this.#child.removeAllListeners('exit').kill();
  }

  #control(method, name, body) {
    return fetch(`${this.url}/_test/${name}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  }
}
