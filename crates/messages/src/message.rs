/// A text for the user or the developer.
///
/// It holds the English text, because the app shows only English. Callers use [`text`](Self::text), so they need no
/// change when the app chooses between languages.
#[derive(Clone, Copy)]
pub(crate) struct Message {
    english: &'static str,
}

impl Message {
    pub(crate) const fn new(english: &'static str) -> Self {
        Self { english }
    }

    /// The text in the language of the app.
    pub(crate) const fn text(self) -> &'static str {
        self.english
    }
}
