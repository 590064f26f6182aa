// The page "Choose a company". A token is for one company, so a user with several companies must choose one.
import { html } from './html.mjs';
import { chevron, initials, layout } from './layout.mjs';

export function companyPage({ action, app, user, languages }) {
  const choice = (company, index) => html`<li><button class="choice" name="company" value="${index + 1}" data-testid="company-${index + 1}">
<span class="avatar company" aria-hidden="true">${initials(company.name)}</span>
<span class="lines"><span class="name">${company.name}</span>
<span class="sub">${company.city} · ${company.number}</span></span>
${chevron}</button></li>`;

  return layout({ title: 'Choose a company', languages }, html`<h1>Choose a company</h1>
<p class="lead">${user.name}, <strong>${app}</strong> will work in the company that you choose now.</p>
<form method="post" action="${action}">
<ul class="choices" aria-label="Your companies">${user.companies.map(choice)}</ul>
<p class="quiet-row"><button class="quiet" name="decision" value="cancel" data-testid="cancel">Cancel and go back</button></p>
</form>`);
}
