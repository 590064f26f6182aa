//! What the targets in `fuzz_targets/` assert: the claims that the properties in `tests/` hold too.

#[path = "../../tests/invariants/mod.rs"]
pub mod invariants;
