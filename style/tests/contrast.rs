//! WCAG 2.2 AA in both themes: 4.5 for text, 3 for what one must see to operate a control.
#![allow(clippy::unwrap_used, reason = "a test")]

const TOKENS: &str = include_str!("../src/css/tokens.css");

/// Text token, and the grounds it stands on.
const TEXT: [(&str, &[&str]); 13] = [
    (
        "text",
        &[
            "bg",
            "surface",
            "sunken",
            "hover",
            "accent-soft",
            "ok-soft",
            "warn-soft",
            "danger-soft",
            "info-soft",
        ],
    ),
    ("text-2", &["bg", "surface", "sunken", "hover", "accent-soft"]),
    ("text-3", &["bg", "surface", "sunken", "hover"]),
    ("accent", &["bg", "surface", "sunken", "accent-soft"]),
    ("accent-hover", &["bg", "surface"]),
    ("on-accent", &["accent", "accent-hover"]),
    ("ok", &["surface", "ok-soft"]),
    ("warn", &["surface", "warn-soft"]),
    ("danger", &["bg", "surface", "danger-soft"]),
    ("info", &["surface", "info-soft"]),
    ("on-imp", &["imp"]),
    ("imp", &["on-imp"]),
    ("danger", &["hover"]),
];

#[test]
fn text_reads_on_every_ground_it_stands_on() {
    check(&TEXT, 4.5);
}

#[test]
fn focus_rings_and_boxes_can_be_seen() {
    check(
        &[
            ("accent", &["bg", "surface", "sunken"]),
            ("control", &["bg", "surface"]),
            ("on-imp", &["imp"]),
        ],
        3.0,
    );
}

fn check(pairs: &[(&str, &[&str])], least: f64) {
    let mut low = Vec::new();
    for theme in [":root{", ":root[data-theme=dark]{"] {
        for (text, grounds) in pairs {
            for ground in *grounds {
                let ratio = contrast(luminance(theme, text), luminance(theme, ground));
                if ratio < least {
                    low.push(format!("{theme} --{text} on --{ground}: {ratio:.2}"));
                }
            }
        }
    }
    assert!(low.is_empty(), "below {least}:\n{}", low.join("\n"));
}

fn contrast(a: f64, b: f64) -> f64 {
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// WCAG relative luminance of an `oklch(L C H)` token: OKLCH → OKLab → linear sRGB, clipped as browsers do.
fn luminance(theme: &str, token: &str) -> f64 {
    let block = TOKENS.split_once(theme).unwrap().1.split_once('}').unwrap().0;
    let value = block
        .split_once(&format!("--{token}:oklch("))
        .unwrap_or_else(|| panic!("no --{token}"))
        .1
        .split_once(')')
        .unwrap()
        .0;
    let parts: Vec<f64> = value
        .split_whitespace()
        .map(|part| part.parse().unwrap())
        .collect();
    let [lightness, chroma, hue] = parts[..] else {
        panic!("--{token}: {value}")
    };
    let (a, b) = (chroma * hue.to_radians().cos(), chroma * hue.to_radians().sin());
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
    let red = 4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s;
    let green = -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s;
    let blue = -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s;
    0.2126 * red.clamp(0.0, 1.0) + 0.7152 * green.clamp(0.0, 1.0) + 0.0722 * blue.clamp(0.0, 1.0)
}
