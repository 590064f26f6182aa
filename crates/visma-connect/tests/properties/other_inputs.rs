//! Input from other sources: a sign-in that another site starts, messages from other tabs, stored snapshots, and the
//! `WWW-Authenticate` header of an API.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use visma_connect::protocol::challenge::BearerChallenge;
use visma_connect::session::snapshot::Snapshot;
use visma_connect::session::tab_message::TabMessage;

use super::generators::{cases, changed, edited, joined};
use super::invariants::{self, ISSUER, NOW};

/// Pieces of a value of `target_link_uri`, `login_hint` or `iss`.
const VALUE_PIECES: &[&str] = &[
    "https://app.example",
    "https://evil.example",
    "https://connect.example",
    "http://app.example",
    "//",
    "/",
    "\\",
    "@",
    ":8443",
    ".",
    "..",
    "%2e",
    "%252e",
    "orders",
    "callback",
    "signed-out",
    "initiate",
    "sign-out",
    "?page=2",
    "?code=x",
    "&",
    "#",
    "javascript:",
    "kari@example.no",
    "&prompt=none",
    "\r\n",
    "\0",
    "é",
];

/// One parameter of the query with which another site starts a sign-in. It is most often valid, and form-encoded or
/// without encoding.
fn parameter() -> impl Strategy<Value = String> {
    let name = select(&["iss", "target_link_uri", "login_hint", "x", "code"][..]);
    let value = prop_oneof![
        3 => Just(ISSUER.to_owned()),
        1 => Just(format!("{ISSUER}/")),
        2 => Just("https://app.example/orders?page=2".to_owned()),
        4 => joined(VALUE_PIECES, 5),
    ];
    (name, value, prop::bool::weighted(0.8)).prop_map(|(name, value, is_encoded)| {
        if is_encoded {
            url::form_urlencoded::Serializer::new(String::new()).append_pair(name, &value).finish()
        } else {
            format!("{name}={value}")
        }
    })
}

fn start() -> impl Strategy<Value = String> {
    let issuer = "iss=https%3A%2F%2Fconnect.example";
    let first = select(vec![issuer, issuer, issuer, ""]).prop_map(str::to_owned);
    (select(&["?", "?", ""][..]), first, vec(parameter(), 0..4)).prop_map(|(mark, first, others)| {
        let parameters = [vec![first], others].concat().into_iter().filter(|parameter| !parameter.is_empty());
        format!("{mark}{}", parameters.collect::<Vec<_>>().join("&"))
    })
}

#[test]
fn the_starts_that_the_property_makes_up_can_be_accepted() {
    for query in [
        "?iss=https%3A%2F%2Fconnect.example",
        "?iss=https://connect.example&target_link_uri=https://app.example/orders",
    ] {
        assert!(invariants::initiate::check(query), "{query}");
    }
    assert!(!invariants::initiate::check("?iss=https%3A%2F%2Fconnect.example%2F"));
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn i01_i02_i03_an_initiate_query_is_checked(query in start()) {
        invariants::initiate::check(&query);
    }

    #[test]
    fn i01_any_initiate_query_satisfies_the_invariants(query in any::<String>()) {
        invariants::initiate::check(&query);
    }
}

fn message() -> Map<String, Value> {
    let members = json!({
        "v": 1, "type": "frontchannel_logout", "iss": ISSUER, "sid": "s1", "mark": "1800000000000", "user": "abc",
    });
    members.as_object().unwrap().clone()
}

#[test]
fn the_message_that_these_properties_change_is_accepted() {
    for kind in ["signed_out", "signed_in", "frontchannel_logout"] {
        let mut members = message();
        members.insert("type".to_owned(), json!(kind));
        assert!(invariants::tab_message::check(&Value::from(members).to_string()), "{kind}");
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn g05_a_message_is_accepted_exactly_when_it_is_valid(
        members in changed(
            message(),
            &["v", "type", "iss", "sid", "mark", "user", "access_token"],
            vec![json!("signed_out"), json!("signed_in"), json!("access_token"), json!(1), json!(2), json!("1"), json!("x".repeat(4_000))],
        ),
    ) {
        invariants::tab_message::check(&Value::from(members).to_string());
    }

    #[test]
    fn g05_an_edited_message_is_accepted_only_if_it_is_valid(text in edited(Value::from(message()).to_string())) {
        if let Ok(text) = std::str::from_utf8(&text) {
            invariants::tab_message::check(text);
        }
    }

    #[test]
    fn each_message_that_a_tab_can_send_is_accepted(texts in any::<[String; 2]>(), kind in 0..3_u8) {
        let [first, second] = texts;
        let message = match kind {
            0 => TabMessage::SignedOut { mark: first },
            1 => TabMessage::SignedIn { user: first },
            _ => TabMessage::FrontChannelLogout { iss: first, sid: second },
        };
        let text = message.to_text();
        prop_assert!(text.len() > 4_000 || TabMessage::parse(&text) == Some(message));
        invariants::tab_message::check(&text);
    }
}

fn kept() -> Map<String, Value> {
    let mut snapshot = Snapshot::default();
    snapshot.scroll = 340;
    assert!(snapshot.keep("note", "half a \"sentence\" & æøå") && snapshot.keep("path", "orders/7"));
    serde_json::from_str(&snapshot.to_record(NOW)).unwrap()
}

/// Encoded fields, written by this app or by other code.
fn fields() -> impl Strategy<Value = Value> {
    let field = prop_oneof![
        4 => ("[a-c]{0,2}", "[ab+%&=é]{0,6}").prop_map(|(name, value)| {
            url::form_urlencoded::Serializer::new(String::new()).append_pair(&name, &value).finish()
        }),
        1 => "[ab%+&=]{0,6}",
        1 => (0_usize..120, select(&[1_usize, 99, 101, 25_000, 50_000][..]))
            .prop_map(|(name, value)| format!("{}={}", "n".repeat(name), "v".repeat(value))),
    ];
    vec(field, 0..6).prop_map(|fields| json!(fields.join("&")))
}

#[test]
fn the_snapshot_that_these_properties_change_is_read() {
    assert!(invariants::snapshot::check(&Value::from(kept()).to_string()));
    let many = (0..101).map(|index| format!("f{index}=x")).collect::<Vec<_>>().join("&");
    let mut members = kept();
    members.insert("fields".to_owned(), json!(many));
    assert!(!invariants::snapshot::check(&Value::from(members).to_string()), "more than 100 fields must be refused");
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn a_snapshot_is_read_exactly_when_it_is_recent_and_of_a_possible_size(
        members in changed(
            kept(),
            &["version", "kept_at", "scroll", "fields"],
            [-601, -600, 0, 600, 601].map(|age| json!(NOW.as_seconds() - age)).into_iter()
                .chain([json!(1), json!(2), json!(-1), json!(i64::from(i32::MAX) + 1), json!(i64::MIN), json!(i64::MAX), json!("a=b"), json!("a=%")])
                .collect(),
        ),
        fields in prop::option::of(fields()),
    ) {
        let mut members = members;
        if let Some(fields) = fields {
            members.insert("fields".to_owned(), fields);
        }
        invariants::snapshot::check(&Value::from(members).to_string());
    }

    #[test]
    fn a_snapshot_that_was_edited_is_read_or_not(record in edited(Value::from(kept()).to_string())) {
        if let Ok(record) = std::str::from_utf8(&record) {
            invariants::snapshot::check(record);
        }
    }

    #[test]
    fn a_snapshot_returns_exactly_the_kept_fields(
        fields in vec(("[a-c]", any::<String>()), 0..6), scroll in any::<i32>(),
    ) {
        let mut snapshot = Snapshot::default();
        snapshot.scroll = scroll;
        for (name, value) in &fields {
            prop_assert!(snapshot.keep(name, value));
        }
        let record = snapshot.to_record(NOW);
        prop_assert!(invariants::snapshot::check(&record));
        prop_assert_eq!(Snapshot::from_record(&record, NOW), Some(snapshot));
    }
}

/// A challenge in `WWW-Authenticate` (RFC 9110 11.6.1), in parts: a scheme with a token68, or with parameters.
#[derive(Clone, Debug)]
enum Credentials {
    Token68(String),
    Parameters(Vec<Parameter>),
}

#[derive(Clone, Debug)]
struct Parameter {
    name: String,
    value: String,
    is_quoted: bool,
    /// White space around the `=`. RFC 9110 forbids senders to write it, but recipients must accept it.
    around: &'static str,
}

fn parameter_of_a_challenge() -> impl Strategy<Value = Parameter> {
    let name =
        select(&["error", "ERROR", "scope", "acr_values", "max_age", "Max_Age", "realm", "error_description"][..]);
    let value = prop_oneof![
        4 => "[a-z_]{1,8}",
        2 => "[0-9]{1,3}",
        1 => select(&["4294967295", "4294967296", "+5", "-1", "", "5 ", "٣"][..]).prop_map(str::to_owned),
        3 => "[ -~]{0,12}",
        1 => "\\PC{0,6}",
    ];
    (name, value, any::<bool>(), select(&["", "", " ", "\t"][..])).prop_map(|(name, value, is_quoted, around)| {
        let is_token = !value.is_empty() && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~+".contains(&b));
        Parameter { name: name.to_owned(), is_quoted: is_quoted || !is_token, value, around }
    })
}

fn challenge() -> impl Strategy<Value = (String, Credentials)> {
    let scheme = select(&["Bearer", "bearer", "bEARER", "Basic", "Negotiate", "DPoP", "Bearer2"][..]);
    let credentials = prop_oneof![
        1 => "[A-Za-z0-9._~+/-]{1,8}={1,2}".prop_map(Credentials::Token68),
        5 => vec(parameter_of_a_challenge(), 0..4).prop_map(Credentials::Parameters),
    ];
    (scheme, credentials).prop_map(|(scheme, credentials)| (scheme.to_owned(), credentials))
}

fn written(challenges: &[(String, Credentials)], between: &str) -> String {
    let parameter = |Parameter { name, value, is_quoted, around }: &Parameter| {
        let value = if *is_quoted {
            format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
        } else {
            value.clone()
        };
        format!("{name}{around}={around}{value}")
    };
    let challenge = |(scheme, credentials): &(String, Credentials)| match credentials {
        Credentials::Token68(token) => format!("{scheme} {token}"),
        Credentials::Parameters(list) if list.is_empty() => scheme.clone(),
        Credentials::Parameters(list) => {
            format!("{scheme} {}", list.iter().map(parameter).collect::<Vec<_>>().join(between))
        }
    };
    challenges.iter().map(challenge).collect::<Vec<_>>().join(between)
}

/// The content of the first Bearer challenge. `None` if there is no Bearer challenge, if one of its read parameters
/// occurs twice, or if `max_age` is not a valid number.
fn meant(challenges: &[(String, Credentials)]) -> Option<BearerChallenge> {
    let (_, credentials) = challenges.iter().find(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))?;
    let Credentials::Parameters(list) = credentials else { return Some(BearerChallenge::default()) };
    let one = |name: &str| {
        let mut values = list.iter().filter(|parameter| parameter.name.eq_ignore_ascii_case(name));
        match (values.next(), values.next()) {
            (value, None) => Some(value.map(|parameter| parameter.value.clone())),
            _ => None,
        }
    };
    let max_age = match one("max_age")? {
        None => None,
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => Some(digits.parse().ok()?),
        Some(_) => return None,
    };
    Some(BearerChallenge { error: one("error")?, scope: one("scope")?, acr_values: one("acr_values")?, max_age })
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn a_challenge_has_the_parameters_of_bearer_and_of_no_other_scheme(
        challenges in vec(challenge(), 0..4), between in select(&[", ", ",", " ,\t", ",,"][..]),
    ) {
        let header = written(&challenges, between);
        prop_assert_eq!(BearerChallenge::parse(&header), meant(&challenges), "{}", header);
    }

    #[test]
    fn any_www_authenticate_header_satisfies_the_invariants(
        header in joined(&["Bearer", " ", "error", "=", "\"", "\\", ",", "max_age", "5", "==", "Basic", "a/b", "é"], 12),
    ) {
        if let Some(challenge) = BearerChallenge::parse(&header) {
            prop_assert!(header.to_ascii_lowercase().contains("bearer"), "{}", header);
            let plain = header.replace('\\', "");
            for text in [&challenge.error, &challenge.scope, &challenge.acr_values].into_iter().flatten() {
                prop_assert!(plain.contains(&text.replace('\\', "")), "{} is not in {}", text, header);
            }
        }
    }
}
