// The page that asks before a sign-out without a valid ID token, and the page after a sign-out that ends at the
// provider.
import { html } from './html.mjs';
import { layout } from './layout.mjs';

export const signOutPage = ({ action, secret, app }) => layout({ title: 'Sign out' }, html`<h1>Sign out?</h1>
<p class="lead">${app ? html`<strong>${app}</strong> asks` : 'An app asks'} to end your session at this provider.</p>
<form method="post" action="${action}" class="buttons">
<input type="hidden" name="xsrf" value="${secret}">
<button class="primary" name="logout" value="yes" data-testid="sign-out-confirm">Sign out</button>
<button class="secondary" data-testid="sign-out-stay">Stay signed in</button>
</form>`);

export const signedOutPage = ({ back }) => layout({ title: 'Done' }, html`<h1>That is done</h1>
<p class="lead" data-testid="provider-signed-out">${back ? 'You are signed out here.' : 'You can close this page.'}</p>
${back ? html`<p class="buttons"><a class="primary" href="${back}" data-testid="provider-back">Back to the app</a></p>` : ''}`);
