//! The secrets of all sign-ins of a test, and a search for them in every place where a page can leave data.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::app::App;
use crate::places::{Found, Place, at_provider, at_site, in_browser};
use crate::provider::Provider;
use crate::world::World;

/// The kind of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The authorization code.
    Code,
    /// The access token.
    AccessToken,
    /// The ID token.
    IdToken,
    /// The code verifier.
    Verifier,
    /// The code challenge. It is not a secret, but only the provider may receive it.
    Challenge,
    /// The `state` of a sign-in.
    State,
    /// The `nonce`.
    Nonce,
    /// The `state` of a sign-out.
    SignOutState,
    /// Any other text that a test searches for.
    Other(&'static str),
}

/// The only places where a secret may be. The access token is sent in the Authorization header, but the provider logs
/// only the scheme of that header.
const ALLOWED: [(Kind, Place); 14] = [
    (Kind::State, Place::AuthorizeRequest),
    (Kind::Nonce, Place::AuthorizeRequest),
    (Kind::Challenge, Place::AuthorizeRequest),
    (Kind::Code, Place::CallbackRequest),
    (Kind::State, Place::CallbackRequest),
    (Kind::Code, Place::NavigationTiming),
    (Kind::State, Place::NavigationTiming),
    (Kind::Code, Place::TokenForm),
    (Kind::Verifier, Place::TokenForm),
    (Kind::IdToken, Place::EndSessionRequest),
    // The ID token contains the nonce.
    (Kind::Nonce, Place::EndSessionRequest),
    (Kind::SignOutState, Place::EndSessionRequest),
    (Kind::SignOutState, Place::SignedOutRequest),
    (Kind::SignOutState, Place::NavigationTiming),
];

/// The additional places while a sign-in is pending: its record is in sessionStorage.
const ALLOWED_WHILE_WAITING: [(Kind, Place); 3] = [
    (Kind::State, Place::SessionStorage),
    (Kind::Nonce, Place::SessionStorage),
    (Kind::Verifier, Place::SessionStorage),
];

/// A secret in a place where it must not be.
#[derive(Clone, Debug)]
pub struct Leak {
    /// The kind of the secret.
    pub kind: Kind,
    /// Where it was found.
    pub found: Found,
}

impl fmt::Display for Leak {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Found { place, detail, text } = &self.found;
        write!(formatter, "{:?} is in {place:?} {detail}: {text}", self.kind)
    }
}

/// The secrets to search for.
#[derive(Clone, Debug, Default)]
pub struct Secrets(BTreeSet<(Kind, String)>);

impl Secrets {
    /// The secrets that the provider issued, and those that the app generated and sent to it.
    pub async fn of(provider: &Provider) -> Self {
        let mut secrets = Self::default();
        for issued in provider.issued().await {
            let kind = match issued.kind.as_str() {
                "code" => Kind::Code,
                "access_token" => Kind::AccessToken,
                "id_token" => Kind::IdToken,
                other => panic!("the provider issued a secret of an unknown kind: {other}"),
            };
            secrets.insert(kind, &issued.value);
        }
        for request in provider.authorize_requests().await {
            for (kind, name) in [(Kind::State, "state"), (Kind::Nonce, "nonce"), (Kind::Challenge, "code_challenge")] {
                secrets.insert(kind, request.parameter(name));
            }
        }
        for request in provider.token_requests().await {
            let form = request.form.expect("a token request without a form");
            secrets.insert(Kind::Verifier, &form["code_verifier"][0]);
        }
        for request in provider.requests("GET", "/connect/endsession").await {
            secrets.insert(Kind::SignOutState, request.parameter("state"));
        }
        secrets
    }

    /// Adds state, nonce and code verifier of the sign-ins that are pending in this tab.
    pub async fn of_waiting(&mut self, app: &App) {
        let records: Vec<String> = app.browser.eval("return Object.values(sessionStorage)").await;
        assert!(!records.is_empty(), "no sign-in is pending");
        for record in records {
            let record: Value = serde_json::from_str(&record).unwrap();
            for (kind, name) in [(Kind::State, "state"), (Kind::Nonce, "nonce"), (Kind::Verifier, "code_verifier")] {
                self.insert(kind, record[name].as_str().unwrap());
            }
        }
    }

    /// Adds all secrets of `other`.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Adds one secret of the kind [`Kind::Other`].
    pub fn add(&mut self, name: &'static str, value: &str) {
        self.insert(Kind::Other(name), value);
    }

    fn insert(&mut self, kind: Kind, value: &str) {
        assert!(value.len() >= 16, "{kind:?} is too short to search for: {value}");
        self.0.insert((kind, value.to_owned()));
    }

    /// The first secret of this kind.
    pub fn one(&self, kind: Kind) -> &str {
        self.0.iter().find(|(own, _)| *own == kind).map(|(_, value)| value).unwrap_or_else(|| panic!("no {kind:?}"))
    }

    /// The number of secrets of this kind.
    pub fn count(&self, kind: Kind) -> usize {
        self.0.iter().filter(|(own, _)| *own == kind).count()
    }

    /// Searches every place where a secret must not be. `when` is the first part of the failure message.
    ///
    /// # Panics
    /// A secret is found.
    pub async fn are_nowhere(&self, when: &str, world: &World) {
        fail_on(when, &self.leaks_in(world).await);
    }

    /// Like [`are_nowhere`](Self::are_nowhere), but the record of a pending sign-in may contain its secrets.
    ///
    /// # Panics
    /// A secret is found in another place.
    pub async fn are_only_in_the_waiting_record(&self, when: &str, world: &World) {
        let allowed = [&ALLOWED[..], &ALLOWED_WHILE_WAITING].concat();
        fail_on(when, &self.leaks(&everywhere(world).await, &allowed));
    }

    /// The secrets that are in places where they must not be.
    pub async fn leaks_in(&self, world: &World) -> Vec<Leak> {
        self.leaks(&everywhere(world).await, &ALLOWED)
    }

    fn leaks(&self, places: &[Found], allowed: &[(Kind, Place)]) -> Vec<Leak> {
        assert!(!self.0.is_empty(), "there is no secret to search for");
        let mut leaks = Vec::new();
        for (kind, value) in &self.0 {
            let traces = traces(value);
            for found in places.iter().filter(|found| !allowed.contains(&(*kind, found.place))) {
                if traces.iter().any(|trace| found.text.contains(trace)) {
                    leaks.push(Leak { kind: *kind, found: found.clone() });
                }
            }
        }
        leaks
    }
}

fn fail_on(when: &str, leaks: &[Leak]) {
    let list: String = leaks.iter().map(|leak| format!("\n  {leak}")).collect();
    assert!(leaks.is_empty(), "{when}:{list}");
}

async fn everywhere(world: &World) -> Vec<Found> {
    // If the provider was stopped, its log is lost.
    let log = if world.provider.runs() { world.provider.log().await } else { Vec::new() };
    [in_browser(&world.app).await, at_site(&world.site), at_provider(&log)].concat()
}

/// Length of the parts of a secret that are searched for, in characters.
const PIECE: usize = 16;

/// The texts to search for. A place that contains the secret, or a long part of it, contains at least one of these
/// texts. This also holds for a secret that is encoded.
fn traces(value: &str) -> BTreeSet<String> {
    let mut traces = BTreeSet::new();
    let pieces = match value.split('.').collect::<Vec<_>>().as_slice() {
        // The header of a token is not secret. Tokens of the same user have equal parts in their claims. So search
        // for the complete claims and for parts of the signature.
        [_, claims, signature] => {
            traces.insert((*claims).to_owned());
            vec![*signature]
        }
        _ => vec![value],
    };
    for piece in pieces {
        let percent: String = url::form_urlencoded::byte_serialize(piece.as_bytes()).collect();
        let percent_twice: String = url::form_urlencoded::byte_serialize(percent.as_bytes()).collect();
        let hex: String = piece.bytes().map(|byte| format!("{byte:02x}")).collect();
        let mut forms = vec![piece.to_owned(), percent, percent_twice, hex.to_uppercase(), hex];
        // The Base64 text of the piece depends on the position, modulo 3, at which the piece begins in the encoded
        // data. Cover all three positions.
        for before in 0..3 {
            let shifted = [&b"???"[..before], piece.as_bytes()].concat();
            let base64 = STANDARD.encode(&shifted);
            let inner = base64[4.min(4 * before)..base64.len() - 4].to_owned();
            forms.push(inner.replace('+', "-").replace('/', "_"));
            forms.push(inner);
        }
        for form in forms {
            let starts = (0..=form.len() - PIECE).step_by(PIECE / 2);
            traces.extend(starts.map(|start| form[start..start + PIECE].to_owned()));
        }
    }
    traces
}
