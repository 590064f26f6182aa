// When the user must do something. The steps in order: sign in, choose an account, choose a company, consent.
import { errors, interactionPolicy } from './oidc-library.mjs';
import { userBySub } from './users.mjs';
import { allScopes } from './scopes.mjs';

const { base, Check, Prompt } = interactionPolicy;

/** The value of `acr_values` that requests a second step at Visma Connect. */
export const SECOND_STEP = 'urn:idp:vismaconnect:mfa';
/** The library changes max_age=0 to prompt=login. This additional parameter records that the request had max_age=0. */
export const LOOP = 'max_age_0';

/** A value of `acr_values` that only this provider knows. No sign-in reaches it, so the response is
 * unmet_authentication_requirements. */
export const UNREACHABLE = 'urn:local:unreachable';

const asksFor = (value) => (params) => (params.acr_values ?? '').split(' ').includes(value);
export const asksForSecondStep = asksFor(SECOND_STEP);
export const asksForTheUnreachable = asksFor(UNREACHABLE);

const unknownScope = new Check('unknown_scope', 'a scope is not offered here', (ctx) => {
  // Read the original query, because the library silently drops an offline_access that it does not support.
  const asked = [ctx.query.scope ?? ctx.oidc.params.scope ?? []].flat().join(' ').split(' ').filter(Boolean);
  const unknown = asked.find((scope) => !allScopes.includes(scope));
  if (unknown !== undefined) throw new errors.InvalidScope('the scope is not offered to this client', unknown);
  return Check.NO_NEED_TO_PROMPT;
});

const secondStep = new Check('second_step', 'a second step was asked for', ({ oidc }) => (
  asksForSecondStep(oidc.params) && oidc.session.acr !== '3' && !oidc.result?.login));

const unreachable = new Check('unreachable', 'a level was asked for that is not offered', ({ oidc }) => (
  asksForTheUnreachable(oidc.params) && !oidc.result?.login));

const loop = (switches) => new Check('max_age_loop', 'max_age=0 counts after every sign-in', ({ oidc }) => (
  switches.hard('max-age-loop') && oidc.params[LOOP] !== undefined));

const severalCompanies = (companyFor) => new Check('several_companies', 'a company has to be chosen', ({ oidc }) => {
  const { params, result, session, grant } = oidc;
  if (!userBySub(session.accountId)) return Check.NO_NEED_TO_PROMPT;
  return companyFor({ params, result, accountId: session.accountId, grantId: grant?.jti }).ask;
});

export function createPolicy({ companyFor, switches }) {
  const policy = base();
  policy.get('login').checks.add(unknownScope, 0);
  policy.get('login').checks.add(secondStep);
  policy.get('login').checks.add(unreachable);
  policy.get('login').checks.add(loop(switches));
  policy.add(new Prompt({ name: 'select_account', requestable: true }), 1);
  policy.add(new Prompt({ name: 'company' }, severalCompanies(companyFor)), 2);
  return policy;
}
