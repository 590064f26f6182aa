//! Text that the user has typed: which text survives a renewal, and for which user.

use visma_connect::session::state::SessionState;
use visma_connect::{RenewIn, SessionChange};

use super::fake::{NOW, run};
use super::setup::{self, driver, none, return_from_provider, signed_in, world};

#[test]
fn kept_text_is_restored_once_for_the_same_user() {
    let world = world();
    let first = signed_in(&world);
    assert!(first.keep("note", "half a sentence"));
    world.scroll.set(340);
    run(first.renew(RenewIn::Tab, "/orders", none()));
    let back = return_from_provider(&world, "kari", 3_600, "");
    assert_eq!(back.memory().kept("note").as_deref(), Some("half a sentence"));
    assert!(world.log.borrow().iter().any(|line| line == "scroll to 340"));
    assert!(!world.visible().contains("half a sentence"), "the text is removed when it is read");
    let SessionState::Authenticated(user) = back.state() else { panic!("{:?}", back.state()) };
    assert_eq!(user.session_change(), SessionChange::Renewed);

    run(back.renew(RenewIn::Tab, "/orders", none()));
    assert!(world.visible().contains("half+a+sentence") || world.visible().contains("half%20a%20sentence"));
    let other = return_from_provider(&world, "ola", 3_600, "");
    assert_eq!(other.memory().kept("note"), None);
    assert!(!world.visible().contains("sentence"), "the text of another user is removed");
    let SessionState::Authenticated(user) = other.state() else { panic!("{:?}", other.state()) };
    assert_eq!((user.subject(), user.session_change()), ("ola", SessionChange::OtherUser));
}

#[test]
fn nothing_is_kept_when_signed_out_and_no_token_ever() {
    let world = world();
    assert!(!driver(&world).keep("note", "x"));
    let signed_in = signed_in(&world);
    assert!(!signed_in.keep("note", "it is access-3, of all things"));
    assert_eq!(signed_in.memory().kept("note"), None);
    assert!(signed_in.keep("note", "x"));
    signed_in.sign_out();
    assert_eq!(signed_in.memory().kept("note"), None);
}

#[test]
fn text_that_changes_while_the_tab_leaves_is_kept_up_to_date() {
    let world = world();
    let driver = signed_in(&world);
    assert!(driver.keep("note", "half"));
    run(driver.renew(RenewIn::Tab, "/", none()));
    assert!(driver.keep("note", "half a sentence"));
    assert_eq!(
        return_from_provider(&world, "kari", 3_600, "").memory().kept("note").as_deref(),
        Some("half a sentence")
    );

    let driver = signed_in(&world);
    assert!(driver.keep("note", "a slip"));
    run(driver.renew(RenewIn::Tab, "/", none()));
    driver.page_restored();
    assert!(
        !world.visible().contains("slip"),
        "after Back the page has the text in memory, so the stored copy is removed"
    );
    assert!(driver.keep("note", ""));
    run(driver.renew(RenewIn::Tab, "/", none()));
    assert_eq!(return_from_provider(&world, "kari", 3_600, "").memory().kept("note"), None);
}

#[test]
fn an_abandoned_snapshot_is_removed_when_the_app_looks() {
    let world = world();
    let driver = signed_in(&world);
    assert!(driver.keep("note", "half"));
    run(driver.renew(RenewIn::Tab, "/", none()));
    run(setup::driver(&world).prepare());
    assert!(world.visible().contains("half"), "the stored text is still valid");
    world.wall_seconds.set(NOW + 601);
    run(setup::driver(&world).prepare());
    assert!(!world.storage.borrow().values().any(|record| record.contains("half")));
}
