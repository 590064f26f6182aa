// Which key signs now and which are published. A rotation moves on to the next key; the ring has few, so that the
// provider itself still knows every one of them.

/** "before_signing": only the new key is published. "keep_old": the old one stays beside it. "unpublished": the new
 * key signs but is not published. */
export const ROTATIONS = ['before_signing', 'keep_old', 'unpublished'];

export function createKeyRing(keys) {
  let at = 0;
  let published = [keys[0].kid];
  let remembered = published;

  return {
    get signing() {
      return keys[at];
    },
    /** True while another key signs than the one that the library itself signs with. */
    get moved() {
      return at !== 0;
    },
    rotate(how) {
      at = (at + 1) % keys.length;
      if (how === 'before_signing') published = [keys[at].kid];
      if (how === 'keep_old') published = [...new Set([keys[at].kid, ...published])];
    },
    /** Keeps what is published now for the answers that are to be stale. */
    remember() {
      remembered = published;
    },
    isPublished: (jwk, { stale = false } = {}) => (stale ? remembered : published).includes(jwk.kid),
  };
}
