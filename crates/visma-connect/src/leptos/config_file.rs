//! config.json beside index.html: one build serves every environment.

use crate::browser::{http, navigation};
use crate::protocol::config::problem_kind::FileProblem;
use crate::protocol::config::{Config, ConfigError};
use crate::protocol::http::{HttpRequest, Method};
use crate::session::error::PlatformError;

/// Fetches the config.json of the app's folder and checks it. `base_path` is the path of that folder, with a slash at
/// both ends: `/` or `/app/`.
///
/// Call it before anything else: while the file is on its way, the provider's response is out of the address bar
/// already, and waits for [`provide_session`](super::handle::provide_session). That puts it back where the page turns
/// out to be one of the app's own. The address of home is not touched.
///
/// # Errors
/// The file did not arrive, or has problems; each comes with its remedy.
pub async fn load_config(base_path: &str) -> Result<Config, ConfigError> {
    navigation::hold_response(base_path);
    let page = navigation::page(base_path);
    let response = http::send(HttpRequest::new(Method::Get, &[&page.base, "config.json"].concat())).await;
    let text = match response {
        // As boot.js reads it: what is not UTF-8 is named as that.
        Ok(response) => read(Some(String::from_utf8_lossy(&response.body).into_owned()), response.status),
        Err(PlatformError::ResponseTooLong) => Err(ConfigError::file(FileProblem::TooLong)),
        Err(_) => read(None, 0),
    };
    Config::parse(&text?, &page)
}

/// [`load_config`] for a page that has fetched the file itself: its text, if it came, and the status of the response,
/// or 0 without one.
///
/// # Errors
/// The file did not arrive, or has problems; each comes with its remedy.
pub fn read_config(base_path: &str, text: Option<String>, status: u16) -> Result<Config, ConfigError> {
    read(text, status).and_then(|text| Config::parse(&text, &navigation::page(base_path)))
}

/// [`read_config`] without words for what is wrong. Where this is nothing, `read_config` has them.
pub fn check_config(base_path: &str, text: Option<&str>, status: u16) -> Option<Config> {
    let text = text.filter(|_| (200..300).contains(&status))?;
    Config::check(text, &navigation::page(base_path))
}

/// The text of config.json, if it came; `status` is that of the response, or 0 without one.
///
/// # Errors
/// It did not come.
fn read(text: Option<String>, status: u16) -> Result<String, ConfigError> {
    match (text, status) {
        (Some(text), 200..=299) => Ok(text),
        (_, 0) => Err(ConfigError::file(FileProblem::NotArrived)),
        (_, status) => Err(ConfigError::file(FileProblem::Status(status))),
    }
}
