// The signatures of test tokens, most of them wrong. `make` gets the signing input and returns the signature. `alg`
// and `header` are the changes to the header.
import { constants, createHmac, sign } from 'node:crypto';

const rs = (digest) => (input, { key }) => sign(digest, input, key.privateKey);
const hmac = (secret) => (input, context) => createHmac('sha256', secret(context)).update(input).digest();
const publicPem = ({ key }) => key.publicKey.export({ type: 'spki', format: 'pem' });

const valid = { alg: 'RS256', make: rs('sha256') };

/** Flips one bit in the middle, where it always changes the decoded bytes. */
const broken = (input, context) => {
  const bytes = valid.make(input, context);
  bytes[bytes.length >> 1] ^= 1;
  return bytes;
};

const WAYS = {
  valid,
  break: { alg: 'RS256', make: broken },
  empty: { alg: 'RS256', make: () => Buffer.alloc(0) },
  none: { alg: 'none', make: () => Buffer.alloc(0) },
  hs256: { alg: 'HS256', make: hmac(publicPem) },
  hs256_jwk: { alg: 'HS256', make: hmac(({ key }) => JSON.stringify(key.publicJwk)) },
  hs256_client_id: { alg: 'HS256', make: hmac(({ clientId }) => clientId) },
  hs256_empty: { alg: 'HS256', make: hmac(() => '') },
  rs512: { alg: 'RS512', make: rs('sha512') },
  ps256: {
    alg: 'PS256',
    make: (input, { key }) => sign('sha256', input, { key: key.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  },
  es256: {
    alg: 'ES256',
    header: ({ ec }) => ({ kid: ec.kid }),
    make: (input, { ec }) => sign('sha256', input, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' }),
  },
  // A valid signature of a foreign key, with the `kid` of this provider's key.
  other_key: { alg: 'RS256', make: (input, { other }) => sign('sha256', input, other.privateKey) },
  // The same signature, with the foreign key as `jwk` in the header.
  embedded_jwk: {
    alg: 'RS256',
    header: ({ other }) => ({ jwk: other.publicJwk, kid: other.kid }),
    make: (input, { other }) => sign('sha256', input, other.privateKey),
  },
  // A valid signature of a key that is too short. Publish it with jwks.add ["weak"].
  weak: { alg: 'RS256', header: ({ weak }) => ({ kid: weak.kid }), make: (input, { weak }) => sign('sha256', input, weak.privateKey) },
  // The same bytes in another encoding: the unused bits of the last base64url character are not zero.
  noncanonical: { ...valid, encode: nonCanonical },
};

export const SIGNATURES = Object.keys(WAYS);

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function nonCanonical(text) {
  const last = ALPHABET.indexOf(text.at(-1));
  return text.slice(0, -1) + ALPHABET[last | 1];
}

const encode = (value) => Buffer.from(value).toString('base64url');

/**
 * Returns a JWT with these claims. `header` and `payload` (a raw text instead of the claims) are applied last, so that
 * they can contradict the real algorithm and claims.
 */
export function makeJwt({ claims, typ, signature = 'valid', header, payload, shape, context }, { mergePatch, fill }) {
  const way = WAYS[signature];
  const original = { alg: way.alg, ...(typ ? { typ } : undefined), kid: context.key.kid, ...way.header?.(context) };
  const finalHeader = header ? mergePatch(original, fill(header, original)) : original;
  const head = encode(JSON.stringify(finalHeader));
  const body = encode(payload ?? JSON.stringify(claims));
  const bytes = way.make(Buffer.from(`${head}.${body}`), context);
  const tail = (way.encode ?? ((text) => text))(bytes.toString('base64url'));
  const token = `${head}.${body}.${tail}`;
  return shape ? fill(shape, { header: head, payload: body, signature: tail, token }) : token;
}
