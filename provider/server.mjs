// The program: reads the options, binds the port on loopback only, and serves the provider until a signal ends it.
import { bindLoopback, PortInUse } from './loopback.mjs';
import { parseOptions, usage, UsageError } from './options.mjs';

const EXIT_USAGE = 1;
const EXIT_PORT_IN_USE = 2;

// Standard output has only the ready line, so that a parent process can wait for it.
console.log = console.error;
console.info = console.error;

for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0));

function fail(message, code) {
  process.stderr.write(`${message}\n`, () => process.exit(code));
}

async function main() {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) return process.stderr.write(`${usage}\n`);

  const loopback = await bindLoopback(options.port);
  const { createStandIn } = await import('./provider.mjs');
  const standIn = await createStandIn({ ...options, issuer: `http://localhost:${loopback.port}` });
  loopback.serve(standIn.handler);
  return process.stdout.write(`provider ready at ${standIn.issuer}\n`);
}

main().catch((error) => {
  if (error instanceof UsageError) fail(`${error.message}\n\n${usage}`, EXIT_USAGE);
  else if (error instanceof PortInUse) fail(error.message, EXIT_PORT_IN_USE);
  else fail(error.stack ?? String(error), EXIT_USAGE);
});
