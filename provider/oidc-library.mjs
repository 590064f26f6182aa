// Imports the certified library, in one place. At start it warns that Node.js 22 is its lowest version. This provider
// is also tested on Node.js 20, so that warning is hidden.
const warn = console.warn;
console.warn = (message, ...rest) => {
  if (!String(message).includes('Unsupported runtime')) warn(message, ...rest);
};
const library = await import('oidc-provider');
console.warn = warn;

export const { Provider, errors, interactionPolicy } = library;
