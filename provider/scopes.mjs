// The scopes of this provider, their texts on the consent page, and the audience of the API scopes.

export const identityScopes = {
  openid: { title: 'Know that it is you', detail: 'A stable number that stands for your account' },
  profile: { title: 'Your name and language', detail: 'Given name, family name and locale' },
  email: { title: 'Your e-mail address', detail: 'And whether it has been verified' },
  phone: { title: 'Your phone number', detail: 'And whether it has been verified' },
  address: { title: 'Your address', detail: 'Street, postcode, town and country' },
  tenants: { title: 'The company that you choose', detail: 'Its company tenant number' },
};

export const READ = 'vismanet_erp_interactive_api:read';
export const CREATE = 'vismanet_erp_interactive_api:create';

export const apiScopes = {
  [READ]: { title: 'Read from the demo ERP', detail: 'Organisations and currencies of the chosen company' },
  [CREATE]: { title: 'Create in the demo ERP', detail: 'New records in the chosen company' },
  'vismanet_erp_interactive_api:update': { title: 'Change in the demo ERP', detail: 'Existing records in the chosen company' },
  'vismanet_erp_interactive_api:delete': { title: 'Delete in the demo ERP', detail: 'Records in the chosen company' },
};

export const scopeTexts = { ...identityScopes, ...apiScopes };
export const allScopes = Object.keys(scopeTexts);

/** Whether a company must be chosen: if the token names the company, or is for an API that works for one company. */
export const needsCompany = (scopes) => scopes.some((scope) => scope === 'tenants' || scope in apiScopes);

export const resourceOf = (issuer) => `${issuer}/resources`;
export const apiAudienceOf = (issuer) => `${issuer}/v1`;

export function audiencesFor(issuer, scopes) {
  const api = scopes.some((scope) => scope in apiScopes);
  return api ? [resourceOf(issuer), apiAudienceOf(issuer)] : [resourceOf(issuer)];
}
