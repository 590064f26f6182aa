//! The rules for a dist, and the findings: the violations of rules.

use std::fmt;

/// A rule. The description of each variant states what breaks the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A file that the build does not write, or a missing file.
    UnexpectedFile,
    /// Code or style inside the page.
    Inline,
    /// An address of another origin outside of `connect-src` and the preconnect, or code that receives messages from
    /// other pages.
    ForeignOrigin,
    /// The address of a source map.
    SourceMap,
    /// Names of functions, or other debug sections, in the wasm.
    DebugNames,
    /// A path of the build machine.
    MachinePath,
    /// The host of a package registry.
    Registry,
    /// Code that gives every script of the page access to the module.
    Global,
    /// Code that is only for tests.
    TestCode,
    /// A secret, or the name of a secret.
    Secret,
    /// The registration of a service worker.
    ServiceWorker,
    /// Code that runs a string as code, or parses it as markup.
    StringAsCode,
    /// A file that is missing, or that the page loads without its correct integrity.
    Integrity,
    /// A page whose content security policy or referrer policy is not the expected one.
    Policy,
    /// A config.json that is missing, that the app would refuse, or that does not match the page: the policy allows
    /// other origins, or the preconnect is not to its authority.
    Configuration,
}

/// One violation of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The path of the file, relative to the dist.
    pub file: String,
    /// What is wrong with the file.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {:?}: {}", self.file, self.rule, self.what)
    }
}
