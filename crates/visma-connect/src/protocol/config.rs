//! The run-time configuration: `config.json` beside the page, checked as a whole before anything else happens.
//!
//! Every problem is found in one pass and carries its remedy: the reader is the developer who can fix it. A wrong
//! configuration is never used for a redirect.
//!
//! ```text
//! config.rs   what the rest of the app reads      reader.rs   one method for each key: value, or problem and remedy
//! ```

mod algorithm;
mod apis;
mod authority;
mod error;
mod json_problem;
mod lists;
mod locales;
mod reader;

pub use self::error::{ConfigError, ConfigProblem};
pub use self::locales::SUPPORTED_LOCALES;
use super::algorithm::SigningAlgorithm;
use super::https_url::HttpsUrl;
use super::jwks::Jwks;
use super::metadata::Metadata;
use super::options::as_words;

/// The page that the configuration is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppLocation {
    /// The absolute URL of the app's folder, with its trailing slash: `https://app.example.com/`.
    pub base: String,
    /// The user's languages, the preferred one first, as `navigator.languages` has them (BCP 47).
    pub languages: Vec<String>,
}

/// A checked configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    authority: HttpsUrl,
    client_id: String,
    redirect_uri: HttpsUrl,
    post_logout_redirect_uri: HttpsUrl,
    scopes: Vec<String>,
    ui_locales: Vec<String>,
    metadata: Option<Metadata>,
    jwks: Option<Jwks>,
    apis: Vec<ApiConfig>,
    base: HttpsUrl,
    restore: Restore,
    send_hints: bool,
    warn_seconds: u32,
    provider_origins: Vec<String>,
    trusted_audiences: Vec<String>,
    id_token_algorithm: SigningAlgorithm,
}

/// What a page does that is loaded where there was a session before: the token went with the old page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restore {
    /// Offers to continue, with one click.
    Ask,
    /// Goes to the provider by itself, once, without a word to the user (`prompt=none`).
    Redirect,
    /// Nothing: it is not stored that there was a session.
    Off,
}

/// An API that the signed-in user may call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiConfig {
    name: String,
    base_url: HttpsUrl,
    /// It was written as a path: the policy's `'self'` allows it.
    is_own: bool,
    scopes: Vec<String>,
    try_path: Option<String>,
}

impl Config {
    /// The provider: its issuer identifier, exactly as it writes it.
    pub fn authority(&self) -> &HttpsUrl {
        &self.authority
    }

    /// The public client's identifier.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Where the provider sends the user back to; registered there exactly.
    pub fn redirect_uri(&self) -> &HttpsUrl {
        &self.redirect_uri
    }

    /// Where the provider sends the user after signing out; registered there exactly.
    pub fn post_logout_redirect_uri(&self) -> &HttpsUrl {
        &self.post_logout_redirect_uri
    }

    /// The scopes that a sign-in asks for, exactly.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// The scopes as the parameter `scope` has them: separated by spaces.
    pub fn scope(&self) -> String {
        as_words(&self.scopes).join(" ")
    }

    /// The languages that the sign-in page is asked to use, the preferred one first.
    pub fn ui_locales(&self) -> &[String] {
        &self.ui_locales
    }

    /// Metadata that stands in for discovery.
    pub fn metadata(&self) -> Option<&Metadata> {
        self.metadata.as_ref()
    }

    /// Keys that stand in for the JWKS request.
    pub(crate) fn jwks(&self) -> Option<&Jwks> {
        self.jwks.as_ref()
    }

    /// What a page does that is loaded where there was a session before.
    pub fn restore(&self) -> Restore {
        self.restore
    }

    /// Whether a renewal tells the provider who is expected: `login_hint`, `tenant_hint`.
    pub fn sends_hints(&self) -> bool {
        self.send_hints
    }

    /// How many seconds before the end of a session the page says so.
    pub fn warn_seconds(&self) -> u32 {
        self.warn_seconds
    }

    /// The origins beside the authority's own that endpoints of its metadata may be at.
    pub fn provider_origins(&self) -> &[String] {
        &self.provider_origins
    }

    /// The audiences beside this client that an ID token may be for.
    pub fn trusted_audiences(&self) -> &[String] {
        &self.trusted_audiences
    }

    /// The one algorithm that ID tokens are signed with.
    pub fn id_token_algorithm(&self) -> SigningAlgorithm {
        self.id_token_algorithm
    }

    /// The API of this name.
    pub fn api(&self, name: &str) -> Option<&ApiConfig> {
        self.apis.iter().find(|api| api.name == name)
    }

    /// The APIs that may be called.
    pub fn apis(&self) -> &[ApiConfig] {
        &self.apis
    }

    /// The absolute URL of the app's folder, with its trailing slash.
    pub fn base(&self) -> &HttpsUrl {
        &self.base
    }

    /// The origins that the page connects to, each once: what `connect-src` must allow beside `'self'`.
    pub fn origins(&self) -> Vec<&str> {
        let mut origins = vec![self.authority.origin()];
        let apis = self.apis.iter().filter(|api| !api.is_own).map(|api| &api.base_url);
        let endpoints = self.metadata.iter().flat_map(Metadata::endpoints).chain(apis).map(HttpsUrl::origin);
        for origin in self.provider_origins.iter().map(String::as_str).chain(endpoints) {
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        origins
    }
}

impl ApiConfig {
    /// The name that people see.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Every call goes beneath this URL.
    pub fn base_url(&self) -> &HttpsUrl {
        &self.base_url
    }

    /// What the token must be granted for this API.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// A path beneath [`base_url`](Self::base_url) that the page offers to call.
    pub fn try_path(&self) -> Option<&str> {
        self.try_path.as_deref()
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    pub(crate) fn page() -> AppLocation {
        AppLocation { base: "https://app.example/".to_owned(), languages: vec!["nn".to_owned(), "en-US".to_owned()] }
    }

    pub(crate) fn config() -> Config {
        Config::parse(r#"{"authority":"https://connect.example","client_id":"demo"}"#, &page()).unwrap()
    }
}

#[cfg(test)]
mod tests;
