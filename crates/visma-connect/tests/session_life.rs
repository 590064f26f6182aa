//! A session from its beginning to its end through a fake browser: the warning, renewal in a window and in the tab,
//! calls of APIs, what is kept, other people, and what starts by itself.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows this in test functions; their helpers are here"
)]

mod fake;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

use fake::{Fake, ISSUER, JWKS, NOW, SIGNING_KEY, TOKEN, USERINFO, World, id_token, page, poll, run};
use url::Url;
use visma_connect::session::driver::{Driver, ProviderStatus};
use visma_connect::session::error::PlatformError;
use visma_connect::session::renewal::RenewalNotice;
use visma_connect::session::state::{ProviderSession, SessionState, SignedOutReason};
use visma_connect::session::tab_message::{FRONT_CHANNEL_KEY, TabMessage};
use visma_connect::{
    ApiError, ApiRequest, Config, Method, ProfileState, Prompt, RenewIn, Renewal, SessionChange, SignInOptions, User,
};
use zeroize::Zeroizing;

const API: &str = "https://api.example/v1/organization";

fn config(more: &str) -> &'static Config {
    let text = format!(
        r#"{{"authority":"{ISSUER}","client_id":"demo",
            "apis":[{{"name":"erp","base_url":"https://api.example/v1"}},
                    {{"name":"other","base_url":"https://other.example"}}]{more}}}"#
    );
    Box::leak(Box::new(Config::parse(&text, &page()).unwrap()))
}

fn driver_with(world: &Rc<World>, more: &str) -> Driver<Fake> {
    Driver::new(Fake(Rc::clone(world)), config(more), Box::new(|| {}))
}

fn driver(world: &Rc<World>) -> Driver<Fake> {
    driver_with(world, "")
}

fn none() -> SignInOptions {
    SignInOptions::default()
}

/// The parameters of the request that the browser has left or opened a window with last.
fn asked(world: &World) -> impl Fn(&str) -> String {
    let log = world.log.borrow();
    let url = log.iter().rev().find_map(|line| line.strip_prefix("navigate ").or(line.strip_prefix("open ")));
    let url = Url::parse(url.unwrap()).unwrap();
    move |name| {
        url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    }
}

/// Lays out the tokens that answer the last request, with these claims besides.
fn will_respond(world: &World, subject: &str, lifetime: u32, more: &str) {
    let claims = format!(
        r#"{{"iss":"{ISSUER}","aud":"demo","sub":"{subject}","exp":{},"iat":{},"nonce":"{}"{more}}}"#,
        world.wall_seconds.get() + 300,
        world.wall_seconds.get(),
        asked(world)("nonce"),
    );
    let id_token = id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims, SIGNING_KEY);
    let token = format!("access-{}", world.randoms.get());
    let response = format!(
        r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":{lifetime},"id_token":"{id_token}","scope":"openid profile"}}"#
    );
    world.respond(TOKEN, Ok((200, response)));
    let profile = format!(r#"{{"sub":"{subject}","name":"{subject}","email":"{subject}@example.no"}}"#);
    world.respond(USERINFO, Ok((200, profile)));
}

fn response_of(world: &World) -> String {
    format!("?code=code-canary&state={}&iss=https%3A%2F%2Fconnect.example", asked(world)("state"))
}

/// Signs this user in on a new page.
fn signed_in_as(world: &Rc<World>, subject: &str, lifetime: u32, more: &str) -> Driver<Fake> {
    run(driver(world).sign_in("/orders"));
    come_back(world, subject, lifetime, more)
}

/// The provider answers the last request, and the callback page opens.
fn come_back(world: &Rc<World>, subject: &str, lifetime: u32, more: &str) -> Driver<Fake> {
    will_respond(world, subject, lifetime, more);
    let driver = driver(world);
    run(driver.handle_callback(Zeroizing::new(response_of(world))));
    driver
}

fn signed_in(world: &Rc<World>) -> Driver<Fake> {
    signed_in_as(world, "kari", 3_600, "")
}

fn code(driver: &Driver<Fake>) -> &'static str {
    match driver.state() {
        SessionState::Unauthenticated(SignedOutReason::Failed(error)) => error.code(),
        other => panic!("no failure: {other:?}"),
    }
}

fn world() -> Rc<World> {
    let world = World::new();
    world.respond(API, Ok((200, r#"{"name":"Fjordvik"}"#.to_owned())));
    world
}

/// Renews in a window, where this user signs in at last.
fn renewed_by(world: &Rc<World>, driver: &Driver<Fake>, options: SignInOptions, subject: &str, more: &str) {
    let mut renew = Box::pin(async { driver.renew(RenewIn::Window, "/", options.clone()).await });
    assert!(!poll(&mut renew));
    will_respond(world, subject, 3_600, more);
    window_responses(world);
    assert!(poll(&mut renew));
}

fn who(driver: &Driver<Fake>) -> User {
    match driver.state() {
        SessionState::Authenticated(who) => who,
        other => panic!("nobody is signed in: {other:?}"),
    }
}

/// The window's callback page gives its response.
fn window_responses(world: &Rc<World>) -> Driver<Fake> {
    let window = driver(world);
    run(window.handle_callback(Zeroizing::new(response_of(world))));
    window
}

mod expiry {
    use super::*;

    #[test]
    fn d11_a_session_ends_in_two_steps_and_takes_no_warning_back() {
        let world = world();
        let driver = signed_in(&world);
        for (seconds, expected) in [(0, 'A'), (3_479, 'A'), (3_480, 'W'), (3_599, 'W'), (3_600, 'x'), (0, 'x')] {
            world.wall_seconds.set(NOW + seconds);
            driver.tick();
            let letter = match driver.state() {
                SessionState::Authenticated(_) => 'A',
                SessionState::ExpiringSoon(_) => 'W',
                SessionState::Expired => 'x',
                other => panic!("{other:?}"),
            };
            assert_eq!(letter, expected, "after {seconds} s");
        }
        assert_eq!(run(driver.call("erp", &ApiRequest::get("organization"))).unwrap_err(), ApiError::SessionEnded);
        assert_eq!(world.count(API), 0, "the token is gone");
    }

    #[test]
    fn d11_the_warning_comes_two_minutes_before_or_at_half_the_lifetime() {
        for (more, lifetime, warned) in [
            ("", 3_600, 3_480),
            ("", 200, 100),
            ("", 5, 3),
            (r#","warn_seconds":300"#, 3_600, 3_300),
            (r#","warn_seconds":3600"#, 3_600, 1_800),
            (r#","warn_seconds":0"#, 3_600, 3_600),
        ] {
            let world = world();
            run(driver_with(&world, more).sign_in("/"));
            will_respond(&world, "kari", lifetime, "");
            let driver = driver_with(&world, more);
            run(driver.handle_callback(Zeroizing::new(response_of(&world))));
            world.wall_seconds.set(NOW + warned - 1);
            driver.tick();
            assert!(matches!(driver.state(), SessionState::Authenticated(_)), "{more} {lifetime}");
            world.wall_seconds.set(NOW + warned);
            driver.tick();
            assert!(!matches!(driver.state(), SessionState::Authenticated(_)), "{more} {lifetime}");
        }
    }

    /// Timers stand still in a sleeping or a throttled page, and clocks are set: every look reads both.
    #[test]
    fn f08_g08_a_day_with_sleep_throttled_timers_and_clocks_that_jump() {
        const HOUR: i64 = 3_600_000;
        for (name, late_ms, jump_ms, is_over) in [
            ("asleep for an hour", HOUR, 0, true),
            ("throttled to one look a minute", 60_000, 0, false),
            ("the clock set a year ahead", 1_000, 365 * 24 * HOUR, true),
            ("the clock set back by a year, and an hour goes by", HOUR, -365 * 24 * HOUR, true),
            ("the clock set back, and little goes by", 1_000, -24 * HOUR, false),
            ("summer time ends", 1_000, -HOUR, false),
        ] {
            let world = world();
            let driver = signed_in(&world);
            world.late_ms.set(late_ms);
            world.wall_jump_ms.set(jump_ms);
            // Nobody has looked yet, and a call must not go out all the same.
            let called = run(driver.call("erp", &ApiRequest::get("organization")));
            assert_eq!(called.is_err(), is_over, "{name}");
            assert_eq!(matches!(driver.state(), SessionState::Expired), is_over, "{name}");
            assert_eq!(driver.expires_in().is_none(), is_over, "{name}");
        }
    }

    #[test]
    fn a_day_of_renewals_never_shows_a_session_without_a_token() {
        let world = world();
        let driver = signed_in(&world);
        let mut ended = 0;
        for minute in 1..24 * 60 {
            world.wall_seconds.set(NOW + minute * 60);
            driver.tick();
            // Every seventh time the user is away when the warning comes.
            let is_there = minute % 7 != 0;
            match driver.state() {
                SessionState::ExpiringSoon(_) | SessionState::Expired if is_there => {
                    ended += u32::from(driver.state() == SessionState::Expired);
                    let mut renew = Box::pin(async { driver.renew(RenewIn::Window, "/", none()).await });
                    assert!(!poll(&mut renew));
                    will_respond(&world, "kari", 3_600, "");
                    window_responses(&world);
                    assert!(poll(&mut renew));
                    assert!(matches!(driver.state(), SessionState::Authenticated(_)), "minute {minute}");
                }
                _ => {}
            }
            let can_call = run(driver.call("erp", &ApiRequest::get("organization"))).is_ok();
            assert_eq!(can_call, driver.state().signed_in().is_some(), "minute {minute}");
        }
        assert!(world.count(TOKEN) > 20, "{}", world.count(TOKEN));
        assert!(ended < 10, "{ended}");
    }
}

mod renewal {
    use super::*;

    /// A company's ID, as `tenant_hint` may say it.
    const A: &str = "0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11";

    #[test]
    fn a_renewal_in_a_window_keeps_its_record_in_memory_and_the_session_as_it_is() {
        let world = world();
        let driver = signed_in(&world);
        world.take_log();
        let mut renew = Box::pin(async { driver.renew(RenewIn::Window, "/orders", none()).await });
        assert!(!poll(&mut renew));
        assert!(matches!(driver.renewal(), Renewal::InWindow { .. }));
        assert!(driver.state().signed_in().is_some());
        // A window gets a copy of what is stored.
        assert!(world.storage.borrow().keys().all(|key| key == "visma-connect-spa:owner"));
        let asked = asked(&world);
        assert_eq!((asked("prompt"), asked("login_hint")), (String::new(), "kari@example.no".to_owned()));
        assert_eq!(world.take_log().len(), 1, "one window, and nothing else");

        world.log.borrow_mut().push(format!(
            "open https://connect.example/?nonce={}&state={}",
            asked("nonce"),
            asked("state")
        ));
        world.wall_seconds.set(NOW + 3_500);
        will_respond(&world, "kari", 3_600, "");
        let window = window_responses(&world);
        assert_eq!(window.state(), SessionState::Unauthenticated(SignedOutReason::HandedOver));
        assert_eq!(world.count(TOKEN), 0, "only the tab with the record redeems");
        assert!(poll(&mut renew));
        assert_eq!((world.count(TOKEN), driver.renewal()), (1, Renewal::None));
        let SessionState::Authenticated(who) = driver.state() else { panic!("{:?}", driver.state()) };
        assert_eq!((driver.expires_in(), who.session_change()), (Some(3_600), SessionChange::Renewed));
        assert!(matches!(who.profile(), ProfileState::Loaded(_)), "the name stays");
        assert!(world.log.borrow().iter().any(|line| line == "close"), "the window closes itself");
        assert!(!world.log.borrow().iter().any(|line| line.starts_with("replace")), "the page stays where it is");
    }

    #[test]
    fn a_renewal_after_the_end_brings_the_session_back_with_what_was_typed() {
        let world = world();
        let driver = signed_in(&world);
        assert!(driver.keep("note", "half a sentence"));
        world.wall_seconds.set(NOW + 4_000);
        driver.tick();
        assert_eq!(driver.state(), SessionState::Expired);
        let mut renew = Box::pin(async { driver.renew(RenewIn::Window, "/orders", none()).await });
        assert!(!poll(&mut renew));
        will_respond(&world, "kari", 3_600, "");
        window_responses(&world);
        assert!(poll(&mut renew));
        assert!(matches!(driver.state(), SessionState::Authenticated(_)));
        assert_eq!(driver.kept("note").as_deref(), Some("half a sentence"));
    }

    #[test]
    fn a_window_that_did_not_open_is_told_at_once_and_nothing_is_lost() {
        let world = world();
        let driver = signed_in(&world);
        world.window_is_blocked.set(true);
        run(driver.renew(RenewIn::Window, "/", none()));
        assert_eq!(driver.renewal(), Renewal::Failed(PlatformError::WindowBlocked.into()));
        assert!(driver.state().signed_in().is_some());
        run(driver.retry_renewal(RenewIn::Tab, "/orders"));
        assert!(matches!(driver.renewal(), Renewal::Leaving { .. }));
        assert!(driver.state().signed_in().is_some(), "until the response counts");
        driver.page_restored();
        assert_eq!(driver.renewal(), Renewal::None, "Back brings the page back as it was");
    }

    #[test]
    fn a_renewal_ends_on_cancel_after_ten_minutes_and_for_the_next_one() {
        let world = world();
        let driver = signed_in(&world);
        let mut first = Box::pin(async { driver.renew(RenewIn::Window, "/", none()).await });
        assert!(!poll(&mut first));
        will_respond(&world, "kari", 3_600, "");
        let old = response_of(&world);
        let mut second = Box::pin(async { driver.retry_renewal(RenewIn::Window, "/").await });
        assert!(!poll(&mut second));
        assert!(poll(&mut first), "given up for the second");
        let window = driver_of_window(&world, &old);
        assert_eq!(code(&window), "state_unknown", "nobody waits for it");
        driver.cancel_renewal();
        assert!(poll(&mut second));
        assert_eq!(driver.renewal(), Renewal::None);

        let mut third = Box::pin(async { driver.renew(RenewIn::Window, "/", none()).await });
        assert!(!poll(&mut third));
        world.wall_seconds.set(NOW + 601);
        driver.tick();
        assert!(poll(&mut third));
        assert_eq!(driver.renewal(), Renewal::Failed(PlatformError::WindowForgotten.into()));
        assert!(driver.state().signed_in().is_some());
    }

    fn driver_of_window(world: &Rc<World>, response: &str) -> Driver<Fake> {
        let window = driver(world);
        // The fake keeps a channel open that nobody listens to any more: the browser does not.
        world.offers.borrow_mut().clear();
        run(window.handle_callback(Zeroizing::new(response.to_owned())));
        window
    }

    #[test]
    fn after_a_failed_renewal_the_end_of_the_session_is_said_and_a_later_failure_too() {
        let topic = |driver: &Driver<Fake>| RenewalNotice::of(&driver.renewal(), &driver.state());
        let world = world();
        let driver = signed_in(&world);
        world.window_is_blocked.set(true);
        run(driver.renew(RenewIn::Window, "/", none()));
        assert!(matches!(topic(&driver), RenewalNotice::Failed(_)));
        world.wall_seconds.set(NOW + 3_500);
        driver.tick();
        assert!(
            matches!(topic(&driver), RenewalNotice::Failed(_)),
            "the end is near, and the user knows more than that"
        );
        world.wall_seconds.set(NOW + 3_600);
        driver.tick();
        assert_eq!(topic(&driver), RenewalNotice::Ended);
        run(driver.retry_renewal(RenewIn::Window, "/"));
        driver.tick();
        assert!(matches!(topic(&driver), RenewalNotice::Failed(_)), "a renewal after the end says why it failed");
    }

    #[test]
    fn a_declined_renewal_does_not_say_that_the_user_is_not_signed_in() {
        let world = world();
        let driver = signed_in(&world);
        let mut renew = Box::pin(async { driver.renew(RenewIn::Window, "/", none()).await });
        assert!(!poll(&mut renew));
        let response = ["?error=access_denied&state=", &asked(&world)("state")].concat();
        run(self::driver(&world).handle_callback(Zeroizing::new(response)));
        assert!(poll(&mut renew));
        let (title, text) = RenewalNotice::of(&driver.renewal(), &driver.state()).words(config(""));
        assert_eq!(title, "The renewal was declined");
        assert!(!text.contains("not signed in"), "{text}");
    }

    #[test]
    fn a_refusal_in_the_window_leaves_the_session_as_it_is() {
        for (response, expected) in [
            ("?error=access_denied&iss=https%3A%2F%2Fconnect.example&state=", "access_denied"),
            // As Duende IdentityServer answers.
            ("?error=access_denied&state=", "access_denied"),
            ("?error=invalid_scope&state=", "invalid_scope"),
            ("?error=access_denied&iss=https%3A%2F%2Fevil.example&state=", "issuer_mismatch"),
            ("?code=x&iss=https%3A%2F%2Fevil.example&state=", "issuer_mismatch"),
        ] {
            let world = world();
            let driver = signed_in(&world);
            let mut renew = Box::pin(async { driver.renew(RenewIn::Window, "/", none()).await });
            assert!(!poll(&mut renew));
            let window = self::driver(&world);
            run(window.handle_callback(Zeroizing::new([response, &asked(&world)("state")].concat())));
            assert_eq!(window.state(), SessionState::Unauthenticated(SignedOutReason::HandedOver));
            assert!(poll(&mut renew));
            let Renewal::Failed(error) = driver.renewal() else { panic!("{:?}", driver.renewal()) };
            assert_eq!(error.code(), expected);
            assert!(driver.state().signed_in().is_some());
        }
    }

    #[test]
    fn a_sign_out_while_a_window_is_open_ends_the_renewal() {
        let world = world();
        let driver = signed_in(&world);
        let mut renew = Box::pin(async { driver.renew(RenewIn::Window, "/", none()).await });
        assert!(!poll(&mut renew));
        will_respond(&world, "kari", 3_600, "");
        driver.sign_out();
        assert!(poll(&mut renew));
        let tokens = world.count(TOKEN);
        window_responses(&world);
        assert_eq!(world.count(TOKEN), tokens, "the code is not redeemed");
        assert_eq!(driver.state().signed_in(), None);
    }

    #[test]
    fn hints_are_sent_when_they_are_known_and_not_when_somebody_is_to_be_chosen_or_the_configuration_says_no() {
        let tenant = "0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11";
        let claim = format!(r#","tenant_id":"{tenant}""#);
        let world = world();
        let driver = signed_in_as(&world, "kari", 3_600, &claim);
        run(driver.renew(RenewIn::Tab, "/", none()));
        assert_eq!(
            (asked(&world)("login_hint"), asked(&world)("tenant_hint")),
            ("kari@example.no".to_owned(), tenant.to_owned())
        );
        driver.page_restored();
        run(driver.renew(RenewIn::Tab, "/", SignInOptions { prompt: Some(Prompt::SelectAccount), ..none() }));
        let asked_for = asked(&world);
        assert_eq!(asked_for("prompt"), "select_account");
        assert_eq!((asked_for("login_hint"), asked_for("tenant_hint")), (String::new(), String::new()));

        run(driver_with(&world, r#","send_hints":false"#).sign_in("/"));
        will_respond(&world, "kari", 3_600, &claim);
        let silent = driver_with(&world, r#","send_hints":false"#);
        run(silent.handle_callback(Zeroizing::new(response_of(&world))));
        run(silent.renew(RenewIn::Tab, "/", none()));
        assert_eq!((asked(&world)("login_hint"), asked(&world)("tenant_hint")), (String::new(), String::new()));
    }

    #[test]
    fn in_this_tab_what_was_kept_comes_back_once_and_to_the_same_user() {
        let world = world();
        let first = signed_in(&world);
        assert!(first.keep("note", "half a sentence"));
        world.scroll.set(340);
        run(first.renew(RenewIn::Tab, "/orders", none()));
        let back = come_back(&world, "kari", 3_600, "");
        assert_eq!(back.kept("note").as_deref(), Some("half a sentence"));
        assert!(world.log.borrow().iter().any(|line| line == "scroll to 340"));
        assert!(!world.visible().contains("half a sentence"), "one use");
        let SessionState::Authenticated(who) = back.state() else { panic!("{:?}", back.state()) };
        assert_eq!(who.session_change(), SessionChange::Renewed);

        run(back.renew(RenewIn::Tab, "/orders", none()));
        assert!(world.visible().contains("half+a+sentence") || world.visible().contains("half%20a%20sentence"));
        let other = come_back(&world, "ola", 3_600, "");
        assert_eq!(other.kept("note"), None);
        assert!(!world.visible().contains("sentence"), "deleted unread");
        let SessionState::Authenticated(who) = other.state() else { panic!("{:?}", other.state()) };
        assert_eq!((who.subject(), who.session_change()), ("ola", SessionChange::OtherPerson));
    }

    #[test]
    fn nothing_is_kept_for_nobody_and_no_token_ever() {
        let world = world();
        assert!(!driver(&world).keep("note", "x"));
        let signed_in = signed_in(&world);
        assert!(!signed_in.keep("note", "it is access-3, of all things"));
        assert_eq!(signed_in.kept("note"), None);
        assert!(signed_in.keep("note", "x"));
        signed_in.sign_out();
        assert_eq!(signed_in.kept("note"), None);
    }

    #[test]
    fn g09_another_user_in_the_window_takes_over_only_after_the_first_has_left_the_screen() {
        let world = world();
        let seen: Rc<RefCell<Vec<Option<String>>>> = Rc::default();
        let driver = Rc::new_cyclic(|weak: &std::rc::Weak<Driver<Fake>>| {
            let (weak, seen) = (weak.clone(), Rc::clone(&seen));
            let on_change = move || {
                if let Some(driver) = weak.upgrade() {
                    let shown = driver.state().signed_in().map(|who| who.subject().to_owned());
                    if seen.borrow().last() != Some(&shown) {
                        seen.borrow_mut().push(shown);
                    }
                }
            };
            Driver::new(Fake(Rc::clone(&world)), config(""), Box::new(on_change))
        });
        run(super::driver(&world).sign_in("/"));
        will_respond(&world, "kari", 3_600, "");
        run(driver.handle_callback(Zeroizing::new(response_of(&world))));
        assert!(driver.keep("note", "Kari's"));
        let mut renew = Box::pin(async { driver.renew(RenewIn::Window, "/", none()).await });
        assert!(!poll(&mut renew));
        will_respond(&world, "ola", 3_600, "");
        window_responses(&world);
        assert!(poll(&mut renew));
        let names = |name: &str| Some(name.to_owned());
        assert_eq!(*seen.borrow(), [None, names("kari"), None, names("ola")]);
        assert_eq!(driver.kept("note"), None);
        let SessionState::Authenticated(who) = driver.state() else { panic!("{:?}", driver.state()) };
        assert_eq!(who.session_change(), SessionChange::OtherPerson);
        let ProfileState::Loaded(profile) = who.profile() else { panic!("{:?}", who.profile()) };
        assert_eq!(profile.name.as_deref(), Some("ola"));
    }

    #[test]
    fn g09_back_to_a_page_from_before_another_user_shows_nobody() {
        let world = world();
        let kari = signed_in(&world);
        assert!(kari.keep("note", "Kari's"));
        run(kari.renew(RenewIn::Tab, "/", none()));
        let ola = come_back(&world, "ola", 3_600, "");
        assert!(ola.state().signed_in().is_some());
        kari.page_restored();
        assert!(
            matches!(kari.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(_))),
            "{:?}",
            kari.state()
        );
        assert_eq!(kari.kept("note"), None);
        // The same user's own page from before goes on.
        let first = signed_in(&world);
        let _second = signed_in(&world);
        first.page_restored();
        assert!(first.state().signed_in().is_some());
    }

    #[test]
    fn g01_back_to_a_page_from_before_a_sign_out_shows_nobody_where_nothing_can_be_remembered() {
        let world = world();
        world.remembers_nothing.set(true);
        let before = signed_in(&world);
        let after = signed_in(&world);
        after.sign_out();
        before.page_restored();
        assert!(
            matches!(before.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(_))),
            "{:?}",
            before.state()
        );
    }

    #[test]
    fn a_choice_of_company_that_nobody_confirms_takes_nothing_along() {
        let world = world();
        let driver = signed_in(&world);
        assert!(driver.keep("note", "of the first company"));
        let options = SignInOptions { prompt: Some(Prompt::SelectAccount), ..none() };
        let mut switch = Box::pin(async { driver.renew(RenewIn::Window, "/", options.clone()).await });
        assert!(!poll(&mut switch));
        will_respond(&world, "kari", 3_600, "");
        window_responses(&world);
        assert!(poll(&mut switch));
        let SessionState::Authenticated(who) = driver.state() else { panic!("{:?}", driver.state()) };
        assert_eq!((who.session_change(), who.company()), (SessionChange::OtherCompany, None));
        assert_eq!(driver.kept("note"), None);

        assert!(driver.keep("note", "of the second"));
        run(driver.renew(RenewIn::Tab, "/", options.clone()));
        let back = come_back(&world, "kari", 3_600, "");
        assert_eq!(back.kept("note"), None, "in the tab neither");
    }

    #[test]
    fn what_is_typed_while_the_tab_is_leaving_comes_along_and_what_was_deleted_does_not() {
        let world = world();
        let driver = signed_in(&world);
        assert!(driver.keep("note", "half"));
        run(driver.renew(RenewIn::Tab, "/", none()));
        assert!(driver.keep("note", "half a sentence"));
        assert_eq!(come_back(&world, "kari", 3_600, "").kept("note").as_deref(), Some("half a sentence"));

        let driver = signed_in(&world);
        assert!(driver.keep("note", "a slip"));
        run(driver.renew(RenewIn::Tab, "/", none()));
        driver.page_restored();
        assert!(!world.visible().contains("slip"), "Back: the page has it in memory");
        assert!(driver.keep("note", ""));
        run(driver.renew(RenewIn::Tab, "/", none()));
        assert_eq!(come_back(&world, "kari", 3_600, "").kept("note"), None);
    }

    #[test]
    fn a_snapshot_that_nobody_came_back_for_goes_when_the_app_looks() {
        let world = world();
        let driver = signed_in(&world);
        assert!(driver.keep("note", "half"));
        run(driver.renew(RenewIn::Tab, "/", none()));
        run(self::driver(&world).prepare());
        assert!(world.visible().contains("half"), "still waiting");
        world.wall_seconds.set(NOW + 601);
        run(self::driver(&world).prepare());
        assert!(!world.storage.borrow().values().any(|record| record.contains("half")));
    }

    #[test]
    fn a_late_response_without_a_name_takes_no_name_away() {
        let world = world();
        run(super::driver(&world).sign_in("/"));
        will_respond(&world, "kari", 3_600, "");
        let driver = super::driver(&world);
        world.hold(USERINFO);
        let mut resume = Box::pin(driver.handle_callback(Zeroizing::new(response_of(&world))));
        assert!(!poll(&mut resume));
        let mut renew = Box::pin(async { driver.renew(RenewIn::Window, "/", none()).await });
        assert!(!poll(&mut renew));
        will_respond(&world, "kari", 3_600, "");
        window_responses(&world);
        assert!(!poll(&mut renew), "its own UserInfo is held, too");
        // Answers come in the order in which they are taken: first the good one, then none.
        world.then(USERINFO, Err(PlatformError::TimedOut));
        world.release(USERINFO);
        assert!(poll(&mut renew) && poll(&mut resume));
        let who = driver.state().signed_in().cloned().unwrap();
        assert!(matches!(who.profile(), ProfileState::Loaded(_)), "{:?}", who.profile());
    }

    #[test]
    fn another_company_and_one_that_nobody_states_are_no_renewal() {
        let company = |id: &str| if id.is_empty() { String::new() } else { format!(r#","tenant_id":"{id}""#) };
        for (before, after, session_change) in [
            ("a", "a", SessionChange::Renewed),
            ("a", "b", SessionChange::OtherCompany),
            ("a", "", SessionChange::OtherCompany),
            ("", "", SessionChange::Renewed),
        ] {
            let world = world();
            let driver = signed_in_as(&world, "kari", 3_600, &company(before));
            let mut switch = Box::pin(async { driver.renew(RenewIn::Window, "/", none()).await });
            assert!(!poll(&mut switch));
            will_respond(&world, "kari", 3_600, &company(after));
            window_responses(&world);
            assert!(poll(&mut switch));
            let SessionState::Authenticated(who) = driver.state() else { panic!("{:?}", driver.state()) };
            assert_eq!(who.session_change(), session_change, "{before} -> {after}");
            assert_eq!(who.company().map(|company| company.tenant_id()).unwrap_or_default(), after);
        }
    }

    /// Duende merges claims of one name into an array, and then UserInfo may name the company.
    #[test]
    fn another_company_is_said_only_where_both_companies_are_known() {
        let company = |claim: &str| if claim.is_empty() { String::new() } else { format!(r#","tenant_id":{claim}"#) };
        for (before, after, userinfo, shown, is_confirmed) in [
            (r#""a""#, r#""b""#, "", Some("b"), true),
            (r#""a""#, r#"["a","b"]"#, r#""a""#, Some("a"), false),
            (r#""a""#, r#"["a","b"]"#, r#""b""#, Some("b"), false),
            (r#""a""#, r#"["a","b"]"#, "", None, false),
            (r#"["a","b"]"#, r#""a""#, "", Some("a"), false),
            ("", r#""a""#, r#""a""#, Some("a"), false),
        ] {
            for is_in_window in [true, false] {
                let world = world();
                let driver = signed_in_as(&world, "kari", 3_600, &company(before));
                let states = |world: &World| {
                    let more = company(userinfo);
                    world.respond(USERINFO, Ok((200, format!(r#"{{"sub":"kari","name":"Kari"{more}}}"#))));
                };
                let driver = if is_in_window {
                    let mut renew = Box::pin(driver.renew(RenewIn::Window, "/", none()));
                    assert!(!poll(&mut renew));
                    will_respond(&world, "kari", 3_600, &company(after));
                    states(&world);
                    window_responses(&world);
                    assert!(poll(&mut renew));
                    drop(renew);
                    driver
                } else {
                    run(driver.renew(RenewIn::Tab, "/", none()));
                    will_respond(&world, "kari", 3_600, &company(after));
                    states(&world);
                    let back = super::driver(&world);
                    run(back.handle_callback(Zeroizing::new(response_of(&world))));
                    back
                };
                let who = who(&driver);
                assert_eq!(who.session_change(), SessionChange::OtherCompany, "{before} -> {after}");
                assert_eq!(who.company().map(|company| company.tenant_id()), shown, "{before} -> {after}");
                assert_eq!(who.is_other_company_confirmed(), is_confirmed, "{before} -> {after}, {userinfo}");
            }
        }
    }

    /// The signature of an access token is not checked here, so UserInfo says more.
    #[test]
    fn another_company_that_userinfo_takes_back_is_not_confirmed() {
        for (said, is_confirmed) in [("a", false), ("b", true)] {
            let world = world();
            let driver = signed_in_as(&world, "kari", 3_600, r#","tenant_id":"a""#);
            let mut renew = Box::pin(driver.renew(RenewIn::Window, "/", none()));
            assert!(!poll(&mut renew));
            will_respond(&world, "kari", 3_600, "");
            let response = world.responses.borrow()[TOKEN][0].clone().unwrap().1;
            let token = format!("h.{}.s", fake::encode(r#"{"tenant_id":"b"}"#));
            world.respond(TOKEN, Ok((200, response.replace(&format!("access-{}", world.randoms.get()), &token))));
            world.respond(USERINFO, Ok((200, format!(r#"{{"sub":"kari","name":"Kari","tenant_id":"{said}"}}"#))));
            window_responses(&world);
            assert!(poll(&mut renew));
            let who = who(&driver);
            assert_eq!(who.company().map(|company| company.tenant_id()), Some(said));
            assert_eq!(who.is_other_company_confirmed(), is_confirmed, "{said}");
        }
    }

    #[test]
    fn a_company_that_was_asked_for_is_confirmed_by_the_tokens_or_refused() {
        const B: &str = "5c2d9e1a-8b7c-4f3d-b1e6-2a9c4d7e5f22";
        let company = |id: &str| if id.is_empty() { String::new() } else { format!(r#","tenant_id":"{id}""#) };
        let asking_for = |id: &str| SignInOptions { tenant_hint: Some(id.to_owned()), ..none() };
        for (before, after, session_change) in [
            (A, B, Some(SessionChange::OtherCompany)),
            (A, A, None),
            (A, "", Some(SessionChange::OtherCompany)),
            ("", B, Some(SessionChange::OtherCompany)),
            ("", "", Some(SessionChange::OtherCompany)),
            ("", A, None),
        ] {
            let world = world();
            let driver = signed_in_as(&world, "kari", 3_600, &company(before));
            assert!(driver.keep("note", "of the first company"));
            renewed_by(&world, &driver, asking_for(B), "kari", &company(after));
            match session_change {
                Some(session_change) => {
                    assert_eq!(who(&driver).session_change(), session_change, "{before} -> {after}");
                    assert_eq!(driver.kept("note"), None, "{before} -> {after}");
                }
                None => {
                    let Renewal::Failed(error) = driver.renewal() else { panic!("{:?}", driver.renewal()) };
                    assert_eq!(error.code(), "company_mismatch", "{before} -> {after}");
                    assert_eq!(driver.kept("note").as_deref(), Some("of the first company"));
                }
            }
        }
        // The hint of a plain renewal is no wish: whoever chooses another company at the provider gets it.
        let world = world();
        let driver = signed_in_as(&world, "kari", 3_600, &company(A));
        renewed_by(&world, &driver, none(), "kari", &company(B));
        assert_eq!(
            (asked(&world)("tenant_hint").as_str(), who(&driver).session_change()),
            (A, SessionChange::OtherCompany)
        );
        // In the tab the wish travels with the record.
        run(driver.renew(RenewIn::Tab, "/", asking_for(A)));
        assert_eq!(code(&come_back(&world, "kari", 3_600, &company(B))), "company_mismatch");
    }

    #[test]
    fn userinfo_may_state_the_company_that_the_id_token_does_not() {
        let token = |id: &str| fake::encode(format!(r#"{{"tenant_id":"{id}"}}"#));
        for (id_token, access_token, userinfo, shown) in [
            ("", "", "u", Some("u")),
            ("", "a", "u", Some("u")),
            ("i", "a", "u", Some("i")),
            ("", "a", "", Some("a")),
            ("", "", "", None),
        ] {
            let world = world();
            run(driver(&world).sign_in("/"));
            let claims = if id_token.is_empty() { String::new() } else { format!(r#","tenant_id":"{id_token}""#) };
            will_respond(&world, "kari", 3_600, &claims);
            if !access_token.is_empty() {
                let response = world.responses.borrow()[TOKEN][0].clone().unwrap().1;
                let jwt = format!(r#""access_token":"h.{}.s""#, token(access_token));
                let response = response.replace(&format!(r#""access_token":"access-{}""#, world.randoms.get()), &jwt);
                world.respond(TOKEN, Ok((200, response)));
            }
            let company = if userinfo.is_empty() { String::new() } else { format!(r#","tenant_id":"{userinfo}""#) };
            world.respond(USERINFO, Ok((200, format!(r#"{{"sub":"kari","name":"Kari"{company}}}"#))));
            let driver = driver(&world);
            run(driver.handle_callback(Zeroizing::new(response_of(&world))));
            let who = who(&driver);
            assert_eq!(who.company().map(|company| company.tenant_id()), shown, "{id_token} {access_token} {userinfo}");
            assert_eq!(who.company().is_some_and(|company| company.is_verified()), shown.is_some_and(|id| id != "a"));
        }
    }

    /// The device slept while the response was on its way, for example.
    #[test]
    fn f08_a_renewal_that_is_over_as_it_comes_ends_nothing() {
        for (seconds, is_over) in [(3_599, false), (3_600, true)] {
            let world = world();
            let driver = signed_in_as(&world, "kari", 86_400, "");
            let mut renew = Box::pin(driver.renew(RenewIn::Window, "/", none()));
            assert!(!poll(&mut renew));
            world.hold(TOKEN);
            window_responses(&world);
            assert!(!poll(&mut renew));
            world.wall_seconds.set(NOW + seconds);
            will_respond(&world, "kari", 3_600, "");
            world.release(TOKEN);
            assert!(poll(&mut renew));
            assert_eq!(driver.renewal(), Renewal::None);
            assert!(driver.expires_in().is_some_and(|left| is_over == (left > 80_000)), "{:?}", driver.expires_in());
        }
    }

    #[test]
    fn g09_a_company_that_userinfo_alone_states_stays_and_another_one_ends_the_session() {
        let states = |world: &Rc<World>, id: &str| {
            world.respond(USERINFO, Ok((200, format!(r#"{{"sub":"kari","name":"Kari","tenant_id":"{id}"}}"#))));
        };
        let renew = |world: &Rc<World>, driver: &Driver<Fake>, id: &str| {
            let mut renew = Box::pin(driver.renew(RenewIn::Window, "/", none()));
            assert!(!poll(&mut renew));
            will_respond(world, "kari", 3_600, "");
            states(world, id);
            window_responses(world);
            assert!(poll(&mut renew));
        };
        let company = |driver: &Driver<Fake>| who(driver).company().map(|company| company.tenant_id().to_owned());
        let world = world();
        run(driver(&world).sign_in("/"));
        will_respond(&world, "kari", 3_600, "");
        states(&world, A);
        let driver = driver(&world);
        run(driver.handle_callback(Zeroizing::new(response_of(&world))));
        assert!(driver.keep("note", "half"));
        for _ in 0..2 {
            renew(&world, &driver, A);
            assert_eq!(asked(&world)("tenant_hint"), A);
            assert_eq!(company(&driver).as_deref(), Some(A));
            assert_eq!(who(&driver).session_change(), SessionChange::Renewed);
        }
        assert_eq!(driver.kept("note").as_deref(), Some("half"));

        renew(&world, &driver, "another");
        assert_eq!(
            driver.state(),
            SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain))
        );
        assert_eq!(driver.kept("note"), None);
        let call = run(driver.call("erp", &ApiRequest::get("x")));
        assert!(matches!(call, Err(ApiError::SessionEnded)), "the new token is gone with it");
    }

    #[test]
    fn e18_a_sign_in_that_is_older_or_weaker_than_asked_for_does_not_count() {
        let now = NOW;
        // Visma Connect's own value, which it answers with a level.
        let second_step = || SignInOptions { acr_values: vec!["urn:idp:vismaconnect:mfa".into()], ..none() };
        for (options, claims, expected) in [
            (SignInOptions { max_age_seconds: Some(60), ..none() }, format!(r#","auth_time":{}"#, now - 60), None),
            (SignInOptions { max_age_seconds: Some(60), ..none() }, format!(r#","auth_time":{}"#, now - 180), None),
            (
                SignInOptions { max_age_seconds: Some(60), ..none() },
                format!(r#","auth_time":{}"#, now - 181),
                Some("authentication_too_old"),
            ),
            (SignInOptions { max_age_seconds: Some(0), ..none() }, String::new(), Some("authentication_too_old")),
            (
                SignInOptions { max_age_seconds: Some(0), ..none() },
                format!(r#","auth_time":"{now}""#),
                Some("id_token_claim_invalid"),
            ),
            (none(), r#","auth_time":"x","acr":7"#.to_owned(), None),
            (SignInOptions { acr_values: vec!["3".into(), "4".into()], ..none() }, r#","acr":"4""#.to_owned(), None),
            (
                SignInOptions { acr_values: vec!["3".into(), "4".into()], ..none() },
                r#","acr":"2""#.to_owned(),
                Some("authentication_too_weak"),
            ),
            (SignInOptions { acr_values: vec!["3".into()], ..none() }, String::new(), Some("authentication_too_weak")),
            (second_step(), r#","acr":"3""#.to_owned(), None),
            (second_step(), r#","acr":"4""#.to_owned(), None),
            (second_step(), r#","acr":"2""#.to_owned(), Some("authentication_too_weak")),
            (second_step(), r#","acr":"-3""#.to_owned(), Some("authentication_too_weak")),
            (second_step(), String::new(), Some("authentication_too_weak")),
            (
                SignInOptions { acr_values: vec!["3".into()], ..none() },
                r#","acr":3"#.to_owned(),
                Some("id_token_claim_invalid"),
            ),
        ] {
            let world = world();
            run(driver(&world).sign_in_with("/", options.clone()));
            will_respond(&world, "kari", 3_600, &claims);
            let back = driver(&world);
            run(back.handle_callback(Zeroizing::new(response_of(&world))));
            match expected {
                Some(expected) => assert_eq!(code(&back), expected, "{options:?} {claims}"),
                None => assert!(back.state().signed_in().is_some(), "{options:?} {claims} {:?}", back.state()),
            }
        }
    }

    #[test]
    fn e18_a_step_up_that_was_refused_leaves_the_session_as_it_is() {
        let world = world();
        let driver = signed_in(&world);
        let options = SignInOptions { acr_values: vec!["3".into()], ..none() };
        let mut step_up = Box::pin(async { driver.renew(RenewIn::Window, "/", options.clone()).await });
        assert!(!poll(&mut step_up));
        assert_eq!(asked(&world)("acr_values"), "3");
        will_respond(&world, "kari", 3_600, r#","acr":"2""#);
        window_responses(&world);
        assert!(poll(&mut step_up));
        let Renewal::Failed(error) = driver.renewal() else { panic!("{:?}", driver.renewal()) };
        assert_eq!(error.code(), "authentication_too_weak");
        assert!(run(driver.call("erp", &ApiRequest::get("organization"))).is_ok(), "with the token from before");
        assert_eq!(world.bearers.borrow().last().unwrap().1, "Bearer access-3");
    }

    #[test]
    fn e18_a_new_proof_that_was_asked_for_must_be_new() {
        // An age that is asked for as well does not make it weaker.
        let again = |max_age_seconds| SignInOptions { prompt: Some(Prompt::Login), max_age_seconds, ..none() };
        for (auth_time, expected) in [
            (format!(r#","auth_time":{NOW}"#), None),
            (format!(r#","auth_time":{}"#, NOW - 200), Some("authentication_too_old")),
            (String::new(), Some("authentication_too_old")),
        ] {
            for max_age_seconds in [None, Some(3_600)] {
                let world = world();
                let driver = signed_in(&world);
                renewed_by(&world, &driver, again(max_age_seconds), "kari", &auth_time);
                // Not 0 beside prompt=login: Duende IdentityServer before 7.0.5 asks without end then.
                assert_eq!((asked(&world)("prompt"), asked(&world)("max_age")), ("login".to_owned(), "600".to_owned()));
                let failed = match driver.renewal() {
                    Renewal::Failed(error) => Some(error.code()),
                    _ => None,
                };
                assert_eq!(failed, expected, "{auth_time}");
            }
        }
    }

    #[test]
    fn what_was_asked_for_once_is_not_asked_for_again() {
        let world = world();
        let driver = signed_in(&world);
        let switch =
            SignInOptions { prompt: Some(Prompt::SelectAccount), scopes: vec!["erp:read".to_owned()], ..none() };
        run(driver.renew(RenewIn::Tab, "/", switch.clone()));
        driver.page_restored();
        run(driver.retry_renewal(RenewIn::Tab, "/"));
        assert_eq!(asked(&world)("prompt"), "select_account", "it has not been answered");
        driver.page_restored();
        renewed_by(&world, &driver, switch, "kari", "");
        run(driver.retry_renewal(RenewIn::Tab, "/"));
        assert_eq!(
            (asked(&world)("prompt"), asked(&world)("scope")),
            (String::new(), "openid profile email".to_owned())
        );
    }

    #[test]
    fn g09_another_user_does_not_get_the_address_of_the_one_before() {
        let world = world();
        let address = |world: &World| {
            world.log.borrow().iter().rev().find_map(|line| line.strip_prefix("replace ").map(str::to_owned)).unwrap()
        };
        let kari = signed_in(&world);
        run(kari.renew(RenewIn::Tab, "/orders/7?q=secret", none()));
        let ola = come_back(&world, "ola", 3_600, "");
        assert_eq!((who(&ola).session_change(), address(&world).as_str()), (SessionChange::OtherPerson, "/"));
        run(ola.renew(RenewIn::Tab, "/orders/7?q=mine", none()));
        let ola = come_back(&world, "ola", 3_600, "");
        assert_eq!(address(&world), "/orders/7?q=mine", "the same user comes back to where they were");
        renewed_by(&world, &ola, none(), "kari", "");
        assert_eq!(
            (who(&ola).session_change(), address(&world).as_str()),
            (SessionChange::OtherPerson, "/"),
            "in a window neither"
        );
    }
}

mod calls {
    use super::*;

    #[test]
    fn f03_the_token_goes_to_the_api_in_a_header_alone() {
        let world = world();
        let driver = signed_in(&world);
        let response = run(driver.call("erp", &ApiRequest::get("organization"))).unwrap();
        assert_eq!((response.status(), response.text()), (200, Some(r#"{"name":"Fjordvik"}"#)));
        assert_eq!(response.json::<BTreeMap<String, String>>().unwrap()["name"], "Fjordvik");
        assert_eq!(response.json::<Vec<u8>>().unwrap_err(), ApiError::ResponseUnreadable);
        assert_eq!(*world.bearers.borrow().last().unwrap(), (API.to_owned(), "Bearer access-3".to_owned()));
        assert_eq!(run(driver.call("erpx", &ApiRequest::get("x"))).unwrap_err(), ApiError::Unknown);
    }

    #[test]
    fn f04_f10_nothing_is_sent_where_the_path_leads_out_of_the_api() {
        let world = world();
        let driver = signed_in(&world);
        world.take_log();
        for path in [
            "../admin",
            "//evil.example/",
            "https://api.example.evil/v1/x",
            "%2e%2e/x",
            "a\\b",
            "https://other.example/x",
        ] {
            assert_eq!(
                run(driver.call("erp", &ApiRequest::get(path))).unwrap_err(),
                ApiError::RequestRefused,
                "{path}"
            );
        }
        assert!(world.take_log().is_empty());
    }

    #[test]
    fn f08_a_call_that_would_not_get_through_is_not_sent() {
        for (lifetime, seconds, is_sent) in
            [(3_600, 3_589, true), (3_600, 3_590, false), (20, 17, true), (20, 18, false)]
        {
            let world = world();
            let driver = signed_in_as(&world, "kari", lifetime, "");
            world.wall_seconds.set(NOW + seconds);
            let called = run(driver.call("erp", &ApiRequest::get("organization")));
            assert_eq!(called.is_ok(), is_sent, "{seconds} of {lifetime}");
            assert_eq!(world.count(API), usize::from(is_sent));
        }
    }

    #[test]
    fn f06_a_read_that_was_refused_waits_for_one_renewal_and_a_write_is_handed_back() {
        let world = world();
        let driver = signed_in(&world);
        world.respond(API, Ok((401, String::new())));
        world.respond("https://other.example/x", Ok((200, "{}".to_owned())));
        let read = ApiRequest::get("organization");
        let mut reading = Box::pin(driver.call("erp", &read));
        assert!(!poll(&mut reading));
        assert!(driver.is_refused("erp") && !driver.is_refused("other"));
        assert!(driver.state().signed_in().is_some(), "the session stays");
        assert!(run(driver.call("other", &ApiRequest::get("x"))).is_ok(), "and so do other APIs");
        let write = ApiRequest::new(Method::Post, "organization").body("application/json", "{}".to_owned());
        assert_eq!(run(driver.call("erp", &write)).unwrap_err(), ApiError::TokenRefused);
        assert_eq!(world.count(API), 1, "a token that was refused is not tried again");

        world.respond(API, Ok((200, "[]".to_owned())));
        let mut renew = Box::pin(async { driver.renew(RenewIn::Window, "/", none()).await });
        assert!(!poll(&mut renew));
        will_respond(&world, "kari", 3_600, "");
        window_responses(&world);
        assert!(poll(&mut renew));
        assert_eq!(run(reading).unwrap().text(), Some("[]"));
        assert_eq!(world.count(API), 2);
        assert_eq!(world.bearers.borrow().last().unwrap().1, "Bearer access-6", "the fresh token");
        assert!(!driver.is_refused("erp"));
    }

    #[test]
    fn f06_a_fresh_token_that_is_refused_too_ends_it() {
        let world = world();
        let driver = signed_in(&world);
        world.respond(API, Ok((401, String::new())));
        let read = ApiRequest::get("organization");
        let mut reading = Box::pin(driver.call("erp", &read));
        assert!(!poll(&mut reading));
        let mut renew = Box::pin(async { driver.renew(RenewIn::Window, "/", none()).await });
        assert!(!poll(&mut renew));
        will_respond(&world, "kari", 3_600, "");
        window_responses(&world);
        assert!(poll(&mut renew));
        assert_eq!(run(reading).unwrap_err(), ApiError::TokenRefused);
        assert_eq!(world.count(API), 2, "never a loop");
        assert!(driver.is_refused("erp"));
    }

    #[test]
    fn f06_who_waits_is_let_go_by_the_user_and_by_the_end_of_the_session() {
        for ends in
            [(|driver: &Driver<Fake>| driver.stop_waiting("erp")) as fn(&Driver<Fake>), |driver| driver.sign_out()]
        {
            let world = world();
            let driver = signed_in(&world);
            world.respond(API, Ok((401, String::new())));
            let read = ApiRequest::get("organization");
            let mut reading: Pin<Box<_>> = Box::pin(driver.call("erp", &read));
            assert!(!poll(&mut reading));
            ends(&driver);
            let error = run(reading).unwrap_err();
            let is_over = driver.state().signed_in().is_none();
            assert_eq!(error, if is_over { ApiError::SessionEnded } else { ApiError::TokenRefused });
            assert_eq!(world.count(API), 1);
        }
    }

    #[test]
    fn f06_a_read_that_was_refused_waits_for_the_right_company_and_not_for_another_user() {
        for (person, expected) in [("kari", Ok("[]")), ("ola", Err(ApiError::SessionEnded))] {
            let world = world();
            let driver = signed_in_as(&world, "kari", 3_600, r#","tenant_id":"a""#);
            world.respond(API, Ok((401, String::new())));
            let read = ApiRequest::new(Method::Head, "organization");
            let mut reading = Box::pin(driver.call("erp", &read));
            assert!(!poll(&mut reading));
            world.respond(API, Ok((200, "[]".to_owned())));
            let switch = SignInOptions { prompt: Some(Prompt::SelectAccount), ..none() };
            renewed_by(&world, &driver, switch, person, r#","tenant_id":"b""#);
            let response = run(reading);
            assert_eq!(response.as_ref().map(|response| response.text().unwrap()), expected.as_ref().map(|text| *text));
            assert_eq!(world.count(API), if expected.is_ok() { 2 } else { 1 }, "{person}");
        }
    }

    /// A task as a browser runs it: polled when it was woken, and only then.
    struct Task(AtomicBool);

    impl Wake for Task {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    #[test]
    fn any_number_may_wait_and_none_keeps_the_others_awake() {
        let world = world();
        let driver = signed_in(&world);
        world.respond(API, Ok((401, String::new())));
        let read = ApiRequest::get("organization");
        let mut waiting: Vec<_> =
            (0..200).map(|_| (Arc::new(Task(AtomicBool::new(true))), Box::pin(driver.call("erp", &read)))).collect();
        let mut polls = 0;
        while waiting.iter().any(|(task, _)| task.0.load(Ordering::Relaxed)) {
            for (task, call) in &mut waiting {
                if task.0.swap(false, Ordering::Relaxed) {
                    polls += 1;
                    let waker = Waker::from(Arc::clone(task));
                    assert!(call.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
                }
            }
            assert!(polls < 2_000, "they wake each other without end");
        }
        driver.stop_waiting("erp");
        assert!(waiting.iter().all(|(task, _)| task.0.load(Ordering::Relaxed)), "each is told");
        for (_, call) in waiting {
            assert_eq!(run(call).unwrap_err(), ApiError::TokenRefused);
        }
    }

    #[test]
    fn after_429_nothing_is_sent_until_the_time_is_over() {
        for (header, seconds, is_stated) in [(Some("7"), 7, true), (None, 30, false)] {
            let world = world();
            let driver = signed_in(&world);
            world.respond(API, Ok((429, String::new())));
            world.respond("https://other.example/x", Ok((200, "{}".to_owned())));
            *world.headers.borrow_mut() =
                header.map(|seconds| ("retry-after".to_owned(), seconds.to_owned())).into_iter().collect();
            let refused = |seconds| ApiError::TooManyRequests { retry_after_seconds: seconds, is_stated };
            let ask = || run(driver.call("erp", &ApiRequest::get("organization")));
            assert_eq!(ask().unwrap_err(), refused(seconds));
            world.respond(API, Ok((200, "{}".to_owned())));
            world.late_ms.set(i64::from(seconds) * 1_000 - 1);
            assert_eq!(ask().unwrap_err(), refused(1));
            assert_eq!(world.count(API), 1);
            assert!(run(driver.call("other", &ApiRequest::get("x"))).is_ok(), "other APIs are asked as ever");
            world.late_ms.set(i64::from(seconds) * 1_000);
            assert!(ask().is_ok());
        }
    }

    #[test]
    fn f07_a_permission_that_is_missing_is_named_and_starts_nothing() {
        let world = world();
        let driver = signed_in(&world);
        world.respond(API, Ok((403, String::new())));
        *world.headers.borrow_mut() =
            vec![("www-authenticate".to_owned(), r#"Bearer error="insufficient_scope", scope="erp:read""#.to_owned())];
        world.take_log();
        let error = run(driver.call("erp", &ApiRequest::get("organization"))).unwrap_err();
        assert_eq!(error, ApiError::ScopeMissing { scope: Some("erp:read".to_owned()) });
        assert_eq!(world.take_log(), [format!("GET {API}")]);
        run(driver.renew(RenewIn::Tab, "/", SignInOptions { scopes: vec!["erp:read".to_owned()], ..none() }));
        assert_eq!(asked(&world)("scope"), "openid profile email erp:read");
    }

    #[test]
    fn f08_a_response_after_the_end_of_the_session_is_dropped_and_the_request_ended() {
        let world = world();
        let driver = signed_in(&world);
        world.hold(API);
        let read = ApiRequest::get("organization");
        let mut reading = Box::pin(driver.call("erp", &read));
        assert!(!poll(&mut reading));
        world.wall_seconds.set(NOW + 3_600);
        driver.tick();
        assert_eq!(run(reading).unwrap_err(), ApiError::SessionEnded);
    }

    #[test]
    fn a_call_outlives_a_renewal_for_the_same_user_and_not_a_change_of_person() {
        for (person, expected) in [("kari", true), ("ola", false)] {
            let world = world();
            let driver = signed_in(&world);
            world.hold(API);
            let read = ApiRequest::get("organization");
            let mut reading = Box::pin(driver.call("erp", &read));
            assert!(!poll(&mut reading));
            let mut renew = Box::pin(async { driver.renew(RenewIn::Window, "/", none()).await });
            assert!(!poll(&mut renew));
            will_respond(&world, person, 3_600, "");
            window_responses(&world);
            assert!(poll(&mut renew));
            world.release(API);
            assert_eq!(run(reading).is_ok(), expected, "{person}");
        }
    }

    #[test]
    fn what_is_large_comes_in_pieces_and_is_not_kept() {
        let world = world();
        let driver = signed_in(&world);
        let got = Rc::new(RefCell::new(Vec::new()));
        let sink = Rc::clone(&got);
        let request =
            ApiRequest::get("organization").on_chunk(move |chunk| sink.borrow_mut().extend_from_slice(chunk.bytes));
        let response = run(driver.call("erp", &request)).unwrap();
        assert!(response.bytes().is_empty());
        assert_eq!(got.borrow().as_slice(), br#"{"name":"Fjordvik"}"#);
    }
}

mod tabs {
    use super::*;

    /// Signs out in a tab that has its own sessionStorage.
    fn sign_out_in_another_tab(world: &Rc<World>) {
        let own = world.storage.take();
        driver(world).sign_out();
        world.storage.replace(own);
    }

    #[test]
    fn g04_a_sign_out_is_told_and_heard_without_storage_too() {
        let world = world();
        let (here, there) = (signed_in(&world), signed_in(&world));
        here.sign_out();
        let told = world.told.borrow().last().unwrap().clone();
        // A browser in which tabs share no storage.
        world.sign_out_mark.replace(None);
        there.on_tab_message(&told);
        assert!(
            matches!(there.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(_))),
            "{:?}",
            there.state()
        );
        assert!(!told.contains("access-") && !told.contains("kari"), "{told}");
    }

    #[test]
    fn g04_a_sign_out_elsewhere_leaves_nothing_in_a_tab_that_is_on_its_way() {
        // Expired, left, and back: the text is still there until somebody signs out anywhere.
        let world = world();
        let here = signed_in(&world);
        assert!(here.keep("note", "half"));
        world.wall_seconds.set(NOW + 3_600);
        here.tick();
        run(here.sign_in("/"));
        here.page_restored();
        assert_eq!(here.state(), SessionState::Unauthenticated(SignedOutReason::CameBack));
        assert_eq!(here.kept("note").as_deref(), Some("half"));
        sign_out_in_another_tab(&world);
        here.tick();
        assert_eq!(here.kept("note"), None);
        assert!(!world.storage.borrow().values().any(|record| record.contains("half")));
    }

    #[test]
    fn g04_what_a_tab_has_kept_for_its_way_back_is_gone_after_a_sign_out_elsewhere() {
        let world = world();
        let kept = || world.storage.borrow().values().any(|record| record.contains("half"));
        let here = signed_in(&world);
        assert!(here.keep("note", "half"));
        run(here.renew(RenewIn::Tab, "/", none()));
        assert!(kept(), "it waits while the tab is at the provider");
        will_respond(&world, "kari", 3_600, "");
        sign_out_in_another_tab(&world);
        let back = driver(&world);
        run(back.handle_callback(Zeroizing::new(response_of(&world))));
        assert_eq!(code(&back), "sign_in_over");
        assert!(!kept());
        let again = signed_in(&world);
        assert_eq!(again.kept("note"), None);

        // The same on a page that has come back with a no.
        world.wall_seconds.set(NOW + 5);
        assert!(again.keep("note", "half"));
        run(again.renew(RenewIn::Tab, "/", none()));
        let no = format!("?error=access_denied&state={}&iss=https%3A%2F%2Fconnect.example", asked(&world)("state"));
        let back = driver(&world);
        run(back.handle_callback(Zeroizing::new(no)));
        assert!(kept(), "the user may try again");
        sign_out_in_another_tab(&world);
        back.tick();
        assert!(!kept());
        assert_eq!(code(&back), "access_denied", "what the page says stays");
    }

    #[test]
    fn h06_a_page_out_of_the_page_cache_follows_the_provider_too() {
        for (sid, is_over) in [("s-1", true), ("s-2", false)] {
            let world = world();
            let here = signed_in_as(&world, "kari", 3_600, r#","sid":"s-1""#);
            let said = TabMessage::FrontChannelLogout { iss: ISSUER.to_owned(), sid: sid.to_owned() }.to_text();
            world.remembered.borrow_mut().insert(FRONT_CHANNEL_KEY.to_owned(), said);
            here.tick();
            assert!(here.state().signed_in().is_some(), "a page that is looked at hears of it by a message");
            here.page_restored();
            assert_eq!(here.state().signed_in().is_none(), is_over, "{sid}");
        }
    }

    #[test]
    fn g04_what_was_to_go_on_with_a_session_does_not_after_a_sign_out() {
        let world = world();
        let here = signed_in(&world);
        run(here.renew(RenewIn::Tab, "/", none()));
        will_respond(&world, "kari", 3_600, "");
        let (response, kept) = (response_of(&world), world.storage.borrow().clone());
        world.wall_seconds.set(NOW + 5);
        driver(&world).sign_out();
        // That tab's storage is its own.
        *world.storage.borrow_mut() = kept;
        let back = driver(&world);
        run(back.handle_callback(Zeroizing::new(response)));
        assert_eq!(code(&back), "sign_in_over");
        // Whoever signs in afterwards is signed in.
        assert!(signed_in(&world).state().signed_in().is_some());
    }

    #[test]
    fn g04_g08_a_sign_out_elsewhere_counts_whatever_the_clock_says() {
        let world = world();
        let here = signed_in(&world);
        run(here.renew(RenewIn::Tab, "/", none()));
        will_respond(&world, "kari", 3_600, "");
        let (response, kept) = (response_of(&world), world.storage.borrow().clone());
        world.wall_jump_ms.set(-200_000);
        driver(&world).sign_out();
        *world.storage.borrow_mut() = kept;
        let back = driver(&world);
        run(back.handle_callback(Zeroizing::new(response)));
        assert_eq!(code(&back), "sign_in_over", "the clock was set back before");

        let world = super::world();
        world.wall_jump_ms.set(86_400_000);
        driver(&world).sign_out();
        world.wall_jump_ms.set(0);
        let kari = signed_in(&world);
        run(kari.renew(RenewIn::Tab, "/", none()));
        assert!(come_back(&world, "kari", 3_600, "").state().signed_in().is_some(), "the clock was wrong by a day");
    }

    #[test]
    fn g04_a_renewal_that_ends_after_a_sign_out_announces_nobody() {
        let world = world();
        let here = signed_in(&world);
        let mut renew = Box::pin(async { here.renew(RenewIn::Window, "/", SignInOptions::default()).await });
        assert!(!poll(&mut renew));
        will_respond(&world, "kari", 3_600, "");
        driver(&world).sign_out();
        let told = world.told.borrow().len();
        window_responses(&world);
        assert!(poll(&mut renew));
        assert!(here.state().signed_in().is_none());
        assert_eq!(world.told.borrow().len(), told);
        assert!(!driver(&world).was_signed_in());
    }

    #[test]
    fn a_token_that_expired_on_its_way_is_announced_to_nobody() {
        let world = world();
        run(driver(&world).sign_in("/"));
        will_respond(&world, "kari", 3, "");
        world.hold(JWKS);
        let driver = driver(&world);
        let mut resume = Box::pin(driver.handle_callback(Zeroizing::new(response_of(&world))));
        assert!(!poll(&mut resume));
        world.wall_seconds.set(NOW + 4);
        world.release(JWKS);
        assert!(poll(&mut resume));
        assert_eq!(driver.state(), SessionState::Expired);
        assert!(world.told.borrow().is_empty());
        assert!(!driver.was_signed_in());
    }

    #[test]
    fn g05_a_message_of_another_version_or_kind_is_not_heard() {
        let world = world();
        let driver = signed_in(&world);
        let before = driver.state();
        for text in [r#"{"v":2,"type":"signed_out","mark":"9"}"#, "signed_out", "", r#"{"v":1,"type":"x"}"#] {
            driver.on_tab_message(text);
            assert_eq!(driver.state(), before, "{text}");
        }
    }

    #[test]
    fn g09_when_another_tab_has_become_another_user_this_one_says_so() {
        let world = world();
        let kari = signed_in(&world);
        let ola = signed_in_as(&world, "ola", 3_600, "");
        let told = world.told.borrow().last().unwrap().clone();
        assert!(!told.contains("ola"), "a fingerprint: {told}");
        kari.on_tab_message(&told);
        assert!(kari.other_user_in_another_tab() && !ola.other_user_in_another_tab());
        assert_eq!(kari.state().signed_in().unwrap().subject(), "kari");
        let _again = signed_in(&world);
        kari.on_tab_message(&world.told.borrow().last().unwrap().clone());
        assert!(!kari.other_user_in_another_tab());
    }

    #[test]
    fn h06_h07_the_providers_sign_out_counts_for_its_own_session_alone() {
        let world = world();
        let driver = signed_in_as(&world, "kari", 3_600, r#","sid":"s1""#);
        let message =
            |iss: &str, sid: &str| format!(r#"{{"v":1,"type":"frontchannel_logout","iss":"{iss}","sid":"{sid}"}}"#);
        for (iss, sid) in [(ISSUER, "s2"), ("https://evil.example", "s1"), (ISSUER, ""), ("", "s1")] {
            driver.on_tab_message(&message(iss, sid));
            assert!(driver.state().signed_in().is_some(), "{iss} {sid}");
        }
        driver.on_tab_message(r#"{"v":1,"type":"frontchannel_logout","iss":"https://connect.example"}"#);
        assert!(driver.state().signed_in().is_some());
        driver.on_tab_message(&message(ISSUER, "s1"));
        assert!(matches!(driver.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(_))));
        let without = signed_in(&world);
        without.on_tab_message(&message(ISSUER, ""));
        assert!(without.state().signed_in().is_some(), "an ID token without sid is nobody's");

        let expired = signed_in_as(&world, "kari", 60, r#","sid":"s1""#);
        assert!(expired.keep("note", "half a sentence"));
        world.wall_seconds.set(NOW + 60);
        expired.tick();
        expired.on_tab_message(&message(ISSUER, "s1"));
        assert!(
            matches!(expired.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(_))),
            "its work is still there"
        );
        assert_eq!(expired.kept("note"), None);
    }
}

mod restore {
    use super::*;

    const REDIRECT: &str = r#","restore":"redirect""#;

    fn reloaded(world: &Rc<World>, more: &str) -> Driver<Fake> {
        let driver = driver_with(world, more);
        run(driver.restore("/orders"));
        driver
    }

    fn is_leaving(driver: &Driver<Fake>) -> bool {
        matches!(driver.state(), SessionState::Redirecting { .. })
    }

    #[test]
    fn g02_a_reload_offers_to_go_on_and_stores_nothing_about_the_user() {
        let world = world();
        assert!(!driver(&world).was_signed_in());
        let first = signed_in(&world);
        let stored = format!("{:?} {}", world.remembered.borrow(), world.visible());
        let again = reloaded(&world, "");
        assert!(again.was_signed_in() && !is_leaving(&again));
        for secret in ["access-", "Kari", "kari@"] {
            assert!(!stored.contains(secret), "{stored}");
        }
        assert!(!driver_with(&world, r#","restore":"off""#).was_signed_in());
        world.wall_seconds.set(NOW + 25 * 3_600);
        assert!(!driver(&world).was_signed_in(), "a day later nobody is asked");
        world.wall_seconds.set(NOW);
        first.sign_out();
        assert!(!driver(&world).was_signed_in());
    }

    #[test]
    fn g02_redirect_goes_once_without_a_word_and_comes_back_signed_in() {
        let world = world();
        assert!(!is_leaving(&reloaded(&world, REDIRECT)), "nobody was signed in");
        signed_in(&world);
        let again = reloaded(&world, REDIRECT);
        assert!(is_leaving(&again));
        assert_eq!(asked(&world)("prompt"), "none");
        assert!(!is_leaving(&reloaded(&world, REDIRECT)), "one that did not come back is not repeated");
        let back = come_back(&world, "kari", 3_600, "");
        assert!(back.state().signed_in().is_some());
        assert!(is_leaving(&reloaded(&world, REDIRECT)), "it came back, so the next one may go");
    }

    /// A provider that cannot answer prompt=none would otherwise be asked at each load.
    #[test]
    fn g02_after_a_silent_sign_in_that_failed_none_starts_before_the_next_session() {
        for (response, was_signed_in) in [
            ("error=login_required", false),
            ("error=access_denied", false),
            ("error=interaction_required&iss=https%3A%2F%2Fconnect.example", true),
            ("error=consent_required", true),
            ("error=account_selection_required", true),
            ("error=server_error", true),
            ("error=invalid_request", true),
            ("error=weather_bad", true),
            ("code=x", true),
            ("code=x&iss=https%3A%2F%2Fevil.example", true),
            ("code=x&iss=https%3A%2F%2Fconnect.example", true),
        ] {
            let world = world();
            signed_in(&world);
            assert!(is_leaving(&reloaded(&world, REDIRECT)));
            world.respond(TOKEN, Ok((500, String::new())));
            world.take_log();
            let back = driver_with(&world, REDIRECT);
            let state = world
                .storage
                .borrow()
                .keys()
                .find_map(|key| key.strip_prefix("visma-connect-spa:pending:").map(str::to_owned));
            run(back.handle_callback(Zeroizing::new(format!("?{response}&state={}", state.unwrap()))));
            assert_eq!(back.state(), SessionState::Unauthenticated(SignedOutReason::NotYet), "{response}");
            assert_eq!(back.was_signed_in(), was_signed_in, "{response}");
            let log = world.take_log();
            assert!(log.contains(&"replace /orders".to_owned()), "where the user was: {log:?}");
            assert!(!log.iter().any(|line| line.starts_with("navigate")), "{log:?}");
            // A reload, a new tab, and a day with another clock.
            for _ in 0..3 {
                assert!(!is_leaving(&reloaded(&world, REDIRECT)), "{response}");
            }
            signed_in(&world);
            assert!(is_leaving(&reloaded(&world, REDIRECT)), "after the next session: {response}");
        }
    }

    #[test]
    fn g02_a_silent_sign_in_that_cannot_leave_ends_at_home() {
        let world = world();
        signed_in(&world);
        world.respond(fake::DISCOVERY, Err(PlatformError::Unreachable));
        let here = reloaded(&world, REDIRECT);
        assert_eq!(here.state(), SessionState::Unauthenticated(SignedOutReason::NotYet));
        assert!(matches!(here.provider(), ProviderStatus::Failed(_)), "home says what is wrong");
    }

    #[test]
    fn c12_an_error_after_a_press_is_shown_and_starts_nothing() {
        for error in ["login_required", "interaction_required", "consent_required", "account_selection_required"] {
            let world = world();
            run(driver_with(&world, REDIRECT).sign_in("/"));
            let response = format!("?error={error}&state={}", asked(&world)("state"));
            world.take_log();
            let back = driver_with(&world, REDIRECT);
            run(back.handle_callback(Zeroizing::new(response)));
            assert_eq!(code(&back), error);
            assert!(!world.take_log().iter().any(|line| line.starts_with("navigate")), "{error}");
        }
    }

    #[test]
    fn g03_three_starts_a_minute_and_then_a_page_that_waits() {
        let world = world();
        for start in 0..3 {
            signed_in(&world);
            assert!(is_leaving(&reloaded(&world, REDIRECT)), "start {start}");
            come_back(&world, "kari", 3_600, "");
        }
        let held_back = reloaded(&world, REDIRECT);
        assert_eq!(held_back.state(), SessionState::Unauthenticated(SignedOutReason::Paused));
        run(held_back.sign_in("/"));
        assert!(is_leaving(&held_back), "a press is no loop");
        world.wall_seconds.set(NOW + 61);
        assert!(is_leaving(&reloaded(&world, REDIRECT)), "a minute later");
    }

    #[test]
    fn g03_one_tab_at_a_time_and_none_that_cannot_count() {
        let world = world();
        signed_in(&world);
        world.lock_is_taken.set(true);
        let waiting = reloaded(&world, REDIRECT);
        assert_eq!(
            waiting.state(),
            SessionState::Unauthenticated(SignedOutReason::Paused),
            "it says so and waits to be pressed"
        );
        world.lock_is_taken.set(false);
        world.save_fails.set(Some(PlatformError::StorageBlocked));
        assert_eq!(reloaded(&world, REDIRECT).state(), SessionState::Unauthenticated(SignedOutReason::Paused));
    }

    #[test]
    fn i01_i02_i03_a_sign_in_that_something_else_asks_for() {
        let world = world();
        let started = driver(&world);
        run(started.initiate("?iss=https%3A%2F%2Fconnect.example&login_hint=kari%40example.no&target_link_uri=https%3A%2F%2Fapp.example%2Forders"));
        assert!(is_leaving(&started));
        assert_eq!(
            (asked(&world)("login_hint"), asked(&world)("prompt")),
            ("kari@example.no".to_owned(), String::new())
        );
        let back = come_back(&world, "kari", 3_600, "");
        assert!(back.state().signed_in().is_some());
        assert!(world.log.borrow().iter().any(|line| line == "replace /orders"));

        world.take_log();
        for (query, expected) in [
            ("?iss=https://evil.example", "initiate_issuer_foreign"),
            ("?login_hint=kari", "initiate_issuer_foreign"),
            ("?iss=https://connect.example&iss=https://connect.example", "initiate_malformed"),
        ] {
            let refused = driver(&world);
            run(refused.initiate(query));
            assert_eq!(code(&refused), expected, "{query}");
        }
        assert!(!world.log.borrow().iter().any(|line| line.starts_with("navigate")));
    }

    #[test]
    fn i02_what_begins_or_ends_something_is_no_page_to_come_back_to() {
        for path in ["/initiate", "/sign-out"] {
            let world = world();
            run(driver(&world).sign_in(path));
            will_respond(&world, "kari", 3_600, "");
            run(driver(&world).handle_callback(Zeroizing::new(response_of(&world))));
            assert!(world.log.borrow().iter().any(|line| line == "replace /"), "{path}");
        }
        // A reload of it finds no query any more, and says nothing about it.
        let world = world();
        let again = driver(&world);
        run(again.initiate(""));
        assert_eq!(again.state(), SessionState::Unauthenticated(SignedOutReason::NotYet));
    }

    #[test]
    fn g02_a_sign_in_that_came_back_lets_the_next_page_try_without_a_word_again() {
        let world = world();
        signed_in(&world);
        assert!(is_leaving(&reloaded(&world, REDIRECT)));
        assert!(!is_leaving(&reloaded(&world, REDIRECT)), "stranded");
        signed_in(&world);
        assert!(is_leaving(&reloaded(&world, REDIRECT)));
    }

    #[test]
    fn i04_a_start_from_elsewhere_ends_no_session_and_not_in_a_frame() {
        let world = world();
        let there = signed_in(&world);
        let here = driver(&world);
        run(here.initiate("?iss=https%3A%2F%2Fconnect.example"));
        assert!(is_leaving(&here));
        there.tick();
        assert!(there.state().signed_in().is_some(), "other tabs stay");
        world.check_fails.set(Some(PlatformError::InFrame));
        let framed = driver(&world);
        run(framed.initiate("?iss=https%3A%2F%2Fconnect.example"));
        assert_eq!(code(&framed), "in_frame");
    }
}
