//! Any events in any order.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;
use visma_connect_spa::SignedIn;
use visma_connect_spa::protocol::http::HttpResponse;
use visma_connect_spa::protocol::userinfo::Profile;
use visma_connect_spa::session::error::{PlatformError, SignInError};
use visma_connect_spa::session::moment::Moment;
use visma_connect_spa::session::state::{AtProvider, Event, SessionState, Why};

use super::invariants::{ID_TOKEN, NOW, exchange, keys, verify};
use super::made_up::cases;

/// A person, verified for real, whose token request was sent at this moment.
fn signed_in(lifetime: u32, sent_at: Moment) -> SignedIn {
    let body =
        json!({ "access_token": "a", "token_type": "Bearer", "expires_in": lifetime, "id_token": ID_TOKEN.trim_end() });
    let tokens = exchange().finish(&HttpResponse::new(200, body.to_string())).unwrap();
    let check = tokens.signature_to_check(keys()).unwrap();
    let is_valid = verify(&check);
    SignedIn::new(&tokens.accept(check.conclude(is_valid).unwrap(), NOW).unwrap(), sent_at)
}

fn moment() -> impl Strategy<Value = Moment> {
    let ms = || prop_oneof![0_i64..100_000, any::<i64>()];
    (ms(), ms()).prop_map(|(wall_ms, monotonic_ms)| Moment { wall_ms, monotonic_ms })
}

/// When the session of a person ends: a quarter of a second before the token, counted from the request.
fn deadline(lifetime: u32, sent_at: Moment) -> [i64; 2] {
    [sent_at.wall_ms, sent_at.monotonic_ms].map(|clock| clock.saturating_add(i64::from(lifetime) * 1_000 - 250))
}

/// An event, and the deadline of the person who comes with it.
fn event() -> impl Strategy<Value = (Event, [i64; 2])> {
    let failure = || SignInError::Platform(PlatformError::Unreachable);
    let alone = prop_oneof![
        2 => moment().prop_map(Event::SignInStarted),
        4 => Just(Event::CallbackOpened),
        1 => Just(Event::ProfileArrived(Ok(Profile::default()))),
        1 => Just(Event::ProfileArrived(Err(failure()))),
        1 => Just(Event::SignInFailed(failure())),
        3 => moment().prop_map(Event::TimePassed),
        1 => Just(Event::PageRestored),
        1 => Just(Event::SessionEnded(AtProvider::Ended)),
    ];
    prop_oneof![
        4 => alone.prop_map(|event| (event, [0; 2])),
        1 => (1_u32..100, moment()).prop_map(|(lifetime, sent_at)| {
            (Event::TokensVerified(signed_in(lifetime, sent_at)), deadline(lifetime, sent_at))
        }),
    ]
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn whatever_happens_only_verified_tokens_sign_in_and_time_or_sign_out_end_it(events in vec(event(), 0..30)) {
        let mut state = SessionState::Unauthenticated(Why::NotYet);
        let mut deadline = [0; 2];
        for (event, its_deadline) in events {
            let after = state.clone().after(event.clone());
            let was = state.signed_in().cloned();
            prop_assert_eq!(after.signed_in().is_some(), after.is_authenticated() == Some(true));
            match (&event, &was) {
                (Event::TokensVerified(person), None) => {
                    let expected = (state == SessionState::Exchanging).then_some(person);
                    prop_assert_eq!(after.signed_in(), expected, "tokens count in an exchange and nowhere else");
                    deadline = its_deadline;
                }
                (_, None) => prop_assert!(after.signed_in().is_none(), "{event:?} signed somebody in"),
                (Event::TimePassed(now), Some(person)) => {
                    let is_over = deadline[0] <= now.wall_ms || deadline[1] <= now.monotonic_ms;
                    prop_assert_eq!(after.signed_in().is_none(), is_over);
                    prop_assert_eq!(person.expires_in(*now) == 0, is_over, "the time left says so too");
                }
                (Event::SessionEnded(_), Some(_)) => {}
                (_, Some(person)) => {
                    let still = after.signed_in().expect("only time and sign-out end a session");
                    prop_assert_eq!(still.subject(), person.subject());
                }
            }
            if let Event::SessionEnded(at_provider) = event {
                prop_assert_eq!(&after, &SessionState::Unauthenticated(Why::SignedOut(at_provider)));
            }
            if after == SessionState::Exchanging && state != SessionState::Exchanging {
                prop_assert_eq!(&event, &Event::CallbackOpened);
                prop_assert!(matches!(state, SessionState::Unauthenticated(_)));
            }
            state = after;
        }
    }
}
