// Which company an authorization is for, and whether the user must choose it. One token names one company.
import { needsCompany } from './scopes.mjs';

/**
 * Returns the ID of the company, and whether the user must choose it. `hint`: the tenant_hint of the request. `picked`:
 * the user's choice on the company page. `current`: the company of the session's grant. `fresh`: whether the user has
 * signed in during this request, or the request asks to choose an account. `all`: whether the token names every
 * company. In that case the user does not choose.
 */
export function chooseCompany({ user, scopes, hint, picked, current, fresh, all }) {
  if (!needsCompany(scopes) || all) return { company: undefined, ask: false };
  const belongs = (id) => user.companies.some((company) => company.id === id);
  if (user.companies.length === 1) return { company: user.companies[0].id, ask: false };
  if (belongs(picked)) return { company: picked, ask: false };
  if (belongs(hint?.toLowerCase())) return { company: hint.toLowerCase(), ask: false };
  if (belongs(current) && !fresh) return { company: current, ask: false };
  return { company: undefined, ask: true };
}
