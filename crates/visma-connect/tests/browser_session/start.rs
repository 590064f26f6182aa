//! How a session starts from the records in real storage.

use visma_connect::Renewal;
use visma_connect::browser::storage;
use visma_connect::protocol::pending_sign_in::STORAGE_PREFIX;
use visma_connect::session::driver::ProviderStatus;
use wasm_bindgen_test::wasm_bindgen_test;

use super::tab::{DISCOVERY, JWKS, STATE, TOKEN, Tab, USERINFO, address, callback, eventually, failure, script};

#[wasm_bindgen_test]
async fn a_session_begins_on_the_real_edge() {
    let (tab, session) = Tab::signed_in().await;
    assert_eq!(session.user().unwrap().subject(), "kari");
    assert_eq!(address(), "/orders?page=2");
    assert_eq!(tab.sent("url"), [TOKEN, JWKS, USERINFO]);
    assert!(storage::keys(STORAGE_PREFIX).is_empty());
}

#[wasm_bindgen_test]
async fn g06_without_channels_a_sign_out_elsewhere_is_found_in_storage() {
    script("window.RealChannel = BroadcastChannel; delete window.BroadcastChannel");
    let (tab, session) = Tab::signed_in().await;
    session.renew();
    eventually("the end of the renewal", || matches!(session.renewal(), Renewal::Failed(_))).await;
    let Renewal::Failed(error) = session.renewal() else { panic!() };
    // Another page of this origin signs out. The browser sends the `storage` event.
    script(
        "const frame = document.body.appendChild(document.createElement('iframe'));
         frame.contentWindow.localStorage.setItem('visma-connect-spa:signed-out', '1');
         frame.remove()",
    );
    eventually("the end of the session", || session.is_authenticated() == Some(false)).await;
    drop(tab);
    script("window.BroadcastChannel = window.RealChannel; delete window.RealChannel");
    assert_eq!(error.code(), "channel_unavailable");
}

#[wasm_bindgen_test]
async fn c32_a_broken_record_in_the_real_storage_is_removed_and_nothing_is_sent() {
    let edited = |from: &str, to: &str| {
        let (from, to) = (from.to_owned(), to.to_owned());
        Box::new(move |record: &str| {
            assert!(record.contains(&from), "{from} is not in {record}");
            record.replace(&from, &to)
        }) as Box<dyn Fn(&str) -> String>
    };
    let instead = |text: &'static str| Box::new(move |_: &str| text.to_owned()) as Box<dyn Fn(&str) -> String>;
    for (change, code) in [
        (instead(""), "pending_unreadable"),
        (instead("null"), "pending_unreadable"),
        (instead("[object Object]"), "pending_unreadable"),
        (instead("{}"), "pending_unreadable"),
        (Box::new(|record: &str| record.chars().take(record.len() / 2).collect()), "pending_unreadable"),
        (Box::new(|record: &str| [record, record].concat()), "pending_unreadable"),
        (edited("\"version\":", "\"version\":9"), "pending_unreadable"),
        (edited("\"code_verifier\"", "\"verifier\""), "pending_unreadable"),
        (edited("connect.example/connect/token", "evil.example/token"), "pending_foreign"),
        (edited("\"client_id\":\"demo\"", "\"client_id\":\"other\""), "pending_foreign"),
        (edited("\"started_at\":18", "\"started_at\":17"), "pending_expired"),
        (edited(STATE, "another"), "state_mismatch"),
    ] as [(Box<dyn Fn(&str) -> String>, &str); 12]
    {
        let tab = Tab::new().await;
        let pending = tab.left();
        storage::save(&pending.storage_key(), &change(&pending.to_record())).unwrap();
        let session = tab.verdict(&callback()).await;
        assert_eq!(failure(&session).code(), code);
        assert!(storage::keys(STORAGE_PREFIX).is_empty(), "{code}");
        eventually("the metadata", || session.provider() == ProviderStatus::Ready).await;
        assert_eq!(tab.sent("url"), [DISCOVERY], "{code}");
        assert_eq!(address(), "/callback");
    }
}

#[wasm_bindgen_test]
async fn c28_c32_a_record_that_leads_elsewhere_leads_home() {
    for trap in ["//evil.example/x", "https://evil.example/x", "/.//evil.example", "/callback", "javascript:alert(1)"] {
        let tab = Tab::new().await;
        let pending = tab.left();
        let record =
            pending.to_record().replace("\"return_to\":\"/orders?page=2\"", &format!("\"return_to\":\"{trap}\""));
        assert_ne!(record, pending.to_record());
        storage::save(&pending.storage_key(), &record).unwrap();
        let session = tab.verdict(&callback()).await;
        assert_eq!(session.is_authenticated(), Some(true), "{trap}");
        assert_eq!(address(), "/", "{trap}");
    }
}
