// Which company an authorization is for, and whether the user has to be asked. One token names one company.
import { needsCompany } from './scopes.mjs';

/**
 * `hint` is the request's tenant_hint, `picked` what the user chose on the company page, `current` the company of
 * the grant that the session holds, `fresh` whether the user signed in or asked to choose in this very request, `all`
 * whether the token names every company and none is chosen.
 */
export function chooseCompany({ person, scopes, hint, picked, current, fresh, all }) {
  if (!needsCompany(scopes) || all) return { company: undefined, ask: false };
  const belongs = (id) => person.companies.some((company) => company.id === id);
  if (person.companies.length === 1) return { company: person.companies[0].id, ask: false };
  if (belongs(picked)) return { company: picked, ask: false };
  if (belongs(hint?.toLowerCase())) return { company: hint.toLowerCase(), ask: false };
  if (belongs(current) && !fresh) return { company: current, ask: false };
  return { company: undefined, ask: true };
}
