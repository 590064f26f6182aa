// Changes the ID token and the access token of a token response, and signs them again.
import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import { mergePatch } from './merge-patch.mjs';
import { makeJwt } from './signatures.mjs';
import { fill } from './template.mjs';

const leftHalf = (text) => createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');

export function createTokenFaults({ faults, ring, oddKeys, accessTokens }) {
  async function remake(token, { typ, fault, values }) {
    const original = decodeJwt(token);
    const known = { ...original, ...values };
    return makeJwt({
      claims: fault.claims ? mergePatch(original, fill(fault.claims, known)) : original,
      typ,
      signature: fault.signature,
      header: fault.header,
      payload: fault.payload === undefined ? undefined : String(fill(fault.payload, known)),
      shape: fault.shape,
      context: { key: ring.signing, clientId: [original.aud].flat()[0], ...await oddKeys.forSignature(fault.signature) },
    }, { mergePatch, fill });
  }

  return async function changeTokens(response) {
    if (!response?.id_token) return;

    const forAccess = faults.take('access_token');
    if (forAccess) {
      const { value, ...changes } = forAccess;
      const real = Object.keys(changes).length
        ? await remake(response.access_token, { typ: 'at+jwt', fault: changes, values: {} })
        : response.access_token;
      if (value) accessTokens.aliases.set(value, real);
      response.access_token = value ?? real;
    }

    const forId = faults.take('id_token');
    if (forId?.rotate) await ring.rotate(forId.rotate);
    if (forId || ring.moved) {
      response.id_token = await remake(response.id_token, {
        fault: forId ?? {}, values: { at_hash: leftHalf(response.access_token) },
      });
    }
  };
}
