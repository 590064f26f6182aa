//! Runs the work whose code may be loaded later, see [`Deferred`] and [`Immediate`].

use super::{Driver, Parts};
use crate::session::deferred::{Deferred, Immediate};

impl<P: Parts> Driver<P> {
    /// Runs deferred work.
    pub async fn run_deferred(&self, deferred: Deferred) {
        match deferred {
            Deferred::FinishCallback(response) => self.finish_callback(response).await,
            Deferred::Initiate(request) => self.initiate(&request).await,
            Deferred::StartSilently(return_to) => self.start_silently(&return_to).await,
            Deferred::Listen => self.listen().await,
            Deferred::HandleTabMessage(message) => self.on_tab_message(&message),
            Deferred::Renew(place, return_to, Some(options)) => self.renew(place, &return_to, options).await,
            Deferred::Renew(place, return_to, None) => self.retry_renewal(place, &return_to).await,
        }
    }

    /// Runs immediate work. Returns `true` only for `Keep`, if the value was kept.
    pub fn run_now(&self, immediate: Immediate<'_>) -> bool {
        match immediate {
            Immediate::Sweep => self.sweep(),
            Immediate::SaveKept => self.save_kept(),
            Immediate::Keep(name, value) => return self.keep(name, value),
            Immediate::ReadFrontChannelLogout => self.read_front_channel_logout(),
            Immediate::SignOut => self.sign_out(),
        }
        false
    }
}
