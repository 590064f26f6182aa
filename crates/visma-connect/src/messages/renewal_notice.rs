//! The texts for the end and for the renewal of a session.

use super::explanation::explain;
use super::text;
use crate::protocol::config::Config;
use crate::session::renewal::RenewalNotice;

impl RenewalNotice {
    /// The title, which has a few explanation, and the text, which has one or two sentences. Both may be empty.
    pub fn title_and_text(&self, config: &Config) -> (&'static str, &'static str) {
        match self {
            Self::Nothing => ("", ""),
            Self::EndsSoon => (text::RENEWAL_ENDS_SOON_TITLE.text(), text::RENEWAL_ENDS_SOON_TEXT.text()),
            Self::Leaving => (text::RENEWAL_LEAVING_TITLE.text(), ""),
            Self::InWindow => (text::RENEWAL_IN_WINDOW_TITLE.text(), text::RENEWAL_IN_WINDOW_TEXT.text()),
            Self::Checking => (text::RENEWAL_CHECKING_TITLE.text(), ""),
            Self::Failed(error) => {
                let explanation = explain(error, config);
                // The usual title of `access_denied` states that the user is not signed in. During a renewal the user
                // is still signed in.
                let declined = text::RENEWAL_DECLINED_TITLE.text();
                (if error.is_cancelled() { declined } else { explanation.title }, explanation.advice)
            }
            Self::Ended => (text::RENEWAL_ENDED_TITLE.text(), text::RENEWAL_ENDED_TEXT.text()),
        }
    }
}
