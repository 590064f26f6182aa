//! Actions of a user, a browser, a network, a provider and other tabs, in any order, on the real driver in a fake
//! browser. The signatures of ID tokens are real.
//!
//! ```text
//! action.rs    the possible actions               tab.rs       performs and records the actions
//! provider.rs  responses of provider and APIs     checks.rs    what must hold after each action
//! ```

mod action;
mod checks;
mod provider;
mod tab;

use std::cell::RefCell;

use action::{
    Action, Ask, Message, Part, ResponseKind, SIGNED_IN, TestUser, Text, TokenResponseKind, UserInfo, any_scene,
    scene_of_a_day,
};
use checks::{Reached, check};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tab::{RESTORE, Tab};
use visma_connect::RenewIn;

use super::fake::TOKEN;
use super::generators::cases;

/// Performs the actions in a new tab, checks the invariants of `checks.rs` after each, and counts in `reached` the
/// states that were reached.
fn play(restore: usize, actions: &[Action], reached: &mut Reached) -> Result<Tab, TestCaseError> {
    let mut tab = Tab::new(restore);
    for action in actions {
        let before = tab.seen();
        tab.act(*action);
        check(&mut tab, *action, &before)?;
        reached.note(&tab, &before);
    }
    Ok(tab)
}

/// Runs [`play`] with the actions of a test. Panics if an invariant is violated.
fn reached(restore: usize, actions: &[Action]) -> Reached {
    let mut reached = Reached::default();
    if let Err(error) = play(restore, actions, &mut reached) {
        panic!("{error}");
    }
    reached
}

/// Signs the user in and then performs these actions.
fn after_signing_in(actions: &[Action]) -> Vec<Action> {
    [&SIGNED_IN, actions].concat()
}

/// The maximum number of scenes in a test. A scene is a short sequence of actions. The fake browser has 255 random
/// numbers. An authorization request needs three of them, and a scene makes at most two authorization requests.
const MOST_SCENES: usize = 40;

/// Performs generated actions. Returns the counts of all cases together.
fn try_actions(count: u32, actions: impl Strategy<Value = (usize, Vec<Action>)>) -> Reached {
    let all = RefCell::new(Reached::default());
    let result = TestRunner::new(cases(count))
        .run(&actions, |(restore, actions)| play(restore, &actions, &mut all.borrow_mut()).map(drop));
    if let Err(error) = result {
        panic!("{error}");
    }
    all.into_inner()
}

/// Generated scenes. `is_signed_in` is the probability that the user is signed in before the first scene.
fn from_the_beginning_or_signed_in(
    scene: impl Strategy<Value = Vec<Action>>,
    is_signed_in: f64,
) -> impl Strategy<Value = (usize, Vec<Action>)> {
    (0..RESTORE.len(), prop::bool::weighted(is_signed_in), vec(scene, 0..MOST_SCENES)).prop_map(
        |(restore, is_signed_in, scenes)| {
            let actions = scenes.concat();
            (restore, if is_signed_in { after_signing_in(&actions) } else { actions })
        },
    )
}

#[test]
fn no_user_is_signed_in_unverified_and_no_token_is_used_after_its_session() {
    let reached = try_actions(300, from_the_beginning_or_signed_in(any_scene(), 0.6));
    assert!(
        reached.sessions > 100
            && reached.renewals_in_a_window > 10
            && reached.renewals_in_the_tab > 10
            && reached.other_users > 5
            && reached.calls > 30
            && reached.ends_in_time > 10
            && reached.silent_starts > 10,
        "too few of the interesting states were reached: {reached:?}"
    );
}

/// The device sleeps, clocks are changed, timers fire late, and the user renews the session or is away.
#[test]
fn f08_g08_in_a_day_of_any_events_no_session_outlives_its_token() {
    let reached = try_actions(250, from_the_beginning_or_signed_in(scene_of_a_day(), 1.0));
    assert!(
        reached.renewals_in_a_window > 50 && reached.ends_in_time > 50 && reached.calls > 50,
        "too few of the interesting states were reached: {reached:?}"
    );
}

#[test]
fn these_actions_can_sign_a_user_in_and_renew_their_session() {
    let renewed = reached(
        0,
        &after_signing_in(&[Action::Renew(RenewIn::Window, Ask::Nothing), Action::WindowCallback(ResponseKind::Good)]),
    );
    assert_eq!((renewed.sessions, renewed.renewals_in_a_window), (2, 1));
    let renewed = reached(
        0,
        &after_signing_in(&[Action::Renew(RenewIn::Tab, Ask::Nothing), Action::Callback(ResponseKind::Good, true)]),
    );
    assert_eq!((renewed.sessions, renewed.renewals_in_the_tab), (2, 1));
    let strong = TokenResponseKind::Good(Some(3_600), true);
    let stepped_up = after_signing_in(&[
        Action::TokenEndpoint(strong),
        Action::Renew(RenewIn::Window, Ask::SecondStep),
        Action::WindowCallback(ResponseKind::Good),
    ]);
    assert_eq!(reached(0, &stepped_up).renewals_in_a_window, 1);
    let weak = TokenResponseKind::Good(Some(3_600), false);
    let refused = after_signing_in(&[
        Action::TokenEndpoint(weak),
        Action::Renew(RenewIn::Window, Ask::SecondStep),
        Action::WindowCallback(ResponseKind::Good),
        Action::RenewAgain(RenewIn::Window),
        Action::WindowCallback(ResponseKind::Good),
    ]);
    assert_eq!(reached(0, &refused).sessions, 1, "the response does not prove a second factor");
    let other = after_signing_in(&[
        Action::User(TestUser::Ola),
        Action::Renew(RenewIn::Window, Ask::SelectAccount),
        Action::WindowCallback(ResponseKind::Good),
    ]);
    assert_eq!(reached(0, &other).other_users, 1);
}

#[test]
fn these_actions_call_and_restore_and_receive_messages() {
    let called = after_signing_in(&[
        Action::Call("erp", "orders", true),
        Action::Call("other", "orders", false),
        Action::Apis(401),
        Action::Call("erp", "orders", true),
        Action::Call("erp", "orders", false),
        Action::Apis(200),
        Action::Renew(RenewIn::Window, Ask::Nothing),
        Action::WindowCallback(ResponseKind::Good),
    ]);
    assert_eq!(reached(0, &called).calls, 4, "the refused read is sent once more, with the new token");
    let restored = after_signing_in(&[Action::Restore, Action::Callback(ResponseKind::Good, true)]);
    assert_eq!((reached(1, &restored).silent_starts, reached(1, &restored).sessions), (1, 2));
    assert_eq!(reached(0, &restored).silent_starts, 0);
    let asked = after_signing_in(&[
        Action::Restore,
        Action::Callback(ResponseKind::LoginRequired, true),
        Action::Restore,
        Action::SignIn,
        Action::Callback(ResponseKind::Good, true),
    ]);
    assert_eq!(
        (reached(1, &asked).silent_starts, reached(1, &asked).sessions),
        (1, 2),
        "after the failed silent sign-in, a click signs the user in"
    );
    let started = [Action::Initiate("?iss=https%3A%2F%2Fconnect.example"), Action::Callback(ResponseKind::Good, true)];
    assert_eq!(reached(0, &started).sessions, 1);
    for message in [Message::SignedOut(true), Message::SignedOut(false), Message::FrontChannel(true)] {
        let received = after_signing_in(&[Action::Receive(message), Action::Call("erp", "orders", true)]);
        assert_eq!(reached(0, &received).calls, 0, "{message:?}");
    }
    let kept = after_signing_in(&[
        Action::Keep(Text::Note),
        Action::Keep(Text::WithTheToken),
        Action::Broken(Part::Windows, true),
    ]);
    let tab = play(0, &kept, &mut Reached::default()).ok().unwrap();
    assert_eq!(tab.driver.memory().kept("note").as_deref(), Some(TestUser::Kari.note()));
    let nameless = after_signing_in(&[Action::UserInfo(UserInfo::OtherSubject), Action::Reload]);
    assert_eq!(reached(0, &nameless).sessions, 1);
}

#[test]
fn a_token_that_expired_before_it_arrived_is_not_sent_to_userinfo() {
    let actions = [
        Action::SignIn,
        Action::TokenEndpoint(TokenResponseKind::Good(Some(2), false)),
        Action::Hold(TOKEN, true),
        Action::Callback(ResponseKind::Good, true),
        Action::Wait(5),
        Action::Hold(TOKEN, false),
    ];
    assert_eq!(reached(0, &actions).sessions, 0);
}
