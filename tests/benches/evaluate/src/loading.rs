//! How long a bundle takes from its bytes to a policy, with every check: CPU time, the median of many loads.

use std::fs;
use std::hint::black_box;

use cpu_time::ProcessTime;
use precheck::{Audience, Policy, Purpose, Trust, TrustedKey};

use crate::measure::median;
use crate::workload::Result;

const LOADS: usize = 500;
/// What a load may take, in milliseconds.
const LIMIT: f64 = 1.0;

pub(crate) fn table(keys: &str, bundles: &[&str]) -> Result<()> {
    let keys = TrustedKey::read_list(&fs::read_to_string(keys)?)
        .map_err(|problems| format!("{problems:?}"))?;
    println!("{:<40} {:>9} {:>9} {:>9}", "", "bytes", "ms", "of 1 ms");
    for path in bundles {
        let bytes = fs::read(path)?;
        let audience = if path.contains("public") {
            Audience::Public
        } else {
            Audience::Server
        };
        let trust = Trust {
            keys: &keys,
            audience,
            purpose: Purpose::Replay,
        };
        let load = || Policy::load(&bytes, &trust).map_err(|problems| format!("{problems:?}"));
        let mut loads = Vec::new();
        let mut plans = Vec::new();
        for _ in 0..LOADS {
            let start = ProcessTime::now();
            let policy = black_box(load()?);
            loads.push(start.elapsed().as_secs_f64() * 1e3);
            // What is put off until a scenario is asked about.
            policy.prepare();
            plans.push(start.elapsed().as_secs_f64() * 1e3);
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        for (what, times) in [("", loads), (", all plans", plans)] {
            let time = median(times);
            println!(
                "{:<40} {:>9} {:>9.2} {:>8.2}x",
                format!("{name}{what}"),
                bytes.len(),
                time,
                time / LIMIT
            );
        }
    }
    Ok(())
}
