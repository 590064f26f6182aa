// Which company an authorization is for, and whether the user must choose it. One token names one company.
import { needsCompany } from './scopes.mjs';

/**
/**
 * `hint`: the tenant_hint of the request. `picked`: the user's choice on the company page. `current`: the company of
 * the session's grant. `fresh`: whether the user signed in, or asked to choose an account, in this request. `all`:
 * whether the token names every company, so that none is chosen.
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
