//! How what a page in parts does later is done, once its code is here.

use super::{Driver, Parts};
use crate::session::errand::{Act, Errand};

impl<P: Parts> Driver<P> {
    /// Does an errand.
    pub async fn run(&self, errand: Errand) {
        match errand {
            Errand::FinishCallback(response) => self.finish_callback(response).await,
            Errand::Initiate(request) => self.initiate(&request).await,
            Errand::StartSilently(return_to) => self.start_silently(&return_to).await,
            Errand::Listen => self.listen().await,
            Errand::Heard(message) => self.on_tab_message(&message),
            Errand::Renew(place, return_to, Some(options)) => self.renew(place, &return_to, options).await,
            Errand::Renew(place, return_to, None) => self.retry_renewal(place, &return_to).await,
        }
    }

    /// Acts at once, and says whether something was kept.
    pub fn act(&self, act: Act<'_>) -> bool {
        match act {
            Act::Sweep => self.sweep(),
            Act::SaveKept => self.save_kept(),
            Act::Keep(name, value) => return self.keep(name, value),
            Act::HearFrontChannel => self.hear_the_front_channel(),
            Act::SignOut => self.sign_out(),
        }
        false
    }
}
