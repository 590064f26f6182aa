//! The invariants that the targets in `fuzz_targets/` assert. The property tests in `tests/` assert them too.

#[path = "../../tests/invariants/mod.rs"]
pub mod invariants;
