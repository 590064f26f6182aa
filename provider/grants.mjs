// What a user has allowed an app to do, for which company. A grant is for one company. Another company needs another
// grant.
import { chooseCompany } from './company-choice.mjs';
import { userBySub } from './users.mjs';
import { allScopes, identityScopes, resourceOf } from './scopes.mjs';

const words = (text) => (text ?? '').split(' ').filter(Boolean);

export function createGrants({ issuer, switches }) {
  const grantedCompanies = new Map();
  const resource = resourceOf(issuer);

  /** Returns the company for an authorization request. The caller reads the argument's members from the library's
   * context or from a stored interaction. */
  function companyFor({ params, result, accountId, grantId }) {
    return chooseCompany({
      user: userBySub(accountId),
      scopes: words(params.scope),
      hint: params.tenant_hint,
      picked: result?.company?.id,
      current: grantedCompanies.get(grantId),
      fresh: Boolean(result?.login) || words(params.prompt).includes('select_account'),
      all: switches.hard('all-companies'),
    });
  }

  async function save(provider, { accountId, clientId, scopes, company }) {
    const grant = new provider.Grant({ accountId, clientId });
    const known = scopes.filter((scope) => allScopes.includes(scope));
    grant.addOIDCScope(known.filter((scope) => scope in identityScopes));
    grant.addResourceScope(resource, known);
    const grantId = await grant.save();
    grantedCompanies.set(grantId, company);
    return grant;
  }

  /** The library calls this for every authorization request of a signed-in user. */
  async function loadExistingGrant(ctx) {
    const { provider, session, client, params, result } = ctx.oidc;
    const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
    const grant = grantId ? await provider.Grant.find(grantId) : undefined;
    if (!grant) return undefined;
    const { company } = companyFor({ params, result, accountId: session.accountId, grantId });
    if (!company || company === grantedCompanies.get(grantId)) return grant;
    const scopes = words(grant.getResourceScope(resource));
    return save(provider, { accountId: grant.accountId, clientId: grant.clientId, scopes, company });
  }

  /** Stores a consent, together with what was allowed before. Returns the ID of the grant. */
  async function allow(provider, { params, lastSubmission, session, grantId }) {
    const { company } = companyFor({ params, result: lastSubmission, accountId: session.accountId, grantId });
    const before = grantId ? await provider.Grant.find(grantId) : undefined;
    const scopes = new Set([...words(before?.getResourceScope(resource)), ...words(params.scope)]);
    const grant = await save(provider, {
      accountId: session.accountId, clientId: params.client_id, scopes: [...scopes], company,
    });
    return grant.jti;
  }

  return { grantedCompanies, companyFor, loadExistingGrant, allow };
}
