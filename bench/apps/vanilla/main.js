// oauth4webapi without a framework, as the examples of the library use it.
import * as oauth from 'oauth4webapi';

const issuer = new URL(PROVIDER);
const client = { client_id: CLIENT };
const redirectUri = `${location.origin}/callback`;
// The local provider has no TLS.
const options = { [oauth.allowInsecureRequests]: true };
const main = document.querySelector('main');

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

const discover = async () => oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));

async function signIn(metadata) {
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  sessionStorage.setItem('pending', JSON.stringify({ verifier, state, nonce }));
  const url = new URL((await metadata).authorization_endpoint);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: CLIENT,
    redirect_uri: redirectUri,
    scope: SCOPE,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  location.assign(url);
}

function companyOf(accessToken) {
  const payload = accessToken.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
  return JSON.parse(atob(payload)).tenant_id;
}

async function callback() {
  const url = new URL(location.href);
  history.replaceState(null, '', '/');
  show('Signing you in');
  const { verifier, state, nonce } = JSON.parse(sessionStorage.getItem('pending'));
  sessionStorage.removeItem('pending');
  const metadata = await discover();
  const parameters = oauth.validateAuthResponse(metadata, client, url, state);
  const response = await oauth.authorizationCodeGrantRequest(
    metadata, client, oauth.None(), parameters, redirectUri, verifier, options,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(metadata, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  const { sub } = oauth.getValidatedIdTokenClaims(tokens);
  const section = show('You are signed in', { 'user-name': '', company: companyOf(tokens.access_token) });
  section.dataset.testid = 'session';
  const userInfo = await oauth.userInfoRequest(metadata, client, tokens.access_token, options);
  const user = await oauth.processUserInfoResponse(metadata, client, sub, userInfo);
  section.querySelector('[data-testid=user-name]').textContent = user.name;
}

if (location.pathname === '/callback') callback().catch((error) => show('Not signed in', { error: error.message }));
else {
  const metadata = discover();
  const button = main.querySelector('button');
  button.onclick = () => signIn(metadata);
  button.disabled = false;
}
