// RSA signing keys. They are created at every start, and never written to disk.
import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);

/** The key ID has the format of Visma Connect's key IDs: forty hex digits and the algorithm. */
export const newKeyId = () => `${randomBytes(20).toString('hex').toUpperCase()}RS256`;

export async function makeSigningKey({ bits = 2048 } = {}) {
  const { privateKey, publicKey } = await generate('rsa', { modulusLength: bits });
  const kid = newKeyId();
  // The forty digits and `x5t` are the same bytes, as in Visma Connect's key set, where they are the thumbprint of the
  // certificate. Here they are random.
  const x5t = Buffer.from(kid.slice(0, 40), 'hex').toString('base64url');
  const { kty, e, n } = publicKey.export({ format: 'jwk' });
  return {
    kid,
    privateKey,
    publicKey,
    privateJwk: { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' },
    // The members are in the order of Duende's response.
    publicJwk: { kty, use: 'sig', kid, x5t, e, n, alg: 'RS256' },
  };
}

/** The signing key, and keys that a switch or a test needs. Creating a key takes time, so the other keys are created
 * on first use. */
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
    /** Returns the public key with this key ID, if this provider has created it. */
    publicKeyOf: (kid) => byId.get(kid),
    /** Returns the next key and the previous key (KeyManagementOptions.cs: 14 days each, every 90 days). */
    async overlap() {
      overlap ??= Promise.all([make(), make()]);
      const [announced, retired] = await overlap;
      return { announced, retired };
    },
  };
}
