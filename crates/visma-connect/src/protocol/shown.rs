//! Cleans text from other servers that a page shows: one visible line. Pages show it as text, so markup has no
//! effect.

/// Removes control characters, characters that change the text direction, and characters without width. Keeps at most
/// `max` characters. Returns `None` when nothing visible is left.
pub(super) fn one_line(text: &str, max: usize) -> Option<String> {
    let is_shown = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
            && !matches!(c, '\u{feff}' | '\u{e0000}'..='\u{e007f}')
    };
    let text: String = text.chars().filter(is_shown).take(max).collect();
    // Reject text that consists only of invisible characters.
    let is_blank =
        |c: char| c.is_whitespace() || matches!(c, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}');
    (!text.chars().all(is_blank)).then_some(text)
}
