//! Fuzzes the body of the JWKS response.
#![no_main]

use libfuzzer_sys::fuzz_target;
use visma_connect_fuzz::invariants;

fuzz_target!(|input: &[u8]| {
    invariants::jwks::check(input);
});
