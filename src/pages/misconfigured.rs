//! A configuration with mistakes: every one of them with its remedy, and no way to leave the page.

use leptos::prelude::*;

use crate::components::{Frame, Heading};
use crate::protocol::config::ConfigError;

/// Stands in place of the app: without a configuration there is no session.
#[component]
pub fn Misconfigured(error: ConfigError) -> impl IntoView {
    let problems: Vec<_> = error
        .problems()
        .iter()
        .map(|problem| {
            let (key, text) = (problem.key.clone(), problem.problem.clone());
            view! { <li><strong><code>{key}</code></strong><p>{text}</p><span>{problem.remedy}</span></li> }
        })
        .collect();
    view! {
        <Frame status="">
            <section class="notice bad" data-testid="config-error" role="alert">
                <Heading text="This app is not set up yet"/>
                <p class="lead">
                    "Its settings have mistakes, so it asks nobody for anything. Whoever runs it mends them in "
                    <code>"config.json"</code>"."
                </p>
                <ol class="problems">{problems}</ol>
            </section>
        </Frame>
    }
}
