//! The routes of the app. There are only six. A router crate would add 40 kB (brotli) to the first load.

use crate::protocol::config::Config;

/// A page of the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// The base path of the app. It shows the session or the sign-in button.
    Home,
    /// The redirect URI, where the provider sends the user after a sign-in.
    Callback,
    /// The post-logout redirect URI, where the provider sends the user after a sign-out.
    SignedOut,
    /// Starts a sign-in that another site or a list of apps has requested.
    Initiate,
    /// The page for links that sign the user out. It asks the user for confirmation first.
    SignOut,
    /// Every other path.
    NotFound,
}

impl Route {
    /// The route of a path (`location.pathname`). Every path has a route. Some hosts add a slash to the end of a path.
    /// So the pages of the library, such as the callback page, are also accepted with one slash at the end.
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

    /// Whether the library reads the query and the fragment of this page. They are a response of the provider, or a
    /// request to start a sign-in. On every other page, query and fragment belong to the app.
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
