// Named switches. Without switches the provider behaves like Duende IdentityServer. A `kind` switch replaces a
// behaviour by one that is easier for an app. A `hard` switch adds a behaviour that only some installations or versions
// have.
// README.md has the table of behaviour, source file and switch.

export const SWITCHES = {
  kind: {
    'error-iss': 'an error response to the app has iss, as RFC 9207 requires',
    'error-return': 'every error is sent to the app if the client and the redirect URI are valid',
    'error-description': 'an error response to the app has error_description',
    'error-url': 'the URL of an error response does not end with #_',
    'long-input': 'parameters of an authorization request have no length limits',
    'long-query': 'a query can have more than 2,048 characters',
    'end-session-client': 'without a valid hint, end session still reads client_id, post_logout_redirect_uri and state',
    'end-session-sub': 'an id_token_hint of an earlier session of the same user is valid',
    'single-claims': 'a repeated claim has only its first value',
    'select-account': 'with prompt=select_account, the signed-in user can continue without a new sign-in',
    'id-token-hint': 'id_token_hint in an authorization request is checked, not ignored',
    'token-error-text': 'an error response of the token endpoint has error_description',
    'code-retry': 'a code can be used again after a failed exchange, such as one with a wrong verifier',
    'expose-headers': 'scripts of the registered origins can read WWW-Authenticate and Retry-After',
    'short-metadata': 'the metadata list only the features that this provider has',
  },
  hard: {
    'all-companies': 'tenant_id lists every company of the user, and the user does not choose one',
    'overlapping-keys': 'the next and the previous key are published beside the key that signs',
    'cached-metadata': 'browsers may cache metadata and keys for an hour (ResponseCacheInterval)',
    'max-age-loop': 'with max_age=0, each sign-in is followed by another sign-in page, as in 7.0.0 to 7.0.4',
    'signed-out-page': 'after a sign-out, a page has a link back to the app, and there is no redirect',
  },
};

/** Returns the problems of these lists of names, as sentences. */
export function problemsOfSwitches(chosen) {
  const problems = [];
  for (const [group, names] of Object.entries(chosen)) {
    const known = Object.hasOwn(SWITCHES, group) ? Object.keys(SWITCHES[group]) : undefined;
    if (!known) problems.push(`there is no group "${group}"; there are ${Object.keys(SWITCHES).join(', ')}`);
    else if (!Array.isArray(names)) problems.push(`"${group}" must be a list`);
    else {
      for (const name of names.filter((one) => !known.includes(one))) {
        problems.push(`there is no ${group} switch "${name}"; there are ${known.join(', ')}`);
      }
    }
  }
  return problems;
}

export function createSwitches(start = {}) {
  const chosen = { kind: new Set(start.kind), hard: new Set(start.hard) };

  const isOn = (group) => (name) => {
    if (!Object.hasOwn(SWITCHES[group], name)) throw new Error(`no ${group} switch ${name}`);
    return chosen[group].has(name);
  };

  return {
    kind: isOn('kind'),
    hard: isOn('hard'),
    get current() {
      return { kind: [...chosen.kind], hard: [...chosen.hard] };
    },
    /** Replaces all switches. A group that is missing in `next` then has no switches. */
    set(next) {
      const problems = problemsOfSwitches(next);
      if (problems.length) return problems;
      for (const group of Object.keys(chosen)) chosen[group] = new Set(next[group] ?? []);
      return [];
    },
  };
}
