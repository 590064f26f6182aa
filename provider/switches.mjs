// Named switches. Without switches the provider behaves like Duende IdentityServer. A `kind` switch restores a
// behaviour that is easier for an app. A `hard` switch adds a behaviour that only some installations or versions have.
// README.md has the table of behaviour, source file and switch.

export const SWITCHES = {
  kind: {
    'error-iss': 'errors that come back to the app carry iss, as RFC 9207 wants it',
    'error-return': 'every error comes back to the app once client and redirect URI are known',
    'error-description': 'errors that come back to the app carry error_description',
    'error-url': 'the URL of an error ends without #_',
    'long-input': 'parameters of an authorization request have no length limits',
    'long-query': 'a query may be longer than 2,048 characters',
    'end-session-client': 'end session without a valid hint takes client_id, post_logout_redirect_uri and state',
    'end-session-sub': 'the id_token_hint of an older session of the same user is valid',
    'single-claims': 'of a repeated claim only the first value is sent',
    'select-account': 'prompt=select_account lets the signed-in user go on without a new sign-in',
    'id-token-hint': 'id_token_hint in an authorization request is looked at',
    'token-error-text': 'errors of the token endpoint carry error_description',
    'code-retry': 'a code that was sent with a wrong verifier or redirect URI may be sent again',
    'expose-headers': 'WWW-Authenticate and Retry-After are readable for the registered origins',
    'short-metadata': 'the metadata name only what this provider has',
  },
  hard: {
    'all-companies': 'tenant_id names every company of the user, none is chosen',
    'overlapping-keys': 'an announced key and a retired key are published beside the one that signs',
    'cached-metadata': 'metadata and keys may be kept for an hour (ResponseCacheInterval)',
    'max-age-loop': 'max_age=0 asks for a sign-in again and again, as in 7.0.0 to 7.0.4',
    'signed-out-page': 'after a sign-out a page links back to the app instead of redirecting',
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
