// The front page. It describes this server for a developer.
import { html } from './html.mjs';
import { layout } from './layout.mjs';

export const homePage = ({ issuer, apps, clientId }) => layout({ title: 'Local provider', wide: true }, html`<h1>A local OpenID provider</h1>
<p class="lead">It behaves like Visma Connect so that an app can be tried without a registration. Everything is kept in memory and is gone when it stops.</p>
<dl>
<dt>Authority</dt><dd><code>${issuer}</code></dd>
<dt>Client</dt><dd><code>${clientId}</code> (public, code flow with PKCE)</dd>
<dt>Redirect URIs</dt>${apps.map((app) => html`<dd><code>${app.redirectUri}</code></dd>`)}
<dt>After signing out</dt>${apps.map((app) => html`<dd><code>${app.postLogoutRedirectUri}</code></dd>`)}
<dt>Discovery</dt><dd><a href="/.well-known/openid-configuration">/.well-known/openid-configuration</a></dd>
<dt>Demo API</dt><dd><code>/v1/organization</code>, <code>/v1/currency</code>, and <code>/v1/invoice/new</code> with one more permission</dd>
</dl>
<p class="buttons"><a class="primary" href="${apps[0].base}">Open the app</a></p>`);
