//! Writes the inputs to start from into `corpus/`: the specimens of every kind, and the compiled sample policy.

use std::fs;
use std::io;
use std::path::Path;

use precheck::identity::FieldKind;

fn main() -> io::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = here.join("corpus");
    for kind in FieldKind::ALL {
        let folder = corpus.join(kind.as_str());
        fs::create_dir_all(&folder)?;
        let spec = kind.spec();
        let shown = spec.invalid.iter().map(|(value, _)| *value);
        for (number, value) in spec.valid.iter().copied().chain(shown).enumerate() {
            fs::write(folder.join(format!("specimen-{number:03}")), value)?;
        }
    }
    let bundles = corpus.join("bundle");
    fs::create_dir_all(&bundles)?;
    for name in ["baitiao.server.bundle", "baitiao.public.bundle"] {
        fs::copy(
            here.join("../../dist/policies").join(name),
            bundles.join(name),
        )?;
    }
    fs::write(bundles.join("small"), precheck_fuzz::small())?;
    let models = corpus.join("model");
    fs::create_dir_all(&models)?;
    for edit in 0..16 {
        fs::write(models.join(format!("edit-{edit:02}")), [edit * 15; 48])?;
    }
    let keys = corpus.join("keys");
    fs::create_dir_all(&keys)?;
    fs::copy(
        here.join("../../dist/keys/development.pub"),
        keys.join("one"),
    )?;
    let applications = corpus.join("application");
    fs::create_dir_all(&applications)?;
    let text = r#"{"scenario":"activation","as_of":"2026-11-22","fields":{"name":"张三","id_number":"110101199003071233","phone":"13800138000"},"facts":{"monthly_income":500000}}"#;
    fs::write(applications.join("written"), text)?;
    fs::write(applications.join("choices"), [1; 40])
}
