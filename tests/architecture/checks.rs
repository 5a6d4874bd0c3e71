//! That the checks on a server are those of `.ci/run`, for every Rust that the program promises to be built with.

use std::fs;

fn of_root(path: &str) -> String {
    fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn the_workflow_tries_the_oldest_declared_rust_and_the_newest() {
    let manifest: toml::Table = of_root("Cargo.toml").parse().unwrap();
    let oldest = format!("\"{}\"", manifest["package"]["rust-version"].as_str().unwrap());
    let workflow = of_root(".github/workflows/ci.yml");
    let tried: Vec<&str> = workflow.lines().filter_map(|line| line.trim().strip_prefix("- rust: ")).collect();
    assert_eq!(tried, [oldest.as_str(), "stable"]);
}

#[test]
fn the_workflow_calls_the_checks_by_words_that_they_know() {
    let workflow = of_root(".github/workflows/ci.yml");
    assert!(workflow.contains("run: .ci/run ${{ matrix.checks }}"), "the workflow does not call .ci/run");
    let script = of_root(".ci/run");
    let known = script.lines().find_map(|line| line.strip_prefix("case $CHECKS in ")?.split(')').next()).unwrap();
    let known: Vec<&str> = known.split(" | ").collect();
    let called: Vec<&str> = workflow.lines().filter_map(|line| line.trim().strip_prefix("checks: ")).collect();
    assert_eq!(called, ["tests", "all"]);
    assert!(called.iter().all(|word| known.contains(word)), "{called:?} of {known:?}");
}
