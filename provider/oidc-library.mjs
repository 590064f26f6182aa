// The certified library, imported in one place. It names Node.js 22 as its lowest release and says so at start;
// this provider is tested on Node.js 20 too, so that one notice would only worry people.
const warn = console.warn;
console.warn = (message, ...rest) => {
  if (!String(message).includes('Unsupported runtime')) warn(message, ...rest);
};
const library = await import('oidc-provider');
console.warn = warn;

export const { Provider, errors, interactionPolicy } = library;
