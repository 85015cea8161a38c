//! Takes the texts of panics out of the module.
//!
//! A panic of the engine is a bug, and in a browser nobody reads its text: the standard library has nowhere to print
//! it there, and traps. So every function that only words a panic becomes the trap itself, and with it goes what only
//! such functions needed: places in the source, messages, the printing of both. A panic looks as it did before,
//! `RuntimeError: unreachable`. The compiler can do this only with an unstable option (`panic=immediate-abort`).
//!
//! The linker says where a function or a constant is referred to (`--emit-relocs`). What is still referred to is found
//! from the exports on; the rest of the code becomes traps, which the optimiser merges, and the rest of the data zeros,
//! which it leaves out.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use anyhow::{Context, Result, bail};
use rustc_demangle::demangle;
use wasmparser::{
    DataKind, ExternalKind, FunctionBody, KnownCustom, Linking, Operator, Parser, Payload,
    RelocationType, SymbolInfo, TypeRef,
};

/// What rustc needs for [`without_panics`].
pub(crate) const LINK_FLAG: &str = "-Clink-arg=--emit-relocs";

/// Whose names begin so never return.
const BEGINNINGS: &[&str] = &["core::panicking::", "core::cell::panic_already_"];
/// These never return.
const FUNCTIONS: &[&str] = &[
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "core::cell::lazy::panic_poisoned",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::result::unwrap_failed",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "core::slice::index::slice_index_fail",
    "core::str::slice_error_fail",
];
/// Whose names end so never return: the checks inside of methods of the standard library.
const CHECK: &str = "::assert_failed";
/// Without these the lists above are out of date.
const EXPECTED: &[&str] = &[
    "alloc::raw_vec::handle_error",
    "core::panicking::panic_bounds_check",
    "core::panicking::panic_fmt",
    "core::slice::index::slice_index_fail",
];
/// A function without locals that traps.
const TRAP: &[u8] = &[0x00, 0x00, 0x0b];
/// The number of the section that holds the code.
const CODE: u8 = 10;

/// Returns the module with a trap in place of every function that words a panic, and without what only those needed.
pub(crate) fn without_panics(bytes: &[u8]) -> Result<Vec<u8>> {
    let module = Linked::read(bytes)?;
    let traps = module.panics()?;
    let live = module.live(&traps)?;
    let mut out = bytes[..8].to_vec();
    for (id, range) in &module.sections {
        let mut section = bytes[range.clone()].to_vec();
        if *id == CODE {
            section = module.code(bytes, |function| {
                !live.functions.contains(&function) || traps.contains(&function)
            });
        }
        for data in &module.segments {
            if range.start <= data.start && data.end <= range.end {
                module.wipe(&mut section, data, range.start, &live);
            }
        }
        out.push(*id);
        out.extend(leb(section.len()));
        out.extend(section);
    }
    Ok(out)
}

/// A module with what its linker tells about it.
#[derive(Default)]
struct Linked<'m> {
    /// Number and place of each section that is kept.
    sections: Vec<(u8, Range<usize>)>,
    imported: u32,
    bodies: Vec<FunctionBody<'m>>,
    /// Where the contents of the sections begin.
    code: usize,
    data: usize,
    segments: Vec<Range<usize>>,
    symbols: Vec<SymbolInfo<'m>>,
    /// For each relocation of code and of data: where, in the file, and to which symbol.
    in_code: Vec<(usize, usize)>,
    in_data: Vec<(usize, usize)>,
    exported: Vec<u32>,
}

/// What is still referred to.
#[derive(Default)]
struct Live {
    functions: HashSet<u32>,
    /// By number of symbol.
    data: HashSet<usize>,
}

impl<'m> Linked<'m> {
    fn read(bytes: &'m [u8]) -> Result<Linked<'m>> {
        let mut module = Linked::default();
        let mut section_starts = Vec::new();
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload.context("the compiled engine is no module")?;
            let section = payload.as_section();
            section_starts.extend(section.iter().map(|(_, range)| range.start));
            let mut is_kept = true;
            match payload {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        let is_function = matches!(import?.ty, TypeRef::Func(_));
                        module.imported += u32::from(is_function);
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        let export = export?;
                        if export.kind == ExternalKind::Func {
                            module.exported.push(export.index);
                        }
                    }
                }
                Payload::StartSection { func, .. } => module.exported.push(func),
                Payload::CodeSectionStart { range, .. } => module.code = range.start,
                Payload::CodeSectionEntry(body) => module.bodies.push(body),
                Payload::DataSection(segments) => {
                    module.data = segments.range().start;
                    for segment in segments {
                        let segment = segment?;
                        if !matches!(segment.kind, DataKind::Active { .. }) {
                            bail!("a data segment of the engine has no place of its own");
                        }
                        let end = segment.range.end;
                        module.segments.push(end - segment.data.len()..end);
                    }
                }
                Payload::CustomSection(custom) => match custom.as_known() {
                    KnownCustom::Linking(linking) => {
                        is_kept = false;
                        for part in linking.subsections() {
                            if let Linking::SymbolTable(symbols) = part? {
                                module.symbols = symbols.into_iter().collect::<Result<_, _>>()?;
                            }
                        }
                    }
                    KnownCustom::Reloc(relocations) => {
                        is_kept = false;
                        let (of, entries) = (relocations.section_index(), relocations.entries());
                        let start = section_starts.get(of as usize).copied();
                        let list = match start {
                            Some(start) if start == module.code => &mut module.in_code,
                            Some(start) if start == module.data => &mut module.in_data,
                            _ => continue,
                        };
                        for entry in entries {
                            let entry = entry?;
                            let place = start.unwrap_or_default() + entry.offset as usize;
                            if entry.ty != RelocationType::TypeIndexLeb {
                                list.push((place, entry.index as usize));
                            }
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
            module.sections.extend(section.filter(|_| is_kept));
        }
        if module.in_code.is_empty() || module.in_data.is_empty() {
            bail!("the engine was linked without {LINK_FLAG}");
        }
        Ok(module)
    }

    /// The functions that word a panic.
    fn panics(&self) -> Result<HashSet<u32>> {
        let mut found = HashMap::new();
        for symbol in &self.symbols {
            if let SymbolInfo::Func {
                index,
                name: Some(symbol),
                ..
            } = symbol
            {
                let name = plain(symbol);
                if *index >= self.imported && words_a_panic(&name) {
                    found.insert(*index, name);
                }
            }
        }
        for expected in EXPECTED {
            if !found.values().any(|name| name == expected) {
                bail!(
                    "the module has no function `{expected}`\n  what to do: the standard library has renamed what \
                     words panics; correct the lists in xtask/src/panics.rs"
                );
            }
        }
        Ok(found.into_keys().collect())
    }

    /// Everything that the exports lead to, `traps` being ends of all ways.
    fn live(&self, traps: &HashSet<u32>) -> Result<Live> {
        let from_code = self.references_of_code(traps)?;
        let from_data = self.references_of_data();
        let mut live = Live::default();
        let mut functions = self.exported.clone();
        let mut data: Vec<usize> = Vec::new();
        loop {
            let references = if let Some(function) = functions.pop() {
                if !live.functions.insert(function) || traps.contains(&function) {
                    continue;
                }
                from_code.get(&function)
            } else if let Some(symbol) = data.pop() {
                if !live.data.insert(symbol) {
                    continue;
                }
                from_data.get(&symbol)
            } else {
                return Ok(live);
            };
            for symbol in references.into_iter().flatten() {
                match self.symbols.get(*symbol) {
                    Some(SymbolInfo::Func { index, .. }) => functions.push(*index),
                    Some(SymbolInfo::Data { .. }) => data.push(*symbol),
                    _ => {}
                }
            }
        }
    }

    /// The symbols that each function refers to, except in what it hands to a function that traps.
    fn references_of_code(&self, traps: &HashSet<u32>) -> Result<HashMap<u32, Vec<usize>>> {
        let mut found = HashMap::new();
        let mut relocations = self.in_code.iter().peekable();
        for (function, body) in (self.imported..).zip(&self.bodies) {
            let operators: Vec<(Operator<'_>, usize)> = body
                .get_operators_reader()?
                .into_iter_with_offsets()
                .collect::<Result<_, _>>()?;
            let mut own = Vec::new();
            while let Some((place, symbol)) =
                relocations.next_if(|(place, _)| *place < body.range().end)
            {
                // A constant, perhaps others after it, and a call.
                let at = operators.partition_point(|(_, start)| start <= place);
                let mut after = operators[at..].iter().map(|(operator, _)| operator);
                let call = after.find(|operator| !matches!(operator, Operator::I32Const { .. }));
                let is_constant = operators[..at]
                    .last()
                    .is_some_and(|(operator, _)| matches!(operator, Operator::I32Const { .. }));
                let is_lost = matches!(call, Some(Operator::Call { function_index }) if traps.contains(function_index));
                if !(is_constant && is_lost) {
                    own.push(*symbol);
                }
            }
            found.insert(function, own);
        }
        Ok(found)
    }

    /// The symbols that each constant refers to.
    fn references_of_data(&self) -> HashMap<usize, Vec<usize>> {
        let mut found: HashMap<usize, Vec<usize>> = HashMap::new();
        let constants: Vec<(usize, Range<usize>)> = self.constants().collect();
        for (place, to) in &self.in_data {
            for (symbol, range) in &constants {
                if range.contains(place) {
                    found.entry(*symbol).or_default().push(*to);
                }
            }
        }
        found
    }

    /// The data symbols with their places in the file.
    fn constants(&self) -> impl Iterator<Item = (usize, Range<usize>)> {
        self.symbols
            .iter()
            .enumerate()
            .filter_map(|(number, symbol)| {
                let SymbolInfo::Data {
                    symbol: Some(defined),
                    ..
                } = symbol
                else {
                    return None;
                };
                let segment = self.segments.get(defined.index as usize)?;
                let start = segment.start + defined.offset as usize;
                Some((number, start..start + defined.size as usize))
            })
    }

    /// The contents of the section of code, with traps where they are wanted.
    fn code(&self, bytes: &[u8], is_trap: impl Fn(u32) -> bool) -> Vec<u8> {
        let mut code = leb(self.bodies.len());
        for (function, body) in (self.imported..).zip(&self.bodies) {
            let body = if is_trap(function) {
                TRAP
            } else {
                &bytes[body.range()]
            };
            code.extend(leb(body.len()));
            code.extend(body);
        }
        code
    }

    /// Writes zeros over what is not live in a segment; `section` begins at `start` in the file.
    fn wipe(&self, section: &mut [u8], segment: &Range<usize>, start: usize, live: &Live) {
        let mut kept = vec![false; segment.len()];
        for (symbol, range) in self.constants() {
            if live.data.contains(&symbol)
                && segment.start <= range.start
                && range.end <= segment.end
            {
                kept[range.start - segment.start..range.end - segment.start].fill(true);
            }
        }
        for (byte, is_kept) in section[segment.start - start..].iter_mut().zip(kept) {
            if !is_kept {
                *byte = 0;
            }
        }
    }
}

fn words_a_panic(name: &str) -> bool {
    let of_library = name.starts_with("core::") || name.starts_with("alloc::");
    BEGINNINGS.iter().any(|start| name.starts_with(start))
        || FUNCTIONS.contains(&name)
        || (of_library && name.ends_with(CHECK))
}

/// The path of a function, without hashes and types.
fn plain(symbol: &str) -> String {
    let name = format!("{:#}", demangle(symbol));
    // A method reads as `<alloc::vec::Vec<T>>::insert`.
    let (mut plain, mut depth) = (String::new(), 0);
    let name = name.strip_prefix('<').unwrap_or(&name);
    for letter in name.chars() {
        depth += i32::from(letter == '<') - i32::from(letter == '>' && depth > 0);
        if depth == 0 && letter != '>' {
            plain.push(letter);
        }
    }
    plain
}

fn leb(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

#[cfg(test)]
mod tests {
    use super::{plain, words_a_panic};

    #[test]
    fn only_what_never_returns_becomes_a_trap() {
        for (symbol, is_panic) in [
            ("_RNvNtCsgXGp5Oqx2Ny_4core9panicking9panic_fmt", true),
            ("_RNvNtCsgXGp5Oqx2Ny_4core6option13expect_failed", true),
            ("_RNvNtCs5cOc02OMXlo_5alloc7raw_vec12handle_error", true),
            (
                "_RNvNvMs_NtCs5cOc02OMXlo_5alloc3vecINtB6_3VecppE10insert_mut13assert_failed",
                true,
            ),
            ("_RNvNtCs5cOc02OMXlo_5alloc3fmt6format", false),
            ("_ZN12wasm_bindgen9throw_str17h2021ffd64f46f7dbE", false),
            (
                "_ZN8precheck6policy5check5Check6demand17h6e00df3001c7673eE",
                false,
            ),
            (
                "_ZN8precheck5check13assert_failed17h6e00df3001c7673eE",
                false,
            ),
        ] {
            assert_eq!(words_a_panic(&plain(symbol)), is_panic, "{symbol}");
        }
    }
}
