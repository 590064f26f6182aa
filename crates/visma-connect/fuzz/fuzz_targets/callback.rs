//! Fuzzes the query and fragment of the callback page: `location.search + location.hash`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use visma_connect_fuzz::invariants;

fuzz_target!(|input: &[u8]| {
    if let Ok(text) = std::str::from_utf8(input) {
        invariants::callback::check(text);
    }
});
