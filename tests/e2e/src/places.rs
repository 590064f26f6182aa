//! Every place where a page can leave data, and the data found there.

use std::collections::BTreeMap;

use crate::app::App;
use crate::browser::Kept;
use crate::provider::Request;
use crate::site::{Hit, Site};

/// A place that can hold data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// All elements with their attributes, hidden elements included.
    Document,
    /// The values of form fields.
    Fields,
    /// `location`.
    Address,
    /// `document.title`.
    Title,
    /// `history.state`.
    HistoryState,
    /// `window.name`.
    WindowName,
    /// Text in global variables (`window.*`).
    Globals,
    /// Every cookie of the browser.
    Cookies,
    /// `document.referrer`.
    Referrer,
    /// `localStorage`.
    LocalStorage,
    /// `sessionStorage`.
    SessionStorage,
    /// IndexedDB.
    IndexedDb,
    /// The Cache API.
    Caches,
    /// The navigation entry of the Performance API, which a page cannot clear.
    NavigationTiming,
    /// All other entries of the Performance API.
    Timings,
    /// The tab's history.
    History,
    /// The console.
    Console,
    /// The navigation to the callback page, as the app's host received it.
    CallbackRequest,
    /// The navigation to the signed-out page, as the app's host received it.
    SignedOutRequest,
    /// Path and query of every other request that the app's host received.
    SiteRequests,
    /// The headers of all requests that the app's host received.
    SiteHeaders,
    /// The authorization request, which is a navigation to the provider.
    AuthorizeRequest,
    /// The navigation to the provider's end-session endpoint.
    EndSessionRequest,
    /// The form parameters of the token request.
    TokenForm,
    /// Every other request that the provider received.
    ProviderRequests,
    /// `Referer` and `Origin` of all requests that the provider received.
    ProviderHeaders,
}

impl Place {
    /// Every place.
    pub const ALL: [Self; 26] = [
        Self::Document,
        Self::Fields,
        Self::Address,
        Self::Title,
        Self::HistoryState,
        Self::WindowName,
        Self::Globals,
        Self::Cookies,
        Self::Referrer,
        Self::LocalStorage,
        Self::SessionStorage,
        Self::IndexedDb,
        Self::Caches,
        Self::NavigationTiming,
        Self::Timings,
        Self::History,
        Self::Console,
        Self::CallbackRequest,
        Self::SignedOutRequest,
        Self::SiteRequests,
        Self::SiteHeaders,
        Self::AuthorizeRequest,
        Self::EndSessionRequest,
        Self::TokenForm,
        Self::ProviderRequests,
        Self::ProviderHeaders,
    ];
}

/// Text that was found in a place.
#[derive(Clone, Debug)]
pub struct Found {
    /// The place.
    pub place: Place,
    /// A more exact position in the place.
    pub detail: String,
    /// The text.
    pub text: String,
}

impl Found {
    fn new(place: Place, detail: impl Into<String>, text: impl Into<String>) -> Self {
        Self { place, detail: detail.into(), text: text.into() }
    }
}

/// A script for the page. It reads every place that scripts can read.
const SCRIPT: &str = "
    const entries = (storage) => JSON.stringify(Object.entries(storage));
    const settled = (request) => new Promise((done, failed) => {
        request.onsuccess = () => done(request.result);
        request.onerror = failed;
    });
    const databases = async () => {
        const all = [];
        for (const { name } of await indexedDB.databases()) {
            const database = await settled(indexedDB.open(name));
            for (const store of database.objectStoreNames) {
                const open = database.transaction(store).objectStore(store);
                all.push(name, store, await settled(open.getAllKeys()), await settled(open.getAll()));
            }
            database.close();
        }
        return JSON.stringify(all);
    };
    const cached = async () => {
        const all = [];
        for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) {
                const response = await cache.match(request);
                all.push(name, request.url, [...request.headers], [...response.headers], await response.text());
            }
        }
        return JSON.stringify(all);
    };
    const timings = (isWanted) => performance.getEntries().filter(({ entryType }) => isWanted(entryType == 'navigation'))
        .map((entry) => JSON.stringify(entry)).join(' ');
    const globals = Object.keys(window).filter((key) => typeof window[key] == 'string').map((key) => window[key]);
    return {
        Document: document.documentElement.outerHTML,
        Fields: [...document.querySelectorAll('*')].map((field) => field.value ?? '').join(' '),
        Address: location.href,
        Title: document.title,
        HistoryState: JSON.stringify(history.state),
        WindowName: window.name,
        Globals: globals.filter((text) => text != window.name).join(' '),
        Cookies: document.cookie,
        Referrer: document.referrer,
        LocalStorage: entries(localStorage),
        SessionStorage: entries(sessionStorage),
        IndexedDb: await databases(),
        Caches: await cached(),
        NavigationTiming: timings((isNavigation) => isNavigation),
        Timings: timings((isNavigation) => !isNavigation),
    };";

/// The keys of the result of [`SCRIPT`], with their places.
const IN_PAGE: [(&str, Place); 15] = [
    ("Document", Place::Document),
    ("Fields", Place::Fields),
    ("Address", Place::Address),
    ("Title", Place::Title),
    ("HistoryState", Place::HistoryState),
    ("WindowName", Place::WindowName),
    ("Globals", Place::Globals),
    ("Cookies", Place::Cookies),
    ("Referrer", Place::Referrer),
    ("LocalStorage", Place::LocalStorage),
    ("SessionStorage", Place::SessionStorage),
    ("IndexedDb", Place::IndexedDb),
    ("Caches", Place::Caches),
    ("NavigationTiming", Place::NavigationTiming),
    ("Timings", Place::Timings),
];

/// The current data of the page and the browser, and the console lines since the last read.
pub async fn in_browser(app: &App) -> Vec<Found> {
    let in_page: BTreeMap<String, String> = app.browser.eval_async(SCRIPT).await;
    assert_eq!(in_page.len(), IN_PAGE.len());
    let mut found: Vec<Found> =
        IN_PAGE.into_iter().map(|(name, place)| Found::new(place, "", in_page[name].as_str())).collect();

    let Kept { history, cookies, console } = app.browser.kept().await;
    found.extend(history.into_iter().map(|(url, title)| {
        let path = url.splitn(4, '/').nth(3).unwrap_or_default().split('?').next().unwrap_or_default();
        // An entry can be a page of the provider, or a request to the provider that got no response. The place of such
        // an entry is that of the request.
        let place = at_provider_path(&format!("/{path}")).unwrap_or(Place::History);
        Found::new(place, "in the history", format!("{url} {title}"))
    }));
    found.push(Found::new(Place::Cookies, "of all hosts", cookies));
    found.extend(console.into_iter().map(|line| Found::new(Place::Console, line.level, line.message)));
    found
}

/// The requests that the app's host received.
pub fn at_site(site: &Site) -> Vec<Found> {
    let of = |hit: Hit| {
        let place = match hit.path.rsplit('/').next() {
            Some("callback") => Place::CallbackRequest,
            Some("signed-out") => Place::SignedOutRequest,
            _ => Place::SiteRequests,
        };
        let (address, name) = (format!("{}?{}", hit.path, hit.query), format!("{} {}", hit.method, hit.path));
        [Found::new(place, name.clone(), address), Found::new(Place::SiteHeaders, name, hit.headers)]
    };
    site.hits().into_iter().flat_map(of).collect()
}

/// The requests that the provider received.
pub fn at_provider(log: &[Request]) -> Vec<Found> {
    let of = |request: &Request| {
        let place = at_provider_path(&request.path).unwrap_or(Place::ProviderRequests);
        let form = if request.path == "/connect/token" { Place::TokenForm } else { Place::ProviderRequests };
        let name = format!("{} {}", request.method, request.path);
        let headers = [&request.headers.referer, &request.headers.origin];
        [
            Found::new(place, name.clone(), format!("{} {:?}", request.path, request.query)),
            Found::new(form, name.clone(), format!("{:?}", request.form)),
            Found::new(
                Place::ProviderHeaders,
                name,
                headers.into_iter().flatten().cloned().collect::<Vec<_>>().join(" "),
            ),
        ]
    };
    log.iter().flat_map(of).collect()
}

/// The place of a navigation to the provider. `None` for other requests.
fn at_provider_path(path: &str) -> Option<Place> {
    match path {
        // As in Duende IdentityServer, the URL of the sign-in page contains the complete authorization request
        // (`ReturnUrl`).
        page if page.starts_with("/signin/") => Some(Place::AuthorizeRequest),
        "/connect/authorize" => Some(Place::AuthorizeRequest),
        "/connect/endsession" => Some(Place::EndSessionRequest),
        _ => None,
    }
}
