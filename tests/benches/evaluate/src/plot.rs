//! A plot with two logarithmic axes, as SVG.

use std::fmt::Write as _;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 480.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 46.0;
const BOTTOM: f64 = 150.0;
/// Told apart without colours by their marks, too.
const COLOURS: [&str; 4] = ["#0b62a4", "#b5450b", "#2b7a2b", "#6a3d9a"];

/// Points with a name.
pub(crate) struct Series {
    pub(crate) name: &'static str,
    pub(crate) points: Vec<(f64, f64)>,
}

impl Series {
    /// The slope of the line through the logarithms that fits best.
    pub(crate) fn slope(&self) -> f64 {
        let logs = || self.points.iter().map(|(x, y)| (x.ln(), y.ln()));
        let count = self.points.len() as f64;
        let (x_mean, y_mean) = logs().fold((0.0, 0.0), |(x, y), one| {
            (x + one.0 / count, y + one.1 / count)
        });
        let along: f64 = logs().map(|(x, y)| (x - x_mean) * (y - y_mean)).sum();
        let across: f64 = logs().map(|(x, _)| (x - x_mean).powi(2)).sum();
        along / across
    }
}

/// Draws the series with their slopes.
pub(crate) fn svg(title: &str, x_label: &str, y_label: &str, series: &[Series]) -> String {
    let all = || series.iter().flat_map(|one| &one.points);
    let x_range = decades(all().map(|(x, _)| *x));
    let y_range = decades(all().map(|(_, y)| *y));
    let x_at = |x: f64| LEFT + (WIDTH - LEFT - RIGHT) * share(x, x_range);
    let y_at = |y: f64| HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share(y, y_range);
    let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"13\" role=\"img\" aria-label=\"{title}\">\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         fill=\"#fff\"/>\n<text x=\"{LEFT}\" y=\"26\" font-size=\"16\">{title}</text>"
    );
    for power in x_range.0..=x_range.1 {
        let at = x_at(10_f64.powi(power));
        let _ = writeln!(
            out,
            "<path d=\"M{at:.1} {TOP}V{bottom}\" stroke=\"#ddd\"/><text x=\"{at:.1}\" y=\"{:.1}\" \
             text-anchor=\"middle\">{}</text>",
            bottom + 20.0,
            written(power)
        );
    }
    for power in y_range.0..=y_range.1 {
        let at = y_at(10_f64.powi(power));
        let _ = writeln!(
            out,
            "<path d=\"M{LEFT} {at:.1}H{right}\" stroke=\"#ddd\"/><text x=\"{:.1}\" y=\"{:.1}\" \
             text-anchor=\"end\">{}</text>",
            LEFT - 8.0,
            at + 4.0,
            written(power)
        );
    }
    let _ = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{x_label}</text>\n<text x=\"20\" y=\"{:.1}\" \
         text-anchor=\"middle\" transform=\"rotate(-90 20 {:.1})\">{y_label}</text>",
        (LEFT + right) / 2.0,
        bottom + 40.0,
        (TOP + bottom) / 2.0,
        (TOP + bottom) / 2.0
    );
    for (index, one) in series.iter().enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        let places: Vec<(f64, f64)> = one
            .points
            .iter()
            .map(|(x, y)| (x_at(*x), y_at(*y)))
            .collect();
        let line: Vec<String> = places
            .iter()
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        let _ = writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>",
            line.join(" ")
        );
        for place in places {
            let _ = writeln!(out, "{}", mark(index, place, colour));
        }
        let y = HEIGHT - BOTTOM + 66.0 + 20.0 * index as f64;
        let _ = writeln!(
            out,
            "{}<text x=\"{:.1}\" y=\"{y:.1}\">{}: slope {:.2}</text>",
            mark(index, (LEFT + 6.0, y - 4.5), colour),
            LEFT + 20.0,
            one.name,
            one.slope()
        );
    }
    out.push_str("</svg>\n");
    out
}

fn mark(series: usize, (x, y): (f64, f64), colour: &str) -> String {
    match series % 4 {
        0 => format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{colour}\"/>"),
        1 => format!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"8\" height=\"8\" fill=\"{colour}\"/>",
            x - 4.0,
            y - 4.0
        ),
        2 => format!(
            "<path d=\"M{x:.1} {:.1}l5 9h-10z\" fill=\"{colour}\"/>",
            y - 5.0
        ),
        _ => format!(
            "<path d=\"M{x:.1} {:.1}l5 5l-5 5l-5 -5z\" fill=\"{colour}\"/>",
            y - 5.0
        ),
    }
}

/// The powers of ten around values.
fn decades(values: impl Iterator<Item = f64>) -> (i32, i32) {
    let (least, most) = values.fold((f64::MAX, f64::MIN), |(least, most), one| {
        (least.min(one), most.max(one))
    });
    (least.log10().floor() as i32, most.log10().ceil() as i32)
}

fn share(value: f64, (first, last): (i32, i32)) -> f64 {
    (value.log10() - f64::from(first)) / f64::from(last - first)
}

/// A power of ten with its digits in groups.
fn written(power: i32) -> String {
    let digits = 10_u64.pow(power.max(0) as u32).to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    groups.join(" ")
}
