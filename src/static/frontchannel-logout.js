// First, read the parameters from the provider and remove them from the address.
const query = location.search;
history.replaceState(null, '', location.origin + location.pathname);

// A request without both parameters is ignored (OpenID Connect Front-Channel Logout 1.0, section 2). Each tab compares
// both values with those of its session. If the page that contains this frame is of another site (in WebKit: of another
// origin), the browser separates the channels of the frame from those of the tabs. Then the message reaches no tab.
const parameters = new URLSearchParams(query);
const [iss, sid] = ['iss', 'sid'].map((name) => {
  const values = parameters.getAll(name);
  return values.length == 1 && values[0];
});
if (iss && sid) {
  const message = JSON.stringify({ v: 1, type: 'frontchannel_logout', iss, sid });
  // Pages in the back/forward cache receive no messages. They read this item when they are restored. If the browser
  // blocks the storage, these pages do not receive the sign-out.
  try {
    localStorage.setItem('visma-connect-spa', message);
  } catch {}
  new BroadcastChannel('visma-connect-spa').postMessage(message);
}
