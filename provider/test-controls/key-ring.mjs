// Which key signs, and which keys are published. A rotation switches to the next key of a small ring.

/** The kinds of rotation. "before_signing": only the new key is published. "keep_old": the old key is published, too.
 * "unpublished": the new key signs, but is not published. "announced": the key that the switch overlapping-keys has
 * announced signs, and the published keys do not change. */
export const ROTATIONS = ['before_signing', 'keep_old', 'unpublished', 'announced'];

const SIZE = 3;

export function createKeyRing(keys) {
  const first = keys.signing;
  const ring = [first];
  let at = 0;
  let signing = first;
  let published = [first];
  let remembered = published;

  return {
    get signing() {
      return signing;
    },
    /** Whether the signing key differs from the library's signing key. */
    get moved() {
      return signing !== first;
    },
    /** Creates the key of the next rotation in advance, so that the rotation takes no time. */
    async prepare(how) {
      if (how === 'announced') await keys.overlap();
      else ring[(at + 1) % SIZE] ??= await keys.make();
    },
    async rotate(how) {
      await this.prepare(how);
      if (how === 'announced') {
        signing = (await keys.overlap()).announced;
        return;
      }
      at = (at + 1) % SIZE;
      signing = ring[at];
      if (how === 'before_signing') published = [signing];
      if (how === 'keep_old') published = [...new Set([signing, ...published])];
    },
    /** Stores the keys that are published now, for stale responses. */
    remember() {
      remembered = published;
    },
    /** Returns the provider's keys, with the published keys of the ring in place of its first key. */
    publish: (jwks, { stale = false } = {}) => jwks.flatMap((jwk) => (
      jwk.kid === first.kid ? (stale ? remembered : published).map((key) => key.publicJwk) : [jwk])),
  };
}
