//! The invariants that the targets in `fuzz_targets/` check. The property tests in `crates/visma-connect/tests/` check
//! the same invariants.

#[path = "../../tests/invariants/mod.rs"]
pub mod invariants;
