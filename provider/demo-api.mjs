// A small demo API in the format of the Visma.net ERP API, for the company of the token. Two routes return lists and
// need the scope that the app requests at every sign-in. The route of the empty invoice needs another scope.
import { companyById } from './users.mjs';
import { apiAudienceOf, CREATE, READ } from './scopes.mjs';

const CURRENCIES = [
  { id: 'NOK', description: 'Norwegian krone', symbol: 'kr', decimalPrecision: 2 },
  { id: 'EUR', description: 'Euro', symbol: '€', decimalPrecision: 2 },
  { id: 'SEK', description: 'Swedish krona', symbol: 'kr', decimalPrecision: 2 },
  { id: 'DKK', description: 'Danish krone', symbol: 'kr.', decimalPrecision: 2 },
  { id: 'JPY', description: 'Japanese yen', symbol: '¥', decimalPrecision: 0 },
];

const organizations = (company) => [{
  organizationCd: '1',
  name: company.name,
  baseCurrency: company.currency,
  mainAddress: {
    addressLine1: company.street,
    postalCode: company.postcode,
    city: company.city,
    country: { id: company.country, name: 'Norway' },
  },
  corporateId: company.number,
  vatRegistrationId: `NO${company.number}MVA`,
}];

const currencies = (company) => CURRENCIES.map((currency) => ({
  ...currency, isBaseCurrency: currency.id === company.currency, isUsedForAccounting: currency.id === company.currency,
}));

const emptyInvoice = (company) => ({
  documentType: 'Invoice', seller: company.name, currencyId: company.currency, lines: [],
});

const ROUTES = {
  '/v1/organization': { scope: READ, body: organizations },
  '/v1/currency': { scope: READ, body: currencies },
  '/v1/invoice/new': { scope: CREATE, body: emptyInvoice },
};

export function demoApi({ issuer, requireBearer }) {
  const audience = apiAudienceOf(issuer);

  return async (ctx, next) => {
    if (!ctx.path.startsWith('/v1/')) return next();
    const route = Object.hasOwn(ROUTES, ctx.path) ? ROUTES[ctx.path] : undefined;
    return requireBearer({ scope: route?.scope ?? READ, audience })(ctx, async () => {
      if (!route) return ctx.throw(404);
      if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return ctx.throw(405);
      ctx.set('Cache-Control', 'no-store');
      ctx.body = route.body(companyById(ctx.state.token.company));
      return undefined;
    });
  };
}
