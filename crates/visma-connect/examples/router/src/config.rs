//! What a developer must fix before a sign-in is possible.

use leptos::prelude::*;
use visma_connect::ConfigError;

/// Every problem of the configuration, with its remedy.
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
