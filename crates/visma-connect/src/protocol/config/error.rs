//! What is wrong with a configuration.

use super::problem_kind::{ConfigProblemKind, FileProblem};

/// Everything that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    pub(super) problems: Vec<ConfigProblem>,
}

/// One thing that is wrong with a configuration, and how to fix it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    key: String,
    kind: ConfigProblemKind,
}

impl ConfigError {
    /// An error with exactly one problem, which concerns the file as a whole.
    pub(crate) fn file(problem: FileProblem) -> Self {
        Self { problems: vec![ConfigProblem::new("config.json".to_owned(), ConfigProblemKind::File(problem))] }
    }

    /// The problems, in the order in which the keys are read. There is at least one.
    pub fn problems(&self) -> &[ConfigProblem] {
        &self.problems
    }
}

impl ConfigProblem {
    pub(super) fn new(key: String, kind: ConfigProblemKind) -> Self {
        Self { key, kind }
    }

    /// The key as a path: `apis[0].base_url`. `config.json` stands for the file as a whole.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The kind of the problem, with the values that its message contains.
    pub(crate) fn kind(&self) -> &ConfigProblemKind {
        &self.kind
    }
}
