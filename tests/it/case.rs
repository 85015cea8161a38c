//! The cases of the sample product, read as `precheck test` reads them.

use std::path::Path;

pub(crate) use precheck_cli::cases::Case;
use precheck_cli::cases::find;

/// The folder of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every scenario file, by name: a folder per scenario, a file per case.
pub(crate) fn all() -> Vec<Case> {
    let paths = find(&root().join("tests/scenarios")).expect("a readable folder");
    assert!(!paths.is_empty());
    let cases: Vec<Case> = paths.iter().map(|path| read(path)).collect();
    for case in &cases {
        let name = &case.name;
        let is_at_home = name.split('/').next() == Some(case.application.scenario.as_str());
        assert!(is_at_home, "{name} lies in the folder of another scenario");
    }
    cases
}

fn read(path: &Path) -> Case {
    Case::read(path).unwrap_or_else(|faulty| {
        let shown = faulty.problems.iter().map(|one| faulty.render(one));
        panic!("{}", shown.collect::<Vec<_>>().join("\n"))
    })
}
