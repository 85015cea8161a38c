//! Runs a WASM test binary in Node or in a headless browser.
//!
//! `cargo test --target wasm32-unknown-unknown` starts this program with the path of the test binary. Everything is
//! done by the library of `wasm-bindgen-cli`; this crate exists so that its version stands in the lock file and
//! nothing has to be installed. Which host runs the tests is said in the environment; `cargo xtask test` sets it.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())
}
