// All faults that can be set: the place, and the members that are allowed there. Everything else is refused, so that
// a test with a misspelt fault fails.

/** Faults of the response itself, for every place that responds over HTTP. */
const RESPONSE = {
  status: 'number',
  content_type: 'string',
  headers: 'object',
  body: 'string',
  body_base64: 'string',
  merge: 'object',
  prepend: 'string',
  append: 'string',
  repeat: 'number',
  endless: 'boolean',
  truncate: 'number',
  delay_ms: 'number',
  hold: 'boolean',
  hang: 'boolean',
  drop: 'boolean',
  redirect: 'string',
  jwt: 'boolean',
  path: 'string',
  times: 'number',
};

const CHANGED_URL = { set: 'object', remove: 'array', append: 'array', raw: 'string', fragment: 'string', times: 'number' };

const JWT = { claims: 'object', header: 'object', signature: 'string', payload: 'string', shape: 'string', times: 'number' };

export const TABLE = {
  id_token: { ...JWT, rotate: 'string' },
  access_token: { ...JWT, value: 'string' },
  token: RESPONSE,
  userinfo: RESPONSE,
  metadata: RESPONSE,
  jwks: { ...RESPONSE, add: 'array', current: 'object', without_current: 'boolean', stale: 'boolean' },
  api: RESPONSE,
  authorize: RESPONSE,
  endsession: RESPONSE,
  callback: CHANGED_URL,
  signed_out: CHANGED_URL,
};

const PATHS = [
  ['/connect/token', 'token'],
  ['/connect/userinfo', 'userinfo'],
  ['/connect/authorize', 'authorize'],
  ['/connect/endsession', 'endsession'],
  ['/.well-known/openid-configuration/jwks', 'jwks'],
  ['/.well-known/openid-configuration', 'metadata'],
  ['/.well-known/oauth-authorization-server', 'metadata'],
];

export function placeOf(path) {
  const exact = PATHS.find(([known]) => known === path);
  if (exact) return exact[1];
  return path.startsWith('/v1/') ? 'api' : undefined;
}

const typeOf = (value) => (Array.isArray(value) ? 'array' : typeof value);

/** Returns the problems of these faults, as a list of sentences. The list is empty if there are none. */
export function problemsOf(faults, choices) {
  if (typeOf(faults) !== 'object' || faults === null) return ['the faults must be a JSON object'];
  const problems = [];
  for (const [place, members] of Object.entries(faults)) {
    if (!Object.hasOwn(TABLE, place)) {
      problems.push(`there is no place "${place}"; there are ${Object.keys(TABLE).join(', ')}`);
      continue;
    }
    if (typeOf(members) !== 'object' || members === null) {
      problems.push(`"${place}" must be an object`);
      continue;
    }
    for (const [member, value] of Object.entries(members)) {
      const type = Object.hasOwn(TABLE[place], member) ? TABLE[place][member] : undefined;
      if (!type) problems.push(`"${place}" takes no "${member}"; it takes ${Object.keys(TABLE[place]).join(', ')}`);
      else if (typeOf(value) !== type || value === null) problems.push(`"${place}.${member}" must be of type ${type}`);
    }
    for (const [member, known] of Object.entries(choices)) {
      if (!Object.hasOwn(TABLE[place], member)) continue;
      for (const value of [members[member] ?? []].flat().filter((one) => !known.includes(one))) {
        problems.push(`"${place}.${member}" knows no "${value}"; it knows ${known.join(', ')}`);
      }
    }
  }
  return problems;
}
