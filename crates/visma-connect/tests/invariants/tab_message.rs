//! Messages from other tabs.

use serde_json::{Map, Value};
use visma_connect::session::tab_message::TabMessage;

use super::json::{integer, members, text};

/// A message is accepted exactly when it is one JSON object of this version without duplicate members, of a known
/// type and with the texts of that type. The parsed message has these texts. Writing and parsing it again returns the
/// same message.
pub fn check(message: &str) -> bool {
    let expected = members(message.as_bytes()).filter(|_| message.len() <= 4_000).and_then(|members| read(&members));
    let parsed = TabMessage::parse(message);
    assert_eq!(parsed, expected, "{message}");
    if let Some(parsed) = &parsed {
        let again = parsed.to_text();
        // The written message may be longer than the input, because its characters may be escaped differently.
        if again.len() <= 4_000 {
            assert_eq!(TabMessage::parse(&again).as_ref(), Some(parsed));
        }
    }
    parsed.is_some()
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
