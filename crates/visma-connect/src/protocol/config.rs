//! The run-time configuration: the file `config.json` beside index.html.
//!
//! It is checked completely before the app uses any of it. One pass finds every problem, so that the developer can fix
//! all of them at once. A configuration with a problem is never used.
//!
//! ```text
//! config.rs   the checked values           reader.rs         one method for each key: its value, or a problem
//! error.rs    the list of the problems     problem_kind.rs   each kind of problem; messages/ has its text
//! ```

mod algorithm;
mod apis;
mod authority;
mod error;
mod json_problem;
mod lists;
mod locales;
pub(crate) mod problem_kind;
mod reader;

pub use self::error::{ConfigError, ConfigProblem};
pub use self::locales::SUPPORTED_LOCALES;
use super::algorithm::SigningAlgorithm;
use super::https_url::HttpsUrl;
use super::jwks::Jwks;
use super::metadata::Metadata;
use super::options::as_words;

/// The address of the app that uses the configuration, and the languages of its user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppLocation {
    /// The absolute URL of the app's folder, with a slash at the end: `https://app.example.com/`.
    pub base: String,
    /// The user's languages as BCP 47 tags, the preferred one first: `navigator.languages`.
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

/// What the page does after a reload that ended a session. The access token was in memory, so it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restore {
    /// Shows a button that continues the session.
    Ask,
    /// Goes to the provider automatically, once, without user interaction (`prompt=none`).
    Redirect,
    /// Does nothing. The browser does not store that there was a session.
    Off,
}

/// An API that the signed-in user may call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiConfig {
    name: String,
    base_url: HttpsUrl,
    /// Whether `base_url` in the configuration is a path. Such an API has the origin of the app, so `'self'` in
    /// `connect-src` allows it.
    is_own: bool,
    scopes: Vec<String>,
    try_path: Option<String>,
}

impl Config {
    /// The issuer identifier of the provider, exactly as the provider writes it.
    pub fn authority(&self) -> &HttpsUrl {
        &self.authority
    }

    /// The client identifier of this public client.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The redirect URI. It is registered at the provider in exactly this form.
    pub fn redirect_uri(&self) -> &HttpsUrl {
        &self.redirect_uri
    }

    /// The page to which the provider redirects after a sign-out. It is registered at the provider in exactly this
    /// form.
    pub fn post_logout_redirect_uri(&self) -> &HttpsUrl {
        &self.post_logout_redirect_uri
    }

    /// The scopes of an authorization request.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// The scopes as the value of the parameter `scope`: with a space between them.
    pub fn scope(&self) -> String {
        as_words(&self.scopes).join(" ")
    }

    /// The languages for the sign-in page, the preferred one first: the parameter `ui_locales`.
    pub fn ui_locales(&self) -> &[String] {
        &self.ui_locales
    }

    /// The provider's metadata, if the configuration has it. Then there is no discovery request.
    pub(crate) fn metadata(&self) -> Option<&Metadata> {
        self.metadata.as_ref()
    }

    /// The provider's keys, if the configuration has them. Then there is no JWKS request.
    pub(crate) fn jwks(&self) -> Option<&Jwks> {
        self.jwks.as_ref()
    }

    /// What the page does after a reload that ended a session.
    pub fn restore(&self) -> Restore {
        self.restore
    }

    /// Whether a renewal sends `login_hint` and `tenant_hint`, so that the provider expects the same user and company.
    pub fn sends_hints(&self) -> bool {
        self.send_hints
    }

    /// How many seconds before the end of a session the page warns the user.
    pub fn warn_seconds(&self) -> u32 {
        self.warn_seconds
    }

    /// The origins that endpoints of the provider's metadata may have, besides the origin of the authority.
    pub fn provider_origins(&self) -> &[String] {
        &self.provider_origins
    }

    /// The audiences that an ID token may have, besides this client.
    pub fn trusted_audiences(&self) -> &[String] {
        &self.trusted_audiences
    }

    /// The only algorithm with which an ID token may be signed.
    pub fn id_token_algorithm(&self) -> SigningAlgorithm {
        self.id_token_algorithm
    }

    /// The API with this name.
    pub fn api(&self, name: &str) -> Option<&ApiConfig> {
        self.apis.iter().find(|api| api.name == name)
    }

    /// The APIs that may be called.
    pub fn apis(&self) -> &[ApiConfig] {
        &self.apis
    }

    /// The absolute URL of the app's folder, with a slash at the end.
    pub fn base(&self) -> &HttpsUrl {
        &self.base
    }

    /// The origins to which the page connects, each once. `connect-src` must allow them and `'self'`.
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
    /// The name that the page shows.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The base URL. Every call has this URL or a URL below it.
    pub fn base_url(&self) -> &HttpsUrl {
        &self.base_url
    }

    /// The scopes that the access token needs for this API.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// A path below [`base_url`](Self::base_url). The page offers to call it.
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
