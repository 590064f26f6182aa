// First, read the provider's message and remove it from the address.
const query = location.search;
history.replaceState(null, '', location.origin + location.pathname);

// OpenID Connect Front-Channel Logout 1.0, section 2: the message has both parameters, or it is ignored. The tabs
// compare both with the values that they hold in memory. In a frame on a page of another site (in WebKit: of another
// origin), channels are separate, so the message reaches no tab.
const parameters = new URLSearchParams(query);
const [iss, sid] = ['iss', 'sid'].map((name) => {
  const values = parameters.getAll(name);
  return values.length == 1 && values[0];
});
if (iss && sid) {
  const message = JSON.stringify({ v: 1, type: 'frontchannel_logout', iss, sid });
  // For pages in the back/forward cache, which receive no messages. If storage is blocked, they miss it.
  try {
    localStorage.setItem('visma-connect-spa', message);
  } catch {}
  new BroadcastChannel('visma-connect-spa').postMessage(message);
}
