//! The authorization request (OpenID Connect Core 3.1.2.1) and the record that waits for its answer.
//!
//! ```text
//! PendingSignIn::new ──> authorization_url()   the browser leaves
//!                   └──> to_record()           stays in sessionStorage under storage_key(state)
//! ```

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::base64url;
use super::company::Company;
use super::config::Config;
use super::discovery::Metadata;
use super::error::Misbehaviour;
use super::form;
use super::json::{Json, Object, ObjectWriter};
use super::options::{Prompt, SignInOptions, as_words};
use super::pkce::CodeChallenge;
use super::return_to::ReturnTo;
use super::secret::{CodeVerifier, CsrfToken, Nonce};
use super::time::UnixTime;

/// How long an authorization may take: the longest life of a code (RFC 6749 4.1.2).
pub const PENDING_MAX_AGE_SECONDS: i64 = 600;

/// How far the clock may have been set back between leaving and coming back.
const PENDING_MAX_FUTURE_SECONDS: i64 = 300;

/// Characters of the longest `ui_locales` that is sent: Duende IdentityServer refuses a longer one.
const MAX_LOCALES_CHARS: usize = 100;

/// Counts the changes of the record's shape; another version is not read.
const RECORD_VERSION: i64 = 3;

/// How the keys of all these records begin.
pub const STORAGE_PREFIX: &str = "visma-connect-spa:pending:";

/// The key of the record of the sign-in with this `state`.
pub fn storage_key(state: &CsrfToken) -> String {
    [STORAGE_PREFIX, state.expose()].concat()
}

/// The [`channel`](PendingSignIn::channel) of the sign-in whose record is under this key.
pub fn channel_of_key(key: &str) -> String {
    base64url::encode(&Sha256::digest(key.strip_prefix(STORAGE_PREFIX).unwrap_or_default().as_bytes()))
}

/// A name that tells nothing: the hash of the `state`.
pub(super) fn channel(state: &CsrfToken) -> String {
    base64url::encode(&Sha256::digest(state.expose().as_bytes()))
}

/// The names of the parameters below: the endpoint may have none of them in its own query.
pub(super) const PARAMETERS: [&str; 15] = [
    "client_id",
    "response_type",
    "response_mode",
    "scope",
    "redirect_uri",
    "code_challenge",
    "code_challenge_method",
    "state",
    "nonce",
    "ui_locales",
    "prompt",
    "max_age",
    "acr_values",
    "login_hint",
    "tenant_hint",
];

/// Three times 32 bytes of the browser's random number generator, new for every attempt.
pub struct Randomness {
    /// Becomes the [`CodeVerifier`].
    pub verifier: [u8; 32],
    /// Becomes the `state`.
    pub state: [u8; 32],
    /// Becomes the [`Nonce`].
    pub nonce: [u8; 32],
}

/// A sign-in that has begun and waits for its callback.
///
/// It is not `Clone`, and [`accept`](Self::accept) consumes it: a verifier is used once.
pub struct PendingSignIn {
    pub(super) issuer: String,
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) metadata: Metadata,
    pub(super) state: CsrfToken,
    pub(super) verifier: CodeVerifier,
    pub(super) nonce: Nonce,
    pub(super) scope: String,
    pub(super) started_at: UnixTime,
    pub(super) return_to: ReturnTo,
    pub(super) max_age_seconds: Option<u32>,
    pub(super) acr_values: String,
    /// Nobody pressed anything: the provider must not ask.
    pub(super) is_silent: bool,
    /// The fingerprints of the person, and of person and company, who were signed in when this began.
    pub(super) before: Option<Before>,
    /// The company that was asked for, where it is not the one of the session that this goes on with.
    pub(super) wanted_company: Option<String>,
    /// The audiences beside this client that the ID token may be for.
    pub(super) trusted_audiences: Vec<String>,
    /// The mark of the last sign-out in this browser when this began.
    signed_out: Option<String>,
    /// What only this one request says, and no record.
    once: SignInOptions,
}

/// Whom a sign-in is to renew the session of, in fingerprints that tell nothing about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// Of the person.
    pub person: String,
    /// Of the person together with the company.
    pub owner: String,
}

impl Before {
    /// The fingerprints of this person at this company.
    pub fn of(issuer: &str, subject: &str, company: Option<&Company>) -> Self {
        let company = company.map_or("", Company::tenant_id);
        // No issuer, and no company, has a line break in it.
        let fingerprint = |parts: [&str; 3]| base64url::encode(&Sha256::digest(parts.join("\n").as_bytes()));
        Self { person: fingerprint([issuer, "", subject]), owner: fingerprint([issuer, company, subject]) }
    }
}

impl PendingSignIn {
    /// Begins a sign-in at the provider that `metadata` describes.
    pub fn new(
        config: &Config,
        metadata: &Metadata,
        randomness: Randomness,
        now: UnixTime,
        return_to: ReturnTo,
    ) -> Self {
        Self {
            issuer: config.authority().as_str().to_owned(),
            client_id: config.client_id().to_owned(),
            redirect_uri: config.redirect_uri().as_str().to_owned(),
            metadata: metadata.clone(),
            state: CsrfToken::from_random(randomness.state),
            verifier: CodeVerifier::from_random(randomness.verifier),
            nonce: Nonce::from_random(randomness.nonce),
            scope: as_words(config.scopes()).join(" "),
            started_at: now,
            return_to,
            max_age_seconds: None,
            acr_values: String::new(),
            is_silent: false,
            before: None,
            wanted_company: None,
            trusted_audiences: config.trusted_audiences().to_vec(),
            signed_out: None,
            once: SignInOptions::default(),
        }
    }

    /// Asks for more than the configuration does.
    #[must_use]
    pub fn asking(mut self, options: SignInOptions, config: &Config) -> Self {
        self.scope = options.scope(config.scopes());
        // `prompt` can be stripped like every parameter; `auth_time` is only sure to come with `max_age` (Core 3.1.2.1).
        let again = (options.prompt == Some(Prompt::Login)).then_some(0);
        self.max_age_seconds = again.or(options.max_age_seconds);
        self.acr_values = options.acr_values();
        self.once = options;
        self
    }

    /// Asks without a word to the person (`prompt=none`): for what starts without a click.
    #[must_use]
    pub fn silent(mut self) -> Self {
        self.is_silent = true;
        self
    }

    /// Remembers who was signed in when this began, and at which company: tokens for another one than was asked for
    /// are refused.
    #[must_use]
    pub fn renewing(mut self, before: Option<Before>, company: Option<&str>) -> Self {
        self.before = before;
        self.wanted_company = self.once.tenant_hint().filter(|hint| Some(*hint) != company).map(str::to_owned);
        self
    }

    /// Remembers the mark of the last sign-out in this browser.
    #[must_use]
    pub fn after(mut self, signed_out: Option<String>) -> Self {
        self.signed_out = signed_out;
        self
    }

    /// Where the person was.
    pub fn return_to(&self) -> &ReturnTo {
        &self.return_to
    }

    /// Whether it is to go on with a session that there was.
    pub fn goes_on(&self) -> bool {
        self.before.is_some() || self.is_silent
    }

    /// The mark of the last sign-out in this browser when this began.
    pub fn signed_out(&self) -> Option<&str> {
        self.signed_out.as_deref()
    }

    /// Whether nobody pressed anything for this.
    pub fn is_silent(&self) -> bool {
        self.is_silent
    }

    /// Where the answer is waited for when it comes back in another window: the hash of the `state`.
    pub fn channel(&self) -> String {
        channel(&self.state)
    }

    /// The URL that the browser goes to. Every value is form-encoded, so none can become another parameter.
    pub fn authorization_url(&self, config: &Config) -> String {
        let mut url = self.metadata.authorization_endpoint.before_parameters();
        let challenge = self.verifier.challenge();
        let prompt = if self.is_silent { "none" } else { self.once.prompt.map_or("", Prompt::as_str) };
        // With prompt=login the provider asks in any case; max_age is sent for auth_time. With max_age=0 besides, Duende
        // IdentityServer before 7.0.5 asks again and again.
        let is_login = self.once.prompt == Some(Prompt::Login);
        let max_age = if is_login { Some(PENDING_MAX_AGE_SECONDS) } else { self.max_age_seconds.map(i64::from) };
        let max_age = max_age.map(|seconds| seconds.to_string()).unwrap_or_default();
        let mut locales = as_words(config.ui_locales());
        while locales.join(" ").len() > MAX_LOCALES_CHARS {
            locales.pop();
        }
        for (name, value) in [
            ("client_id", self.client_id.as_str()),
            ("response_type", "code"),
            ("response_mode", "query"),
            ("scope", &self.scope),
            ("redirect_uri", &self.redirect_uri),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", CodeChallenge::METHOD),
            ("state", self.state.expose()),
            ("nonce", self.nonce.expose()),
            ("ui_locales", &locales.join(" ")),
            ("prompt", prompt),
            ("max_age", &max_age),
            ("acr_values", &self.acr_values),
            ("login_hint", self.once.login_hint().unwrap_or_default()),
            ("tenant_hint", self.once.tenant_hint().unwrap_or_default()),
        ] {
            if !value.is_empty() {
                form::append(&mut url, name, value);
            }
        }
        url
    }

    /// Where the record belongs.
    pub fn storage_key(&self) -> String {
        storage_key(&self.state)
    }

    /// The record as JSON: verifier, state and nonce for at most ten minutes, no token ever.
    pub fn to_record(&self) -> String {
        let record = ObjectWriter::new()
            .integer("version", RECORD_VERSION)
            .text("issuer", &self.issuer)
            .text("client_id", &self.client_id)
            .text("redirect_uri", &self.redirect_uri);
        self.metadata
            .write(record)
            .text("state", self.state.expose())
            .text("code_verifier", self.verifier.expose())
            .text("nonce", self.nonce.expose())
            .text("scope", &self.scope)
            .integer("started_at", self.started_at.as_seconds())
            .text("return_to", self.return_to.as_str())
            .optional_integer("max_age", self.max_age_seconds.map(i64::from))
            .text("acr_values", &self.acr_values)
            .boolean("is_silent", self.is_silent)
            .optional_text("person", self.before.as_ref().map(|before| before.person.as_str()))
            .optional_text("owner", self.before.as_ref().map(|before| before.owner.as_str()))
            .optional_text("wanted_company", self.wanted_company.as_deref())
            .optional_text("signed_out", self.signed_out.as_deref())
            .finish()
    }

    /// Reads a record back. Storage can be changed by anything on this origin, so every URL and the path to return
    /// to are checked again.
    ///
    /// # Errors
    /// `PendingUnreadable` when it is not such a record; `PendingForeign` when it was written for another issuer,
    /// client or redirect URI, or with endpoints that are not this configuration's (RFC 9700 4.4.2); `PendingExpired` when it is older than
    /// [`PENDING_MAX_AGE_SECONDS`] or from the future.
    pub fn from_record(record: &str, config: &Config, now: UnixTime) -> Result<Self, Misbehaviour> {
        let pending = Self::read(record, config).ok_or(Misbehaviour::PendingUnreadable)?;
        if pending.issuer != config.authority().as_str()
            || pending.client_id != config.client_id()
            || pending.redirect_uri != config.redirect_uri().as_str()
            || pending.metadata.foreign_endpoint(config).is_some()
        {
            return Err(Misbehaviour::PendingForeign);
        }
        if now > pending.started_at.plus(PENDING_MAX_AGE_SECONDS)
            || now < pending.started_at.plus(-PENDING_MAX_FUTURE_SECONDS)
        {
            return Err(Misbehaviour::PendingExpired);
        }
        Ok(pending)
    }

    fn read(record: &str, config: &Config) -> Option<Self> {
        let object = Object::parse(record.as_bytes()).ok()?;
        let text = |name| object.text(name).ok()?.map(str::to_owned);
        if object.integer("version") != Ok(Some(RECORD_VERSION)) {
            return None;
        }
        let max_age_seconds = match object.integer("max_age").ok()? {
            Some(seconds) => Some(u32::try_from(seconds).ok()?),
            None => None,
        };
        let before = text("person").zip(text("owner")).map(|(person, owner)| Before { person, owner });
        let is_silent = matches!(object.get("is_silent"), Some(Json::Bool(true)));
        Some(Self {
            max_age_seconds,
            acr_values: text("acr_values")?,
            is_silent,
            before,
            wanted_company: text("wanted_company"),
            trusted_audiences: config.trusted_audiences().to_vec(),
            signed_out: text("signed_out"),
            once: SignInOptions::default(),
            issuer: text("issuer")?,
            client_id: text("client_id")?,
            redirect_uri: text("redirect_uri")?,
            metadata: Metadata::from_object(&object).ok()?,
            state: CsrfToken::new(text("state")?),
            verifier: CodeVerifier::new(text("code_verifier")?),
            nonce: Nonce::new(text("nonce")?),
            scope: text("scope")?,
            started_at: UnixTime::from_seconds(object.integer("started_at").ok()??),
            return_to: ReturnTo::parse(object.text("return_to").ok()??, config),
        })
    }
}

impl fmt::Debug for PendingSignIn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PendingSignIn([redacted])")
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::super::config::testing::config;
    use super::*;

    pub(crate) const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);

    pub(crate) fn metadata() -> Metadata {
        let text = include_bytes!("../../tests/fixtures/metadata.json");
        Metadata::from_object(&Object::parse(text).unwrap()).unwrap()
    }

    /// The verifier is the one of RFC 7636 appendix B, the state is 43 times `A`.
    pub(crate) fn pending() -> PendingSignIn {
        let randomness = Randomness {
            verifier: [
                116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105, 214,
                191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
            ],
            state: [0; 32],
            nonce: [255; 32],
        };
        PendingSignIn::new(&config(), &metadata(), randomness, NOW, ReturnTo::home(&config()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::config::testing::config;
    use super::super::endpoint::Endpoint;
    use super::testing::{NOW, metadata, pending};
    use super::*;

    #[test]
    fn a02_a05_a10_the_authorization_request_is_exactly_this() {
        assert_eq!(
            pending().authorization_url(&config()),
            "https://connect.example/connect/authorize?client_id=demo&response_type=code&response_mode=query\
             &scope=openid+profile+email&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback\
             &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256\
             &state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&nonce=__________________________________________8\
             &ui_locales=nb-NO+en-US"
        );
    }

    #[test]
    fn the_names_are_those_of_the_request() {
        let all = SignInOptions {
            prompt: Some(Prompt::SelectAccount),
            max_age_seconds: Some(0),
            acr_values: vec!["3".to_owned(), "4".to_owned()],
            login_hint: Some("kari@example.no&prompt=none".to_owned()),
            tenant_hint: Some("0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11".to_owned()),
            scopes: vec!["tenants".to_owned()],
            return_to: None,
        };
        let url = pending().asking(all, &config()).authorization_url(&config());
        let pairs = form::decode(url.split_once('?').unwrap().1).unwrap();
        assert!(pairs.iter().map(|(name, _)| name).eq(&PARAMETERS), "{url}");
        let value = |name: &str| pairs.iter().find(|(known, _)| known == name).unwrap().1.as_str();
        assert_eq!((value("prompt"), value("max_age"), value("acr_values")), ("select_account", "0", "3 4"));
        assert_eq!(value("login_hint"), "kari@example.no&prompt=none");
        assert!(value("scope").ends_with(" tenants"));
        let silent = pending().silent().authorization_url(&config());
        assert!(silent.ends_with("&prompt=none"), "{silent}");
    }

    #[test]
    fn what_duende_limits_is_left_away_and_the_sign_in_stays() {
        let page = super::super::config::Page { base: "https://app.example/".to_owned(), languages: Vec::new() };
        let locales: Vec<_> = ('a'..='z').map(|letter| format!("a{letter}-NO")).collect();
        let text = format!(r#"{{"authority":"https://connect.example","client_id":"demo","ui_locales":{locales:?}}}"#);
        let config = Config::parse(&text, &page).unwrap();
        let hint = |length| SignInOptions { login_hint: Some("x".repeat(length)), ..SignInOptions::default() };
        for (length, is_sent) in [(100, true), (101, false)] {
            let url = pending().asking(hint(length), &config).authorization_url(&config);
            let pairs = form::decode(url.split_once('?').unwrap().1).unwrap();
            let value = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
            assert_eq!(value("login_hint").is_some(), is_sent);
            let locales = value("ui_locales").unwrap();
            assert!((90..=100).contains(&locales.len()), "{locales}");
            assert!(
                locales.starts_with("aa-NO ab-NO ") && !locales.ends_with(' '),
                "whole tags, the first ones: {locales}"
            );
        }
    }

    /// Duende IdentityServer before 7.0.5 asked without end when both came together (products #1544, #1545).
    #[test]
    fn a_new_proof_is_asked_for_without_max_age_0_beside_prompt_login() {
        for max_age_seconds in [None, Some(0), Some(60)] {
            let options = SignInOptions { prompt: Some(Prompt::Login), max_age_seconds, ..SignInOptions::default() };
            let pending = pending().asking(options, &config());
            assert!(pending.authorization_url(&config()).ends_with("&prompt=login&max_age=600"));
            assert_eq!(pending.max_age_seconds, Some(0), "what is checked");
        }
        let options = SignInOptions { max_age_seconds: Some(0), ..SignInOptions::default() };
        assert!(pending().asking(options, &config()).authorization_url(&config()).ends_with("&max_age=0"));
    }

    #[test]
    fn what_was_asked_for_comes_back_with_the_record() {
        let options = SignInOptions {
            max_age_seconds: Some(60),
            acr_values: vec!["3".to_owned()],
            login_hint: Some("kari@example.no".to_owned()),
            tenant_hint: Some("0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11".to_owned()),
            ..SignInOptions::default()
        };
        let before = Before::of("https://connect.example", "kari", None);
        let pending = pending().asking(options, &config()).silent().renewing(Some(before.clone()), None);
        let pending = pending.after(Some("1800000000000".to_owned()));
        let record = pending.to_record();
        assert!(!record.contains("kari"), "no name and no hint in storage: {record}");
        let read = PendingSignIn::from_record(&record, &config(), NOW).unwrap();
        assert_eq!(read.to_record(), record);
        assert_eq!((read.max_age_seconds, read.acr_values.as_str(), read.is_silent), (Some(60), "3", true));
        assert_eq!(read.before, Some(before));
        assert_eq!(read.wanted_company.as_deref(), Some("0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11"));
        assert_eq!(read.signed_out(), Some("1800000000000"));
        for (from, to) in [("\"max_age\":60", "\"max_age\":-1"), ("\"max_age\":60", "\"max_age\":\"60\"")] {
            let result = PendingSignIn::from_record(&record.replace(from, to), &config(), NOW);
            assert_eq!(result.map(drop), Err(Misbehaviour::PendingUnreadable), "{to}");
        }
    }

    #[test]
    fn g09_a_fingerprint_tells_people_and_companies_apart_and_nothing_about_them() {
        let company = |id: &str| {
            let claims = Object::parse(format!(r#"{{"tenant_id":"{id}"}}"#).as_bytes()).unwrap();
            Company::verified(&claims).unwrap()
        };
        let (a, b) = (company("a"), company("b"));
        let kari = Before::of("https://connect.example", "kari", Some(&a));
        assert_eq!(kari, Before::of("https://connect.example", "kari", Some(&company("a"))));
        let other_company = Before::of("https://connect.example", "kari", Some(&b));
        assert_eq!(kari.person, other_company.person);
        assert_ne!(kari.owner, other_company.owner);
        for other in [
            Before::of("https://connect.example", "ola", Some(&a)),
            Before::of("https://other.example", "kari", Some(&a)),
        ] {
            assert_ne!(kari.person, other.person);
            assert_ne!(kari.owner, other.owner);
        }
        assert_eq!(kari.person.len(), 43);
    }

    #[test]
    fn an_endpoint_with_a_query_keeps_it() {
        let mut metadata = metadata();
        metadata.authorization_endpoint = Endpoint::parse("https://connect.example/a?tenant=1").unwrap();
        let randomness = Randomness { verifier: [1; 32], state: [2; 32], nonce: [3; 32] };
        let pending = PendingSignIn::new(&config(), &metadata, randomness, NOW, ReturnTo::home(&config()));
        let url = pending.authorization_url(&config());
        assert!(url.starts_with("https://connect.example/a?tenant=1&client_id=demo&"), "{url}");
    }

    #[test]
    fn a03_silence_about_pkce_changes_nothing_in_the_request() {
        let text = include_str!("../../tests/fixtures/metadata.json");
        let text = text.replace("code_challenge_methods_supported", "x_unknown");
        let mut silent = pending();
        silent.metadata = Metadata::from_object(&Object::parse(text.as_bytes()).unwrap()).unwrap();
        assert_eq!(silent.authorization_url(&config()), pending().authorization_url(&config()));
    }

    #[test]
    fn a09_no_configured_value_becomes_another_parameter() {
        let base = "https://app.example/".to_owned();
        let page = super::super::config::Page { base, languages: Vec::new() };
        // Every character that the configuration accepts, before what an attacker would add.
        for character in ('!'..='~').filter(|character| !matches!(character, '"' | '\\')) {
            let client_id = format!("a{character}&state=x&client_id=evil#");
            let scope = format!("s{character}&redirect_uri=https://evil.example&nonce=1&code_challenge_method=plain");
            let text = format!(
                r#"{{"authority":"https://connect.example","client_id":"{client_id}","scopes":["openid","{scope}"],
                    "ui_locales":["nb-NO"]}}"#
            );
            let config = Config::parse(&text, &page).unwrap();
            let randomness = Randomness { verifier: [1; 32], state: [2; 32], nonce: [3; 32] };
            let pending = PendingSignIn::new(&config, &metadata(), randomness, NOW, ReturnTo::home(&config));
            let url = pending.authorization_url(&config);
            let query = url.strip_prefix("https://connect.example/connect/authorize?").unwrap();
            let parameters = form::decode(query).unwrap();
            let names: Vec<_> = parameters.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(
                names.join(" "),
                "client_id response_type response_mode scope redirect_uri code_challenge code_challenge_method state \
                 nonce ui_locales",
                "{character}"
            );
            assert_eq!(parameters[0].1, client_id);
            assert_eq!(parameters[3].1, format!("openid {scope}"));
            assert_eq!(parameters[4].1, "https://app.example/callback");
        }
    }

    #[test]
    fn a09_the_last_character_of_the_endpoint_cannot_swallow_a_parameter() {
        for endpoint in ["https://connect.example/a?", "https://connect.example/a?x=?", "https://connect.example/a?x&"]
        {
            let mut metadata = metadata();
            metadata.authorization_endpoint = Endpoint::parse(endpoint).unwrap();
            let randomness = Randomness { verifier: [1; 32], state: [2; 32], nonce: [3; 32] };
            let pending = PendingSignIn::new(&config(), &metadata, randomness, NOW, ReturnTo::home(&config()));
            let url = pending.authorization_url(&config());
            let pairs = form::decode(url.split_once('?').unwrap().1).unwrap();
            assert!(pairs.contains(&("client_id".to_owned(), "demo".to_owned())), "{url}");
        }
    }

    #[test]
    fn a10_where_the_person_was_is_in_the_record_and_not_in_the_state() {
        let randomness = || Randomness { verifier: [1; 32], state: [2; 32], nonce: [3; 32] };
        let at = |path| PendingSignIn::new(&config(), &metadata(), randomness(), NOW, ReturnTo::parse(path, &config()));
        assert_eq!(at("/orders/7").authorization_url(&config()), at("/").authorization_url(&config()));
        assert_ne!(at("/orders/7").to_record(), at("/").to_record());
    }

    #[test]
    fn a_record_comes_back_as_it_was() {
        let pending = pending();
        let read = PendingSignIn::from_record(&pending.to_record(), &config(), NOW).unwrap();
        assert_eq!(read.to_record(), pending.to_record());
        assert_eq!(pending.storage_key(), "visma-connect-spa:pending:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    }

    #[test]
    fn c06_a_record_lives_ten_minutes() {
        let at = |seconds| PendingSignIn::from_record(&pending().to_record(), &config(), NOW.plus(seconds)).map(drop);
        assert_eq!(at(600), Ok(()));
        assert_eq!(at(601), Err(Misbehaviour::PendingExpired));
        assert_eq!(at(-300), Ok(()));
        assert_eq!(at(-301), Err(Misbehaviour::PendingExpired));
    }

    #[test]
    fn c07_a_record_of_another_configuration_is_refused() {
        for (from, to) in [
            ("https://connect.example\",\"client_id", "https://other.example\",\"client_id"),
            ("\"client_id\":\"demo\"", "\"client_id\":\"other\""),
            ("https://app.example/callback", "https://app.example/other"),
        ] {
            let record = pending().to_record();
            assert!(record.contains(from), "{from}");
            let result = PendingSignIn::from_record(&record.replace(from, to), &config(), NOW);
            assert_eq!(result.map(drop), Err(Misbehaviour::PendingForeign), "{to}");
        }
    }

    #[test]
    fn c32_a_record_that_was_changed_is_not_trusted() {
        let record = pending().to_record();
        for (from, to) in [
            ("{", ""),
            ("\"version\":3", "\"version\":2"),
            ("https://connect.example/connect/token", "javascript:alert(1)"),
            ("https://connect.example/connect/endsession", "http://evil.example"),
            ("\"started_at\":1800000000", "\"started_at\":\"x\""),
        ] {
            assert!(record.contains(from), "{from}");
            let result = PendingSignIn::from_record(&record.replacen(from, to, 1), &config(), NOW);
            assert_eq!(result.map(drop), Err(Misbehaviour::PendingUnreadable), "{to}");
        }
        let hostile = record.replace("\"return_to\":\"/\"", "\"return_to\":\"//evil.example\"");
        assert_eq!(PendingSignIn::from_record(&hostile, &config(), NOW).unwrap().return_to.as_str(), "/");
    }

    #[test]
    fn a04_every_attempt_has_its_own_randomness() {
        let other = Randomness { verifier: [1; 32], state: [2; 32], nonce: [3; 32] };
        let other = PendingSignIn::new(&config(), &metadata(), other, NOW, ReturnTo::home(&config()));
        let first = pending();
        assert_ne!(first.storage_key(), other.storage_key());
        assert_ne!(first.verifier, other.verifier);
        assert_ne!(first.nonce, other.nonce);
        assert_eq!(format!("{first:?}"), "PendingSignIn([redacted])");
    }

    #[test]
    fn b09_c07_c32_a_record_whose_endpoints_are_not_the_configurations_is_refused() {
        let planted =
            pending().to_record().replace("https://connect.example/connect/token", "https://evil.example/token");
        let verdict = |record: &str, config: &Config| PendingSignIn::from_record(record, config, NOW).map(drop);
        assert_eq!(verdict(&planted, &config()), Err(Misbehaviour::PendingForeign));

        // Metadata of the configuration may name any origin, and the record must have the same.
        let metadata = include_str!("../../tests/fixtures/metadata.json");
        let elsewhere = metadata.replace("https://connect.example/connect/token", "https://tokens.example/token");
        let with = |metadata: &str| {
            let text = format!(r#"{{"authority":"https://connect.example","client_id":"demo","metadata":{metadata}}}"#);
            let page = crate::Page { base: "https://app.example/".to_owned(), languages: Vec::new() };
            Config::parse(&text, &page).unwrap()
        };
        let good = pending().to_record();
        let of_elsewhere = good.replace("https://connect.example/connect/token", "https://tokens.example/token");
        assert_eq!(verdict(&good, &with(metadata)), Ok(()));
        assert_eq!(verdict(&of_elsewhere, &with(&elsewhere)), Ok(()));
        assert_eq!(verdict(&good, &with(&elsewhere)), Err(Misbehaviour::PendingForeign));
        assert_eq!(verdict(&planted, &with(&elsewhere)), Err(Misbehaviour::PendingForeign));
    }
}
