//! Making codes.

use zeroize::Zeroizing;

/// A code of so many digits, each as likely as any other; `None` when the
/// system has no randomness to give.
pub(crate) fn generate(digits: u32) -> Option<Zeroizing<String>> {
    let count = 10_u64.checked_pow(digits)?;
    // Numbers from here on would make the first codes likelier than the last.
    let even = u64::MAX - u64::MAX % count;
    loop {
        let number = getrandom::u64().ok()?;
        if number < even {
            let width = usize::try_from(digits).ok()?;
            return Some(Zeroizing::new(format!("{:0width$}", number % count)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_digits_and_are_all_over_the_place() {
        let mut firsts = [0_u32; 10];
        for _ in 0..2_000 {
            let code = generate(6).expect("randomness");
            assert_eq!(code.len(), 6);
            assert!(code.bytes().all(|byte| byte.is_ascii_digit()), "digits");
            firsts[usize::from(code.as_bytes()[0] - b'0')] += 1;
        }
        // 200 are expected; 120 is six standard deviations away.
        assert!(
            firsts.iter().all(|count| (120..280).contains(count)),
            "{firsts:?}"
        );
        assert_eq!(generate(8).map(|code| code.len()), Some(8));
    }
}
