//! Reads config.json: one method for each key.

use super::error::{ConfigError, ConfigProblem};
use super::json_problem::json_problem;
use super::problem_kind::{ConfigProblemKind, ExpectedType, FileProblem, JsonKind, RequiredKey, ValueProblem};
use super::{AppLocation, Config, Restore};
use crate::protocol::algorithm::SigningAlgorithm;
use crate::protocol::error::Misbehaviour;
use crate::protocol::https_url::HttpsUrl;
use crate::protocol::json::{Json, NotJson, Object};
use crate::protocol::jwks::Jwks;
use crate::protocol::metadata::Metadata;
use crate::protocol::scope::is_scope;

const DEFAULT_SCOPES: [&str; 3] = ["openid", "profile", "email"];

const KEYS: [&str; 14] = [
    "authority",
    "client_id",
    "redirect_uri",
    "post_logout_redirect_uri",
    "scopes",
    "ui_locales",
    "metadata",
    "apis",
    "restore",
    "send_hints",
    "warn_seconds",
    "origins",
    "trusted_audiences",
    "id_token_signed_response_alg",
];

/// How many seconds before the end of a session the page warns the user, if the configuration has no value.
const DEFAULT_WARN_SECONDS: u32 = 120;

/// Files beside index.html. None of them is a page of the app.
const FILES: [&str; 9] = [
    "",
    "index.html",
    "404.html",
    "boot.js",
    "start-error.js",
    "config.json",
    "frontchannel-logout",
    "frontchannel-logout.html",
    "frontchannel-logout.js",
];

/// Whether this is an address that only developers use.
fn is_for_development(base: &HttpsUrl) -> bool {
    base.is_loopback() || [".local", ".localhost", ".test"].iter().any(|ending| host_of(base).ends_with(ending))
}

/// Whether this URL is on the user's own machine, with http or https (RFC 6761 6.3: also names below localhost).
fn is_local(endpoint: &HttpsUrl) -> bool {
    endpoint.is_loopback() || host_of(endpoint).ends_with(".localhost")
}

fn host_of(endpoint: &HttpsUrl) -> &str {
    endpoint.origin().strip_prefix("https://").unwrap_or_default().split(':').next().unwrap_or_default()
}

impl Config {
    /// Reads the text of `config.json` for this page.
    ///
    /// # Errors
    /// [`ConfigError`] lists every problem at once.
    pub fn parse(text: &str, page: &AppLocation) -> Result<Self, ConfigError> {
        // Some editors write a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let object = Object::parse(text.as_bytes()).map_err(|NotJson(at)| {
            if text.trim_start().starts_with('<') {
                ConfigError::file(FileProblem::IsHtml)
            } else {
                json_problem(text, at)
            }
        })?;
        ConfigReader::new(&object).config(page)
    }

    /// Like [`parse`](Self::parse), but without the list of problems. Returns `None` when there is a problem.
    pub fn check(text: &str, page: &AppLocation) -> Option<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let object = Object::parse(text.as_bytes()).ok()?;
        ConfigReader::new(&object).config(page).ok()
    }
}

/// Reads one object and reports what is wrong with it.
pub(super) struct ConfigReader<'a> {
    pub(super) object: &'a Object,
    /// The prefix of each key in a problem: empty, or the path of the object with a dot at its end, such as `apis[0].`.
    pub(super) path: String,
    pub(super) problems: Vec<ConfigProblem>,
}

impl<'a> ConfigReader<'a> {
    fn new(object: &'a Object) -> Self {
        Self { object, path: String::new(), problems: Vec::new() }
    }

    pub(super) fn problem(&mut self, key: &str, problem: ValueProblem) {
        self.report(key, ConfigProblemKind::Value(problem));
    }

    pub(super) fn report(&mut self, key: &str, kind: ConfigProblemKind) {
        self.problems.push(ConfigProblem::new([&self.path, key].concat(), kind));
    }

    fn config(mut self, page: &AppLocation) -> Result<Config, ConfigError> {
        self.refuse_unknown_keys();
        let authority = self.authority();
        let client_id = self.client_id();
        let base = self.base(page);
        let redirect_uri = self.own_page("redirect_uri", page, "callback");
        let post_logout_redirect_uri = self.own_page("post_logout_redirect_uri", page, "signed-out");
        if let (Some(redirect_uri), Some(other)) = (&redirect_uri, &post_logout_redirect_uri)
            && other.is_page(redirect_uri.path_and_query())
        {
            self.problem("post_logout_redirect_uri", ValueProblem::SamePage);
        }
        let scopes = match self.object.get("scopes") {
            None => DEFAULT_SCOPES.map(str::to_owned).to_vec(),
            Some(value) => {
                let scopes = self.scopes("scopes", value);
                if scopes.as_ref().is_some_and(|scopes| !scopes.iter().any(|scope| scope == "openid")) {
                    self.problem("scopes", ValueProblem::OpenIdMissing);
                }
                scopes.unwrap_or_default()
            }
        };
        let ui_locales = self.ui_locales(&page.languages);
        let id_token_algorithm = self.id_token_algorithm();
        let (metadata, jwks) = self.metadata(id_token_algorithm);
        let apis = self.apis(base.as_ref());
        let provider_origins = self.provider_origins();
        let trusted_audiences = self.trusted_audiences();
        let restore = self.restore();
        let send_hints = self.send_hints();
        let warn_seconds = self.warn_seconds();
        if base.as_ref().is_some_and(|base| !is_for_development(base)) {
            self.refuse_local("authority", authority.as_ref().is_some_and(is_local));
            self.refuse_local("metadata", metadata.iter().flat_map(Metadata::endpoints).any(is_local));
            self.refuse_local(
                "origins",
                provider_origins.iter().any(|origin| HttpsUrl::parse(origin).is_ok_and(|it| is_local(&it))),
            );
            self.refuse_local("apis", apis.iter().any(|api| is_local(&api.base_url)));
        }
        match (authority, client_id, base, redirect_uri, post_logout_redirect_uri) {
            (Some(authority), Some(client_id), Some(base), Some(redirect_uri), Some(post_logout_redirect_uri))
                if self.problems.is_empty() =>
            {
                Ok(Config {
                    authority,
                    client_id,
                    redirect_uri,
                    post_logout_redirect_uri,
                    scopes,
                    ui_locales,
                    metadata,
                    jwks,
                    apis,
                    base,
                    restore,
                    send_hints,
                    warn_seconds,
                    provider_origins,
                    trusted_audiences,
                    id_token_algorithm,
                })
            }
            _ => Err(ConfigError { problems: self.problems }),
        }
    }

    fn refuse_unknown_keys(&mut self) {
        let object = self.object;
        for name in object.names().filter(|name| !KEYS.contains(name)) {
            let is_secret = name == "client_secret";
            self.problem(name, if is_secret { ValueProblem::ClientSecret } else { ValueProblem::KeyUnknown });
        }
    }

    /// A string that must be there.
    pub(super) fn required_text(&mut self, key: &'static str, required: RequiredKey) -> Option<&'a str> {
        match self.object.get(key) {
            None => {
                self.problem(key, ValueProblem::KeyMissing(required));
                None
            }
            Some(value) => self.text(key, value),
        }
    }

    pub(super) fn text(&mut self, key: &str, value: &'a Json) -> Option<&'a str> {
        match value {
            Json::Text(text) => Some(text),
            other => {
                self.wrong_type(key, other, ExpectedType::Text);
                None
            }
        }
    }

    pub(super) fn wrong_type(&mut self, key: &str, value: &Json, expected: ExpectedType) {
        self.problem(key, ValueProblem::WrongType { found: JsonKind::of(value), expected });
    }

    pub(super) fn endpoint(&mut self, key: &str, text: &str) -> Option<HttpsUrl> {
        match HttpsUrl::parse(text) {
            Ok(endpoint) => Some(endpoint),
            Err(why) => {
                self.problem(key, ValueProblem::NotHttpsUrl(why));
                None
            }
        }
    }

    fn client_id(&mut self) -> Option<String> {
        let text = self.required_text("client_id", RequiredKey::ClientId)?;
        if text.is_empty() || text.len() > 200 || !text.bytes().all(|b| (0x21..=0x7e).contains(&b)) {
            self.problem("client_id", ValueProblem::ClientIdInvalid);
            return None;
        }
        Some(text.to_owned())
    }

    fn base(&mut self, page: &AppLocation) -> Option<HttpsUrl> {
        let base = HttpsUrl::parse(&page.base).ok().filter(|base| !base.has_query() && base.as_str().ends_with('/'));
        if base.is_none() {
            self.problem("config.json", ValueProblem::PageNotUsable);
        }
        base
    }

    /// Reports a URL on the user's own machine. Called only for a public page: there the provider or the API would be
    /// on the machine of each user. This detects a release that still has the configuration of the repository, which
    /// names the local provider.
    pub(super) fn refuse_local(&mut self, key: &str, is_local: bool) {
        if is_local {
            self.problem(key, ValueProblem::LocalUrl);
        }
    }

    /// `redirect_uri` or `post_logout_redirect_uri`: a page of this app, by default below its base.
    fn own_page(&mut self, key: &'static str, page: &AppLocation, default: &str) -> Option<HttpsUrl> {
        let Some(value) = self.object.get(key) else {
            // If the base is not a usable URL, `base` has reported it.
            return HttpsUrl::parse(&[&page.base, default].concat()).ok();
        };
        let text = self.text(key, value)?;
        let endpoint = self.endpoint(key, text)?;
        let is_below = text
            .strip_prefix(page.base.as_str())
            .is_some_and(|rest| !FILES.contains(&rest.strip_suffix('/').unwrap_or(rest)));
        // Providers compare redirect URIs exactly, so a wildcard never matches.
        if !is_below || endpoint.has_query() || text.contains('*') {
            self.problem(key, ValueProblem::NotAPageOfThisApp);
            return None;
        }
        Some(endpoint)
    }

    pub(super) fn list(&mut self, key: &str, value: &'a Json, expected: ExpectedType) -> Option<&'a [Json]> {
        match value {
            Json::List(list) => Some(list),
            other => {
                self.wrong_type(key, other, expected);
                None
            }
        }
    }

    pub(super) fn scopes(&mut self, key: &str, value: &'a Json) -> Option<Vec<String>> {
        let list = self.list(key, value, ExpectedType::Scopes)?;
        let mut scopes = Vec::new();
        for element in list {
            let Json::Text(scope) = element else {
                self.wrong_type(key, element, ExpectedType::Scopes);
                return None;
            };
            if scope.split(' ').any(|scope| scope.eq_ignore_ascii_case("offline_access")) {
                self.problem(key, ValueProblem::OfflineAccess);
            } else if !is_scope(scope) {
                self.problem(key, ValueProblem::ScopeInvalid);
            } else if scopes.iter().any(|known: &String| *known == **scope) {
                self.problem(key, ValueProblem::ScopeTwice);
            } else {
                scopes.push(scope.as_str().to_owned());
            }
        }
        Some(scopes)
    }

    fn metadata(&mut self, algorithm: SigningAlgorithm) -> (Option<Metadata>, Option<Jwks>) {
        let object = match self.object.get("metadata") {
            None => return (None, None),
            Some(Json::Object(object)) => object,
            Some(other) => {
                self.wrong_type("metadata", other, ExpectedType::Metadata);
                return (None, None);
            }
        };
        if let Some(issuer) = object.get("issuer")
            && !matches!((issuer, self.object.get("authority")), (Json::Text(a), Some(Json::Text(b))) if **a == **b)
        {
            self.problem("metadata.issuer", ValueProblem::IssuerDiffers);
        }
        let metadata = match Metadata::from_object(object, algorithm) {
            Ok(metadata) => Some(metadata),
            Err(Misbehaviour::MetadataAlgorithmUnsupported(_)) => {
                let key = "metadata.id_token_signing_alg_values_supported";
                self.report(key, ConfigProblemKind::SigningAlgorithmMissing(algorithm));
                None
            }
            Err(Misbehaviour::MetadataInvalid(member)) => {
                let mut tell = |member: &str| {
                    self.problem(&["metadata.", member].concat(), ValueProblem::EndpointInvalid);
                };
                if !Metadata::unusable(object, &mut tell) {
                    tell(member);
                }
                None
            }
            Err(_) => {
                self.problem("metadata.code_challenge_methods_supported", ValueProblem::S256Missing);
                None
            }
        };
        let jwks = match object.get("jwks") {
            None => None,
            Some(Json::Object(jwks)) => match Jwks::from_object(jwks, algorithm) {
                Ok(jwks) if !jwks.is_empty() => Some(jwks),
                _ => {
                    self.problem("metadata.jwks", ValueProblem::SigningKeyMissing);
                    None
                }
            },
            Some(other) => {
                self.wrong_type("metadata.jwks", other, ExpectedType::Jwks);
                None
            }
        };
        (metadata, jwks)
    }

    fn restore(&mut self) -> Restore {
        match self.object.get("restore") {
            None => Restore::Ask,
            Some(value) if value.is_text("ask") => Restore::Ask,
            Some(value) if value.is_text("redirect") => Restore::Redirect,
            Some(value) if value.is_text("off") => Restore::Off,
            Some(_) => {
                self.problem("restore", ValueProblem::RestoreUnknown);
                Restore::Ask
            }
        }
    }

    fn send_hints(&mut self) -> bool {
        match self.object.get("send_hints") {
            None => true,
            Some(Json::Bool(value)) => *value,
            Some(other) => {
                self.wrong_type("send_hints", other, ExpectedType::Boolean);
                true
            }
        }
    }

    fn warn_seconds(&mut self) -> u32 {
        match self.object.get("warn_seconds") {
            None => DEFAULT_WARN_SECONDS,
            Some(Json::Integer(seconds @ 0..=3_600)) => u32::try_from(*seconds).unwrap_or(DEFAULT_WARN_SECONDS),
            Some(Json::Integer(_)) => {
                self.problem("warn_seconds", ValueProblem::WarnSecondsOutOfRange);
                DEFAULT_WARN_SECONDS
            }
            Some(other) => {
                self.wrong_type("warn_seconds", other, ExpectedType::Seconds);
                DEFAULT_WARN_SECONDS
            }
        }
    }
}
