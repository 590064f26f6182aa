//! The page that is shown when the configuration has problems.

use leptos::prelude::*;
use visma_connect::ConfigError;

/// Lists each problem of the configuration with its remedy.
#[component]
pub(crate) fn Problems(error: ConfigError) -> impl IntoView {
    let problems = error.problems().iter().map(|problem| {
        let (key, explanation) = (problem.key().to_owned(), format!(": {} {}", problem.problem(), problem.remedy()));
        view! { <li><code>{key}</code>{explanation}</li> }
    });
    view! {
        <h1>"This app is not configured"</h1>
        <ul data-testid="config-error">{problems.collect_view()}</ul>
    }
}
