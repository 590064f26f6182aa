//! The languages of the sign-in page.

/// The languages of Visma Connect's sign-in pages.
pub const SUPPORTED_LOCALES: [&str; 8] = ["da-DK", "en-GB", "en-US", "fi-FI", "nb-NO", "nl-NL", "sv-SE", "lv-LV"];

/// The languages of Visma Connect's sign-in pages that fit the browser's languages, or English if none fits.
pub(super) fn supported_locales(languages: &[String]) -> Vec<String> {
    let mut locales: Vec<String> = Vec::new();
    for language in languages {
        let primary = language.split('-').next().unwrap_or_default().to_ascii_lowercase();
        // `no` and Nynorsk become Bokmål. English of other countries becomes British English.
        let primary = if primary == "no" || primary == "nn" { "nb" } else { &primary };
        let exact = SUPPORTED_LOCALES.iter().find(|locale| locale.eq_ignore_ascii_case(language));
        let close = SUPPORTED_LOCALES.iter().find(|locale| locale.split('-').next() == Some(primary));
        if let Some(locale) = exact.or(close)
            && !locales.iter().any(|known| known == locale)
        {
            locales.push((*locale).to_owned());
        }
    }
    if locales.is_empty() {
        locales.push("en-GB".to_owned());
    }
    locales
}
