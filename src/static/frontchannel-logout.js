// First of all: take what the provider says, and leave none of it in the address.
const query = location.search;
history.replaceState(null, '', location.origin + location.pathname);

// OpenID Connect Front-Channel Logout 1.0, section 2: both are there, or nothing is meant. The tabs compare both with
// what they hold in memory. A frame on a page of another site (in WebKit: of another origin) has channels of its own,
// and reaches none of them.
const parameters = new URLSearchParams(query);
const [iss, sid] = ['iss', 'sid'].map((name) => {
  const values = parameters.getAll(name);
  return values.length == 1 && values[0];
});
if (iss && sid) {
  const message = JSON.stringify({ v: 1, type: 'frontchannel_logout', iss, sid });
  // For pages in the back/forward cache, which hear nothing. Where it is blocked, they miss it.
  try {
    localStorage.setItem('visma-connect-spa', message);
  } catch {}
  new BroadcastChannel('visma-connect-spa').postMessage(message);
}
