//! Forged messages on the channel that all tabs share.

use js_sys::Function;
use visma_connect::session::driver::ProviderStatus;
use visma_connect::session::tab_message::{CHANNEL, TabMessage};
use visma_connect::{ApiError, ProviderSession, Session, SessionState, SignedOutReason};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::BroadcastChannel;

use super::tab::{Tab, address, eventually, script};

/// Everything about a session that a page can read.
fn visible(session: &Session) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {} {} {}",
        session.state(),
        session.provider(),
        session.renewal(),
        session.user(),
        session.other_user_in_another_tab(),
        session.was_signed_in(),
        address()
    )
}

/// Sends the messages from another page of this origin to all tabs. Returns when all messages have arrived.
async fn send_all(messages: &[JsValue]) {
    // These channels are newer than the session's channel. So the session receives each message before these channels
    // do.
    let (other, last) = (BroadcastChannel::new(CHANNEL).unwrap(), BroadcastChannel::new(CHANNEL).unwrap());
    script("window.received = 0");
    last.set_onmessage(Some(&Function::new_no_args("window.received += 1")));
    for message in messages {
        other.post_message(message).unwrap();
    }
    eventually("every message", || script("return window.received").as_f64() == Some(messages.len() as f64)).await;
    script("delete window.received");
    other.close();
    last.close();
}

/// Messages that no tab of this app sends. Most of them would end the session if they had the right format.
fn forged() -> Vec<JsValue> {
    let objects = [
        "7",
        "null",
        "undefined",
        "true",
        "1n",
        "[]",
        "new Date()",
        "new ArrayBuffer(8)",
        "new Blob(['{}'])",
        "new Map([['v', 1], ['type', 'signed_out'], ['mark', 'x']])",
        "{ v: 1, type: 'signed_out', mark: 'x' }",
        r#"['{"v":1,"type":"signed_out","mark":"x"}']"#,
        r#"new String('{"v":1,"type":"signed_out","mark":"x"}')"#,
    ];
    let texts = [
        "",
        "x",
        "signed_out",
        "null",
        "[]",
        "{}",
        "{",
        r#"{"v":0,"type":"signed_out","mark":"x"}"#,
        r#"{"v":2,"type":"signed_out","mark":"x"}"#,
        r#"{"v":"1","type":"signed_out","mark":"x"}"#,
        r#"{"v":1.5,"type":"signed_out","mark":"x"}"#,
        r#"{"type":"signed_out","mark":"x"}"#,
        r#"{"v":1,"type":"signed_out"}"#,
        r#"{"v":1,"type":"signed_out","mark":7}"#,
        r#"{"v":1,"type":"signed_out","mark":"x","mark":"y"}"#,
        r#"{"v":1,"v":1,"type":"signed_out","mark":"x"}"#,
        r#"{"v":1,"type":"signed_out","mark":"x"} "x""#,
        r#"{"v":1,"type":"SIGNED_OUT","mark":"x"}"#,
        r#"{"v":1,"type":["signed_out"],"mark":"x"}"#,
        r#"{"v":1,"type":"signed_in"}"#,
        r#"{"v":1,"type":"signed_in","user":null}"#,
        r#"{"v":1,"type":"access_token","access_token":"x"}"#,
        r#"{"v":1,"type":"frontchannel_logout","iss":"https://connect.example"}"#,
        r#"{"v":1,"type":"frontchannel_logout","iss":"https://connect.example","sid":"another"}"#,
        r#"{"v":1,"type":"frontchannel_logout","iss":"https://evil.example","sid":"x"}"#,
    ];
    let huge = [
        TabMessage::SignedOut { mark: "x".repeat(4_000) }.to_text(),
        TabMessage::SignedOut { mark: "x".repeat(5_000_000) }.to_text(),
        "[".repeat(1_000_000),
        "x".repeat(10_000_000),
    ];
    objects
        .iter()
        .map(|object| script(&format!("return {object}")))
        .chain(texts.iter().map(|text| JsValue::from_str(text)))
        .chain(huge.iter().map(|text| JsValue::from_str(text)))
        .collect()
}

#[wasm_bindgen_test]
async fn g05_a_forged_message_changes_nothing_and_a_sign_out_ends_the_session() {
    let (tab, session) = Tab::signed_in().await;
    tab.sent("url");
    let before = visible(&session);
    for message in forged() {
        send_all(&[message]).await;
        assert_eq!(visible(&session), before);
    }
    assert!(tab.sent("url").is_empty());
    send_all(&[JsValue::from_str(&TabMessage::SignedOut { mark: "x".to_owned() }.to_text())]).await;
    assert_eq!(session.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
    assert_eq!(session.api("erp").get("organization").await.map(drop), Err(ApiError::SessionEnded));
}

#[wasm_bindgen_test]
async fn g05_no_message_begins_a_session() {
    let tab = Tab::new().await;
    let session = tab.load("/");
    eventually("the metadata", || session.provider() == ProviderStatus::Ready).await;
    tab.sent("url");
    let before = visible(&session);
    let true_ones = [
        TabMessage::SignedIn { user: "x".to_owned() },
        TabMessage::SignedOut { mark: "x".to_owned() },
        TabMessage::FrontChannelLogout { iss: "https://connect.example".to_owned(), sid: "x".to_owned() },
    ];
    let true_ones = true_ones.map(|message| JsValue::from_str(&message.to_text()));
    send_all(&[forged(), true_ones.to_vec()].concat()).await;
    assert_eq!(visible(&session), before);
    assert!(tab.sent("url").is_empty());
}
