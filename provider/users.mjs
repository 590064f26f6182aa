// The demo users and their companies. All data is invented.

const companies = {
  fjordvik: { id: '0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11', name: 'Fjordvik Regnskap AS', number: '910000101', city: 'Bergen', street: 'Strandgaten 4', postcode: '5013', currency: 'NOK', country: 'NO' },
  nordlys: { id: '5c2d9e1a-8b7c-4f3d-b1e6-2a9c4d7e5f22', name: 'Nordlys Kaffe AS', number: '910000202', city: 'Tromsø', street: 'Storgata 61', postcode: '9008', currency: 'NOK', country: 'NO' },
  havn: { id: 'a91e7c44-3d2b-4c8e-8f05-6b1d2e3f4a33', name: 'Havn Eiendom AS', number: '910000303', city: 'Stavanger', street: 'Skagenkaien 12', postcode: '4006', currency: 'EUR', country: 'NO' },
};

export const users = [
  {
    key: 'kari',
    sub: '1072cd43-d99a-4d44-84a2-5f80720c1a19',
    givenName: 'Kari',
    familyName: 'Nordmann',
    email: 'kari.nordmann@example.com',
    phone: '+47 55 55 01 01',
    address: { street_address: 'Strandgaten 4', postal_code: '5013', locality: 'Bergen', country: 'NO' },
    locale: 'nb-NO',
    companies: [companies.fjordvik],
  },
  {
    key: 'ola',
    sub: '7f3b6c0e-2a41-4b7d-9c58-e0d1a2b3c4d5',
    givenName: 'Ola',
    familyName: 'Hansen',
    email: 'ola.hansen@example.com',
    phone: '+47 77 55 02 02',
    address: { street_address: 'Storgata 61', postal_code: '9008', locality: 'Tromsø', country: 'NO' },
    locale: 'nb-NO',
    companies: [companies.nordlys, companies.havn],
  },
].map((user) => ({ ...user, name: `${user.givenName} ${user.familyName}` }));

export const userBySub = (sub) => users.find((user) => user.sub === sub);
export const userByKey = (key) => users.find((user) => user.key === key);
export const companyById = (id) => Object.values(companies).find((company) => company.id === id);
