//! What can be wrong with a dist, each kind with a name.

use std::fmt;

/// What a dist must not have, or lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A file of a kind that no part of the build makes.
    UnexpectedFile,
    /// Code or style inside the page.
    Inline,
    /// An address of another origin, beside those of `connect-src`.
    ForeignOrigin,
    /// A source map, or the address of one.
    SourceMap,
    /// Names of functions, or other debug sections, in the wasm.
    DebugNames,
    /// A path of the machine that built it.
    MachinePath,
    /// The host of a package registry.
    Registry,
    /// What hands the module to every script of the page.
    Global,
    /// Code that is for tests alone.
    TestCode,
    /// A secret, or a place for one.
    Secret,
    /// The registration of a service worker.
    ServiceWorker,
    /// A string run as code, or turned into markup.
    StringAsCode,
    /// A file without integrity, or with that of another.
    Integrity,
    /// A page without its full policy.
    Policy,
    /// A config.json that the app would refuse, or whose origins are not those of the policy.
    Configuration,
}

/// One breach of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The file, by its path beneath the dist.
    pub file: String,
    /// What was found there.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {:?}: {}", self.file, self.rule, self.what)
    }
}
