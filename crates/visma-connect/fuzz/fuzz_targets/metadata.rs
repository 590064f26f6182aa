//! Fuzzes the body of the response that contains the provider's metadata.
#![no_main]

use libfuzzer_sys::fuzz_target;
use visma_connect_fuzz::invariants;

fuzz_target!(|input: &[u8]| {
    invariants::metadata::check(input);
});
