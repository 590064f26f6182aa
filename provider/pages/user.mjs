// The sign-in page. It has one button for each demo user.
import { html } from './html.mjs';
import { chevron, initials, layout } from './layout.mjs';

const companiesOf = (user) => (user.companies.length === 1
  ? user.companies[0].name
  : `${user.companies.length} companies`);

function heading({ step, user, reasons }) {
  if (step === 'select_account') return 'Choose an account';
  if (user && reasons.length) return 'Sign in again';
  return 'Sign in';
}

export function userPage(page) {
  const { action, app, users, user: signedIn, loginHint, secondStep, languages } = page;
  const title = heading(page);
  const choice = (user) => html`<li><button class="choice" name="user" value="${user.key}" data-testid="person-${user.key}">
<span class="avatar ${user.key}" aria-hidden="true">${initials(user.name)}</span>
<span class="lines"><span class="name">${user.name}${user === signedIn ? html` <span class="tag">Signed in</span>` : ''}${loginHint === user.email ? html` <span class="tag">Suggested</span>` : ''}</span>
<span class="sub">${user.email}</span>
<span class="sub">${companiesOf(user)}</span></span>
${chevron}</button></li>`;

  return layout({ title, languages }, html`<h1>${title}</h1>
<p class="lead">to continue to <strong>${app}</strong></p>
${secondStep ? html`<p class="hint">The app asks for two-step verification. Here, choosing a user counts as both steps.</p>` : ''}
<form method="post" action="${action}">
<ul class="choices" aria-label="Demo users">${users.map(choice)}</ul>
${secondStep ? html`<p class="quiet-row"><button class="quiet" name="decision" value="no-second-step" data-testid="no-second-step">I have no second step</button></p>` : ''}
<p class="quiet-row"><button class="quiet" name="decision" value="cancel" data-testid="cancel">Cancel and go back</button></p>
</form>`);
}
