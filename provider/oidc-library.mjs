// Imports the certified library, in one place. At start the library warns if Node.js is older than version 22. This
// provider is also tested on Node.js 20, so the warning is hidden.
const warn = console.warn;
console.warn = (message, ...rest) => {
  if (!String(message).includes('Unsupported runtime')) warn(message, ...rest);
};
const library = await import('oidc-provider');
console.warn = warn;

export const { Provider, errors, interactionPolicy } = library;
