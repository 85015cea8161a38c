//! A reliability plot as SVG: what was said against what came.

use std::fmt::Write as _;

use super::Calibration;

/// The side of the plot, and the room around it.
const SIDE: i64 = 400;
const ROOM: i64 = 56;

/// Draws the tenths of the scale for every share of facts hidden, with the
/// diagonal and three points on both sides of it.
#[must_use]
pub fn plot(found: &Calibration) -> String {
    const COLOURS: [&str; 6] = [
        "#1b6ca8", "#2a9d63", "#c77d0a", "#a83279", "#6b4fa0", "#222222",
    ];
    let x = |points: i64| ROOM + points * SIDE / 10_000;
    let y = |points: i64| ROOM + SIDE - points * SIDE / 10_000;
    let size = SIDE + 2 * ROOM;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>Probability of an approval that was said, and share that was approved</title>\n\
         <rect width=\"{size}\" height=\"{size}\" fill=\"#fff\"/>\n"
    );
    let (low, high) = (300, 9_700);
    let _ = writeln!(
        svg,
        "<polygon points=\"{},{} {},{} {},{} {},{} {},{} {},{}\" fill=\"#e8edf2\"/>",
        x(0),
        y(0),
        x(low),
        y(0),
        x(10_000),
        y(high),
        x(10_000),
        y(10_000),
        x(high),
        y(10_000),
        x(0),
        y(low)
    );
    for tick in (0..=10).map(|tick| tick * 1_000) {
        let _ = writeln!(
            svg,
            "<path d=\"M{0} {1}V{2}M{3} {4}H{5}\" stroke=\"#ccc\" stroke-width=\".5\"/>\
             <text x=\"{0}\" y=\"{6}\" text-anchor=\"middle\">{8}</text>\
             <text x=\"{7}\" y=\"{4}\" text-anchor=\"end\" dy=\"4\">{8}</text>",
            x(tick),
            y(0),
            y(10_000),
            x(0),
            y(tick),
            x(10_000),
            y(0) + 16,
            x(0) - 6,
            tick / 100
        );
    }
    let _ = writeln!(
        svg,
        "<path d=\"M{} {}L{} {}\" stroke=\"#888\"/>\n\
         <text x=\"{}\" y=\"{}\" text-anchor=\"middle\">said, %</text>\n\
         <text x=\"14\" y=\"{6}\" transform=\"rotate(-90 14 {6})\" text-anchor=\"middle\">came, %</text>",
        x(0),
        y(0),
        x(10_000),
        y(10_000),
        x(5_000),
        y(0) + 36,
        y(5_000)
    );
    for (index, hidden) in found.hidden.iter().enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        let told = hidden.scale.iter().filter(|tenth| tenth.answers > 0);
        let told: Vec<(i64, i64)> = told
            .map(|tenth| (x(tenth.said as i64), y(tenth.came as i64)))
            .collect();
        let line: Vec<String> = told.iter().map(|(x, y)| format!("{x},{y}")).collect();
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\"/>",
            line.join(" ")
        );
        for (x, y) in told {
            let _ = writeln!(
                svg,
                "<circle cx=\"{x}\" cy=\"{y}\" r=\"3\" fill=\"{colour}\"/>"
            );
        }
        let name = hidden.rate.map_or_else(
            || "all together".into(),
            |rate| format!("{} % hidden", rate / 100),
        );
        let at = ROOM + 18 + 16 * i64::try_from(index).unwrap_or_default();
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{at}\" fill=\"{colour}\">{name}</text>",
            x(0) + 10
        );
    }
    svg.push_str("</svg>\n");
    svg
}
