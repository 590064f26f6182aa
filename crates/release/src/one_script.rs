//! Joins boot.js and the glue into the one script of a release.
//!
//! The name of the script contains a hash of its content, so a browser that has the script does not request it again.
//! The page states the integrity of the script. So browsers check boot.js and the glue.
//!
//! Two separate files would have disadvantages: browsers would request boot.js again for each page, they would request
//! the glue only after boot.js, and WebKit would not check the integrity of the glue.

use crate::html::{Tag, encode, replaced, tags};
use anyhow::{Result, anyhow};

/// The last statement of boot.js. It imports the glue as a separate file.
const IMPORTS_THE_GLUE: &str = "\nboot(import(dataset.js));\n";

/// boot.js as a module that exports the function `boot` instead of calling it.
///
/// # Errors
/// boot.js does not end with the import of the glue.
pub(crate) fn without_import(boot: &str) -> Result<String> {
    let rest = boot.strip_suffix(IMPORTS_THE_GLUE);
    let rest = rest.ok_or_else(|| anyhow!("boot.js does not end with `{}`.", IMPORTS_THE_GLUE.trim()))?;
    Ok(format!("{rest}\nexport {{ boot }};\n"))
}

/// The entry module for esbuild. It imports boot.js first. So boot.js removes the provider's response from the address
/// before any statement of the glue runs.
pub(crate) fn entry(has_parts: bool) -> String {
    let more = if has_parts { ", part, prepare" } else { "" };
    format!(
        "import {{ boot }} from './boot.js';\nimport load, {{ start{more} }} from './glue.js';\n\
         boot(Promise.resolve({{ default: load, start{more} }}));\n"
    )
}

/// The page with the script `name` instead of boot.js and the glue.
///
/// # Errors
/// The page does not load boot.js and the glue as Trunk writes it.
pub(crate) fn in_page(html: &str, name: &str, integrity: &str) -> Result<String> {
    let changed = || anyhow!("index.html does not load boot.js and the glue as Trunk.toml and Trunk write it.");
    let attribute = |tag: &Tag<'_>, name: &str| tag.attribute(html, name);
    let all = tags(html);
    let preload = all.iter().find(|tag| attribute(tag, "rel").as_deref() == Some("modulepreload"));
    let script = all.iter().find(|tag| tag.is("script") && attribute(tag, "data-js").is_some());
    let (Some(preload), Some(script)) = (preload, script) else { return Err(changed()) };
    let source = attribute(script, "src").ok_or_else(changed)?;
    let folder = source.strip_suffix("boot.js").ok_or_else(changed)?;

    let mut tag = format!("<script src=\"{folder}{name}\" integrity=\"{integrity}\"");
    for (name, _) in script.attributes.iter().filter(|(name, _)| !matches!(*name, "src" | "data-js")) {
        tag.push_str(&format!(" {name}=\"{}\"", encode(&attribute(script, name).unwrap_or_default())));
    }
    tag.push('>');
    // Replace the later tag first, so that the range of the other tag stays valid.
    let mut changes = [(preload.place.clone(), String::new()), (script.place.clone(), tag)];
    changes.sort_by_key(|(place, _)| std::cmp::Reverse(place.start));
    Ok(changes.into_iter().fold(html.to_owned(), |html, (place, by)| replaced(&html, place, &by)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;

    #[test]
    fn boot_js_ends_with_the_import_that_a_release_does_not_need() {
        let boot = std::fs::read_to_string(Project::here().static_files().join("boot.js")).unwrap();
        let module = without_import(&boot).unwrap();
        assert!(module.ends_with("\nexport { boot };\n") && !module.contains("dataset.js"), "{module}");
        assert!(without_import(&module).is_err());
        assert!(without_import(&format!("{boot}more();\n")).is_err());
    }

    #[test]
    fn c24_boot_js_runs_before_the_glue() {
        for (has_parts, called) in [(true, "start, part, prepare"), (false, "start")] {
            let entry = entry(has_parts);
            assert!(entry.find("'./boot.js'").unwrap() < entry.find("'./glue.js'").unwrap(), "{entry}");
            assert!(entry.ends_with(&format!("\nboot(Promise.resolve({{ default: load, {called} }}));\n")), "{entry}");
        }
    }

    #[test]
    fn the_page_loads_one_script_with_its_integrity() {
        let script = "<script blocking=render data-js=/a/glue.js data-wasm=/a/app.wasm src=/a/boot.js type=module>";
        let preload = "<link crossorigin href=/a/glue.js integrity=sha384-x rel=modulepreload>";
        let one = "<script src=\"/a/one.js\" integrity=\"sha384-y\" blocking=\"render\" data-wasm=\"/a/app.wasm\" \
                   type=\"module\">";
        for (before, after) in [
            (format!("<p>{script}</script>{preload}<p>"), format!("<p>{one}</script><p>")),
            (format!("{preload}{script}</script>"), format!("{one}</script>")),
        ] {
            assert_eq!(in_page(&before, "one.js", "sha384-y").unwrap(), after);
            assert!(in_page(&after, "one.js", "sha384-y").is_err(), "the page does not load boot.js");
            assert!(in_page(&before.replace("boot.js", "start.js"), "one.js", "sha384-y").is_err());
        }
    }
}
