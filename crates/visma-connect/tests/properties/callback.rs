//! Callbacks of any form, and responses on the signed-out page.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use visma_connect::protocol::end_session;
use visma_connect::protocol::secret::CsrfToken;

use super::generators::cases;
use super::invariants::{self, ISSUER, state};

const NAMES: &[&str] = &[
    "code",
    "state",
    "iss",
    "error",
    "error_description",
    "error_uri",
    "id_token",
    "access_token",
    "response",
    "scope",
];

/// A parameter, most often a valid one, in one of several spellings.
fn parameter() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        4 => Just(state()),
        4 => Just(ISSUER.to_owned()),
        2 => Just("0A1b".to_owned()),
        1 => Just(format!("{ISSUER}/")),
        1 => Just(state().to_lowercase()),
        1 => Just(String::new()),
        1 => Just("access_denied".to_owned()),
        1 => "\\PC{0,8}",
        1 => any::<String>(),
    ];
    let pair = (select(NAMES), value);
    (pair, 0..10_u8).prop_map(|((name, value), spelling)| match spelling {
        // Without encoding.
        0 => format!("{name}={value}"),
        // Every byte is escaped. This decodes to the same value.
        1 => value.bytes().fold(format!("{name}="), |text, byte| format!("{text}%{byte:02x}")),
        _ => url::form_urlencoded::Serializer::new(String::new()).append_pair(name, &value).finish(),
    })
}

/// The parameters of a valid callback with up to two changes: each replaces, removes or adds one.
fn parameters() -> impl Strategy<Value = Vec<String>> {
    let good = [("code", "0A1b".to_owned()), ("state", state()), ("iss", ISSUER.to_owned())];
    let good = good
        .map(|(name, value)| url::form_urlencoded::Serializer::new(String::new()).append_pair(name, &value).finish());
    vec((any::<Index>(), 0..3_u8, parameter()), 0..3).prop_map(move |changes| {
        let mut list = good.to_vec();
        for (at, change, parameter) in changes {
            let at = at.index(list.len() + 1);
            match change {
                0 if at < list.len() => list[at] = parameter,
                1 if at < list.len() => drop(list.remove(at)),
                _ => list.insert(at, parameter),
            }
        }
        list
    })
}

fn authorization_response() -> impl Strategy<Value = String> {
    let list = parameters().prop_map(|list| list.join("&"));
    let fragment = prop_oneof![
        6 => Just(String::new()),
        1 => Just("#top".to_owned()),
        1 => parameter().prop_map(|parameter| format!("#{parameter}")),
        1 => "#\\PC{0,9}",
    ];
    (select(&["?", "?", ""][..]), list, fragment).prop_map(|(mark, list, fragment)| format!("{mark}{list}{fragment}"))
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn c01_c02_c14_a_callback_is_accepted_exactly_when_it_is_valid(
        authorization_response in authorization_response(),
    ) {
        invariants::callback::check(&authorization_response);
    }

    #[test]
    fn c18_any_text_as_a_callback_satisfies_the_invariants(authorization_response in any::<String>()) {
        invariants::callback::check(&authorization_response);
    }

    #[test]
    fn h03_a_sign_out_is_confirmed_by_one_state_and_no_other(authorization_response in authorization_response()) {
        let query = authorization_response.split('#').next().unwrap();
        let query = query.strip_prefix('?').unwrap_or(query);
        let states: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "state").collect();
        let is_ours = states.len() == 1 && states[0].1 == state();
        let returned = end_session::returned_state(&authorization_response);
        let confirms = returned.is_some_and(|returned| returned == CsrfToken::from_random([2; 32]));
        // The converse is not tested: a text with our state that is not valid form encoding confirms nothing.
        prop_assert!(!confirms || is_ours, "{authorization_response}");
    }
}
