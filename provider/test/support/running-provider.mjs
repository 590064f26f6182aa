// Starts the real program on a free port.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../server.mjs', import.meta.url));

export function run(args) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const running = { child, stdout: '', stderr: '' };
  child.stdout.on('data', (data) => { running.stdout += data; });
  child.stderr.on('data', (data) => { running.stderr += data; });
  running.ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  return running;
}

export async function startProvider(...args) {
  const running = run(['--port', '0', ...args]);
  const lines = createInterface({ input: running.child.stdout });
  const ready = once(lines, 'line').then(([line]) => line);
  const line = await Promise.race([ready, running.ended.then(({ code }) => {
    throw new Error(`the provider ended with code ${code}: ${running.stderr}`);
  })]);
  const issuer = /^provider ready at (http:\/\/localhost:\d+)$/.exec(line)[1];

  return {
    ...running,
    issuer,
    output: () => running,
    async stop() {
      running.child.kill('SIGTERM');
      return running.ended;
    },
    async faults(faults) {
      const response = await fetch(`${issuer}/_test/faults`, { method: 'POST', body: JSON.stringify(faults) });
      return { status: response.status, text: await response.text() };
    },
    log: async () => (await fetch(`${issuer}/_test/log`)).json(),
    issued: async () => (await fetch(`${issuer}/_test/issued`)).json(),
    async switches(chosen) {
      const response = await fetch(`${issuer}/_test/switches`, { method: 'POST', body: JSON.stringify(chosen) });
      return { status: response.status, text: await response.text() };
    },
    clearLog: () => fetch(`${issuer}/_test/log`, { method: 'DELETE' }),
    endSessions: () => fetch(`${issuer}/_test/session/end`, { method: 'POST' }),
  };
}
