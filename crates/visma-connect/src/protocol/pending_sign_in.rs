//! A sign-in that waits for its authorization response, and its record in sessionStorage.
//!
//! ```text
//! PendingSignIn::new ──> authorize::url()      the browser goes to the provider
//!                   └──> to_record()           is stored in sessionStorage under storage_key(state)
//! ```

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::algorithm::SigningAlgorithm;
use super::base64url;
use super::config::Config;
use super::discovery;
use super::error::Misbehaviour;
use super::fingerprints::Fingerprints;
use super::json::{Json, Object, ObjectWriter};
use super::metadata::Metadata;
use super::options::{Prompt, SignInOptions, as_words};
use super::return_to::ReturnTo;
use super::secret::{CodeVerifier, CsrfToken, Nonce};
use super::time::UnixTime;

/// The longest time from the start of a sign-in to its response, in seconds. It is also the longest recommended
/// lifetime of a code (RFC 6749 4.1.2).
pub const PENDING_MAX_AGE_SECONDS: i64 = 600;

/// How far the clock may be set back during a sign-in, in seconds.
const PENDING_MAX_FUTURE_SECONDS: i64 = 300;

/// The version of the record's format. A record with another version is refused.
const RECORD_VERSION: i64 = 4;

/// The prefix of the storage keys of all records.
pub const STORAGE_PREFIX: &str = "visma-connect-spa:pending:";

/// The storage key of the sign-in with this `state`.
pub fn storage_key(state: &CsrfToken) -> String {
    [STORAGE_PREFIX, state.expose()].concat()
}

/// The [`channel`](PendingSignIn::channel) of the sign-in whose record has this storage key.
pub fn channel_of_key(key: &str) -> String {
    base64url::encode(&Sha256::digest(key.strip_prefix(STORAGE_PREFIX).unwrap_or_default().as_bytes()))
}

/// The name of the channel: a hash of the `state` that does not reveal it.
pub(super) fn channel(state: &CsrfToken) -> String {
    base64url::encode(&Sha256::digest(state.expose().as_bytes()))
}

/// Random bytes from the browser, new for each sign-in: three times 32 bytes.
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
/// It is not `Clone`, and [`accept`](Self::accept) consumes it, so a verifier is used only once.
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
    /// The sign-in began without a click. The provider must not ask the user anything.
    pub(super) is_silent: bool,
    /// The fingerprints of the user and the company that were signed in when this sign-in began.
    pub(super) before: Option<Fingerprints>,
    /// The requested company, if it is not the company of the session that this sign-in renews.
    pub(super) wanted_company: Option<String>,
    /// The audiences that the ID token may have in addition to this client.
    pub(super) trusted_audiences: Vec<String>,
    pub(super) algorithm: SigningAlgorithm,
    /// The mark of the last sign-out in this browser, as it was when this sign-in began. The mark is the time of the
    /// sign-out.
    signed_out: Option<String>,
    /// The options of this request. They are not stored in the record.
    pub(super) once: SignInOptions,
}

impl PendingSignIn {
    /// Begins a sign-in at the provider with this metadata.
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
            algorithm: config.id_token_algorithm(),
            signed_out: None,
            once: SignInOptions::default(),
        }
    }

    /// Adds the options of this sign-in to the request.
    #[must_use]
    pub fn with_options(mut self, options: SignInOptions, config: &Config) -> Self {
        self.scope = options.scope(config.scopes());
        // `prompt` can be removed before it reaches the provider. The claim `auth_time` shows that the user signed in
        // again. The ID token must contain this claim only if `max_age` was requested (Core 3.1.2.1).
        let again = (options.prompt == Some(Prompt::Login)).then_some(0);
        self.max_age_seconds = again.or(options.max_age_seconds);
        self.acr_values = options.acr_values();
        self.once = options;
        self
    }

    /// Makes the sign-in silent (`prompt=none`): the provider must not ask the user anything. A sign-in that starts
    /// without a click is silent.
    #[must_use]
    pub fn silent(mut self) -> Self {
        self.is_silent = true;
        self
    }

    /// Stores which user and company were signed in when this sign-in began. If `tenant_hint` requests another
    /// company, tokens for a company other than the requested one are refused.
    #[must_use]
    pub fn renewing(mut self, before: Option<Fingerprints>, company: Option<&str>) -> Self {
        self.before = before;
        self.wanted_company = self.once.tenant_hint().filter(|hint| Some(*hint) != company).map(str::to_owned);
        self
    }

    /// Stores the mark of the last sign-out in this browser.
    #[must_use]
    pub fn with_sign_out_mark(mut self, signed_out: Option<String>) -> Self {
        self.signed_out = signed_out;
        self
    }

    /// The page that the user returns to.
    pub fn return_to(&self) -> &ReturnTo {
        &self.return_to
    }

    /// Whether this sign-in continues an earlier session.
    pub fn continues_session(&self) -> bool {
        self.before.is_some() || self.is_silent
    }

    /// The mark of the last sign-out in this browser, as it was when this sign-in began.
    pub fn signed_out(&self) -> Option<&str> {
        self.signed_out.as_deref()
    }

    /// Whether this sign-in began without a click.
    pub fn is_silent(&self) -> bool {
        self.is_silent
    }

    /// The channel on which this window waits for a response that arrives in another window: the hash of the `state`.
    pub fn channel(&self) -> String {
        channel(&self.state)
    }

    /// The storage key of the record.
    pub fn storage_key(&self) -> String {
        storage_key(&self.state)
    }

    /// The record as JSON. It contains verifier, state and nonce, is valid for ten minutes, and never contains a
    /// token.
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
            .optional_text("user", self.before.as_ref().map(|before| before.user.as_str()))
            .optional_text("owner", self.before.as_ref().map(|before| before.owner.as_str()))
            .optional_text("wanted_company", self.wanted_company.as_deref())
            .optional_text("signed_out", self.signed_out.as_deref())
            .finish()
    }

    /// Reads a record. All code of this origin can change the storage, so every URL and the path to return to are
    /// checked again.
    ///
    /// # Errors
    /// - `PendingUnreadable`: it is not a record of this version.
    /// - `PendingForeign`: it has another issuer, client or redirect URI, or an endpoint that this configuration does
    ///   not allow (RFC 9700 4.4.2).
    /// - `PendingExpired`: it is older than [`PENDING_MAX_AGE_SECONDS`], or more than five minutes in the future.
    pub fn from_record(record: &str, config: &Config, now: UnixTime) -> Result<Self, Misbehaviour> {
        let pending = Self::read(record, config).ok_or(Misbehaviour::PendingUnreadable)?;
        if pending.issuer != config.authority().as_str()
            || pending.client_id != config.client_id()
            || pending.redirect_uri != config.redirect_uri().as_str()
            || discovery::foreign_endpoint(&pending.metadata, config).is_some()
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
        let before = text("user").zip(text("owner")).map(|(user, owner)| Fingerprints { user, owner });
        let is_silent = matches!(object.get("is_silent"), Some(Json::Bool(true)));
        Some(Self {
            max_age_seconds,
            acr_values: text("acr_values")?,
            is_silent,
            before,
            wanted_company: text("wanted_company"),
            trusted_audiences: config.trusted_audiences().to_vec(),
            algorithm: config.id_token_algorithm(),
            signed_out: text("signed_out"),
            once: SignInOptions::default(),
            issuer: text("issuer")?,
            client_id: text("client_id")?,
            redirect_uri: text("redirect_uri")?,
            metadata: Metadata::from_object(&object, config.id_token_algorithm()).ok()?,
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
        Metadata::from_object(&Object::parse(text).unwrap(), SigningAlgorithm::Rs256).unwrap()
    }

    /// The verifier is from RFC 7636 appendix B. The state is 43 times `A`.
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
mod tests;
