// Which key signs now and which are published. A rotation moves on to the next key; the ring has few of them.

/** "before_signing": only the new key is published. "keep_old": the old one stays beside it. "unpublished": the new
 * key signs but is not published. "announced": the key signs that the switch overlapping-keys has announced, and the
 * old one stays. */
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
    /** True while another key signs than the one that the library itself signs with. */
    get moved() {
      return signing !== first;
    },
    /** Makes the key of the next rotation, so that the rotation itself takes no time. */
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
    /** Keeps what is published now for the responses that are to be stale. */
    remember() {
      remembered = published;
    },
    /** These keys of the provider, with those of the ring in place of its first one. */
    publish: (jwks, { stale = false } = {}) => jwks.flatMap((jwk) => (
      jwk.kid === first.kid ? (stale ? remembered : published).map((key) => key.publicJwk) : [jwk])),
  };
}
