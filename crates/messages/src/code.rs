//! Writes messages as Rust code.

use crate::catalog::{Message, Part};

/// The start of every generated file.
const MESSAGE: &str = include_str!("message.rs");

/// Added to a generated file if a message is around an element. The first line is an import that only the tests of this
/// crate need. The generated file does not contain it.
const AROUND: &str = include_str!("around.rs");

/// The code for these messages. It must not contain a table of all messages. The build puts each text into the wasm
/// module whose code uses it, and a table would put every text into the first module.
pub(crate) fn code(messages: &[Message]) -> String {
    let mut code = MESSAGE.replace("\r\n", "\n");
    if messages.iter().any(Message::is_around) {
        code.extend(AROUND.split_inclusive('\n').skip(1));
    }
    for message in messages {
        code.push('\n');
        code.push_str(&item(message));
    }
    code
}

/// The item for one message: a constant, or a function if the message has placeholders that stand for a text.
fn item(message: &Message) -> String {
    let (key, parts) = (&message.key, &message.parts);
    let constant = key.replace('-', "_").to_uppercase();
    let plain = |parts: &[Part]| match parts {
        [Part::Text(text)] => format!("Message::new({text:?})"),
        _ => "Message::new(\"\")".to_owned(),
    };
    if message.is_around() {
        let at = parts.iter().position(|part| matches!(part, Part::Placeholder(_))).unwrap_or_default();
        let (before, after) = (parts.iter().take(at), parts.iter().skip(at + 1));
        let [before, after] = [before.collect::<Vec<_>>(), after.collect()].map(|parts| match parts.as_slice() {
            [part] => plain(std::slice::from_ref(*part)),
            _ => plain(&[]),
        });
        return format!("pub(crate) const {constant}: Around = Around {{ before: {before}, after: {after} }};\n");
    }
    let names: Vec<String> = message.placeholders().into_iter().map(|name| name.replace('-', "_")).collect();
    if names.is_empty() {
        return format!("pub(crate) const {constant}: Message = {};\n", plain(parts));
    }
    let arguments: Vec<String> = names.iter().map(|name| format!("{name}: &str")).collect();
    let parts: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => format!("{text:?}"),
            Part::Placeholder(name) => name.replace('-', "_"),
        })
        .collect();
    // Use `concat`, because `format!` adds 2 kB to the wasm.
    let function = key.replace('-', "_");
    let (arguments, parts) = (arguments.join(", "), parts.join(", "));
    format!("pub(crate) fn {function}({arguments}) -> String {{\n    [{parts}].concat()\n}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::parse;

    fn code_of(text: &str) -> String {
        code(&parse("en.ftl", text).unwrap())
    }

    #[test]
    fn a_message_without_placeholders_is_a_constant() {
        let code = code_of("sign-in = Sign in \"here\"");
        assert!(
            code.ends_with("\npub(crate) const SIGN_IN: Message = Message::new(\"Sign in \\\"here\\\"\");\n"),
            "{code}"
        );
        assert!(code.starts_with("/// A text") && !code.contains("Around"), "{code}");
    }

    #[test]
    fn a_message_with_placeholders_is_a_function_of_them() {
        let code = code_of("try-in = { $b-c }: try in { $a }, { $a }.");
        let expected = "\npub(crate) fn try_in(a: &str, b_c: &str) -> String {\n    \
            [b_c, \": try in \", a, \", \", a, \".\"].concat()\n}\n";
        assert!(code.ends_with(expected), "{code}");
    }

    #[test]
    fn a_message_around_an_element_is_what_stands_before_and_after_it() {
        for (text, before, after) in [
            ("At { $url-element }.", "At ", "."),
            ("At { $url-element }", "At ", ""),
            ("{ $url-element } is it", "", " is it"),
        ] {
            let code = code_of(&format!("at = {text}"));
            let fields = format!("before: Message::new({before:?}), after: Message::new({after:?})");
            let expected = format!("\npub(crate) const AT: Around = Around {{ {fields} }};\n");
            assert!(code.ends_with(&expected), "{code}");
            assert!(code.contains("struct Around") && !code.contains("use super"), "{code}");
        }
    }
}
