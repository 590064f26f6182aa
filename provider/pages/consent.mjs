// The consent page: the scopes as text, and the buttons Allow and No.
import { scopeTexts } from '../scopes.mjs';
import { html } from './html.mjs';
import { initials, layout } from './layout.mjs';

const tick = html`<svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false"><path d="M5 10.5l3.2 3.2L15 7" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

export function consentPage({ action, app, user, company, scopes, languages }) {
  const item = (scope) => html`<li>${tick}<span class="lines"><span class="name">${scopeTexts[scope].title}</span>
<span class="sub">${scopeTexts[scope].detail}</span>
<code>${scope}</code></span></li>`;

  return layout({ title: 'Allow access', languages }, html`<h1>${app} asks for your permission</h1>
<p class="who"><span class="avatar small ${user.key}" aria-hidden="true">${initials(user.name)}</span><span>${user.name}${company ? html`<span class="sub"> for ${company.name}</span>` : ''}</span></p>
<h2>It will get</h2>
<ul class="scopes">${scopes.filter((scope) => scope in scopeTexts).map(item)}</ul>
<form method="post" action="${action}" class="buttons">
<button class="primary" name="decision" value="allow" data-testid="consent-allow">Allow</button>
<button class="secondary" name="decision" value="deny" data-testid="consent-deny">No</button>
</form>`);
}
