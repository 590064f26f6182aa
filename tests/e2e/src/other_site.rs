//! A host on another origin. It responds to all requests, and logs them.

use std::sync::{Arc, Mutex};

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse as _, Response};
use tokio::task::JoinSet;

use crate::listener::Loopback;
use crate::provider::Provider;

/// The running host.
pub struct OtherSite {
    /// Its URL, with a slash at the end.
    pub url: String,
    shared: Arc<Shared>,
    _tasks: JoinSet<()>,
}

#[derive(Default)]
struct Shared {
    page: Mutex<String>,
    requests: Mutex<Vec<String>>,
}

impl OtherSite {
    /// Starts the host on a free port.
    pub async fn start() -> Self {
        Self::serve(Loopback::bind().await)
    }

    /// Stops this provider and starts the host on its port. A test can then serve pages that the local provider does
    /// not have, for example a sign-out page with frames.
    pub async fn in_place_of(provider: &mut Provider) -> Self {
        provider.kill();
        let port = provider.url.rsplit(':').next().unwrap().parse().unwrap();
        Self::serve(Loopback::bind_port(port).await)
    }

    fn serve(loopback: Loopback) -> Self {
        let url = format!("http://localhost:{}/", loopback.port);
        let shared = Arc::new(Shared::default());
        let router = axum::Router::new().fallback(response).with_state(Arc::clone(&shared));
        Self { url, shared, _tasks: loopback.serve(&router) }
    }

    /// Sets the HTML of all following responses.
    pub fn shows(&self, page: &str) {
        *self.shared.page.lock().unwrap() = page.to_owned();
    }

    /// Method, path and query of every request, in order.
    pub fn requests(&self) -> Vec<String> {
        self.shared.requests.lock().unwrap().clone()
    }
}

async fn response(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    shared.requests.lock().unwrap().push(format!("{} {}", request.method(), request.uri()));
    let page = shared.page.lock().unwrap().clone();
    let mut response = Html(page).into_response();
    for name in [
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        header::ACCESS_CONTROL_ALLOW_METHODS,
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static("*"));
    }
    response
}
