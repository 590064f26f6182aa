//! Why a text is not JSON, and where: the usual mistakes in a config.json.

use super::error::ConfigError;
use super::problem_kind::{FileProblem, JsonFault};

/// The problem of a text that is not JSON. `at` is the offset of the byte at which the parser stopped.
pub(super) fn json_problem(text: &str, at: usize) -> ConfigError {
    let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    let fault = match (rest.chars().next(), before.trim_ascii_end().bytes().last()) {
        // UTF-16 that was read as UTF-8.
        (Some('\0' | '\u{fffd}'), _) => JsonFault::Encoding,
        (Some('"'), Some(b'{' | b',')) => JsonFault::KeyTwice,
        (Some('"' | '}' | ']'), _) => JsonFault::Comma,
        (Some('/' | '#'), _) => JsonFault::Comment,
        // If a string ends with a typographic quotation mark, the parser stops at the end of the line.
        (Some('\'' | '‘'..='„' | '«' | '»' | '\n' | '\r'), _) => JsonFault::Quotes,
        _ => JsonFault::Other,
    };
    let (mut line, mut column) = (1_i64, 1_i64);
    for byte in before.bytes() {
        if byte == b'\n' {
            (line, column) = (line + 1, 1);
        } else {
            // Each character has exactly one byte that is not a continuation byte of UTF-8.
            column += i64::from(byte & 0xc0 != 0x80);
        }
    }
    ConfigError::file(FileProblem::NotJson { line, column, fault })
}

#[cfg(test)]
mod tests {
    use super::super::testing::page;
    use super::super::{Config, ConfigError};

    fn problem(text: &str) -> Result<Config, ConfigError> {
        Config::parse(text, &page())
    }

    #[test]
    fn a_json_syntax_error_is_reported_with_line_and_column() {
        for (text, place, remedy) in [
            ("{\n  \"authority\": “https://connect.example”\n}", "line 2, column 16", "straight double quotes"),
            ("{\n  “authority”: 1\n}", "line 2, column 3", "straight double quotes"),
            ("{'authority': 1}", "line 1, column 2", "straight double quotes"),
            (
                "{\n  \"authority\": \"https://connect.example”,\n  \"x\": 1}",
                "line 2, column 42",
                "straight double quotes",
            ),
            ("{\r\n  \"a\": 1,\r\n}", "line 3, column 1", "comma before it"),
            ("{\"scopes\": [\"openid\", ]}", "line 1, column 23", "comma before it"),
            ("{\n\t// the client\n}", "line 2, column 2", "comment"),
            ("{\"a\": 1} # done", "line 1, column 10", "comment"),
            ("{\"a\": 1, /* b */ \"c\": 1}", "line 1, column 10", "comment"),
            ("{\"a\": 1,\n \"b\": {\"c\": 1, \"c\": 2}}", "line 2, column 16", "twice"),
            ("{\"authority\": \"a\",\n \"authority\": \"b\"}", "line 2, column 2", "twice"),
            ("{\"a\": 1\n \"b\": 1}", "line 2, column 2", "comma before it"),
            ("{\"name\": \"Åse\" \"b\": 1}", "line 1, column 16", "comma before it"),
            ("{\"a\": 1", "line 1, column 8", "one JSON object"),
            ("", "line 1, column 1", "one JSON object"),
            ("[]", "line 1, column 1", "one JSON object"),
            ("{\"a\": yes}", "line 1, column 7", "one JSON object"),
            ("\u{fffd}\u{fffd}{\0\"\0", "line 1, column 1", "UTF-8"),
            ("{\0\"\0", "line 1, column 2", "UTF-8"),
            ("\0{\0\"", "line 1, column 1", "UTF-8"),
        ] {
            let error = problem(text).expect_err(text);
            let [only] = error.problems() else { panic!("{text}: {error:?}") };
            assert_eq!(only.key(), "config.json");
            assert!(only.problem().contains(&[place, "."].concat()), "{text}: {only:?}");
            assert!(only.remedy().contains(remedy), "{text}: {only:?}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_problem() {
        assert!(problem("\u{feff}{\"authority\":\"https://connect.example\",\"client_id\":\"demo\"}").is_ok());
    }
}
