//! Looking for secrets everywhere where a page could leave one.

use std::collections::BTreeMap;

use serde_json::json;

use crate::app::App;
use crate::provider::Provider;
use crate::site::Site;

/// The secrets of all sign-ins so far, by name.
#[derive(Clone, Debug, Default)]
pub struct Secrets(BTreeMap<String, String>);

impl Secrets {
    /// All that the provider handed out, and all that the app made up for it.
    pub async fn of(provider: &Provider) -> Self {
        let mut secrets = Self::default();
        for (index, issued) in provider.issued().await.into_iter().enumerate() {
            // The signature alone finds a token that was taken apart, too.
            let value = issued.value.rsplit('.').next().unwrap().to_owned();
            secrets.add(&format!("{} {index}", issued.kind), &value);
        }
        for request in provider.authorize_requests().await {
            for name in ["state", "nonce"] {
                secrets.add(name, request.parameter(name));
            }
        }
        for request in provider.token_requests().await {
            let form = request.form.expect("a token request without a form");
            secrets.add("code_verifier", &form["code_verifier"][0]);
        }
        secrets
    }

    /// Adds one.
    pub fn add(&mut self, name: &str, value: &str) {
        assert!(value.len() >= 16, "{name} is too short to be looked for: {value}");
        self.0.insert(format!("{name} ({})", &value[..6]), value.to_owned());
    }

    /// How many there are of this name.
    pub fn count(&self, name: &str) -> usize {
        self.0.keys().filter(|key| key.starts_with(name)).count()
    }

    /// Fails when one of them is in the page, its storages, the address, the history, the console, a cookie, or in a
    /// header or address that the app's host got. The callback's own address is the one place where they must be.
    ///
    /// # Panics
    /// One of them is found.
    pub async fn are_nowhere(&self, when: &str, app: &App, site: &Site) {
        assert!(!self.0.is_empty(), "{when}: there is no secret to look for");
        for (place, text) in places(app, site).await {
            for (name, value) in &self.0 {
                assert!(!text.contains(value), "{when}: {name} is in {place}: {text}");
            }
        }
    }
}

/// Every place, with what is in it.
async fn places(app: &App, site: &Site) -> Vec<(String, String)> {
    let script = "const all = (storage) => JSON.stringify(Object.entries(storage)); return {
        'the document': document.documentElement.outerHTML,
        'the fields of forms': [...document.querySelectorAll('input, textarea')].map((field) => field.value).join(' '),
        'the address': location.href,
        'the title': document.title,
        'history.state': JSON.stringify(history.state),
        'window.name': window.name,
        'document.cookie': document.cookie,
        'the referrer': document.referrer,
        'the window': Object.keys(window).filter((key) => typeof window[key] == 'string').map((key) => window[key]).join(' '),
        'localStorage': all(localStorage),
        'sessionStorage': all(sessionStorage),
        'IndexedDB': JSON.stringify(await indexedDB.databases()),
        'the caches': JSON.stringify(await caches.keys()),
        'what the page loaded': performance.getEntriesByType('resource').map((entry) => entry.name).join(' '),
    };";
    let in_page: BTreeMap<String, String> = app.browser.eval_async(script).await;
    let mut places: Vec<_> = in_page.into_iter().collect();

    let history = app.browser.devtools("Page.getNavigationHistory", json!({})).await;
    // Only what a page, a person or another visit can see of an entry: Chromium also remembers the first address of a
    // chain of redirects, which here is the provider's.
    let seen =
        history["entries"].as_array().unwrap().iter().map(|entry| format!("{} {}", entry["url"], entry["title"]));
    let own = seen.filter(|entry| entry.contains(&app.base));
    places.push(("the history".to_owned(), own.collect::<Vec<_>>().join(" ")));

    let cookies = app.browser.devtools("Network.getAllCookies", json!({})).await;
    places.push(("the cookies".to_owned(), cookies.to_string()));

    let console: Vec<String> = app.browser.console().await.into_iter().map(|line| line.message).collect();
    places.push(("the console".to_owned(), console.join(" ")));

    for hit in site.hits() {
        let place = format!("a request for {}", hit.path);
        places.push((format!("the referrer of {place}"), hit.referer.unwrap_or_default()));
        let is_return = hit.path.ends_with("/callback") || hit.path.ends_with("/signed-out");
        places.push((place, if is_return { hit.path } else { format!("{}?{}", hit.path, hit.query) }));
    }
    places
}
