//! Writes the tables of docs/providers.md from the values that the journeys assert.

use super::{ALL, Consent, Foreign, Journey, Profile, Response, SignOut, Silent};

/// The line in docs/providers.md where the tables begin.
pub const BEGIN: &str = "<!-- begin: made from tests/e2e/src/foreign -->";
/// The line where the tables end.
pub const END: &str = "<!-- end -->";

/// The expected result of a journey, in a few words.
pub fn result(foreign: &Foreign, journey: Journey) -> String {
    match journey {
        Journey::SignIn => match foreign.profile {
            Profile::Shown { .. } => "signed in".to_owned(),
            Profile::Nameless => "signed in, without a name".to_owned(),
            Profile::NotShown { code } => format!("signed in, without a name (`{code}`)"),
        },
        Journey::Decline => match foreign.consent {
            Consent::NeverAsked => "no consent page".to_owned(),
            Consent::Asked { declined, .. } => response(declined),
        },
        Journey::UnknownClient => response(foreign.unknown_client.1),
        Journey::UnregisteredRedirectUri => response(foreign.unregistered_redirect_uri.1),
        Journey::UnknownScope => response(foreign.unknown_scope.1),
        Journey::SilentWithSession => silent(foreign.silent_with_session),
        Journey::SilentWithoutSession => silent(foreign.silent_without_session),
        Journey::RenewInWindow | Journey::RenewInTab => asked(foreign, "renewed"),
        Journey::ReloadAsk => asked(foreign, "*Continue* signs in"),
        Journey::ReloadOff => asked(foreign, "nothing is remembered"),
        Journey::SignOut => match foreign.sign_out {
            SignOut::ComesBack([]) => "signed out, returns to the app".to_owned(),
            SignOut::ComesBack(_) => "asks, signed out, returns to the app".to_owned(),
            SignOut::Stays(..) => "signed out, stays at the provider".to_owned(),
            SignOut::AppOnly => "signed out of the app only".to_owned(),
        },
        Journey::Stopped => "`provider_unreachable`, can sign in again".to_owned(),
    }
}

fn response(response: Response) -> String {
    match response {
        Response::SignsIn => "accepted".to_owned(),
        Response::SignsInWithLess => "signed in with less; the app shows it".to_owned(),
        Response::Error { sent, shown } if sent == shown => format!("`{sent}`"),
        Response::Error { sent, shown } => format!("`{sent}`, shown as `{shown}`"),
        Response::OwnPage(_) => "its error page".to_owned(),
    }
}

fn silent(silent: Silent) -> String {
    match silent {
        Silent::SignsIn => "signed in".to_owned(),
        Silent::Error(error) => format!("`{error}`, then home"),
        Silent::OwnPage(_) => "its error page, no second attempt".to_owned(),
    }
}

fn asked(foreign: &Foreign, words: &str) -> String {
    if foreign.known_user.is_empty() { words.to_owned() } else { format!("{words}, after a page of the provider") }
}

/// The text between [`BEGIN`] and [`END`].
pub fn tables() -> String {
    let mut text = String::new();
    let mut row = |cells: Vec<String>| text.push_str(&format!("| {} |\n", cells.join(" | ")));
    let of_each = |cell: &dyn Fn(&Foreign) -> String| ALL.iter().map(cell).collect::<Vec<_>>();
    row([vec![String::new(), "engines".to_owned()], of_each(&|foreign| foreign.title.to_owned())].concat());
    row(vec!["---".to_owned(); ALL.len() + 2]);
    row([vec!["version".to_owned(), String::new()], of_each(&|foreign| foreign.version.to_owned())].concat());
    row([vec!["from".to_owned(), String::new()], of_each(&|foreign| foreign.origin.to_owned())].concat());
    for journey in Journey::ALL {
        let engines = if journey.in_every_engine() { "C F W" } else { "C" };
        let names = vec![journey.title().to_owned(), engines.to_owned()];
        row([names, of_each(&|foreign| result(foreign, journey))].concat());
    }
    for foreign in ALL {
        text.push_str(&format!("\n## {}\n", foreign.title));
        for (title, lines) in [("Settings", foreign.settings), ("What it lacks or does differently", foreign.lacks)] {
            if !lines.is_empty() {
                text.push_str(&format!("\n{title}:\n\n"));
                text.extend(lines.iter().map(|line| format!("- {line}\n")));
            }
        }
    }
    text
}
