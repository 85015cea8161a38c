//! A bundle holds the model, the whole model, and in one way only.

use precheck::{Draft, Inspection};

use crate::random::{Random, model};

/// Where the payload of a bundle begins.
const PAYLOAD: usize = 141;

#[test]
fn what_is_written_is_read_again() {
    for seed in 0..200 {
        let model = model(&mut Random(seed));
        let bytes = Draft::unsigned(&model).expect("small enough");
        let read = Inspection::of(&bytes).map(|bundle| bundle.model);
        assert_eq!(read, Ok(model), "seed {seed}");
    }
}

/// Whatever bytes can be read stand for a model that is written as these bytes: no second bundle says the same. And
/// reading ends, whatever it meets.
#[test]
fn altered_bytes_are_refused_or_canonical() {
    let (mut refused, mut read) = (0, 0);
    for seed in 0..20 {
        let mut random = Random(seed);
        let bytes = Draft::unsigned(&model(&mut random)).expect("small enough");
        for _ in 0..200 {
            let mut bytes = bytes.clone();
            let place = PAYLOAD + random.below((bytes.len() - PAYLOAD) as u64) as usize;
            match random.below(4) {
                0 => bytes.truncate(place),
                1 => bytes.insert(place, random.below(256) as u8),
                _ => bytes[place] = random.below(256) as u8,
            }
            match Inspection::of(&bytes) {
                Err(problem) => {
                    assert_eq!(problem.code, "bundle-malformed");
                    refused += 1;
                }
                Ok(bundle) => {
                    let again = Draft::unsigned(&bundle.model).expect("small enough");
                    assert_eq!(
                        again[PAYLOAD..],
                        bytes[PAYLOAD..],
                        "seed {seed}, at {place}"
                    );
                    read += 1;
                }
            }
        }
    }
    assert!(
        refused > 500 && read > 500,
        "{refused} refused, {read} read"
    );
}
