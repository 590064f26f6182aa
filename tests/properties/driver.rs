//! Anything that a person, a browser, a network and a provider can do, in any order, to the real driver in a fake
//! browser; signatures are made and checked for real.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Waker};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use url::Url;
use visma_connect_spa::protocol::authorize::STORAGE_PREFIX;
use visma_connect_spa::session::driver::Driver;
use visma_connect_spa::session::error::PlatformError;
use visma_connect_spa::session::state::SessionState;
use zeroize::Zeroizing;

use super::fake::{self, DISCOVERY, Fake, ISSUER, JWKS, OTHER_KEY, SIGNING_KEY, TOKEN, USERINFO, World};
use super::made_up::cases;

#[derive(Clone, Copy, Debug)]
enum Action {
    Prepare,
    SignIn,
    /// The callback page is opened: in a new page, or all the same in this one.
    Callback(Taken, bool),
    SignOut,
    SignedOutPage,
    Reload,
    Restored,
    /// Seconds go by; nobody looks at the clock.
    Wait(i64),
    Tick,
    /// From here on the token endpoint answers so.
    TokenEndpoint(TokenAnswer),
    /// From here on one of the others answers, or is out of reach.
    Reachable(&'static str, bool),
    /// Answers of this URL do not come, or come.
    Hold(&'static str, bool),
    HoldClaims(bool),
    /// The provider's keys are others from here on, or again the first.
    Rotated(bool),
    /// Somebody signs out in another tab, and this one looks.
    SignOutElsewhere,
}

#[derive(Clone, Copy, Debug)]
enum Taken {
    Good,
    /// A state that was answered before.
    Old,
    /// The same, in a duplicated tab that has a copy of its record.
    OldWithItsRecord,
    Declined,
    AnotherIssuer,
    MadeUp,
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum TokenAnswer {
    Good { lifetime: u32 },
    AnotherKey,
    Unsigned,
    AnotherNonce,
    AnotherAudience,
    Expired,
    Refused,
    Unreachable,
    Page,
}

fn action() -> impl Strategy<Value = Action> {
    use Action::{
        Callback, Hold, HoldClaims, Prepare, Reachable, Reload, Restored, SignIn, SignOut, SignedOutPage, Tick,
        TokenEndpoint, Wait,
    };
    let taken = prop_oneof![
        8 => Just(Taken::Good),
        4 => select(&[Taken::Old, Taken::OldWithItsRecord, Taken::Declined, Taken::AnotherIssuer, Taken::MadeUp, Taken::Nothing][..]),
    ];
    let answer = prop_oneof![
        4 => select(&[1, 2, 30, 3_600, 1_000_000][..]).prop_map(|lifetime| TokenAnswer::Good { lifetime }),
        4 => select(&[
            TokenAnswer::AnotherKey, TokenAnswer::Unsigned, TokenAnswer::AnotherNonce, TokenAnswer::AnotherAudience,
            TokenAnswer::Expired, TokenAnswer::Refused, TokenAnswer::Unreachable, TokenAnswer::Page,
        ][..]),
    ];
    let url = || select(&[DISCOVERY, JWKS, USERINFO][..]);
    prop_oneof![
        1 => Just(Prepare),
        8 => Just(SignIn),
        8 => (taken, prop::bool::weighted(0.9)).prop_map(|(taken, is_new)| Callback(taken, is_new)),
        2 => Just(SignOut),
        1 => Just(SignedOutPage),
        1 => Just(Reload),
        1 => Just(Restored),
        2 => select(&[1_i64, 5, 15, 40, 599, 3_600][..]).prop_map(Wait),
        2 => Just(Tick),
        3 => answer.prop_map(TokenEndpoint),
        1 => (url(), any::<bool>()).prop_map(|(url, is_reachable)| Reachable(url, is_reachable)),
        4 => (select(&[TOKEN, DISCOVERY, JWKS, USERINFO][..]), any::<bool>()).prop_map(|(url, is_held)| Hold(url, is_held)),
        1 => any::<bool>().prop_map(HoldClaims),
        1 => any::<bool>().prop_map(Action::Rotated),
        1 => Just(Action::SignOutElsewhere),
    ]
}

/// One request that the browser has left with.
#[derive(Clone)]
struct Left {
    state: String,
    nonce: String,
    record: String,
}

/// One tab, and what a careful observer remembers of it.
struct Tab {
    world: Rc<World>,
    driver: Rc<Driver<Fake>>,
    running: Vec<Pin<Box<dyn Future<Output = ()>>>>,
    token_endpoint: TokenAnswer,
    left: Vec<Left>,
    /// States whose callback was read.
    answered: BTreeSet<String>,
    /// The nonce of the callback that is being exchanged or was; nothing when whoever signs in now must be refused.
    expected: Option<String>,
    /// When the last token request was sent, in seconds.
    sent_at: i64,
    seen_signed_in: bool,
    /// How often somebody signed out in another tab.
    marks: u32,
}

impl Tab {
    fn new() -> Self {
        let world = World::new();
        let driver = Rc::new(fake::driver(&world));
        Self {
            world,
            driver,
            running: Vec::new(),
            token_endpoint: TokenAnswer::Good { lifetime: 3_600 },
            left: Vec::new(),
            answered: BTreeSet::new(),
            expected: None,
            sent_at: 0,
            seen_signed_in: false,
            marks: 0,
        }
    }

    fn start<F: Future<Output = ()> + 'static>(&mut self, work: impl FnOnce(Rc<Driver<Fake>>) -> F) {
        self.running.push(Box::pin(work(Rc::clone(&self.driver))));
    }

    fn reload(&mut self) {
        self.running.clear();
        self.driver = Rc::new(fake::driver(&self.world));
        self.expected = None;
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Prepare => self.start(|driver| async move { driver.prepare().await }),
            Action::SignIn => self.start(|driver| async move { driver.sign_in("/orders").await }),
            Action::Callback(taken, is_new_page) => {
                if is_new_page {
                    self.reload();
                }
                self.open_callback(taken);
            }
            Action::SignOut => {
                self.driver.sign_out();
                self.expected = None;
            }
            Action::SignedOutPage => {
                self.driver.returned_from_sign_out("?state=x");
                self.expected = None;
            }
            Action::Reload => self.reload(),
            Action::Restored => self.driver.page_restored(),
            Action::Wait(seconds) => self.world.wall_seconds.set(self.world.wall_seconds.get() + seconds),
            Action::Tick => self.driver.tick(),
            Action::TokenEndpoint(answer) => self.token_endpoint = answer,
            Action::Reachable(url, true) => self.world.answer(url, World::new().answers.borrow()[url][0].clone()),
            Action::Reachable(url, false) => self.world.answer(url, Err(PlatformError::Unreachable)),
            Action::Hold(url, true) => self.world.hold(url),
            Action::Hold(url, false) => self.world.release(url),
            Action::HoldClaims(is_held) => self.world.claims_held.set(is_held),
            Action::Rotated(is_rotated) => {
                let keys = if is_rotated { [("k2", OTHER_KEY)] } else { [("k1", SIGNING_KEY)] };
                self.world.answer(JWKS, Ok((200, fake::jwks(&keys))));
            }
            Action::SignOutElsewhere => {
                self.marks += 1;
                self.world.sign_out_mark.replace(Some(format!("elsewhere {}", self.marks)));
                self.driver.tick();
                self.expected = None;
            }
        }
        self.lay_out_tokens();
        self.running.retain_mut(|work| work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        self.observe_leaving();
    }

    fn open_callback(&mut self, taken: Taken) {
        let waits = |left: &&Left| self.world.storage.borrow().contains_key(&[STORAGE_PREFIX, &left.state].concat());
        let is_old = |left: &&Left| self.answered.contains(&left.state);
        let left = match taken {
            Taken::Old | Taken::OldWithItsRecord => self.left.iter().rev().find(is_old),
            _ => self.left.iter().rev().find(waits),
        };
        let left = left.cloned();
        let state = left.as_ref().map_or("none", |left| &left.state);
        let iss = "iss=https%3A%2F%2Fconnect.example";
        let is_busy = !matches!(self.driver.state(), SessionState::Unauthenticated(_));
        if let (Taken::OldWithItsRecord, Some(left), false) = (taken, &left, is_busy) {
            let key = [STORAGE_PREFIX, state].concat();
            self.world.storage.borrow_mut().insert(key, left.record.clone());
        }
        let taken = match taken {
            Taken::Good | Taken::Old | Taken::OldWithItsRecord => {
                format!("?code=code-canary&state={state}&{iss}")
            }
            Taken::Declined => format!("?error=access_denied&state={state}&{iss}"),
            Taken::AnotherIssuer => format!("?code=code-canary&state={state}&{iss}x"),
            Taken::MadeUp => format!("?code=code-canary&state={}&{iss}", fake::encode([0_u8; 32])),
            Taken::Nothing => String::new(),
        };
        // A page that is busy with something else does not read the callback.
        if is_busy {
            self.start(|driver| async move { driver.resume(Zeroizing::new(taken)).await });
            return;
        }
        self.expected = None;
        if let Some(left) = left.filter(|left| taken.contains(&left.state)) {
            self.answered.insert(left.state);
            self.expected = Some(left.nonce);
        }
        self.start(|driver| async move { driver.resume(Zeroizing::new(taken)).await });
    }

    /// The token endpoint answers for the sign-in that is being exchanged.
    fn lay_out_tokens(&self) {
        if self.running.is_empty() {
            return;
        }
        let now = self.world.wall_seconds.get();
        let nonce = self.expected.clone().unwrap_or_default();
        let claims = format!(
            r#"{{"iss":"{ISSUER}","aud":"demo","sub":"good-{nonce}","exp":{},"iat":{now},"nonce":"{nonce}"}}"#,
            now + 300
        );
        let evil = claims.replace("good-", "evil-");
        let header = r#"{"alg":"RS256","kid":"k1"}"#;
        let signed = |claims: &str| fake::token_response(&fake::id_token(header, claims, SIGNING_KEY));
        let answer = match self.token_endpoint {
            TokenAnswer::Good { lifetime } => signed(&claims).map(|(status, body)| {
                (status, body.replace("\"expires_in\":3600", &format!("\"expires_in\":{lifetime}")))
            }),
            TokenAnswer::AnotherKey => fake::token_response(&fake::id_token(header, &evil, OTHER_KEY)),
            TokenAnswer::Unsigned => {
                fake::token_response(&format!("{}.{}.", fake::encode(r#"{"alg":"none"}"#), fake::encode(&evil)))
            }
            TokenAnswer::AnotherNonce => signed(&evil.replace("\"nonce\":\"", "\"nonce\":\"x")),
            TokenAnswer::AnotherAudience => signed(&evil.replace("\"demo\"", "[\"demo\",\"other\"]")),
            TokenAnswer::Expired => {
                signed(&evil.replace(&format!("\"exp\":{}", now + 300), &format!("\"exp\":{}", now - 121)))
            }
            TokenAnswer::Refused => Ok((400, r#"{"error":"invalid_grant"}"#.to_owned())),
            TokenAnswer::Unreachable => Err(PlatformError::Unreachable),
            TokenAnswer::Page => Ok((200, "<!doctype html>".to_owned())),
        };
        self.world.answer(TOKEN, answer);
    }

    fn observe_leaving(&mut self) {
        let log = self.world.log.borrow();
        let urls = log.iter().filter_map(|line| line.strip_prefix("navigate "));
        let requests = urls.filter_map(|url| Url::parse(url).ok()).filter(|url| url.path() == "/connect/authorize");
        for url in requests.skip(self.left.len()) {
            let parameter = |name: &str| url.query_pairs().find(|(n, _)| n == name).unwrap().1.into_owned();
            let state = parameter("state");
            assert!(self.left.iter().all(|left| left.state != state), "a04: the state is a new one");
            let key = [STORAGE_PREFIX, &state].concat();
            let record = self.world.storage.borrow()[&key].clone();
            self.left.push(Left { state, nonce: parameter("nonce"), record });
        }
    }
}

/// What must hold after each action.
fn check(tab: &mut Tab, action: Action, before: (usize, usize)) -> Result<(), TestCaseError> {
    let now = tab.world.wall_seconds.get();
    let state = tab.driver.state();
    let forms = tab.world.forms.borrow();
    if forms.len() > before.0 {
        tab.sent_at = now;
    }
    let verifiers: Vec<_> =
        forms.iter().map(|form| form.split("code_verifier=").nth(1).unwrap().split('&').next().unwrap()).collect();
    let distinct: BTreeSet<_> = verifiers.iter().collect();
    prop_assert_eq!(distinct.len(), verifiers.len(), "d04, c05, c23: at most one token request for each state");

    if let Some(person) = state.signed_in() {
        tab.seen_signed_in = true;
        let expected = tab.expected.as_ref().map(|nonce| format!("good-{nonce}"));
        prop_assert_eq!(Some(person.subject()), expected.as_deref(), "only a verified ID token of this very sign-in");
        if matches!(action, Action::Tick | Action::Restored) {
            let TokenAnswer::Good { .. } = tab.token_endpoint else { return Ok(()) };
            prop_assert!(tab.driver.expires_in().unwrap() > 0);
            prop_assert!(now < tab.sent_at + 86_400, "no token lives longer than a day");
        }
    }
    let bearers = tab.world.bearers.borrow();
    prop_assert!(bearers.iter().all(|(url, _)| url == USERINFO), "the token goes nowhere else");
    if bearers.len() > before.1 {
        prop_assert!(state.signed_in().is_some(), "the token was sent while nobody is signed in");
    }

    let storage = tab.world.storage.borrow();
    for (key, value) in &*storage {
        for canary in ["access-canary", "code-canary", "eyJ"] {
            prop_assert!(!key.contains(canary) && !value.contains(canary), "j01: {key} holds {canary}");
        }
        let is_answered = key.strip_prefix(STORAGE_PREFIX).is_some_and(|state| tab.answered.contains(state));
        prop_assert!(!is_answered, "the verifier outlived its callback");
    }
    let shown = format!("{state:?}");
    prop_assert!(!shown.contains("canary") && !shown.contains("eyJ"), "j02: {shown}");
    Ok(())
}

fn play(actions: Vec<Action>) -> Result<bool, TestCaseError> {
    let mut tab = Tab::new();
    for action in actions {
        let before = (tab.world.forms.borrow().len(), tab.world.bearers.borrow().len());
        tab.act(action);
        check(&mut tab, action, before)?;
    }
    Ok(tab.seen_signed_in)
}

#[test]
fn these_actions_can_sign_a_person_in() {
    assert!(play(vec![Action::SignIn, Action::Callback(Taken::Good, true)]).unwrap());
}

#[test]
fn a_token_that_died_on_its_way_is_not_sent_to_userinfo() {
    let actions = [
        Action::SignIn,
        Action::TokenEndpoint(TokenAnswer::Good { lifetime: 2 }),
        Action::Hold(TOKEN, true),
        Action::Callback(Taken::Good, true),
        Action::Wait(5),
        Action::Hold(TOKEN, false),
    ];
    assert!(!play(actions.to_vec()).unwrap());
}

/// The fake browser makes 255 random numbers; a sign-in needs three.
const MOST_ACTIONS: usize = 60;

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn whatever_happens_nobody_is_signed_in_unverified_and_no_token_is_used_after_its_session(
        actions in vec(action(), 0..MOST_ACTIONS),
    ) {
        play(actions)?;
    }
}
