// RSA signing keys, made anew at every start and never written anywhere.
import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);

/** The key id has the look of the real one: forty hex digits and the algorithm. */
export const newKeyId = () => `${randomBytes(20).toString('hex').toUpperCase()}RS256`;

export async function makeSigningKey({ bits = 2048 } = {}) {
  const { privateKey, publicKey } = await generate('rsa', { modulusLength: bits });
  const kid = newKeyId();
  // The forty digits are those of the certificate, as in the real one.
  const x5t = Buffer.from(kid.slice(0, 40), 'hex').toString('base64url');
  const { kty, e, n } = publicKey.export({ format: 'jwk' });
  return {
    kid,
    privateKey,
    publicKey,
    privateJwk: { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' },
    // In the order of Duende's answer.
    publicJwk: { kty, use: 'sig', kid, x5t, e, n, alg: 'RS256' },
  };
}

/** The key that signs, and those that are made when a switch or a test first needs them: a key takes its time. */
export async function createKeys() {
  const byId = new Map();
  let overlap;

  async function make() {
    const key = await makeSigningKey();
    byId.set(key.kid, key.publicKey);
    return key;
  }

  return {
    signing: await make(),
    make,
    /** The public half of one of our keys. */
    publicKeyOf: (kid) => byId.get(kid),
    /** The key of the next rotation and that of the last one (KeyManagementOptions.cs: 14 days each, every 90 days). */
    async overlap() {
      overlap ??= Promise.all([make(), make()]);
      const [announced, retired] = await overlap;
      return { announced, retired };
    },
  };
}
