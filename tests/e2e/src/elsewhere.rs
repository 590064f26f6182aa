//! A host on another origin, which responds to every request and logs it.

use std::sync::{Arc, Mutex};

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse as _, Response};
use tokio::task::JoinSet;

use crate::listener::Loopback;
use crate::provider::Provider;

/// A running host.
pub struct Elsewhere {
    /// Its address, with a slash at the end.
    pub url: String,
    shared: Arc<Shared>,
    _tasks: JoinSet<()>,
}

#[derive(Default)]
struct Shared {
    page: Mutex<String>,
    requests: Mutex<Vec<String>>,
}

impl Elsewhere {
    /// Starts it.
    pub async fn start() -> Self {
        Self::serve(Loopback::bind().await)
    }

    /// Starts it at the address of this provider, which ends: with pages that show others inside a frame, as a
    /// provider's page for signing out does and the local one does not.
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

    /// The HTML that it answers with from now on.
    pub fn shows(&self, page: &str) {
        *self.shared.page.lock().unwrap() = page.to_owned();
    }

    /// Method and address of every request that arrived.
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
