#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| precheck_fuzz::model(data));
