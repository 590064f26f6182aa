//! Messages from other tabs.

use serde_json::{Map, Value};
use visma_connect::session::tab_message::TabMessage;

use super::json::{integer, members, text};

/// A message is accepted exactly when it is one JSON object of this version without duplicate members, of a known
/// type and with the texts of that type. It has the texts that were written, and stays the same when it is written
/// and read again.
pub fn check(said: &str) -> bool {
    let expected = members(said.as_bytes()).filter(|_| said.len() <= 4_000).and_then(|members| read(&members));
    let heard = TabMessage::parse(said);
    assert_eq!(heard, expected, "{said}");
    if let Some(message) = &heard {
        let again = message.to_text();
        // Written again it may be longer, because its characters may be escaped differently.
        if again.len() <= 4_000 {
            assert_eq!(TabMessage::parse(&again).as_ref(), Some(message));
        }
    }
    heard.is_some()
}

fn read(members: &Map<String, Value>) -> Option<TabMessage> {
    let own = |name| text(members, name).map(str::to_owned);
    match (integer(members, "v"), text(members, "type")) {
        (Some(1), Some("signed_out")) => Some(TabMessage::SignedOut { mark: own("mark")? }),
        (Some(1), Some("signed_in")) => Some(TabMessage::SignedIn { user: own("user")? }),
        (Some(1), Some("frontchannel_logout")) => {
            Some(TabMessage::FrontChannelLogout { iss: own("iss")?, sid: own("sid")? })
        }
        _ => None,
    }
}
