//! The app's addresses. Six routes need no router crate (it would cost 40 kB of the first load).

use crate::protocol::config::Config;

/// A page of the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// The app's base: who is signed in, or the way to sign in.
    Home,
    /// Where the provider sends the user back to.
    Callback,
    /// Where the provider sends the user after signing out.
    SignedOut,
    /// Where another site or a list of apps begins a sign-in.
    Initiate,
    /// Where a link for signing out leads: it asks first.
    SignOut,
    /// Anything else.
    NotFound,
}

impl Route {
    /// The page at this path (`location.pathname`). Every path is some page. Some hosts add a slash at the end of a
    /// path, so the pages of the library are the same with it.
    pub fn parse(path: &str, config: &Config) -> Self {
        if config.redirect_uri().is_page(path) {
            Self::Callback
        } else if config.post_logout_redirect_uri().is_page(path) {
            Self::SignedOut
        } else {
            match path.strip_prefix(config.base().path_and_query()) {
                Some("" | "index.html") => Self::Home,
                Some("initiate" | "initiate/") => Self::Initiate,
                Some("sign-out" | "sign-out/") => Self::SignOut,
                _ => Self::NotFound,
            }
        }
    }

    /// Whether query and fragment of this page are for the library: a response of the provider, or a request to start.
    /// Those of every other page are the app's own.
    pub const fn takes_query(self) -> bool {
        matches!(self, Self::Callback | Self::SignedOut | Self::Initiate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::config::AppLocation;

    fn config(base: &str) -> Config {
        let page = AppLocation { base: base.to_owned(), languages: Vec::new() };
        Config::parse(r#"{"authority":"https://connect.example","client_id":"demo"}"#, &page).unwrap()
    }

    #[test]
    fn a_redirect_uri_with_a_slash_is_the_page_without_it_too() {
        let page = AppLocation { base: "https://app.example/".to_owned(), languages: Vec::new() };
        let text = r#"{"authority":"https://connect.example","client_id":"demo",
            "redirect_uri":"https://app.example/back/","post_logout_redirect_uri":"https://app.example/bye/"}"#;
        let config = Config::parse(text, &page).unwrap();
        for (path, route) in [
            ("/back/", Route::Callback),
            ("/back", Route::Callback),
            ("/bye", Route::SignedOut),
            ("/callback", Route::NotFound),
            ("/", Route::Home),
        ] {
            assert_eq!(Route::parse(path, &config), route, "{path}");
        }
    }

    #[test]
    fn paths_and_their_pages() {
        for (base, path, route) in [
            ("https://app.example/", "/", Route::Home),
            ("https://app.example/", "/index.html", Route::Home),
            ("https://app.example/", "/callback", Route::Callback),
            ("https://app.example/", "/callback/", Route::Callback),
            ("https://app.example/", "/callback//", Route::NotFound),
            ("https://app.example/", "/callback/x", Route::NotFound),
            ("https://app.example/", "/signed-out/", Route::SignedOut),
            ("https://app.example/", "/initiate/", Route::Initiate),
            ("https://app.example/", "/sign-out/", Route::SignOut),
            ("https://app.example/", "//", Route::NotFound),
            ("https://app.example/", "/index.html/", Route::NotFound),
            ("https://app.example/app/", "/app/callback/", Route::Callback),
            ("https://app.example/app/", "/app", Route::NotFound),
            ("https://app.example/", "/signed-out", Route::SignedOut),
            ("https://app.example/", "/initiate", Route::Initiate),
            ("https://app.example/", "/sign-out", Route::SignOut),
            ("https://app.example/app/", "/app/initiate", Route::Initiate),
            ("https://app.example/app/", "/initiate", Route::NotFound),
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
