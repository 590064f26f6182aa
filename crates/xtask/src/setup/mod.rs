//! Installs the tools that a command needs. If a tool is already installed in the right version, it is used. So a
//! second run installs nothing.

pub mod browser;
pub mod cargo_tool;
pub mod debian;
pub mod node;
pub mod prebuilt;
pub mod rust;

use anyhow::Result;
use release::programs::Programs;
use release::project::Project;
use std::path::PathBuf;

/// Installs what a debug build of the page needs: the wasm32 target, Trunk, wasm-bindgen.
///
/// # Errors
/// A tool is missing and cannot be installed. The message states what to do.
pub fn for_page(project: &Project, programs: &mut Programs) -> Result<()> {
    rust::wasm_target(programs)?;
    cargo_tool::trunk(project, programs)?;
    cargo_tool::wasm_bindgen(project, programs)
}

/// Installs what a release build needs: the tools of [`for_page`], wasm-opt and esbuild.
///
/// # Errors
/// A tool is missing and cannot be installed. The message states what to do.
pub fn for_release(project: &Project, programs: &mut Programs) -> Result<()> {
    for_page(project, programs)?;
    let folder = project.build_tools();
    node::install(project, programs, &folder, "wasm-opt and esbuild make the release build smaller")?;
    programs.prefer(folder.join("node_modules").join(".bin"));
    Ok(())
}

/// Installs what the local provider needs.
///
/// # Errors
/// A tool is missing and cannot be installed. The message states what to do.
pub fn for_provider(project: &Project, programs: &Programs) -> Result<()> {
    node::install(project, programs, &project.provider(), "the local OpenID provider runs on Node")
}

/// Installs what the benchmark needs, except the tools of a release build: the packages of the local provider and of
/// the other apps, and Chromium. Returns the path of Chromium.
///
/// # Errors
/// A tool is missing and cannot be installed. The message states what to do.
pub fn for_bench(project: &Project, programs: &Programs) -> Result<PathBuf> {
    for_provider(project, programs)?;
    node::install(
        project,
        programs,
        &project.bench(),
        "the benchmark compares this app with apps that use these packages",
    )?;
    browser::chromium(programs)
}

/// Installs what the tests in Chrome need. Returns the path of chromedriver.
///
/// # Errors
/// A tool is missing and cannot be installed. The message states what to do.
pub fn for_browser_tests(project: &Project, programs: &mut Programs) -> Result<PathBuf> {
    rust::wasm_target(programs)?;
    cargo_tool::wasm_bindgen(project, programs)?;
    browser::chromedriver(programs)
}

/// Installs what the tests in Firefox need. Returns the path of geckodriver.
///
/// # Errors
/// A tool is missing and cannot be installed. The message states what to do.
pub fn for_firefox_tests(project: &Project, programs: &mut Programs) -> Result<PathBuf> {
    browser::firefox(programs)?;
    if let Some(driver) = browser::named_by("GECKODRIVER")? {
        return Ok(driver);
    }
    cargo_tool::geckodriver(project, programs)?;
    browser::found(programs, "geckodriver")
}

/// Installs what the tests in WebKit need. Returns the path of WebKitWebDriver.
///
/// # Errors
/// A tool is missing and cannot be installed. The message states what to do.
pub fn for_webkit_tests(programs: &Programs) -> Result<PathBuf> {
    browser::webkit_driver(programs)
}

/// Installs what formatting and native lints need.
///
/// # Errors
/// A tool is missing and cannot be installed. The message states what to do.
pub fn for_fast_check(programs: &Programs) -> Result<()> {
    rust::component(programs, "rustfmt", "fmt")?;
    rust::component(programs, "clippy", "clippy")
}

/// Installs the tools of [`for_fast_check`], and what the lints for wasm32 and the spelling check need.
///
/// # Errors
/// A tool is missing and cannot be installed. The message states what to do.
pub fn for_check(project: &Project, programs: &mut Programs) -> Result<()> {
    for_fast_check(programs)?;
    rust::wasm_target(programs)?;
    cargo_tool::typos(project, programs)
}

/// Installs what fuzzing needs. The nightly compiler must be installed already.
///
/// # Errors
/// A tool is missing and cannot be installed. The message states what to do.
pub fn for_fuzzing(project: &Project, programs: &mut Programs) -> Result<()> {
    rust::nightly(programs)?;
    cargo_tool::cargo_fuzz(project, programs)
}
