// First of all: take the provider's response out of the address bar. It may take a while until the app arrives, or the
// app may never come.
const { pathname, search, hash } = location;
const taken = /^\/(callback|signed-out|initiate)\/?$/.test(pathname) ? search + hash : '';
if (taken) history.replaceState(null, '', pathname);

try {
  const { js, wasm } = document.querySelector('script[data-wasm]').dataset;
  const [{ default: start }, module] = await Promise.all([import(js), WebAssembly.compileStreaming(fetch(wasm))]);
  // The library takes it out again as soon as it runs: load_config is the first thing that main calls.
  if (taken) history.replaceState(null, '', pathname + taken);
  await start({ module_or_path: module });
} catch (error) {
  if (taken) history.replaceState(null, '', pathname);
  console.error(error);
  document.body.textContent = 'The app could not start. Check your connection, then load the page again.';
}
