//! The app's addresses. Four routes need no router crate (it would cost 40 kB of the first load).

use crate::protocol::config::Config;

/// A page of the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// The app's base: who is signed in, or the way to sign in.
    Home,
    /// Where the provider sends the person back to.
    Callback,
    /// Where the provider sends the person after signing out.
    SignedOut,
    /// Anything else.
    NotFound,
}

impl Route {
    /// The page at this path (`location.pathname`). Total: every path is some page.
    pub fn parse(path: &str, config: &Config) -> Self {
        if path == config.redirect_uri().path_and_query() {
            Self::Callback
        } else if path == config.post_logout_redirect_uri().path_and_query() {
            Self::SignedOut
        } else if path
            .strip_prefix(config.base().path_and_query())
            .is_some_and(|rest| matches!(rest, "" | "index.html"))
        {
            Self::Home
        } else {
            Self::NotFound
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::config::Page;

    fn config(base: &str) -> Config {
        let page = Page { base: base.to_owned(), languages: Vec::new() };
        Config::parse(r#"{"authority":"https://connect.example","client_id":"demo"}"#, &page).unwrap()
    }

    #[test]
    fn paths_and_their_pages() {
        for (base, path, route) in [
            ("https://app.example/", "/", Route::Home),
            ("https://app.example/", "/index.html", Route::Home),
            ("https://app.example/", "/callback", Route::Callback),
            ("https://app.example/", "/callback/", Route::NotFound),
            ("https://app.example/", "/signed-out", Route::SignedOut),
            ("https://app.example/", "/orders", Route::NotFound),
            ("https://app.example/", "", Route::NotFound),
            ("https://app.example/app/", "/app/", Route::Home),
            ("https://app.example/app/", "/app/callback", Route::Callback),
            ("https://app.example/app/", "/callback", Route::NotFound),
            ("https://app.example/app/", "/", Route::NotFound),
        ] {
            assert_eq!(Route::parse(path, &config(base)), route, "{base} {path}");
        }
    }
}
