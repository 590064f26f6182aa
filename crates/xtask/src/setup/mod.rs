//! Makes a machine ready: each command asks for what it needs and nothing else. What is there in the right version
//! is used, so a second run only looks.

pub mod browser;
pub mod cargo_tool;
pub mod debian;
pub mod node;
pub mod prebuilt;
pub mod rust;

use release::error::Result;
use release::programs::Programs;
use release::project::Project;
use std::path::PathBuf;

/// What the debug page needs: the target, Trunk, wasm-bindgen.
///
/// # Errors
/// Something is missing and cannot be installed; the sentence says what to do.
pub fn for_page(project: &Project, programs: &mut Programs) -> Result {
    rust::wasm_target(programs)?;
    cargo_tool::trunk(project, programs)?;
    cargo_tool::wasm_bindgen(project, programs)
}

/// What the release page needs: as [`for_page`], wasm-opt and esbuild.
///
/// # Errors
/// Something is missing and cannot be installed; the sentence says what to do.
pub fn for_release(project: &Project, programs: &mut Programs) -> Result {
    for_page(project, programs)?;
    let folder = project.build_tools();
    node::install(project, programs, &folder, "wasm-opt and esbuild make the release build smaller")?;
    programs.prefer(folder.join("node_modules").join(".bin"));
    Ok(())
}

/// What the local provider needs.
///
/// # Errors
/// Something is missing and cannot be installed; the sentence says what to do.
pub fn for_provider(project: &Project, programs: &Programs) -> Result {
    node::install(project, programs, &project.provider(), "the local OpenID provider runs on Node")
}

/// What tests in a browser need. Returns where chromedriver is.
///
/// # Errors
/// Something is missing and cannot be installed; the sentence says what to do.
pub fn for_browser_tests(project: &Project, programs: &mut Programs) -> Result<PathBuf> {
    rust::wasm_target(programs)?;
    cargo_tool::wasm_bindgen(project, programs)?;
    browser::chromedriver(programs)
}

/// What tests in Firefox need. Returns where geckodriver is.
///
/// # Errors
/// Something is missing and cannot be installed; the sentence says what to do.
pub fn for_firefox_tests(project: &Project, programs: &mut Programs) -> Result<PathBuf> {
    browser::firefox(programs)?;
    if let Some(driver) = browser::named_by("GECKODRIVER")? {
        return Ok(driver);
    }
    cargo_tool::geckodriver(project, programs)?;
    browser::found(programs, "geckodriver")
}

/// What tests in WebKit need. Returns where WebKitWebDriver is.
///
/// # Errors
/// Something is missing and cannot be installed; the sentence says what to do.
pub fn for_webkit_tests(programs: &Programs) -> Result<PathBuf> {
    browser::webkit_driver(programs)
}

/// What formatting and native lints need.
///
/// # Errors
/// Something is missing and cannot be installed; the sentence says what to do.
pub fn for_fast_check(programs: &Programs) -> Result {
    rust::component(programs, "rustfmt", "fmt")?;
    rust::component(programs, "clippy", "clippy")
}

/// As [`for_fast_check`], and what the lints for wasm32 and the spelling need.
///
/// # Errors
/// Something is missing and cannot be installed; the sentence says what to do.
pub fn for_check(project: &Project, programs: &mut Programs) -> Result {
    for_fast_check(programs)?;
    rust::wasm_target(programs)?;
    cargo_tool::typos(project, programs)
}

/// What fuzzing needs.
///
/// # Errors
/// Something is missing and cannot be installed; the sentence says what to do.
pub fn for_fuzzing(project: &Project, programs: &mut Programs) -> Result {
    rust::nightly(programs)?;
    cargo_tool::cargo_fuzz(project, programs)
}
