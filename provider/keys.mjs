// RSA signing keys, made anew at every start and never written anywhere.
import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);

/** The key id has the look of the real one: forty hex digits and the algorithm. */
export const newKeyId = () => `${randomBytes(20).toString('hex').toUpperCase()}RS256`;

export async function makeSigningKey({ bits = 2048 } = {}) {
  const { privateKey, publicKey } = await generate('rsa', { modulusLength: bits });
  const kid = newKeyId();
  return {
    kid,
    privateKey,
    publicKey,
    privateJwk: { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' },
    publicJwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' },
  };
}

export const makeSigningKeys = (count) => Promise.all(Array.from({ length: count }, () => makeSigningKey()));
