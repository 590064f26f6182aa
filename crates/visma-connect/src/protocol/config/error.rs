//! What is wrong with a configuration.

/// Everything that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    pub(super) problems: Vec<ConfigProblem>,
}

/// One thing that is wrong with a configuration, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The key, as a path: `apis[0].base_url`. `config.json` when the whole file is meant.
    pub key: String,
    /// What is wrong, in one sentence.
    pub problem: String,
    /// What to do, in one sentence.
    pub remedy: &'static str,
}

impl ConfigError {
    /// A configuration with exactly one problem, for the file as a whole.
    pub fn file(problem: String, remedy: &'static str) -> Self {
        Self { problems: vec![ConfigProblem { key: "config.json".to_owned(), problem, remedy }] }
    }

    /// The problems, in the order of the file; never empty.
    pub fn problems(&self) -> &[ConfigProblem] {
        &self.problems
    }
}
