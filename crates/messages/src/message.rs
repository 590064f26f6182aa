/// A text for the user or the developer.
///
/// Today it holds the English text. When the app speaks further languages, it holds the key of the text too, and
/// [`text`](Self::text) looks that key up in the catalog of the chosen language.
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
