use super::message::Message;

/// The texts before and after an element of the page. At most one of them is empty.
#[derive(Clone, Copy)]
pub(crate) struct Around {
    pub(crate) before: Message,
    pub(crate) after: Message,
}
