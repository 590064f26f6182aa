//! The configuration, which is read when the page is loaded: one build serves every environment.

use gloo_net::http::Request;
use leptos::prelude::*;
use visma_connect_spa::{Config, ConfigError, Page};
use web_sys::RequestCache;

/// Reads and checks the config.json beside index.html.
pub(crate) async fn load() -> Result<Config, ConfigError> {
    match fetch().await {
        Some(text) => Config::parse(&text, &page()),
        None => Err(ConfigError::file("It did not arrive.".to_owned(), "Put config.json beside index.html.")),
    }
}

async fn fetch() -> Option<String> {
    let answer = Request::get("/config.json").cache(RequestCache::NoCache).send().await.ok()?;
    if answer.ok() { answer.text().await.ok() } else { None }
}

/// Where this app lives, and what the person reads.
fn page() -> Page {
    let origin = window().location().origin().unwrap_or_default();
    let languages = window().navigator().languages();
    Page { base: format!("{origin}/"), languages: languages.iter().filter_map(|tag| tag.as_string()).collect() }
}

/// What a developer has to mend before anybody can sign in.
#[component]
pub(crate) fn Problems(error: ConfigError) -> impl IntoView {
    let problems = error.problems().iter().map(|problem| {
        let (key, words) = (problem.key.clone(), format!(": {} {}", problem.problem, problem.remedy));
        view! { <li><code>{key}</code>{words}</li> }
    });
    view! {
        <h1>"This app is not configured"</h1>
        <ul data-testid="config-error">{problems.collect_view()}</ul>
    }
}
