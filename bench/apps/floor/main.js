// The lower bound: no framework, no library, and no request for the metadata. It does not verify the signature of the
// ID token, and it accepts further audiences.
const redirectUri = `${location.origin}/callback`;
const main = document.querySelector('main');

const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const sha256 = (text) => crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
const claimsOf = (jwt) => JSON.parse(new TextDecoder().decode(Uint8Array.from(
  atob(jwt.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')),
  (character) => character.charCodeAt(0),
)));

function must(holds, what) {
  if (!holds) throw new Error(`${what} is wrong`);
}

function show(title, parts = {}) {
  const section = document.createElement('section');
  section.append(Object.assign(document.createElement('h1'), { textContent: title }));
  for (const [id, text] of Object.entries(parts)) {
    const part = Object.assign(document.createElement('p'), { textContent: text });
    part.dataset.testid = id;
    section.append(part);
  }
  main.replaceChildren(section);
  return section;
}

async function signIn() {
  const [verifier, state, nonce] = [random(), random(), random()];
  sessionStorage.setItem(state, JSON.stringify({ verifier, nonce }));
  location.assign(`${PROVIDER}/connect/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: CLIENT,
    redirect_uri: redirectUri,
    scope: SCOPE,
    state,
    nonce,
    code_challenge: base64url(await sha256(verifier)),
    code_challenge_method: 'S256',
  })}`);
}

async function callback() {
  const response = new URLSearchParams(location.search);
  history.replaceState(null, '', '/');
  show('Signing you in');
  const pending = sessionStorage.getItem(response.get('state'));
  must(pending, 'state');
  sessionStorage.removeItem(response.get('state'));
  const { verifier, nonce } = JSON.parse(pending);
  must(response.get('iss') === PROVIDER, 'iss');
  must(response.has('code'), 'code');

  const redeemed = await fetch(`${PROVIDER}/connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: CLIENT,
      redirect_uri: redirectUri,
      code: response.get('code'),
      code_verifier: verifier,
    }),
  });
  must(redeemed.ok, 'the token response');
  const tokens = await redeemed.json();
  const claims = claimsOf(tokens.id_token);
  const now = Date.now() / 1000;
  must(claims.iss === PROVIDER, 'iss of the ID token');
  must([claims.aud].flat().includes(CLIENT), 'aud');
  must(![claims.aud].flat()[1] || claims.azp === CLIENT, 'azp');
  must(!claims.azp || claims.azp === CLIENT, 'azp');
  must(claims.exp > now - 120 && claims.iat < now + 120, 'exp or iat');
  must(claims.nonce === nonce, 'nonce');
  // `at_hash` is optional in this flow. The local provider does not send it.
  if ('at_hash' in claims) {
    must(claims.at_hash === base64url((await sha256(tokens.access_token)).slice(0, 16)), 'at_hash');
  }

  const company = claimsOf(tokens.access_token).tenant_id;
  const section = show('You are signed in', { 'user-name': '', company });
  section.dataset.testid = 'session';
  const userInfo = await fetch(`${PROVIDER}/connect/userinfo`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  });
  const user = await userInfo.json();
  must(user.sub === claims.sub, 'sub of UserInfo');
  section.querySelector('[data-testid=user-name]').textContent = user.name;
}

if (location.pathname === '/callback') callback().catch((error) => show('Not signed in', { error: error.message }));
else {
  const button = main.querySelector('button');
  button.onclick = signIn;
  button.disabled = false;
}
