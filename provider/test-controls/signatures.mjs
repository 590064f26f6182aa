// The ways in which a test token can be signed, badly. Each gets the signing input and says how the header changes first.
import { constants, createHmac, sign } from 'node:crypto';

const rs = (digest) => (input, { key }) => sign(digest, input, key.privateKey);
const hmac = (secret) => (input, context) => createHmac('sha256', secret(context)).update(input).digest();
const publicPem = ({ key }) => key.publicKey.export({ type: 'spki', format: 'pem' });

const valid = { alg: 'RS256', make: rs('sha256') };

/** Flips one bit in the middle, where no encoding subtlety can undo it. */
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
  // Signed well, by a key that is not ours, under the name of one that is.
  other_key: { alg: 'RS256', make: (input, { other }) => sign('sha256', input, other.privateKey) },
  // The same, with the foreign key offered in the header.
  embedded_jwk: {
    alg: 'RS256',
    header: ({ other }) => ({ jwk: other.publicJwk, kid: other.kid }),
    make: (input, { other }) => sign('sha256', input, other.privateKey),
  },
  // Signed well by a key that is too short; publish it with jwks.add ["weak"].
  weak: { alg: 'RS256', header: ({ weak }) => ({ kid: weak.kid }), make: (input, { weak }) => sign('sha256', input, weak.privateKey) },
  // The same bytes under another text: the unused bits of the last base64url character are not zero.
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
 * A JWT with these claims. `header` and `payload` (a raw text instead of the claims) come last, so that they can lie
 * about what was really done.
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
