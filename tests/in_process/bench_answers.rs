//! What the benchmark makes of the answers of other programs: figures, or a line that says what came instead.

#[path = "../../benches/speed/answer.rs"]
mod answer;

use answer::{figures, one_line};

#[test]
fn figures_are_read_however_they_are_parted_and_written() {
    for printed in ["949927 66855804 66567558\n", "  949927\t66855804.0 66567558.0\r\n"] {
        assert_eq!(figures(printed), Some([949_927, 66_855_804, 66_567_558]), "{printed:?}");
    }
    assert_eq!(figures("1000000\n"), Some([1_000_000]));
}

#[test]
fn what_is_more_or_less_than_the_figures_is_no_answer() {
    let bar =
        "\r  21% ▕███▉      ▏ (~8 seconds remaining)     \r 100% ▕███████████▏ (00:00:04.05 elapsed)     \n7 8 9\n";
    for printed in [bar, "", "7 8", "7 8 9 10", "7 8 -9", "7 8 9.5", "7 8 NULL", "7,8,9"] {
        assert_eq!(figures::<3>(printed), None, "{printed:?}");
    }
}

#[test]
fn what_came_instead_is_one_short_line() {
    assert_eq!(one_line("\r  21% ▕███▏\r  45% ▕██████▏\n7 8 9\n"), "“21% ▕███▏ 45% ▕██████▏ 7 8 9”");
    assert_eq!(one_line("a\u{1b}[2Kb"), "“a [2Kb”");
    assert_eq!(one_line(" \n"), "nothing");
    let line = one_line(&"▕███▏ \n".repeat(40));
    assert_eq!((line.chars().count(), line.ends_with("…”"), line.contains('\n')), (63, true, false));
}
