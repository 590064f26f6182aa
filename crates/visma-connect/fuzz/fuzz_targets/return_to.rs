//! Fuzzes the path to which the app returns after a sign-in.
#![no_main]

use libfuzzer_sys::fuzz_target;
use visma_connect_fuzz::invariants;

fuzz_target!(|input: &[u8]| {
    if let Ok(text) = std::str::from_utf8(input) {
        invariants::return_to::check(text);
    }
});
