//! What the targets in `fuzz_targets/` assert: the claims that the properties in `tests/` hold too.

#[path = "../../crates/visma-connect/tests/invariants/mod.rs"]
pub mod invariants;
