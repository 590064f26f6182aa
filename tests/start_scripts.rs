//! What the scripts that start the app do when it does not start. The end-to-end tests show the rest.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::panic, reason = "clippy.toml allows this in test functions; their helpers are here")]

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The library takes the response out of the address when it runs. When it does not run, the example does.
#[test]
fn c24_the_example_leaves_no_answer_in_the_address_when_the_app_does_not_start() {
    let script = read("examples/router/start.js");
    let cleaning = "if (taken) history.replaceState(null, '', pathname);";
    let (starting, failed) = script.split_once("\n} catch (error) {\n").expect("a start that may fail");
    assert!(starting.contains(&["\n", cleaning, "\n\ntry {\n"].concat()), "before anything is loaded");
    assert_eq!(failed.lines().next().map(str::trim_start), Some(cleaning), "after the app was to take it");
}

/// A host without headers of its own lets browsers keep boot.js, which has no hash in its name.
#[test]
fn start_again_renews_every_file_whose_name_stays_the_same() {
    let script = read("start-error.js");
    let renewed = script.lines().find(|line| line.contains(".map(renew)")).expect("what is renewed");
    for file in ["[base, ", "`${base}boot.js`", "import.meta.url"] {
        assert!(renewed.contains(file), "{file}: {renewed}");
    }
}
