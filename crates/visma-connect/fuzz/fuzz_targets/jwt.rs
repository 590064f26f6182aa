//! Fuzzes an ID token. The input is the token in compact form, or the JSON of its header and claims on two lines.
#![no_main]

use libfuzzer_sys::fuzz_target;
use visma_connect_fuzz::invariants;

fuzz_target!(|input: &[u8]| {
    if let Ok(text) = std::str::from_utf8(input) {
        invariants::jwt::check(text);
    }
});
