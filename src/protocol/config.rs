//! The run-time configuration: `config.json` beside the page, checked as a whole before anything else happens.
//!
//! Every problem is found in one pass and carries its remedy, since the person who reads it is the developer
//! who can mend it. A wrong configuration is never used for a redirect.

use super::discovery::Metadata;
use super::endpoint::{Endpoint, NotAnEndpoint};
use super::error::Misbehaviour;
use super::json::{Json, Object};
use super::jwks::Jwks;
use super::scope::is_scope;

/// The languages that Visma Connect's sign-in pages speak.
pub const SUPPORTED_LOCALES: [&str; 8] = ["da-DK", "en-GB", "en-US", "fi-FI", "nb-NO", "nl-NL", "sv-SE", "lv-LV"];

const DEFAULT_SCOPES: [&str; 3] = ["openid", "profile", "email"];

const KEYS: [&str; 11] = [
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
];

/// How long before the end of a session the page says so, unless the configuration says otherwise.
const DEFAULT_WARN_SECONDS: u32 = 120;

/// The page that the configuration is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The absolute URL of the app's folder, with its trailing slash: `https://app.example.com/`.
    pub base: String,
    /// The person's languages, the preferred one first, as `navigator.languages` has them (BCP 47).
    pub languages: Vec<String>,
}

/// A checked configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    authority: Endpoint,
    client_id: String,
    redirect_uri: Endpoint,
    post_logout_redirect_uri: Endpoint,
    scopes: Vec<String>,
    ui_locales: Vec<String>,
    metadata: Option<Metadata>,
    jwks: Option<Jwks>,
    apis: Vec<Api>,
    base: Endpoint,
    restore: Restore,
    send_hints: bool,
    warn_seconds: u32,
}

/// What a page does that is loaded where there was a session before: the token went with the old page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restore {
    /// Offers to continue, with one click.
    Ask,
    /// Goes to the provider by itself, once, without a word to the person (`prompt=none`).
    Redirect,
    /// Nothing: nobody remembers that there was a session.
    Off,
}

/// An API that the signed-in person may call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    name: String,
    base_url: Endpoint,
    scopes: Vec<String>,
    try_path: Option<String>,
}

/// Everything that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<ConfigProblem>,
}

/// One thing that is wrong with a configuration, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The key, as a path: `apis[0].base_url`. `config.json` when the whole file is meant.
    pub key: String,
    /// What is wrong, in one sentence.
    pub problem: String,
    /// What to do, in one sentence.
    pub remedy: &'static str,
}

impl ConfigError {
    /// A configuration with exactly one problem, for the file as a whole.
    pub fn file(problem: String, remedy: &'static str) -> Self {
        Self { problems: vec![ConfigProblem { key: "config.json".to_owned(), problem, remedy }] }
    }

    /// The problems, in the order of the file; never empty.
    pub fn problems(&self) -> &[ConfigProblem] {
        &self.problems
    }
}

impl Config {
    /// Reads the text of `config.json` for this page.
    ///
    /// # Errors
    /// [`ConfigError`] lists every problem at once.
    pub fn parse(text: &str, page: &Page) -> Result<Self, ConfigError> {
        let Ok(object) = Object::parse(text.as_bytes()) else {
            return Err(if text.trim_start().starts_with('<') {
                ConfigError::file(
                    "The host answered with an HTML page instead of config.json.".to_owned(),
                    "Put config.json beside index.html, and exclude existing files from the host's fallback rule.",
                )
            } else {
                ConfigError::file(
                    "It is not one JSON object with each key once.".to_owned(),
                    "Check commas, quotes and doubled keys; comments are not allowed in JSON.",
                )
            });
        };
        Reader { object: &object, problems: Vec::new() }.config(page)
    }

    /// The provider: its issuer identifier, without trailing slash.
    pub fn authority(&self) -> &Endpoint {
        &self.authority
    }

    /// The public client's identifier.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Where the provider sends the person back to; registered there to the letter.
    pub fn redirect_uri(&self) -> &Endpoint {
        &self.redirect_uri
    }

    /// Where the provider sends the person after signing out; registered there to the letter.
    pub fn post_logout_redirect_uri(&self) -> &Endpoint {
        &self.post_logout_redirect_uri
    }

    /// The scopes that a sign-in asks for, exactly.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
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

    /// The API of this name.
    pub fn api(&self, name: &str) -> Option<&Api> {
        self.apis.iter().find(|api| api.name == name)
    }

    /// The APIs that may be called.
    pub fn apis(&self) -> &[Api] {
        &self.apis
    }

    /// The absolute URL of the app's folder, with its trailing slash.
    pub fn base(&self) -> &Endpoint {
        &self.base
    }

    /// The origins that the page connects to, each once: what `connect-src` must allow beside `'self'`.
    pub fn origins(&self) -> Vec<&str> {
        let mut origins = vec![self.authority.origin()];
        let endpoints = self.metadata.iter().flat_map(Metadata::endpoints);
        for endpoint in endpoints.chain(self.apis.iter().map(|api| &api.base_url)) {
            if !origins.contains(&endpoint.origin()) {
                origins.push(endpoint.origin());
            }
        }
        origins
    }
}

impl Api {
    /// The name that people see.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Every call goes beneath this URL.
    pub fn base_url(&self) -> &Endpoint {
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

/// What lies beside index.html under a name of its own.
const FILES: [&str; 8] = [
    "",
    "index.html",
    "404.html",
    "boot.js",
    "config.json",
    "frontchannel-logout",
    "frontchannel-logout.html",
    "frontchannel-logout.js",
];

/// Whether only the developer opens the page at this address.
fn is_for_development(base: &Endpoint) -> bool {
    let host = base.origin().strip_prefix("https://").unwrap_or_default().split(':').next().unwrap_or_default();
    base.is_loopback() || [".local", ".localhost", ".test"].iter().any(|ending| host.ends_with(ending))
}

/// Reads one object and remembers what is wrong with it.
struct Reader<'a> {
    object: &'a Object,
    problems: Vec<ConfigProblem>,
}

impl<'a> Reader<'a> {
    fn problem(&mut self, key: &str, problem: &str, remedy: &'static str) {
        self.problems.push(ConfigProblem { key: key.to_owned(), problem: problem.to_owned(), remedy });
    }

    fn config(mut self, page: &Page) -> Result<Config, ConfigError> {
        self.refuse_unknown_keys();
        let authority = self.authority();
        let client_id = self.client_id();
        let base = self.base(page);
        let redirect_uri = self.own_page("redirect_uri", page, "callback");
        let post_logout_redirect_uri = self.own_page("post_logout_redirect_uri", page, "signed-out");
        if redirect_uri.is_some() && redirect_uri == post_logout_redirect_uri {
            self.problem(
                "post_logout_redirect_uri",
                "It is the same page as redirect_uri.",
                "Give each a page of its own: they are told apart by their paths.",
            );
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
        let ui_locales = self.ui_locales(page);
        let (metadata, jwks) = self.metadata();
        let apis = self.apis();
        let restore = self.restore();
        let send_hints = self.send_hints();
        let warn_seconds = self.warn_seconds();
        let is_local = |endpoint: &Endpoint| endpoint.is_loopback();
        if base.as_ref().is_some_and(|base| !is_for_development(base)) {
            self.refuse_local("authority", authority.as_ref().is_some_and(is_local));
            self.refuse_local("metadata", metadata.iter().flat_map(Metadata::endpoints).any(is_local));
            self.refuse_local("apis", apis.iter().any(|api| api.base_url.is_loopback()));
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
                    "A browser app cannot keep a secret: everybody can read this file.",
                    "Remove it, revoke the secret in the Developer Portal, and register a Single-Page-App.",
                );
            } else {
                self.problem(
                    name,
                    "This key is not known.",
                    "Remove it or check its spelling; README.md lists the keys.",
                );
            }
        }
    }

    /// A string that must be there.
    fn required_text(&mut self, key: &'static str, remedy: &'static str) -> Option<&'a str> {
        match self.object.get(key) {
            None => {
                self.problem(key, "It is missing.", remedy);
                None
            }
            Some(value) => self.text(key, value),
        }
    }

    fn text(&mut self, key: &str, value: &'a Json) -> Option<&'a str> {
        match value {
            Json::Text(text) => Some(text),
            other => {
                self.wrong_type(key, other, "Write a string in double quotes.");
                None
            }
        }
    }

    fn wrong_type(&mut self, key: &str, value: &Json, remedy: &'static str) {
        self.problem(key, &["It is ", value.kind(), "."].concat(), remedy);
    }

    fn endpoint(&mut self, key: &str, text: &str) -> Option<Endpoint> {
        match Endpoint::parse(text) {
            Ok(endpoint) => Some(endpoint),
            Err(why) => {
                let (problem, remedy) = match why {
                    NotAnEndpoint::Insecure => (
                        "It is neither an https URL nor http on this machine.",
                        "Use https://; plain http is accepted for localhost and 127.0.0.1 only.",
                    ),
                    NotAnEndpoint::Fragment => ("It has a fragment.", "Remove everything from the # on."),
                    NotAnEndpoint::Malformed => (
                        "It is not a plain absolute URL.",
                        "Write it as browsers print it: lower-case host, no user name, no default port, no dot segments, only ASCII.",
                    ),
                };
                self.problem(key, problem, remedy);
                None
            }
        }
    }

    fn authority(&mut self) -> Option<Endpoint> {
        let text = self.required_text(
            "authority",
            "Add it: https://connect.visma.com in production, or http://localhost:9400 for the local provider.",
        )?;
        let endpoint = self.endpoint("authority", text)?;
        if endpoint.has_query() || endpoint.as_str().ends_with('/') {
            self.problem(
                "authority",
                "It has a query or a trailing slash.",
                "Write the issuer exactly as the provider's metadata has it; the two are compared to the letter.",
            );
            return None;
        }
        Some(endpoint)
    }

    fn client_id(&mut self) -> Option<String> {
        let text =
            self.required_text("client_id", "Add the Client ID of your Single-Page-App in the Developer Portal.")?;
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

    fn base(&mut self, page: &Page) -> Option<Endpoint> {
        let base = Endpoint::parse(&page.base).ok().filter(|base| !base.has_query() && base.as_str().ends_with('/'));
        if base.is_none() {
            self.problem(
                "config.json",
                "The page itself is not served over https, or its address is no folder.",
                "Serve it over https, or open it on localhost: browsers give no cryptography to other plain http pages.",
            );
        }
        base
    }

    /// The shipped configuration names the local provider. On a public page every visitor's own machine would answer.
    fn refuse_local(&mut self, key: &str, is_local: bool) {
        if is_local {
            self.problem(
                key,
                "It names this machine, and the page is public: a program on each visitor's machine would answer.",
                "Write the addresses of the real service, such as https://connect.visma.com, and the client_id of your Single-Page-App.",
            );
        }
    }

    /// `redirect_uri` or `post_logout_redirect_uri`: a page of this app, by default beneath its base.
    fn own_page(&mut self, key: &'static str, page: &Page, default: &str) -> Option<Endpoint> {
        let Some(value) = self.object.get(key) else {
            // A base that is no endpoint has been reported.
            return Endpoint::parse(&[&page.base, default].concat()).ok();
        };
        let text = self.text(key, value)?;
        let endpoint = self.endpoint(key, text)?;
        let is_below = text.strip_prefix(page.base.as_str()).is_some_and(|rest| !FILES.contains(&rest));
        // A wildcard is registered by mistake, and never what the provider compares to the letter.
        if !is_below || endpoint.has_query() || text.contains('*') {
            self.problem(
                key,
                "It is not a page of its own below the address of this app, or has a query or a wildcard.",
                "Write one exact page below the address that this app is opened at, or leave the key out.",
            );
            return None;
        }
        Some(endpoint)
    }

    fn list(&mut self, key: &str, value: &'a Json, remedy: &'static str) -> Option<&'a [Json]> {
        match value {
            Json::List(list) => Some(list),
            other => {
                self.wrong_type(key, other, remedy);
                None
            }
        }
    }

    fn scopes(&mut self, key: &str, value: &'a Json) -> Option<Vec<String>> {
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
                    "offline_access asks for a refresh token, which a browser app does not get.",
                    "Remove it; the session lasts as long as the access token and is renewed by a new sign-in.",
                );
            } else if !is_scope(scope) {
                self.problem(
                    key,
                    "A scope is empty, very long, or has a space or a special character.",
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

    fn ui_locales(&mut self, page: &Page) -> Vec<String> {
        let Some(value) = self.object.get("ui_locales") else {
            return supported_locales(&page.languages);
        };
        let remedy = "Write an array of language tags: [\"nb-NO\", \"en-GB\"].";
        let mut locales = Vec::new();
        for element in self.list("ui_locales", value, remedy).unwrap_or_default() {
            match element {
                Json::Text(tag)
                    if !tag.is_empty()
                        && tag.len() <= 35
                        && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') =>
                {
                    locales.push(tag.as_str().to_owned());
                }
                _ => self.problem("ui_locales", "An element is not a language tag.", remedy),
            }
        }
        locales
    }

    fn metadata(&mut self) -> (Option<Metadata>, Option<Jwks>) {
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
            self.problem(
                "metadata.issuer",
                "It is not the authority.",
                "The two must be the same to the letter, or the metadata is another provider's.",
            );
        }
        let metadata = match Metadata::from_object(object) {
            Ok(metadata) => Some(metadata),
            Err(Misbehaviour::MetadataInvalid(member)) => {
                let mut tell = |member: &str| {
                    self.problem(
                        &["metadata.", member].concat(),
                        "It is missing, is neither an https URL nor http on this machine, or holds a parameter of the request.",
                        "Copy the provider's metadata document as it is.",
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
            Some(Json::Object(jwks)) => match Jwks::from_object(jwks) {
                Ok(jwks) if !jwks.is_empty() => Some(jwks),
                _ => {
                    self.problem(
                        "metadata.jwks",
                        "It has no RSA key that can check a signature.",
                        "Copy the provider's key set as it is, or remove this key: the keys are then fetched.",
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
                self.problem(
                    "restore",
                    "It is none of the three words.",
                    "Write \"ask\", \"redirect\" or \"off\"; README.md says what each does.",
                );
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
                self.problem("warn_seconds", "It is less than nothing or more than an hour.", remedy);
                DEFAULT_WARN_SECONDS
            }
            Some(other) => {
                self.wrong_type("warn_seconds", other, remedy);
                DEFAULT_WARN_SECONDS
            }
        }
    }

    fn apis(&mut self) -> Vec<Api> {
        let mut apis: Vec<Api> = Vec::new();
        let Some(value) = self.object.get("apis") else {
            return apis;
        };
        let remedy = "Write an array of objects with name and base_url.";
        for (index, element) in (0_i64..).zip(self.list("apis", value, remedy).unwrap_or_default()) {
            let key = ["apis[", &index.to_string(), "]"].concat();
            let Json::Object(object) = element else {
                self.wrong_type(&key, element, remedy);
                continue;
            };
            let mut reader = Reader { object, problems: Vec::new() };
            let api = reader.api();
            let problems = reader.problems.into_iter();
            self.problems
                .extend(problems.map(|problem| ConfigProblem { key: [&key, ".", &problem.key].concat(), ..problem }));
            if let Some(api) = api {
                if apis.iter().any(|other| other.name == api.name) {
                    self.problem(&key, "Another API has the same name.", "Give each API its own name.");
                }
                apis.push(api);
            }
        }
        apis
    }

    fn api(&mut self) -> Option<Api> {
        let object = self.object;
        for name in object.names().filter(|name| !["name", "base_url", "scopes", "try"].contains(name)) {
            self.problem(name, "This key is not known.", "Remove it or check its spelling; README.md lists the keys.");
        }
        let name = self.required_text("name", "Add the name that the page shows.");
        if name == Some("") {
            self.problem("name", "It is empty.", "Write the name that the page shows.");
        }
        let base_url = self
            .required_text("base_url", "Add the URL that every call goes beneath.")
            .and_then(|text| self.endpoint("base_url", text));
        if base_url.as_ref().is_some_and(Endpoint::has_query) {
            self.problem("base_url", "It has a query.", "Write it without the query.");
        }
        let scopes = object.get("scopes").and_then(|value| self.scopes("scopes", value)).unwrap_or_default();
        let try_path = object.get("try").and_then(|value| self.text("try", value));
        if let (Some(base_url), Some(path)) = (&base_url, try_path) {
            let is_relative = !path.is_empty()
                && !path.starts_with('/')
                && !path.split('/').next().is_some_and(|first| first.contains(':'));
            if !is_relative || base_url.beneath(path).is_none() {
                self.problem(
                    "try",
                    "It is not a path beneath base_url.",
                    "Write it without a leading slash: \"organization\".",
                );
            }
        }
        Some(Api { name: name?.to_owned(), base_url: base_url?, scopes, try_path: try_path.map(str::to_owned) })
    }
}

/// The browser's languages as Visma Connect's sign-in page names them; English when none fits.
fn supported_locales(languages: &[String]) -> Vec<String> {
    let mut locales: Vec<String> = Vec::new();
    for language in languages {
        let primary = language.split('-').next().unwrap_or_default().to_ascii_lowercase();
        // Norwegian Nynorsk and the macro language get the Norwegian page; other English gets the British one.
        let primary = if primary == "no" || primary == "nn" { "nb" } else { &primary };
        let exact = SUPPORTED_LOCALES.iter().find(|locale| locale.eq_ignore_ascii_case(language));
        let close = SUPPORTED_LOCALES.iter().find(|locale| locale.split('-').next() == Some(primary));
        if let Some(locale) = exact.or(close)
            && !locales.iter().any(|known| known == locale)
        {
            locales.push((*locale).to_owned());
        }
    }
    if locales.is_empty() {
        locales.push("en-GB".to_owned());
    }
    locales
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    pub(crate) fn page() -> Page {
        Page { base: "https://app.example/".to_owned(), languages: vec!["nn".to_owned(), "en-US".to_owned()] }
    }

    pub(crate) fn config() -> Config {
        Config::parse(r#"{"authority":"https://connect.example","client_id":"demo"}"#, &page()).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{config, page};
    use super::*;

    fn keys_of(text: &str) -> Vec<String> {
        let error = Config::parse(text, &page()).expect_err(text);
        error.problems().iter().map(|problem| problem.key.clone()).collect()
    }

    fn with(members: &str) -> String {
        format!(r#"{{"authority":"https://connect.example","client_id":"demo",{members}}}"#)
    }

    #[test]
    fn two_keys_are_enough() {
        let config = config();
        assert_eq!(config.redirect_uri().as_str(), "https://app.example/callback");
        assert_eq!(config.post_logout_redirect_uri().as_str(), "https://app.example/signed-out");
        assert_eq!(config.scopes(), ["openid", "profile", "email"]);
        assert_eq!(config.ui_locales(), ["nb-NO", "en-US"]);
        assert_eq!(config.origins(), ["https://connect.example"]);
    }

    #[test]
    fn every_key_is_read() {
        let text = with(
            r#""redirect_uri":"https://app.example/in","post_logout_redirect_uri":"https://app.example/out",
               "scopes":["openid","tenants"],"ui_locales":["sv-SE"],
               "apis":[{"name":"ERP","base_url":"https://api.example/v1/","scopes":["erp:read"],"try":"organization"}],
               "metadata":{"authorization_endpoint":"https://connect.example/a","token_endpoint":"https://token.example/t",
                           "jwks_uri":"https://connect.example/k"}"#,
        );
        let config = Config::parse(&text, &page()).unwrap();
        assert_eq!(config.redirect_uri().as_str(), "https://app.example/in");
        assert_eq!(config.scopes(), ["openid", "tenants"]);
        assert_eq!(config.ui_locales(), ["sv-SE"]);
        assert_eq!(config.apis()[0].try_path(), Some("organization"));
        assert_eq!(config.origins(), ["https://connect.example", "https://token.example", "https://api.example"]);
    }

    #[test]
    fn every_problem_is_listed_at_once() {
        let text = r#"{"client_id":7,"client_secret":"x","scope":"openid","scopes":["profile","Offline_Access"],
                       "redirect_uri":"https://evil.example/callback","apis":[{"base_url":"http://a.example"}]}"#;
        assert_eq!(
            keys_of(text),
            [
                "client_secret",
                "scope",
                "authority",
                "client_id",
                "redirect_uri",
                "scopes",
                "scopes",
                "apis[0].name",
                "apis[0].base_url"
            ]
        );
    }

    #[test]
    fn what_is_not_a_json_object_is_one_problem() {
        for text in ["", "[]", "{", "<!doctype html>", r#"{"authority":"a","authority":"b"}"#, "{} //"] {
            assert_eq!(keys_of(text), ["config.json"], "{text}");
        }
        let html = Config::parse(" <!doctype html>", &page()).unwrap_err();
        assert!(html.problems()[0].problem.contains("HTML"));
    }

    #[test]
    fn a05_the_flow_cannot_be_configured() {
        for key in ["response_type", "response_mode", "code_challenge_method", "prompt", "grant_type"] {
            for value in ["token", "code id_token", "fragment", "web_message", "code"] {
                assert_eq!(keys_of(&with(&format!(r#""{key}":"{value}""#))), [key], "{value}");
            }
        }
    }

    #[test]
    fn a06_offline_access_and_a_missing_openid_are_refused() {
        for scopes in [
            r#"["openid","offline_access"]"#,
            r#"["OFFLINE_ACCESS","openid"]"#,
            r#"["openid"," offline_access "]"#,
            r#"["openid  offline_access","openid"]"#,
            r#"["openid","\toffline_access"]"#,
        ] {
            assert_eq!(keys_of(&with(&format!(r#""scopes":{scopes}"#))), ["scopes"], "{scopes}");
        }
        assert_eq!(keys_of(&with(r#""scopes":["profile"]"#)), ["scopes"]);
        assert_eq!(keys_of(&with(r#""scopes":["openid profile","openid"]"#)), ["scopes"]);
        assert_eq!(keys_of(&with(r#""scopes":"openid""#)), ["scopes"]);
        assert_eq!(
            keys_of(&with(r#""apis":[{"name":"a","base_url":"https://a.example","scopes":["offline_access"]}]"#)),
            ["apis[0].scopes"]
        );
    }

    #[test]
    fn a07_a_redirect_uri_is_a_page_of_this_origin() {
        for uri in [
            "https://app.example/callback#x",
            "https://app.example:8443/callback",
            "https://evil.example/callback",
            "http://app.example/callback",
            "/callback",
            "https://app.example/callback?x=y",
            "https://*.example/callback",
            "https://app.example/*",
            "https://user@app.example/callback",
            "https://app.example",
            "https://app.example/",
            "https://app.example/index.html",
            "https://app.example/boot.js",
            "https://app.example/config.json",
            "https://app.example/frontchannel-logout",
        ] {
            assert_eq!(keys_of(&with(&format!(r#""redirect_uri":"{uri}""#))), ["redirect_uri"], "{uri}");
        }
        for both in ["https://app.example/signed-out", "https://app.example/other"] {
            let text = with(&format!(r#""redirect_uri":"{both}","post_logout_redirect_uri":"{both}""#));
            assert_eq!(keys_of(&text), ["post_logout_redirect_uri"], "{both}");
        }
        assert_eq!(
            keys_of(&with(r#""redirect_uri":"https://app.example/signed-out""#)),
            ["post_logout_redirect_uri"],
            "the default of the other"
        );
    }

    #[test]
    fn a08_a_public_page_has_no_authority_on_the_visitors_machine() {
        let text = r#"{"authority":"http://localhost:9400","client_id":"demo"}"#;
        let parse = |base: &str| Config::parse(text, &Page { base: base.to_owned(), languages: Vec::new() });
        for public in ["https://app.example/", "https://app.example:8443/app/", "https://local.example/"] {
            let error = parse(public).unwrap_err();
            assert_eq!(error.problems()[0].key, "authority", "{public}");
        }
        let metadata =
            include_str!("../../tests/fixtures/metadata.json").replace("https://connect.example", "http://127.0.0.1:6");
        let metadata = metadata.replacen("http://127.0.0.1:6", "https://connect.example", 1);
        let local = format!(r#""metadata":{metadata},"apis":[{{"name":"a","base_url":"http://localhost:1/v1"}}]"#);
        assert_eq!(keys_of(&with(&local)), ["metadata", "apis"]);
        for development in [
            "http://localhost:8080/",
            "http://127.0.0.1:8080/app/",
            "https://localhost/",
            "https://app.local:8080/",
            "https://app.test/",
            "https://app.localhost/",
        ] {
            assert!(parse(development).is_ok(), "{development}");
        }
    }

    #[test]
    fn a_base_is_the_address_of_a_folder() {
        for base in ["https://app.example/?x/", "https://app.example/app", "https://app.example"] {
            let page = Page { base: base.to_owned(), languages: Vec::new() };
            let error = Config::parse(r#"{"authority":"https://connect.example","client_id":"demo"}"#, &page);
            assert_eq!(error.unwrap_err().problems()[0].key, "config.json", "{base}");
        }
    }

    #[test]
    fn a08_an_authority_is_https_and_exact() {
        for authority in [
            "http://connect.example",
            "https://connect.example/",
            "https://connect.example?x",
            "https://connect.example#x",
            "https://u@connect.example",
            "connect.example",
            "",
        ] {
            assert_eq!(
                keys_of(&format!(r#"{{"authority":"{authority}","client_id":"demo"}}"#)),
                ["authority"],
                "{authority}"
            );
        }
    }

    #[test]
    fn a13_a_page_without_https_is_told_so() {
        let page = Page { base: "http://192.168.1.2/".to_owned(), languages: Vec::new() };
        let error = Config::parse(r#"{"authority":"https://connect.example","client_id":"demo"}"#, &page).unwrap_err();
        assert_eq!(error.problems().len(), 1);
        assert!(error.problems()[0].problem.contains("https"));
    }

    #[test]
    fn inline_metadata_obeys_the_rules_of_discovery() {
        let metadata = |members: &str| {
            with(&format!(
                r#""metadata":{{"authorization_endpoint":"https://connect.example/a","token_endpoint":"https://connect.example/t",
                   "jwks_uri":"https://connect.example/k"{members}}}"#
            ))
        };
        assert!(Config::parse(&metadata(""), &page()).is_ok());
        assert_eq!(keys_of(&metadata(r#","issuer":"https://other.example""#)), ["metadata.issuer"]);
        assert_eq!(keys_of(&metadata(r#","end_session_endpoint":"javascript:x""#)), ["metadata.end_session_endpoint"]);
        assert_eq!(
            keys_of(&metadata(r#","code_challenge_methods_supported":["plain"]"#)),
            ["metadata.code_challenge_methods_supported"]
        );
        assert_eq!(keys_of(&metadata(r#","jwks":{"keys":[]}"#)), ["metadata.jwks"]);
        let required = ["metadata.authorization_endpoint", "metadata.token_endpoint", "metadata.jwks_uri"];
        assert_eq!(keys_of(&with(r#""metadata":{}"#)), required);
        let odd = r#""metadata":{"userinfo_endpoint":"http://a.example","end_session_endpoint":7}"#;
        let optional = ["metadata.userinfo_endpoint", "metadata.end_session_endpoint"];
        assert_eq!(keys_of(&with(odd)), [&required[..], &optional].concat());
    }

    #[test]
    fn try_is_a_path_beneath_the_base_url() {
        for path in [
            "/organization",
            "../admin",
            "https://evil.example",
            "https://a.example/v1/x",
            "orders:7",
            "a b",
            "",
            "%2e%2e/x",
        ] {
            let text = with(&format!(r#""apis":[{{"name":"a","base_url":"https://a.example/v1","try":"{path}"}}]"#));
            assert_eq!(keys_of(&text), ["apis[0].try"], "{path}");
        }
    }

    #[test]
    fn languages_become_the_eight_of_visma_connect() {
        let locales = |languages: &[&str]| {
            supported_locales(&languages.iter().map(|language| (*language).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(locales(&["no", "nb", "sv"]), ["nb-NO", "sv-SE"]);
        assert_eq!(locales(&["EN-us", "en-AU", "de-DE"]), ["en-US", "en-GB"]);
        assert_eq!(locales(&["de", "fr-CH"]), ["en-GB"]);
        assert_eq!(locales(&["fi", "nl-BE", "lv", "da"]), ["fi-FI", "nl-NL", "lv-LV", "da-DK"]);
    }
}
