//! The host of the built app: static files, the path rules and headers of docs/hosting.md, and a request log.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use release::host_files::Rules;
use release::{front_channel, headers};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt as _;
use tower_http::services::ServeDir;

use crate::browser::FirstScript;
use crate::listener::Loopback;

/// The file name of the [`FirstScript`].
const FIRST_SCRIPT: &str = "first-script.js";

/// A request that the host received.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The path.
    pub path: String,
    /// The query, without `?`; empty when there is none.
    pub query: String,
    /// The `Referer` header, if the browser sent one.
    pub referer: Option<String>,
    /// All request headers, one per line.
    pub headers: String,
    /// The method.
    pub method: String,
    /// The status of the response.
    pub status: u16,
}

/// A running host with its own copy of the app's files.
pub struct Site {
    /// The URL of the app's folder.
    pub base: String,
    files: TempDir,
    shared: Arc<Shared>,
    _tasks: JoinSet<()>,
}

struct Shared {
    folder: PathBuf,
    base_path: &'static str,
    framable: bool,
    /// Whether a missing file gets index.html with status 200.
    serves_page_for_missing_files: AtomicBool,
    /// Whether the host redirects page paths to the same path with a slash, as some hosts do for folders.
    adds_slash: AtomicBool,
    /// Whether browsers may cache pages for an hour.
    keeps_pages: AtomicBool,
    /// The page of the previous release, and how many more navigations receive it.
    old_page: Mutex<(String, usize)>,
    first_script: FirstScript,
    hits: Mutex<Vec<Hit>>,
    /// The paths that serve index.html. `None`: every path without a dot in its last segment does.
    pages: Mutex<Option<Vec<String>>>,
    /// The headers of all responses, except for the front-channel logout page.
    headers: Mutex<Vec<(&'static str, String)>>,
    /// The headers of the front-channel logout page.
    front_channel: Mutex<Vec<(&'static str, String)>>,
    /// The content type of wasm files. `None`: the right one.
    wasm_type: Mutex<Option<&'static str>>,
    /// The host delays the responses to paths that end with this text.
    held: watch::Sender<Option<String>>,
    /// Whether the host has delayed a response.
    has_held: AtomicBool,
}

impl Site {
    /// Serves a copy of `dist`, which was built for `base_path`. The copy is not configured yet. If `framable`, other
    /// pages may show the app in a frame.
    pub async fn start(dist: &Path, base_path: &'static str, framable: bool) -> Self {
        let files = tempfile::tempdir().unwrap();
        copy(dist, files.path());
        let loopback = Loopback::bind().await;
        let base = format!("http://localhost:{}{base_path}", loopback.port);
        let shared = Arc::new(Shared {
            folder: files.path().to_owned(),
            base_path,
            framable,
            serves_page_for_missing_files: AtomicBool::new(false),
            adds_slash: AtomicBool::new(false),
            keeps_pages: AtomicBool::new(false),
            old_page: Mutex::default(),
            first_script: FirstScript::default(),
            hits: Mutex::default(),
            pages: Mutex::default(),
            headers: Mutex::default(),
            front_channel: Mutex::default(),
            wasm_type: Mutex::default(),
            held: watch::Sender::new(None),
            has_held: AtomicBool::new(false),
        });
        let router = axum::Router::new().fallback(response).with_state(Arc::clone(&shared));
        Self { base, files, shared, _tasks: loopback.serve(&router) }
    }

    /// Writes the configuration and the headers that belong to it, as `cargo xtask configure` does.
    ///
    /// # Panics
    /// The configuration is invalid.
    pub fn configure(&self, config: &serde_json::Value) {
        let config = release::configure(self.files.path(), &config.to_string(), Some(&self.base)).unwrap();
        // The example has no front-channel logout page, and its router has other paths.
        if self.files().iter().any(|file| file == front_channel::PAGE) {
            let rules = Rules::of(self.files.path(), &self.read("index.html"), &config).unwrap();
            *self.shared.headers.lock().unwrap() = rules.headers;
            *self.shared.front_channel.lock().unwrap() = rules.front_channel;
            *self.shared.pages.lock().unwrap() = Some([vec![rules.base], rules.pages].concat());
        } else {
            *self.shared.headers.lock().unwrap() = headers::of(&self.read("index.html"), false).unwrap();
        }
    }

    /// The script that the host adds to each page, before all other scripts.
    pub fn first_script(&self) -> FirstScript {
        self.shared.first_script.clone()
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        self.base.strip_suffix(self.shared.base_path).unwrap()
    }

    /// The content of a file, as text.
    pub fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.files.path().join(file)).unwrap()
    }

    /// Replaces a file by this text.
    pub fn write(&self, file: &str, text: &str) {
        std::fs::write(self.files.path().join(file), text).unwrap();
    }

    /// Removes a file.
    pub fn remove(&self, file: &str) {
        std::fs::remove_file(self.files.path().join(file)).unwrap();
    }

    /// Removes a file and returns its content.
    pub fn take(&self, file: &str) -> Vec<u8> {
        let bytes = std::fs::read(self.files.path().join(file)).unwrap();
        self.remove(file);
        bytes
    }

    /// Creates or replaces a file.
    pub fn put(&self, file: &str, bytes: &[u8]) {
        std::fs::write(self.files.path().join(file), bytes).unwrap();
    }

    /// Flips one bit in the middle of a file.
    pub fn damage(&self, file: &str) {
        let path = self.files.path().join(file);
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(path, bytes).unwrap();
    }

    /// The name of the only file whose name ends with `end`.
    pub fn file_ending(&self, end: &str) -> String {
        let names: Vec<String> = self.files().into_iter().filter(|name| name.ends_with(end)).collect();
        assert_eq!(names.len(), 1, "files that end in {end}: {names:?}");
        names[0].clone()
    }

    /// The script that the page loads.
    pub fn script(&self) -> String {
        let is_script = |file: &String| file.starts_with("visma-connect-spa-") && file.ends_with(".js");
        self.files().into_iter().find(is_script).unwrap()
    }

    /// Renames the wasm file, as a new release does. No cache contains a file with the new name.
    pub fn rename_wasm(&self) {
        let old = self.file_ending("_bg.wasm");
        let new = format!("renamed-{old}");
        std::fs::rename(self.files.path().join(&old), self.files.path().join(&new)).unwrap();
        for page in ["index.html", "404.html"] {
            self.write(page, &self.read(page).replace(&format!("/{old}"), &format!("/{new}")));
        }
    }

    /// The names of all files.
    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.files.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// From now on, serves index.html with status 200 for missing files, like a misconfigured host.
    pub fn serve_page_for_missing_files(&self) {
        self.shared.serves_page_for_missing_files.store(true, Ordering::Relaxed);
    }

    /// From now on, sends wasm files with this content type.
    pub fn send_wasm_as(&self, kind: &'static str) {
        *self.shared.wasm_type.lock().unwrap() = Some(kind);
    }

    /// From now on, redirects the callback page and the signed-out page to the same path with a slash at the end.
    pub fn add_slashes(&self) {
        self.shared.adds_slash.store(true, Ordering::Relaxed);
    }

    /// Sets whether browsers may cache pages for an hour. If not, the caching header is that of docs/hosting.md.
    pub fn let_pages_be_kept(&self, are_kept: bool) {
        self.shared.keeps_pages.store(are_kept, Ordering::Relaxed);
    }

    /// Deploys a release in which the wasm file has another name and the old wasm file is removed. The next `times`
    /// navigations still receive the old page, as if a cache between browser and host had stored it.
    pub fn deploy_with_old_page(&self, times: usize) {
        let old = self.read("index.html");
        self.rename_wasm();
        self.show_old_page(&old, times);
    }

    /// The next `times` navigations receive this page, as if a cache between browser and host had stored it.
    pub fn show_old_page(&self, page: &str, times: usize) {
        *self.shared.old_page.lock().unwrap() = (page.to_owned(), times);
    }

    /// How many more navigations receive the old page.
    pub fn old_pages_left(&self) -> usize {
        self.shared.old_page.lock().unwrap().1
    }

    /// Stops sending this header, until [`configure`](Self::configure) is called again.
    pub fn leave_out(&self, header: &str) {
        let mut headers = self.shared.headers.lock().unwrap();
        let before = headers.len();
        headers.retain(|(name, _)| *name != header);
        assert_eq!(headers.len(), before - 1, "{header}");
    }

    /// Delays the responses to paths that end with `end`, until [`release`](Self::release) is called.
    pub fn hold(&self, end: &str) {
        self.shared.held.send_replace(Some(end.to_owned()));
    }

    /// Whether the host has delayed a response.
    pub fn holds(&self) -> bool {
        self.shared.has_held.load(Ordering::Relaxed)
    }

    /// Sends all delayed responses, and delays no further responses.
    pub fn release(&self) {
        self.shared.held.send_replace(None);
    }

    /// All requests, in order.
    pub fn hits(&self) -> Vec<Hit> {
        self.shared.hits.lock().unwrap().clone()
    }

    /// The requests to paths that end with `end`, in order.
    pub fn hits_ending(&self, end: &str) -> Vec<Hit> {
        self.hits().into_iter().filter(|hit| hit.path.ends_with(end)).collect()
    }
}

async fn response(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let mut hit = Hit {
        path: path.clone(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        referer: request
            .headers()
            .get(header::REFERER)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
        headers: request.headers().iter().map(|(name, value)| format!("{name}: {value:?}\n")).collect(),
        method: request.method().to_string(),
        status: 0,
    };
    let is_free = |held: &Option<String>| held.as_ref().is_none_or(|end| !path.ends_with(end));
    if !is_free(&shared.held.borrow()) {
        shared.has_held.store(true, Ordering::Relaxed);
    }
    let _ = shared.held.subscribe().wait_for(is_free).await;

    let relative = path.strip_prefix(shared.base_path);
    let mut response = match relative {
        Some("callback" | "signed-out") if shared.adds_slash.load(Ordering::Relaxed) => {
            let to = format!("{path}/?{}", request.uri().query().unwrap_or_default());
            (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, to)]).into_response()
        }
        Some(_) if is_opened(&request) && has_old_page(&shared) => {
            Html(shared.old_page.lock().unwrap().0.clone()).into_response()
        }
        _ if !matches!(*request.method(), Method::GET | Method::HEAD) => {
            (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")], "Files are only read.\n").into_response()
        }
        Some(relative) => file(&shared, relative, request).await,
        None => (StatusCode::NOT_FOUND, "There is no app here.\n").into_response(),
    };
    set_headers(&shared, relative.unwrap_or_default(), &mut response);
    hit.status = response.status().as_u16();
    shared.hits.lock().unwrap().push(hit);
    response
}

/// Whether the request is a navigation, not a fetch from a script.
fn is_opened(request: &Request) -> bool {
    request.headers().get("sec-fetch-mode").is_some_and(|mode| mode == "navigate")
}

/// Whether this navigation still receives the old page. Counts this navigation.
fn has_old_page(shared: &Shared) -> bool {
    let mut old = shared.old_page.lock().unwrap();
    let is_left = old.1 > 0;
    old.1 = old.1.saturating_sub(1);
    is_left
}

/// Serves the file of this path. A path of an app page gets index.html. A missing file gets 404.html, which shows the
/// same page, with status 404.
async fn file(shared: &Shared, relative: &str, request: Request) -> Response {
    let first_script = shared.first_script.text();
    if relative == FIRST_SCRIPT && !first_script.is_empty() {
        return ([(header::CONTENT_TYPE, "text/javascript")], first_script).into_response();
    }
    let name = relative.rsplit('/').next().unwrap_or_default();
    let is_page = match &*shared.pages.lock().unwrap() {
        Some(pages) => pages.iter().any(|page| page == request.uri().path()),
        None => !name.contains('.'),
    };
    let is_missing = !is_page && relative != front_channel::PATH && !shared.folder.join(relative).is_file();
    let (file, status) = match relative {
        _ if is_page || is_missing && shared.serves_page_for_missing_files.load(Ordering::Relaxed) => {
            ("index.html", StatusCode::OK)
        }
        _ if is_missing => ("404.html", StatusCode::NOT_FOUND),
        front_channel::PATH => (front_channel::PAGE, StatusCode::OK),
        file => (file, StatusCode::OK),
    };
    let mut response = match file {
        "index.html" | "404.html" if !first_script.is_empty() => page_with_first_script(shared, file),
        file => {
            // This request has none of the original headers. If-Modified-Since has a resolution of one second, and
            // tests change files more than once in a second.
            let to_file = Request::builder().method(request.method()).uri(format!("/{file}"));
            let served = ServeDir::new(&shared.folder).oneshot(to_file.body(Body::empty()).unwrap()).await;
            served.unwrap().into_response()
        }
    };
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    if let (true, Some(kind)) = (file.ends_with(".wasm"), *shared.wasm_type.lock().unwrap()) {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    response
}

fn page_with_first_script(shared: &Shared, file: &str) -> Response {
    let page = std::fs::read_to_string(shared.folder.join(file)).unwrap();
    let script = format!("<script src=\"{}{FIRST_SCRIPT}\"></script>", shared.base_path);
    let (head, rest) = page.split_at(page.find("<link").unwrap());
    Html(format!("{head}{script}{rest}")).into_response()
}

fn set_headers(shared: &Shared, relative: &str, response: &mut Response) {
    let own = if front_channel::is_page(relative) { &shared.front_channel } else { &shared.headers };
    let mut headers = own.lock().unwrap().clone();
    // For a missing file, caches must revalidate the response before each use.
    let is_there = response.status() == StatusCode::OK;
    let is_page = is_there && response.headers().get(header::CONTENT_TYPE).is_some_and(is_html);
    let caching = match is_there {
        true if is_page && shared.keeps_pages.load(Ordering::Relaxed) => "max-age=3600",
        true => headers::caching(relative),
        false => headers::ASK_AGAIN,
    };
    headers.push((headers::CACHING, caching.to_owned()));
    if shared.framable {
        headers.retain(|(name, _)| *name != headers::AGAINST_FRAMES);
        for (_, value) in &mut headers {
            *value = value.split("; frame-ancestors").next().unwrap().to_owned();
        }
    }
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        response.headers_mut().insert(name, HeaderValue::from_str(&value).unwrap());
    }
}

fn is_html(kind: &HeaderValue) -> bool {
    kind.to_str().is_ok_and(|kind| kind.starts_with("text/html"))
}

fn copy(from: &Path, to: &Path) {
    let entries = std::fs::read_dir(from)
        .unwrap_or_else(|cause| panic!("{} is not there ({cause}): run `cargo xtask test`", from.display()));
    for entry in entries {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
