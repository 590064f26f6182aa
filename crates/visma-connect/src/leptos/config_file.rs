//! Loads and checks `config.json`, which is beside `index.html`. Each environment has its own file, so one build works
//! in all of them.

use crate::browser::{http, navigation};
use crate::protocol::config::problem_kind::FileProblem;
use crate::protocol::config::{Config, ConfigError};
use crate::protocol::http::{HttpRequest, Method};
use crate::session::error::PlatformError;

/// Fetches `config.json` from the app's folder and checks it. `base_path` is the path of that folder and starts and
/// ends with a slash: `/` or `/app/`.
///
/// Call it before other code runs. If the query has the parameter `code` or `error`, it first removes query and
/// fragment from the address bar, so that no other code can read an authorization response. They are kept in memory. On
/// the callback page, the signed-out page and `initiate`, [`provide_session`](super::handle::provide_session) reads
/// them. On any other page, it puts them back into the address bar. The address of home, the page at `base_path`, is
/// not changed.
///
/// # Errors
/// [`ConfigError`] lists each problem with its remedy:
/// - No complete response arrived: the request failed, or it took longer than ten seconds.
/// - The HTTP status is not 200 to 299.
/// - The file is longer than 256 KiB.
/// - The text is not JSON, or a value is not valid. All invalid values are listed.
/// - The page is not served over https (or from localhost), or `base_path` is not a folder.
///
/// # Example
///
/// ```no_run
/// # use leptos::prelude::*;
/// # use visma_connect::{load_config, provide_session};
/// wasm_bindgen_futures::spawn_local(async {
///     match load_config("/").await {
///         Ok(config) => mount_to_body(move || {
///             provide_session(config);
///         }),
///         // One line for each problem.
///         Err(error) => mount_to_body(move || error.to_string()),
///     }
/// });
/// ```
pub async fn load_config(base_path: &str) -> Result<Config, ConfigError> {
    navigation::store_response(base_path);
    let page = navigation::page(base_path);
    let response = http::send(HttpRequest::new(Method::Get, &[&page.base, "config.json"].concat())).await;
    let text = match response {
        // Replace invalid UTF-8, as `response.text()` does. The parser then reports the encoding as the problem.
        Ok(response) => read(Some(String::from_utf8_lossy(&response.body).into_owned()), response.status),
        Err(PlatformError::ResponseTooLong) => Err(ConfigError::file(FileProblem::TooLong)),
        Err(_) => read(None, 0),
    };
    Config::parse(&text?, &page)
}

/// Checks the text of a `config.json` that a start script has already fetched. Apps without such a script call
/// [`load_config`] instead.
///
/// `text` is the body of the response. `status` is its HTTP status, or 0 if there was no response. `base_path` is the
/// same as for `load_config`. This function does not change the address bar.
///
/// # Errors
/// [`ConfigError`] lists each problem with its remedy:
/// - `status` is 0: there was no response.
/// - `status` is not 200 to 299, or `text` is `None`.
/// - The text is not JSON, or a value is not valid. All invalid values are listed.
/// - The page is not served over https (or from localhost), or `base_path` is not a folder.
pub fn read_config(base_path: &str, text: Option<String>, status: u16) -> Result<Config, ConfigError> {
    read(text, status).and_then(|text| Config::parse(&text, &navigation::page(base_path)))
}

/// Does what [`read_config`] does, but does not report the problems. It returns `None` if there is at least one
/// problem. The app of this repository uses it, because its main wasm module does not contain the texts of the
/// problems.
pub fn check_config(base_path: &str, text: Option<&str>, status: u16) -> Option<Config> {
    let text = text.filter(|_| (200..300).contains(&status))?;
    Config::check(text, &navigation::page(base_path))
}

/// Returns the text if the response was successful. `status` is 0 if there was no response.
///
/// # Errors
/// `NotArrived` if there was no response. `Status` if there is no text, or if the status is not 200 to 299.
fn read(text: Option<String>, status: u16) -> Result<String, ConfigError> {
    match (text, status) {
        (Some(text), 200..=299) => Ok(text),
        (_, 0) => Err(ConfigError::file(FileProblem::NotArrived)),
        (_, status) => Err(ConfigError::file(FileProblem::Status(status))),
    }
}
