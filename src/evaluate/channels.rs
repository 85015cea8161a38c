//! Channels: sums side by side in numbers of 32 bits, a number per row, and the
//! loops over them.

use super::clause::Step;
use super::plan::FactPlan;

/// Rows that are worked on at a time: what is kept per row stays in the cache
/// next to the processor.
pub(super) const BLOCK: usize = 512;

/// A number per row of a block.
pub(super) type Block = [u32; BLOCK];

/// Bits of a channel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) channel: usize,
    pub(super) shift: u32,
    pub(super) mask: u32,
}

/// Hands out bits of channels.
pub(super) struct Fields {
    pub(super) channels: usize,
    pub(super) taken: u32,
}

impl Fields {
    /// Room for numbers up to `most`.
    pub(super) fn take(&mut self, most: u32) -> Field {
        let bits = (u32::BITS - most.leading_zeros()).max(1);
        if self.channels == 0 || self.taken + bits > u32::BITS {
            self.channels += 1;
            self.taken = 0;
        }
        let shift = self.taken;
        self.taken += bits;
        Field {
            channel: self.channels - 1,
            shift,
            mask: (u32::MAX >> (u32::BITS - bits)) << shift,
        }
    }
}

/// A step of a condition, over channels.
#[derive(Debug, Clone, Copy)]
pub(super) enum Check {
    Any(usize, u32),
    All(usize, u32),
    And,
    Or,
    Always(bool),
}

/// Adds up to eight steps to every row.
#[inline(always)]
fn add_few<const STEPS: usize>(
    values: &[i64],
    sums: &mut [u32],
    (min, max): (i64, i64),
    steps: &[(i32, u32)],
) -> bool {
    let mut own = [(0, 0); STEPS];
    own.copy_from_slice(steps);
    let extent = max.wrapping_sub(min) as i32;
    // A value is inside where its offset has no upper half, and neither it nor
    // what is left to the end is negative. All rows are asked at once.
    let (mut upper, mut signs) = (0, 0);
    for (value, sum) in values.iter().zip(sums) {
        let whole = value.wrapping_sub(min);
        let offset = whole as i32;
        upper |= (whole >> 32) as i32;
        signs |= offset | extent.wrapping_sub(offset);
        for (below, change) in own {
            *sum = sum.wrapping_add(if offset > below { change } else { 0 });
        }
    }
    upper == 0 && signs >= 0
}

/// Adds steps to every row; `false` where a value lies outside of the domain.
#[inline(always)]
pub(super) fn add_steps(
    values: &[i64],
    sums: &mut [u32],
    domain: (i64, i64),
    steps: &[(i32, u32)],
) -> bool {
    let mut is_inside = true;
    let mut left = steps;
    loop {
        let (now, later) = left.split_at(left.len().min(8));
        is_inside &= match now.len() {
            0 => add_few::<0>(values, sums, domain, now),
            1 => add_few::<1>(values, sums, domain, now),
            2 => add_few::<2>(values, sums, domain, now),
            3 => add_few::<3>(values, sums, domain, now),
            4 => add_few::<4>(values, sums, domain, now),
            5 => add_few::<5>(values, sums, domain, now),
            6 => add_few::<6>(values, sums, domain, now),
            7 => add_few::<7>(values, sums, domain, now),
            _ => add_few::<8>(values, sums, domain, now),
        };
        if later.is_empty() {
            return is_inside;
        }
        left = later;
    }
}

/// Looks up what every row adds.
#[inline(always)]
pub(super) fn add_lanes(
    values: &[i64],
    sums: &mut [u32],
    (min, max): (i64, i64),
    fact: &FactPlan,
    lanes: &[u32],
) -> bool {
    let mut is_inside = true;
    for (value, sum) in values.iter().zip(sums) {
        is_inside &= (min..=max).contains(value);
        let lane = fact.stretch(*value);
        *sum = sum.wrapping_add(lanes.get(lane).copied().unwrap_or(0));
    }
    is_inside
}

/// A condition over channels; each literal in it gets a bit. `None` where it is
/// not known here.
pub(super) fn checks(
    steps: &[Step],
    literals: &mut [Option<Field>],
    fields: &mut Fields,
) -> Option<Vec<Check>> {
    let mut out = Vec::new();
    for step in steps {
        let (word, mask, is_all) = match *step {
            Step::AnyOf(word, mask) => (word, mask, false),
            Step::AllOf(word, mask) => (word, mask, true),
            Step::And => {
                out.push(Check::And);
                continue;
            }
            Step::Or => {
                out.push(Check::Or);
                continue;
            }
            Step::Always(value) => {
                out.push(Check::Always(value));
                continue;
            }
            Step::Open => return None,
        };
        let mut masks: Vec<(usize, u32)> = Vec::new();
        for bit in (0..64).filter(|bit| mask >> bit & 1 == 1) {
            let literal = &mut literals[word as usize * 64 + bit];
            let field = *literal.get_or_insert_with(|| fields.take(1));
            match masks
                .iter_mut()
                .find(|(channel, _)| *channel == field.channel)
            {
                Some((_, mask)) => *mask |= field.mask,
                None => masks.push((field.channel, field.mask)),
            }
        }
        for (index, (channel, mask)) in masks.into_iter().enumerate() {
            out.push(if is_all {
                Check::All(channel, mask)
            } else {
                Check::Any(channel, mask)
            });
            if index > 0 {
                out.push(if is_all { Check::And } else { Check::Or });
            }
        }
    }
    Some(out)
}

/// How many results a condition keeps at a time.
pub(super) fn depth(checks: &[Check]) -> usize {
    let (mut now, mut most) = (0usize, 0);
    for check in checks {
        match check {
            Check::And | Check::Or => now -= 1,
            _ => now += 1,
        }
        most = most.max(now);
    }
    most
}

/// Where a condition holds: all bits of a row, or none.
#[inline(always)]
pub(super) fn hold<'s>(
    checks: &[Check],
    channels: &[Block],
    stack: &'s mut [Block],
    rows: usize,
) -> &'s [u32] {
    let all = |holds: bool| if holds { u32::MAX } else { 0 };
    let mut top = 0;
    for check in checks {
        match *check {
            Check::Any(channel, mask) => {
                let sums = &channels[channel][..rows];
                for (out, sums) in stack[top].iter_mut().zip(sums) {
                    *out = all(sums & mask != 0);
                }
                top += 1;
            }
            Check::All(channel, mask) => {
                let sums = &channels[channel][..rows];
                for (out, sums) in stack[top].iter_mut().zip(sums) {
                    *out = all(sums & mask == mask);
                }
                top += 1;
            }
            Check::Always(value) => {
                stack[top][..rows].fill(all(value));
                top += 1;
            }
            Check::And | Check::Or => {
                top -= 1;
                let (below, above) = stack.split_at_mut(top);
                let one = &mut below[top - 1][..rows];
                for (one, other) in one.iter_mut().zip(&above[0]) {
                    *one = match check {
                        Check::And => *one & other,
                        _ => *one | other,
                    };
                }
            }
        }
    }
    &stack[0][..rows]
}
