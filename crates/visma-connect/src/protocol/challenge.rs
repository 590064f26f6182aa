//! Why a protected resource refuses a request: the `WWW-Authenticate` header (RFC 6750 3, RFC 9470 3).

/// The Bearer challenge of a response. The API wrote its values: show them as text, never as HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BearerChallenge {
    /// `error`: `invalid_token`, `insufficient_scope`, `insufficient_user_authentication` or another code.
    pub error: Option<String>,
    /// `scope`: the scopes that the request needs, separated by spaces.
    pub scope: Option<String>,
    /// `acr_values`: the accepted authentication context class references, separated by spaces.
    pub acr_values: Option<String>,
    /// `max_age`: the longest time since the user signed in, in seconds.
    pub max_age: Option<u32>,
}

/// The longest header that is read, in bytes.
const MAX_CHARS: usize = 2_000;

impl BearerChallenge {
    /// Finds the first Bearer challenge in a `WWW-Authenticate` header.
    ///
    /// Returns `None` in these cases:
    /// - The header has no Bearer challenge.
    /// - The header does not follow RFC 9110 section 11.6.1, or is longer than 2 000 bytes.
    /// - `error`, `scope`, `acr_values` or `max_age` occurs twice in the challenge.
    /// - `max_age` is not a number of at most 32 bits.
    pub fn parse(header: &str) -> Option<Self> {
        if header.len() > MAX_CHARS {
            return None;
        }
        let mut rest = header;
        let mut found: Option<Self> = None;
        loop {
            rest = skip(rest, b" \t,");
            if rest.is_empty() {
                return found;
            }
            let (word, after) = token(rest)?;
            match skip(after, b" \t").strip_prefix('=') {
                // This `=` is the padding of a token68 (RFC 9110 section 11.2). A token68 belongs to the scheme
                // before it.
                Some(padding) if skip(skip(padding, b"="), b" \t").is_empty() => {
                    return found;
                }
                Some(padding) if skip(skip(padding, b"="), b" \t").starts_with(',') => {
                    rest = skip(padding, b"=");
                }
                // `name=value` belongs to the scheme before it.
                Some(value) => {
                    let (value, after) = value_of(skip(value, b" \t"))?;
                    if let Some(challenge) = &mut found {
                        challenge.take(word, value)?;
                    }
                    rest = after;
                }
                // A word without `=` is a scheme: the next challenge begins.
                None if found.is_some() => return found,
                None => {
                    if word.eq_ignore_ascii_case("Bearer") {
                        found = Some(Self::default());
                    }
                    rest = after;
                }
            }
        }
    }

    /// Stores a known parameter and ignores an unknown one. Returns `None` when a known parameter occurs twice, or when
    /// `max_age` is not a number of at most 32 bits.
    fn take(&mut self, name: &str, value: String) -> Option<()> {
        let place = match name.to_ascii_lowercase().as_str() {
            "error" => &mut self.error,
            "scope" => &mut self.scope,
            "acr_values" => &mut self.acr_values,
            "max_age" => {
                let is_digits = value.bytes().all(|b| b.is_ascii_digit());
                let seconds = value.parse::<i64>().ok().filter(|_| is_digits)?;
                let seconds = u32::try_from(seconds).ok()?;
                return self.max_age.replace(seconds).is_none().then_some(());
            }
            _ => return Some(()),
        };
        place.replace(value).is_none().then_some(())
    }
}

/// The text after all leading bytes that are in `these`.
fn skip<'a>(text: &'a str, these: &[u8]) -> &'a str {
    text.get(text.bytes().take_while(|byte| these.contains(byte)).count()..).unwrap_or_default()
}

/// A token (RFC 9110 section 5.6.2) and the text after it. `/` is accepted too, because a token68 can contain it.
fn token(text: &str) -> Option<(&str, &str)> {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~/".contains(&b);
    let end = text.bytes().position(|b| !is_part(b)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at_checked(end)).flatten()
}

/// The value of a token or a quoted string, and the text after it.
fn value_of(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        return token(text).map(|(value, after)| (value.to_owned(), after));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, quoted.get(at + 1..)?)),
            '\\' => value.push(characters.next()?.1),
            character => value.push(character),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(error: &str) -> BearerChallenge {
        BearerChallenge { error: Some(error.to_owned()), ..BearerChallenge::default() }
    }

    /// The first two headers are the examples of RFC 6750 section 3. The third is the example of RFC 9470 section 3.
    #[test]
    fn headers_and_their_challenges() {
        for (header, expected) in [
            ("Bearer realm=\"example\"", Some(BearerChallenge::default())),
            (
                "Bearer realm=\"example\", error=\"invalid_token\", error_description=\"The access token expired\"",
                Some(challenge("invalid_token")),
            ),
            (
                "Bearer error=\"insufficient_user_authentication\", error_description=\"x\", acr_values=\"myACR\", \
                    max_age=\"5\"",
                Some(BearerChallenge {
                    acr_values: Some("myACR".to_owned()),
                    max_age: Some(5),
                    ..challenge("insufficient_user_authentication")
                }),
            ),
            ("bEARER error=insufficient_scope,scope=\"a b\"", {
                Some(BearerChallenge { scope: Some("a b".to_owned()), ..challenge("insufficient_scope") })
            }),
            ("Bearer", Some(BearerChallenge::default())),
            ("Basic realm=\"Bearer error=x\", Bearer error=\"y\"", Some(challenge("y"))),
            ("Bearer error=\"y\", Basic realm=\"x\", error=\"z\"", Some(challenge("y"))),
            ("Bearer error=\"a\\\"b\"", Some(challenge("a\"b"))),
            ("Bearer Error=\"y\"", Some(challenge("y"))),
            ("Negotiate YWJj==, Bearer error=\"y\"", Some(challenge("y"))),
            ("Bearer max_age=\"5\", max_age=\"9\"", None),
            ("Bearer max_age=\"+5\"", None),
            ("Basic realm=\"x\"", None),
            ("", None),
            ("Bearer error=\"open", None),
            ("Bearer error=", Some(BearerChallenge::default())),
            ("Bearer error=\"a\", error=\"b\"", None),
            ("Bearer error=\"a\\", None),
            ("é", None),
            (&"x".repeat(MAX_CHARS + 1), None),
        ] {
            assert_eq!(BearerChallenge::parse(header), expected, "{header}");
        }
    }
}
