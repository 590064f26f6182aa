// Unusual and wrong keys for the JWKS. Each key is created when a test first uses it.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { makeSigningKey, newKeyId } from '../keys.mjs';

const MANY = 10_000;

export const ODD_KEYS = [
  'oct', 'enc', 'ops', 'weak', 'private', 'ec', 'ec_without_kid', 'other', 'duplicate_kid', 'without_kid', 'many', 'broken',
  'text',
];

export function createOddKeys(ring) {
  const made = new Map();

  async function once(name, make) {
    if (!made.has(name)) made.set(name, make());
    return made.get(name);
  }

  const other = () => once('other', () => makeSigningKey());
  const weak = () => once('weak', () => makeSigningKey({ bits: 1024 }));
  const ec = () => once('ec', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const kid = newKeyId();
    return { kid, privateKey, publicKey, publicJwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' } };
  });

  const publish = {
    oct: async () => ({ kty: 'oct', kid: newKeyId(), use: 'sig', alg: 'HS256', k: randomBytes(32).toString('base64url') }),
    enc: async () => ({ ...(await other()).publicJwk, use: 'enc', alg: 'RSA-OAEP-256' }),
    ops: async () => ({ ...(await other()).publicJwk, key_ops: ['encrypt'] }),
    weak: async () => (await weak()).publicJwk,
    private: async () => ring.signing.privateJwk,
    ec: async () => (await ec()).publicJwk,
    ec_without_kid: async () => ({ ...(await ec()).publicJwk, kid: undefined }),
    other: async () => (await other()).publicJwk,
    duplicate_kid: async () => ({ ...(await other()).publicJwk, kid: ring.signing.kid }),
    without_kid: async () => ({ ...(await other()).publicJwk, kid: undefined }),
    many: async () => {
      const { publicJwk } = await other();
      return Array.from({ length: MANY }, (_, index) => ({ ...publicJwk, kid: `many-${index}` }));
    },
    broken: async () => ({ kty: 'RSA', kid: newKeyId(), use: 'sig', alg: 'RS256', n: '!!!', e: 'AQAB' }),
    text: async () => 'not a key',
  };

  return {
    published: async (names) => (await Promise.all(names.map((name) => publish[name]()))).flat(),
    /** Returns the keys for this kind of signature. Creates only those. */
    forSignature: async (signature) => ({
      ...(['other_key', 'embedded_jwk'].includes(signature) ? { other: await other() } : undefined),
      ...(signature === 'weak' ? { weak: await weak() } : undefined),
      ...(signature === 'es256' ? { ec: await ec() } : undefined),
    }),
  };
}
