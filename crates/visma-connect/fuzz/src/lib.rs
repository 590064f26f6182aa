//! What the targets in `fuzz_targets/` assert. The property tests in `tests/` assert the same.

#[path = "../../tests/invariants/mod.rs"]
pub mod invariants;
