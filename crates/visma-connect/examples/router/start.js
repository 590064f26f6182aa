// First, remove the provider's response from the address bar. The app may take some time to load, or fail to load.
const { pathname, search, hash } = location;
const response = /^\/(callback|signed-out|initiate)\/?$/.test(pathname) ? search + hash : '';
if (response) history.replaceState(null, '', pathname);

try {
  const { js, wasm } = document.querySelector('script[data-wasm]').dataset;
  const [{ default: start }, module] = await Promise.all([import(js), WebAssembly.compileStreaming(fetch(wasm))]);
  // Put the response back into the address, so that the library can read it. The main function of the app calls
  // `load_config`, which removes the response again.
  if (response) history.replaceState(null, '', pathname + response);
  await start({ module_or_path: module });
} catch (error) {
  if (response) history.replaceState(null, '', pathname);
  console.error(error);
  document.body.textContent = 'The app could not start. Check your connection, then load the page again.';
}
