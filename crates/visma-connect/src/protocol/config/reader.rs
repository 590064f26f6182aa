//! Reads config.json: one method for each key.

use super::error::{ConfigError, ConfigProblem};
use super::json_problem::json_problem;
use super::{AppLocation, Config, Restore};
use crate::protocol::algorithm::SigningAlgorithm;
use crate::protocol::error::Misbehaviour;
use crate::protocol::https_url::{HttpsUrl, NotHttpsUrl};
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

/// How long before the end of a session the page says so, unless the configuration says otherwise.
const DEFAULT_WARN_SECONDS: u32 = 120;

/// What lies beside index.html under a name of its own.
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

/// Whether only the developer opens the page at this address.
fn is_for_development(base: &HttpsUrl) -> bool {
    base.is_loopback() || [".local", ".localhost", ".test"].iter().any(|ending| host_of(base).ends_with(ending))
}

/// Whether this address is the user's own machine, whatever the scheme (RFC 6761 6.3 has the names below localhost).
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
        // Some editors put a byte order mark there.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let object = Object::parse(text.as_bytes()).map_err(|NotJson(at)| {
            if text.trim_start().starts_with('<') {
                ConfigError::file(
                    "The host answered with an HTML page instead of config.json.".to_owned(),
                    "Put config.json beside index.html, and exclude existing files from the host's fallback rule.",
                )
            } else {
                json_problem(text, at)
            }
        })?;
        ConfigReader::<true> { object: &object, problems: Vec::new() }.config(page)
    }

    /// [`parse`](Self::parse) without words for what is wrong: they need not be loaded where nothing is.
    pub fn check(text: &str, page: &AppLocation) -> Option<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let object = Object::parse(text.as_bytes()).ok()?;
        ConfigReader::<false> { object: &object, problems: Vec::new() }.config(page).ok()
    }
}

/// Reads one object and remembers what is wrong with it. Without words it only counts.
pub(super) struct ConfigReader<'a, const HAS_WORDS: bool> {
    pub(super) object: &'a Object,
    pub(super) problems: Vec<ConfigProblem>,
}

impl<'a, const HAS_WORDS: bool> ConfigReader<'a, HAS_WORDS> {
    pub(super) fn problem(&mut self, key: &str, problem: &str, remedy: &'static str) {
        self.problems.push(if HAS_WORDS {
            ConfigProblem { key: key.to_owned(), problem: problem.to_owned(), remedy }
        } else {
            ConfigProblem { key: String::new(), problem: String::new(), remedy: "" }
        });
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
            self.problem("post_logout_redirect_uri", "It is the same page as redirect_uri.", "Give each its own page.");
        }
        let scopes = match self.object.get("scopes") {
            None => DEFAULT_SCOPES.map(str::to_owned).to_vec(),
            Some(value) => {
                let scopes = self.scopes("scopes", value);
                if scopes.as_ref().is_some_and(|scopes| !scopes.iter().any(|scope| scope == "openid")) {
                    self.problem(
                        "scopes",
                        "The scope openid is missing.",
                        "Add \"openid\": without it there is no ID token.",
                    );
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
            if name == "client_secret" {
                self.problem(
                    name,
                    "A browser app cannot keep a secret.",
                    "Remove it, revoke the secret in the Developer Portal, and register a Single-Page-App.",
                );
            } else {
                self.problem(
                    name,
                    "This key is not known.",
                    "Check its spelling; docs/configuration.md lists the keys.",
                );
            }
        }
    }

    /// A string that must be there.
    pub(super) fn required_text(&mut self, key: &'static str, remedy: &'static str) -> Option<&'a str> {
        match self.object.get(key) {
            None => {
                self.problem(key, "It is missing.", remedy);
                None
            }
            Some(value) => self.text(key, value),
        }
    }

    pub(super) fn text(&mut self, key: &str, value: &'a Json) -> Option<&'a str> {
        match value {
            Json::Text(text) => Some(text),
            other => {
                self.wrong_type(key, other, "Write a string in double quotes.");
                None
            }
        }
    }

    pub(super) fn wrong_type(&mut self, key: &str, value: &Json, remedy: &'static str) {
        let problem = if HAS_WORDS { ["It is ", value.kind(), "."].concat() } else { String::new() };
        self.problem(key, &problem, remedy);
    }

    pub(super) fn endpoint(&mut self, key: &str, text: &str) -> Option<HttpsUrl> {
        match HttpsUrl::parse(text) {
            Ok(endpoint) => Some(endpoint),
            Err(why) => {
                let (problem, remedy) = match why {
                    NotHttpsUrl::Insecure => {
                        ("It is not an https URL.", "Use https://; plain http is for localhost only.")
                    }
                    NotHttpsUrl::Fragment => ("It has a fragment.", "Remove everything from the # on."),
                    NotHttpsUrl::Malformed => (
                        "It is not a plain absolute URL.",
                        "Write a lower-case host, no user name, no default port, only ASCII.",
                    ),
                };
                self.problem(key, problem, remedy);
                None
            }
        }
    }

    fn client_id(&mut self) -> Option<String> {
        let text = self.required_text("client_id", "Add the Client ID from the Developer Portal.")?;
        if text.is_empty() || text.len() > 200 || !text.bytes().all(|b| (0x21..=0x7e).contains(&b)) {
            self.problem(
                "client_id",
                "It is empty, too long, or has a space or a special character.",
                "Copy it from the Developer Portal.",
            );
            return None;
        }
        Some(text.to_owned())
    }

    fn base(&mut self, page: &AppLocation) -> Option<HttpsUrl> {
        let base = HttpsUrl::parse(&page.base).ok().filter(|base| !base.has_query() && base.as_str().ends_with('/'));
        if base.is_none() {
            self.problem(
                "config.json",
                "The page is not served over https, or its address is no folder.",
                "Use https or localhost: elsewhere browsers offer no cryptography.",
            );
        }
        base
    }

    /// The shipped configuration names the local provider. On a public page every visitor's own machine would answer.
    pub(super) fn refuse_local(&mut self, key: &str, is_local: bool) {
        if is_local {
            self.problem(
                key,
                "It names this machine, and the page is public.",
                "Write a public address (https://connect.visma.com for example).",
            );
        }
    }

    /// `redirect_uri` or `post_logout_redirect_uri`: a page of this app, by default beneath its base.
    fn own_page(&mut self, key: &'static str, page: &AppLocation, default: &str) -> Option<HttpsUrl> {
        let Some(value) = self.object.get(key) else {
            // A base that is no endpoint has been reported.
            return HttpsUrl::parse(&[&page.base, default].concat()).ok();
        };
        let text = self.text(key, value)?;
        let endpoint = self.endpoint(key, text)?;
        let is_below = text
            .strip_prefix(page.base.as_str())
            .is_some_and(|rest| !FILES.contains(&rest.strip_suffix('/').unwrap_or(rest)));
        // A wildcard is registered by mistake, and never what the provider compares to the letter.
        if !is_below || endpoint.has_query() || text.contains('*') {
            self.problem(
                key,
                "It is not a page of this app.",
                "Write one below the app's address, without query or wildcard, or remove the key.",
            );
            return None;
        }
        Some(endpoint)
    }

    pub(super) fn list(&mut self, key: &str, value: &'a Json, remedy: &'static str) -> Option<&'a [Json]> {
        match value {
            Json::List(list) => Some(list),
            other => {
                self.wrong_type(key, other, remedy);
                None
            }
        }
    }

    pub(super) fn scopes(&mut self, key: &str, value: &'a Json) -> Option<Vec<String>> {
        let list = self.list(key, value, "Write an array of strings: [\"openid\", \"profile\"].")?;
        let mut scopes = Vec::new();
        for element in list {
            let Json::Text(scope) = element else {
                self.wrong_type(key, element, "Write an array of strings: [\"openid\", \"profile\"].");
                return None;
            };
            if scope.split(' ').any(|scope| scope.eq_ignore_ascii_case("offline_access")) {
                self.problem(
                    key,
                    "offline_access asks for a refresh token, which this app does not use.",
                    "Remove it: a new sign-in renews the session.",
                );
            } else if !is_scope(scope) {
                self.problem(
                    key,
                    "A scope is empty, too long, or has a space or a special character.",
                    "Write one scope per element.",
                );
            } else if scopes.iter().any(|known: &String| *known == **scope) {
                self.problem(key, "A scope is listed twice.", "Remove one.");
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
                self.wrong_type("metadata", other, "Write an object: the provider's metadata.");
                return (None, None);
            }
        };
        if let Some(issuer) = object.get("issuer")
            && Some(issuer) != self.object.get("authority")
        {
            self.problem("metadata.issuer", "It is not the authority.", "Write the same in both.");
        }
        let metadata = match Metadata::from_object(object, algorithm) {
            Ok(metadata) => Some(metadata),
            Err(Misbehaviour::MetadataAlgorithmUnsupported(_)) => {
                self.problem(
                    "metadata.id_token_signing_alg_values_supported",
                    &[algorithm.name(), " is missing."].concat(),
                    "Write the one that the provider signs with into id_token_signed_response_alg.",
                );
                None
            }
            Err(Misbehaviour::MetadataInvalid(member)) => {
                let mut tell = |member: &str| {
                    self.problem(
                        &["metadata.", member].concat(),
                        "It is missing, is no https URL, or holds a parameter of the request.",
                        "Copy the provider's metadata unchanged.",
                    );
                };
                if !Metadata::unusable(object, &mut tell) {
                    tell(member);
                }
                None
            }
            Err(_) => {
                self.problem(
                    "metadata.code_challenge_methods_supported",
                    "S256 is missing.",
                    "The provider must support PKCE with SHA-256.",
                );
                None
            }
        };
        let jwks = match object.get("jwks") {
            None => None,
            Some(Json::Object(jwks)) => match Jwks::from_object(jwks, algorithm) {
                Ok(jwks) if !jwks.is_empty() => Some(jwks),
                _ => {
                    self.problem(
                        "metadata.jwks",
                        "It has no key for id_token_signed_response_alg.",
                        "Copy the provider's key set, or remove this key.",
                    );
                    None
                }
            },
            Some(other) => {
                self.wrong_type("metadata.jwks", other, "Write an object: the provider's key set.");
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
                self.problem("restore", "It is another value.", "Write \"ask\", \"redirect\" or \"off\".");
                Restore::Ask
            }
        }
    }

    fn send_hints(&mut self) -> bool {
        match self.object.get("send_hints") {
            None => true,
            Some(Json::Bool(value)) => *value,
            Some(other) => {
                self.wrong_type("send_hints", other, "Write true or false, without quotes.");
                true
            }
        }
    }

    fn warn_seconds(&mut self) -> u32 {
        let remedy = "Write whole seconds from 0 to 3600, without quotes.";
        match self.object.get("warn_seconds") {
            None => DEFAULT_WARN_SECONDS,
            Some(Json::Integer(seconds @ 0..=3_600)) => u32::try_from(*seconds).unwrap_or(DEFAULT_WARN_SECONDS),
            Some(Json::Integer(_)) => {
                self.problem("warn_seconds", "It is not between 0 and 3600.", remedy);
                DEFAULT_WARN_SECONDS
            }
            Some(other) => {
                self.wrong_type("warn_seconds", other, remedy);
                DEFAULT_WARN_SECONDS
            }
        }
    }
}
