// First remove the provider's response from the address bar: the app can take a while to load, or may not load at
// all.
const { pathname, search, hash } = location;
const response = /^\/(callback|signed-out|initiate)\/?$/.test(pathname) ? search + hash : '';
if (response) history.replaceState(null, '', pathname);

try {
  const { js, wasm } = document.querySelector('script[data-wasm]').dataset;
  const [{ default: start }, module] = await Promise.all([import(js), WebAssembly.compileStreaming(fetch(wasm))]);
  // Put the response back for the library: `load_config`, which main calls at its start, removes it again.
  if (response) history.replaceState(null, '', pathname + response);
  await start({ module_or_path: module });
} catch (error) {
  if (response) history.replaceState(null, '', pathname);
  console.error(error);
  document.body.textContent = 'The app could not start. Check your connection, then load the page again.';
}
