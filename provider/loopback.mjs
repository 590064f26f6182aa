// Listens on 127.0.0.1, and on ::1 if the machine has it. So http://localhost works, whichever of the two addresses a
// browser tries first.
import { createServer } from 'node:http';

export class PortInUse extends Error {}

const NO_IPV6 = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);
const TRIES_FOR_A_FREE_PORT = 20;

export async function bindLoopback(wanted) {
  for (let left = TRIES_FOR_A_FREE_PORT; ; left -= 1) {
    const servers = [];
    try {
      const first = await listen('127.0.0.1', wanted);
      servers.push(first);
      const { port } = first.address();
      try {
        servers.push(await listen('::1', port));
      } catch (error) {
        if (!NO_IPV6.has(error.code)) throw error;
      }
      return {
        port,
        addresses: servers.map((server) => server.address().address),
        serve: (handler) => serve(servers, handler),
        close: () => servers.map((server) => close(server)),
      };
    } catch (error) {
      servers.forEach(close);
      // If `wanted` is 0, the port is free in IPv4, but may be in use in IPv6. Only in this case, try another port.
      if (error.code === 'EADDRINUSE' && wanted === 0 && left > 0) continue;
      if (error.code === 'EADDRINUSE') {
        throw new PortInUse(`port ${wanted} is already in use on this machine; stop what uses it, or choose another with --port`);
      }
      if (error.code === 'EACCES') throw new PortInUse(`port ${wanted} may not be used by this user; choose another with --port`);
      throw error;
    }
  }
}

function listen(host, port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    // A request that arrives before the provider is ready waits here.
    server.early = [];
    server.on('request', (request, response) => server.early.push([request, response]));
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

function serve(servers, handler) {
  for (const server of servers) {
    server.removeAllListeners('request');
    server.on('request', handler);
    for (const [request, response] of server.early.splice(0)) handler(request, response);
  }
}

function close(server) {
  server.closeAllConnections();
  server.close();
}
