// A small demo API with the look of the Visma.net ERP API: two lists, for the company that the token was made for.
import { companyById } from './people.mjs';
import { apiAudienceOf, READ } from './scopes.mjs';

const CURRENCIES = [
  { id: 'NOK', description: 'Norwegian krone', symbol: 'kr', decimalPrecision: 2 },
  { id: 'EUR', description: 'Euro', symbol: '€', decimalPrecision: 2 },
  { id: 'SEK', description: 'Swedish krona', symbol: 'kr', decimalPrecision: 2 },
  { id: 'DKK', description: 'Danish krone', symbol: 'kr.', decimalPrecision: 2 },
  { id: 'JPY', description: 'Japanese yen', symbol: '¥', decimalPrecision: 0 },
];

const lists = {
  '/v1/organization': (company) => [{
    organizationCd: '1',
    name: company.name,
    baseCurrency: company.currency,
    mainAddress: {
      addressLine1: company.street, postalCode: company.postcode, city: company.city, country: { id: company.country, name: 'Norway' },
    },
    corporateId: company.number,
    vatRegistrationId: `NO${company.number}MVA`,
  }],
  '/v1/currency': (company) => CURRENCIES.map((currency) => ({
    ...currency, isBaseCurrency: currency.id === company.currency, isUsedForAccounting: currency.id === company.currency,
  })),
};

export function demoApi({ issuer, requireBearer }) {
  const check = requireBearer({ scope: READ, audience: apiAudienceOf(issuer) });

  return async (ctx, next) => {
    if (!ctx.path.startsWith('/v1/')) return next();
    return check(ctx, async () => {
      const list = Object.hasOwn(lists, ctx.path) ? lists[ctx.path] : undefined;
      if (!list) return ctx.throw(404);
      if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return ctx.throw(405);
      ctx.set('Cache-Control', 'no-store');
      ctx.body = list(companyById(ctx.state.token.company));
      return undefined;
    });
  };
}
