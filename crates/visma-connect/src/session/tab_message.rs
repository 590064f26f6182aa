//! Messages between the tabs of this app. They carry no token. Unknown messages and messages of another version are
//! ignored.

use crate::protocol::json::{Object, ObjectWriter};

/// Name of the channel that all tabs listen on.
pub const CHANNEL: &str = "visma-connect-spa";

/// `localStorage` key under which frontchannel-logout.js stores its last message. It is the same text as [`CHANNEL`],
/// so that the release contains the text only once.
pub const FRONT_CHANNEL_KEY: &str = CHANNEL;

/// A message to all other tabs of this browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TabMessage {
    /// The user has signed out.
    SignedOut {
        /// The time of the sign-out in milliseconds since 1970, which is also in localStorage.
        mark: String,
    },
    /// A user has signed in.
    SignedIn {
        /// The fingerprint of the user: a hash of issuer and `sub`.
        user: String,
    },
    /// The provider reports that a session at the provider has ended (OpenID Connect Front-Channel Logout 1.0).
    FrontChannelLogout {
        /// The issuer of the session.
        iss: String,
        /// The ID of the session: the claim `sid` of its ID token.
        sid: String,
    },
}

/// Maximum length of a message, in bytes. Longer messages are ignored.
const MAX_BYTES: usize = 4_000;

impl TabMessage {
    /// Reads a message. `None` if it is unknown, of another version, or longer than 4 000 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let object = Object::parse(text.as_bytes()).ok()?;
        if object.integer("v") != Ok(Some(1)) {
            return None;
        }
        let text = |name| object.text(name).ok().flatten().map(str::to_owned);
        match object.text("type").ok()?? {
            "signed_out" => Some(Self::SignedOut { mark: text("mark")? }),
            "signed_in" => Some(Self::SignedIn { user: text("user")? }),
            "frontchannel_logout" => Some(Self::FrontChannelLogout { iss: text("iss")?, sid: text("sid")? }),
            _ => None,
        }
    }

    /// The message as JSON text.
    pub fn to_text(&self) -> String {
        let object = ObjectWriter::new().integer("v", 1);
        match self {
            Self::SignedOut { mark } => object.text("type", "signed_out").text("mark", mark),
            Self::SignedIn { user } => object.text("type", "signed_in").text("user", user),
            Self::FrontChannelLogout { iss, sid } => {
                object.text("type", "frontchannel_logout").text("iss", iss).text("sid", sid)
            }
        }
        .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_message_is_read_as_it_was_written() {
        for message in [
            TabMessage::SignedOut { mark: "1".to_owned() },
            TabMessage::SignedIn { user: "abc".to_owned() },
            TabMessage::FrontChannelLogout { iss: "https://connect.example".to_owned(), sid: "s\"1".to_owned() },
        ] {
            assert_eq!(TabMessage::parse(&message.to_text()), Some(message));
        }
    }

    #[test]
    fn g05_an_unknown_message_is_ignored() {
        for text in [
            "",
            "signed_out",
            "{}",
            r#"{"v":2,"type":"signed_out","mark":"1"}"#,
            r#"{"v":"1","type":"signed_out","mark":"1"}"#,
            r#"{"type":"signed_out","mark":"1"}"#,
            r#"{"v":1,"type":"signed_out"}"#,
            r#"{"v":1,"type":"signed_out","mark":1}"#,
            r#"{"v":1,"type":"signed_out","mark":"1","mark":"2"}"#,
            r#"{"v":1,"type":"access_token","access_token":"x"}"#,
            r#"{"v":1,"type":"frontchannel_logout","iss":"https://connect.example"}"#,
            r#"{"v":1,"type":"frontchannel_logout","sid":"1"}"#,
        ] {
            assert_eq!(TabMessage::parse(text), None, "{text}");
        }
        let long = TabMessage::SignedIn { user: "x".repeat(MAX_BYTES) };
        assert_eq!(TabMessage::parse(&long.to_text()), None);
    }
}
