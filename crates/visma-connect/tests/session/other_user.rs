//! Another user signs in during a renewal, or Back shows a page from before a sign-out: no data of the first user is
//! shown.

use std::cell::RefCell;
use std::rc::Rc;

use visma_connect::session::driver::Driver;
use visma_connect::session::state::{SessionState, SignedOutReason};
use visma_connect::{ProfileState, RenewIn, SessionChange};
use zeroize::Zeroizing;

use super::fake::{Fake, World, run};
use super::setup::{
    self, config, none, renew_in_window, response_of, return_from_provider, signed_in, user, will_respond, world,
};

#[test]
fn g09_another_user_in_the_window_appears_after_the_first_has_left_the_screen() {
    let world = world();
    let seen: Rc<RefCell<Vec<Option<String>>>> = Rc::default();
    let driver = Rc::new_cyclic(|weak: &std::rc::Weak<Driver<Fake>>| {
        let (weak, seen) = (weak.clone(), Rc::clone(&seen));
        let on_change = move || {
            if let Some(driver) = weak.upgrade() {
                let shown = driver.state().signed_in().map(|user| user.subject().to_owned());
                if seen.borrow().last() != Some(&shown) {
                    seen.borrow_mut().push(shown);
                }
            }
        };
        Driver::new(Fake(Rc::clone(&world)), config(""), Box::new(on_change))
    });
    run(setup::driver(&world).sign_in("/"));
    will_respond(&world, "kari", 3_600, "");
    run(driver.handle_callback(Zeroizing::new(response_of(&world))));
    assert!(driver.keep("note", "Kari's"));
    renew_in_window(&world, &driver, none(), "ola", "");
    let names = |name: &str| Some(name.to_owned());
    assert_eq!(*seen.borrow(), [None, names("kari"), None, names("ola")]);
    assert_eq!(driver.memory().kept("note"), None);
    let SessionState::Authenticated(user) = driver.state() else { panic!("{:?}", driver.state()) };
    assert_eq!(user.session_change(), SessionChange::OtherUser);
    let ProfileState::Loaded(profile) = user.profile() else { panic!("{:?}", user.profile()) };
    assert_eq!(profile.name.as_deref(), Some("ola"));
}

#[test]
fn g09_back_to_a_page_from_before_another_user_shows_signed_out() {
    let world = world();
    let kari = signed_in(&world);
    assert!(kari.keep("note", "Kari's"));
    run(kari.renew(RenewIn::Tab, "/", none()));
    let ola = return_from_provider(&world, "ola", 3_600, "");
    assert!(ola.state().signed_in().is_some());
    kari.page_restored();
    assert!(matches!(kari.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(_))), "{:?}", kari.state());
    assert_eq!(kari.memory().kept("note"), None);
    // If the same user signs in again, an older page of that user keeps its session.
    let first = signed_in(&world);
    let _second = signed_in(&world);
    first.page_restored();
    assert!(first.state().signed_in().is_some());
}

#[test]
fn g01_without_storage_back_to_a_page_from_before_a_sign_out_shows_no_user() {
    let world = world();
    world.shared_storage_is_full.set(true);
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
fn g09_another_user_does_not_see_the_previous_users_address() {
    let world = world();
    let address = |world: &World| {
        world.log.borrow().iter().rev().find_map(|line| line.strip_prefix("replace ").map(str::to_owned)).unwrap()
    };
    let kari = signed_in(&world);
    run(kari.renew(RenewIn::Tab, "/orders/7?q=secret", none()));
    let ola = return_from_provider(&world, "ola", 3_600, "");
    assert_eq!((user(&ola).session_change(), address(&world).as_str()), (SessionChange::OtherUser, "/"));
    run(ola.renew(RenewIn::Tab, "/orders/7?q=mine", none()));
    let ola = return_from_provider(&world, "ola", 3_600, "");
    assert_eq!(address(&world), "/orders/7?q=mine", "the same user returns to the same page");
    renew_in_window(&world, &ola, none(), "kari", "");
    assert_eq!(
        (user(&ola).session_change(), address(&world).as_str()),
        (SessionChange::OtherUser, "/"),
        "the address is also removed after a renewal in a window"
    );
}
