// The sign-in page. It has one button for each demo user.
import { html } from './html.mjs';
import { chevron, initials, layout } from './layout.mjs';

const companiesOf = (person) => (person.companies.length === 1
  ? person.companies[0].name
  : `${person.companies.length} companies`);

function heading({ step, person, reasons }) {
  if (step === 'select_account') return 'Choose an account';
  if (person && reasons.length) return 'Sign in again';
  return 'Sign in';
}

export function personPage(page) {
  const { action, app, people, person: signedIn, loginHint, secondStep, languages } = page;
  const title = heading(page);
  const choice = (person) => html`<li><button class="choice" name="person" value="${person.key}" data-testid="person-${person.key}">
<span class="avatar ${person.key}" aria-hidden="true">${initials(person.name)}</span>
<span class="lines"><span class="name">${person.name}${person === signedIn ? html` <span class="tag">Signed in</span>` : ''}${loginHint === person.email ? html` <span class="tag">Suggested</span>` : ''}</span>
<span class="sub">${person.email}</span>
<span class="sub">${companiesOf(person)}</span></span>
${chevron}</button></li>`;

  return layout({ title, languages }, html`<h1>${title}</h1>
<p class="lead">to continue to <strong>${app}</strong></p>
${secondStep ? html`<p class="hint">The app asks for two-step verification. Here, choosing a user counts as both steps.</p>` : ''}
<form method="post" action="${action}">
<ul class="choices" aria-label="Demo people">${people.map(choice)}</ul>
${secondStep ? html`<p class="quiet-row"><button class="quiet" name="decision" value="no-second-step" data-testid="no-second-step">I have no second step</button></p>` : ''}
<p class="quiet-row"><button class="quiet" name="decision" value="cancel" data-testid="cancel">Cancel and go back</button></p>
</form>`);
}
