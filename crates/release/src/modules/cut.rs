//! Removes code and data that the page never uses, but that no other tool can detect as unused.
//!
//! ```text
//! functions that start a panic ────── become a call of `browser::panic::hook`, which shows a fixed message
//! functions for a panic's message ─── also become a call of the hook
//! Leptos's server streams ─────────── become `unreachable`
//! messages and source locations ───── are dropped, or become zeros
//! descriptions of missing imports ─── lose their exports, and become `unreachable`
//! ```
//! The build fails if remaining code calls a function of the second or the third kind.
//!
//! The table and the data of the wasm contain references to these functions and locations. Other tools treat each such
//! reference as a use. The cut overwrites the functions and locations in place, and removes their relocations. Then
//! wasm-split sees what is unused, wasm-bindgen writes no glue for imports that are never called, and wasm-opt removes
//! the rest.

use super::linked::{Linked, Relocations, UNREADABLE, position};
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use wasm_encoder::{ExportKind, ExportSection, Section as _, SectionId};
use wasmparser::{BinaryReader, ExportSectionReader, ExternalKind, FunctionBody, Operator};

/// The compiler flags that the cut needs: function names that contain types; no merging of functions with the same
/// body, because a merged function has only one of their names; and relocations in the linker's output.
pub(crate) const RUSTFLAGS: [&str; 3] =
    ["-Csymbol-mangling-version=v0", "-Cllvm-args=-opt-disable=mergefunc", "-Clink-args=--emit-relocs"];

/// The function that the page calls instead of a panic.
const HOOK: &str = "visma_connect::browser::panic::hook";

/// Prefixes of the names of functions that start a panic. None of them returns.
const PANICS: [&str; 9] = [
    "__rustc::rust_begin_unwind",
    "core::cell::panic_already",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::panicking::",
    "core::result::unwrap_failed",
    "core::slice::index::slice_index_fail",
    "core::str::slice_error_fail",
    "std::panicking::panic_with_hook",
];

/// Prefixes of the names of functions that format values as text. Only panic messages use them: the app concatenates
/// its texts.
const FORMATTING: [&str; 2] = ["core::fmt::", "alloc::fmt::"];

/// Texts in the names of functions that the page never calls. `panic_handler` is called only by a panic with unwinding.
/// The functions with the other two texts are called only by the streams of Leptos's server functions.
/// `intounderlying` occurs in the names of their exports, and some of these names have a prefix.
const UNUSED: [&str; 3] = ["std::panicking::panic_handler::", "wasm_streams::", "intounderlying"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Starts a panic. Its new body calls the hook.
    Panic,
    /// Formats values for a panic's message. Its new body calls the hook too: if the page calls this function through
    /// the table after all, the hook drops the token and shows an error.
    Message,
    /// Is never called. Its new body does not call the hook, which would cost 0.9 kB brotli.
    Unused,
    /// Stays unchanged.
    Needed,
}

impl Part {
    fn of(name: &str) -> Self {
        let begins = |list: &[&str]| {
            let path = name.strip_prefix('<').unwrap_or(name);
            list.iter().any(|begin| path.starts_with(begin))
        };
        let is_among = |part| name.contains(part);
        if is_among("describe") {
            // wasm-bindgen runs these functions to get the types for the glue, and then removes them.
            Self::Needed
        } else if begins(&PANICS) {
            Self::Panic
        } else if UNUSED.into_iter().any(is_among) {
            Self::Unused
        } else if begins(&FORMATTING) || is_among(" as core::fmt::") {
            Self::Message
        } else {
            Self::Needed
        }
    }
}

/// Returns the linker's wasm without the code and data that the page does not need. Also returns the names of the
/// exports that JavaScript must not call, because their functions are cut.
///
/// # Errors
/// The wasm cannot be read, has no names or no symbols, or a remaining function calls a function that would be cut.
pub(super) fn cut(wasm: &[u8]) -> Result<(Vec<u8>, BTreeSet<String>)> {
    let linked = Linked::read(wasm)?;
    let hook = linked.names.iter().find_map(|(function, name)| (name == HOOK).then_some(*function));
    let hook = hook.with_context(|| format!("the wasm has no function {HOOK}, which panics call."))?;
    let symbol = linked.symbols.iter().position(|function| *function == Some(hook));
    let symbol = symbol.context("the linker wrote no symbols. Is `--emit-relocs` among its flags?")?;
    hold_against_calls(&linked)?;
    let idle = idle_descriptions(&linked);
    let is_gone = |function: u32| matches!(Part::of(linked.name(function)), Part::Message | Part::Unused);
    let gone = linked.exports.iter().filter(|(_, function)| is_gone(*function)).map(|(name, _)| name.clone()).collect();

    let mut wasm = wasm.to_vec();
    let ended = end_bodies(&linked, hook, &idle, &mut wasm);
    let mut cleared = Vec::new();
    for (address, place) in &linked.data {
        if let Some(data) = wasm.get_mut(place.clone()) {
            let places = clear_places(*address, data);
            cleared.extend(places.into_iter().map(|at| place.start + at.start..place.start + at.end));
        }
    }
    cleared.extend(panic_arguments(&linked, &wasm)?);
    cleared.sort_by_key(|place| place.start);
    let mut written = wasm.get(..PREAMBLE).unwrap_or_default().to_vec();
    for (index, section) in linked.sections.iter().enumerate() {
        if section.id == SectionId::Export as u8 {
            exports_without(&idle, wasm.get(section.content.clone()).unwrap_or_default())?.append_to(&mut written);
            continue;
        }
        let relocations = linked.relocations.iter().find(|relocations| relocations.section == index);
        let content = match relocations {
            Some(relocations) => remaining(&linked, relocations, &wasm, &ended, &cleared, symbol),
            None => wasm.get(section.content.clone()).unwrap_or_default().to_vec(),
        };
        written.push(section.id);
        leb128(content.len(), &mut written);
        written.extend(content);
    }
    Ok((written, gone))
}

/// The functions that describe the types of an import to wasm-bindgen, although the wasm does not have this import.
fn idle_descriptions(linked: &Linked) -> BTreeSet<u32> {
    let exported: BTreeSet<&str> = linked.exports.iter().map(|(name, _)| name.as_str()).collect();
    let is_idle = |name: &str| !linked.imports.contains(name) && !exported.contains(name);
    let exports = linked.exports.iter().filter(|(name, _)| name.strip_prefix(DESCRIBES).is_some_and(is_idle));
    exports.map(|(_, function)| *function).collect()
}

/// The prefix of the exports with which each crate describes the types of its imports and exports to wasm-bindgen.
const DESCRIBES: &str = "__wbindgen_describe_";

/// The length in bytes of the magic number and the version.
const PREAMBLE: usize = 8;

/// Fails if a remaining function calls a function that is cut.
fn hold_against_calls(linked: &Linked) -> Result<()> {
    for relocations in &linked.relocations {
        let base = linked.content(relocations.target).start;
        for relocation in &relocations.entries {
            let called = relocation.called.and_then(|symbol| linked.symbols.get(symbol).copied().flatten());
            let Some(called) = called.map(|function| linked.name(function)) else { continue };
            if !matches!(Part::of(called), Part::Message | Part::Unused) {
                continue;
            }
            let caller = linked.function_at(base + relocation.offset).map_or("", |function| linked.name(function));
            if Part::of(caller) == Part::Needed {
                let caller = if caller.is_empty() { "A function without a name" } else { caller };
                bail!(
                    "{caller} calls {called}, which crates/release/src/modules/cut.rs treats as unused. Remove the \
                     call, or exclude the function there."
                );
            }
        }
    }
    Ok(())
}

/// The length in bytes of the shortest body that calls the hook: number of locals, `call`, `unreachable`, `end`.
const SHORTEST: usize = 9;

/// Replaces the body of each function to cut by a body of the same length. The new body calls the hook and then has
/// `unreachable`. For [`Part::Unused`] and the functions in `idle`, it has only `unreachable`. Returns the start and
/// the end of each new body, and whether it calls the hook.
///
/// A body shorter than [`SHORTEST`] does not change. It has space for at most one call, and the name of the called
/// function decides whether that function is cut.
fn end_bodies(linked: &Linked, hook: u32, idle: &BTreeSet<u32>, wasm: &mut [u8]) -> BTreeMap<usize, (usize, bool)> {
    let mut ended = BTreeMap::new();
    for (place, function) in linked.bodies.iter().zip(linked.imported..) {
        let part = if idle.contains(&function) { Part::Unused } else { Part::of(linked.name(function)) };
        if part == Part::Needed || place.len() < SHORTEST {
            continue;
        }
        let Some(body) = wasm.get_mut(place.clone()) else { continue };
        let calls = part != Part::Unused;
        let mut new = vec![0];
        if calls {
            new.push(CALL);
            new.extend(padded(hook));
        }
        new.push(UNREACHABLE);
        new.resize(body.len() - 1, NOP);
        new.push(END);
        body.copy_from_slice(&new);
        ended.insert(place.start, (place.end, calls));
    }
    ended
}

/// The ranges of the constants that the code passes to functions that start a panic. They are the addresses of messages
/// and source locations. After the cut, these functions do not read their arguments, so this data is not needed.
fn panic_arguments(linked: &Linked, wasm: &[u8]) -> Result<Vec<Range<usize>>> {
    let mut found = Vec::new();
    for place in &linked.bodies {
        let bytes = wasm.get(place.clone()).unwrap_or_default();
        let body = FunctionBody::new(BinaryReader::new(bytes, place.start as u64));
        let mut constants: Vec<Range<usize>> = Vec::new();
        let mut operators = body.get_operators_reader().context(UNREADABLE)?;
        while !operators.eof() {
            let (operator, at) = operators.read_with_offset().context(UNREADABLE)?;
            match operator {
                Operator::I32Const { .. } => {
                    constants.push(position(at)..position(operators.original_position()));
                    continue;
                }
                Operator::Call { function_index } if Part::of(linked.name(function_index)) == Part::Panic => {
                    found.append(&mut constants);
                }
                _ => {}
            }
            constants.clear();
        }
    }
    Ok(found)
}

const UNREACHABLE: u8 = 0x00;
const NOP: u8 = 0x01;
const END: u8 = 0x0b;
const CALL: u8 = 0x10;

/// The new content of a section with relocations. It has no relocations of cut code and data, and one relocation for
/// each new call of the hook.
fn remaining(
    linked: &Linked,
    relocations: &Relocations,
    wasm: &[u8],
    ended: &BTreeMap<usize, (usize, bool)>,
    cleared: &[Range<usize>],
    hook: usize,
) -> Vec<u8> {
    let target = linked.content(relocations.target);
    let is_cut = |at: usize| {
        let last = cleared.partition_point(|place| place.start <= at).checked_sub(1).and_then(|at| cleared.get(at));
        ended.range(..=at).next_back().is_some_and(|(_, (end, _))| at < *end) || last.is_some_and(|it| it.contains(&at))
    };
    let stay = relocations.entries.iter().filter(|relocation| !is_cut(target.start + relocation.offset));
    let mut entries: Vec<(usize, Vec<u8>)> = stay
        .map(|relocation| (relocation.offset, wasm.get(relocation.entry.clone()).unwrap_or_default().to_vec()))
        .collect();
    let calls = ended.iter().filter(|(start, (_, calls))| *calls && target.contains(start));
    entries.extend(calls.map(|(start, _)| {
        // The function index is after the number of locals and the opcode of the call.
        let offset = start + 2 - target.start;
        let mut entry = vec![0];
        leb128(offset, &mut entry);
        leb128(hook, &mut entry);
        (offset, entry)
    }));
    entries.sort_by_key(|(offset, _)| *offset);
    let mut content = Vec::new();
    leb128(relocations.name.len(), &mut content);
    content.extend(relocations.name.as_bytes());
    leb128(relocations.target, &mut content);
    leb128(entries.len(), &mut content);
    content.extend(entries.into_iter().flat_map(|(_, entry)| entry));
    content
}

/// Writes a number as unsigned LEB128.
fn leb128(mut value: usize, to: &mut Vec<u8>) {
    loop {
        let low = u8::try_from(value & 0x7f).unwrap_or_default();
        value >>= 7;
        if value == 0 {
            return to.push(low);
        }
        to.push(low | 0x80);
    }
}

/// The export section with this content, without these functions.
fn exports_without(functions: &BTreeSet<u32>, content: &[u8]) -> Result<ExportSection> {
    let mut section = ExportSection::new();
    for export in ExportSectionReader::new(BinaryReader::new(content, 0)).context(UNREADABLE)? {
        let export = export.context(UNREADABLE)?;
        if export.kind != ExternalKind::Func || !functions.contains(&export.index) {
            section.export(export.name, ExportKind::from(export.kind), export.index);
        }
    }
    Ok(section)
}

/// A number as unsigned LEB128 with five bytes, as linkers write numbers that a relocation can change.
fn padded(value: u32) -> [u8; 5] {
    std::array::from_fn(|at| {
        let low = u8::try_from(value >> (7 * at) & 0x7f).unwrap_or_default();
        if at < 4 { low | 0x80 } else { low }
    })
}

/// Overwrites each `core::panic::Location` of a data segment, and the path that it points to, with zeros. `start` is
/// the address of the segment. A location has four numbers: pointer to the path, length of the path, line and column.
/// Returns the ranges that were overwritten.
fn clear_places(start: u32, data: &mut [u8]) -> Vec<Range<usize>> {
    const SIZE: usize = 16;
    let mut places: Vec<(usize, usize)> = Vec::new();
    let aligned = (start.next_multiple_of(4) - start) as usize;
    for at in (aligned..data.len()).step_by(4) {
        let Some(record) = data.get(at..at + SIZE) else { break };
        let words: Vec<u32> =
            record.chunks_exact(4).filter_map(|word| Some(u32::from_le_bytes(word.try_into().ok()?))).collect();
        let [pointer, length, line, column] = words[..] else { break };
        let from = pointer.checked_sub(start).map(|from| from as usize);
        let path = from.and_then(|from| data.get(from..from.checked_add(length as usize)?));
        let is_path = |path: &[u8]| path.ends_with(b".rs") && path.iter().all(u8::is_ascii_graphic);
        if let (Some(from), true, 1..100_000, 1..1_000) = (from, path.is_some_and(is_path), line, column) {
            places.extend([(at, SIZE), (from, length as usize)]);
        }
    }
    for (at, length) in &places {
        if let Some(place) = data.get_mut(*at..at + length) {
            place.fill(0);
        }
    }
    places.into_iter().map(|(at, length)| at..at + length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules::linked::plain;
    use wasm_encoder::{
        CodeSection, CustomSection, FunctionSection, LinkingSection, Module, NameMap, NameSection, SymbolTable,
        TypeSection, ValType,
    };

    // Mangled names, as the compiler writes them.
    const MANGLED_HOOK: &str = "_RNvNtNtCs3cEOJWPN6M_13visma_connect7browser5panic4hook";
    const PANIC: &str = "_RNvNtCsgXGp5Oqx2Ny_4core9panicking9panic_fmt";
    const DISPLAY: &str = "_RNvXsi_NtNtNtCsgXGp5Oqx2Ny_4core3fmt3num3impjNtB9_7Display3fmt";
    const WRITE: &str = "_RNvNtCsgXGp5Oqx2Ny_4core3fmt5write";
    const CLOSE: &str = "_RNvMsg_NtCslSJ6jWia4Xw_12wasm_streams8writableNtB5_4Sink5close";
    const MAIN: &str = "_RNvCs3cEOJWPN6M_17visma_connect_spa4main";

    /// A wasm as the linker writes it. `main` calls the functions with the names `called`. The wasm also has the hook
    /// and a formatting function. `exported` lists names and indexes of exported functions.
    fn linked(called: &[&str], exported: &[(&str, u32)]) -> Vec<u8> {
        let names = [&[MANGLED_HOOK, DISPLAY], called, &[MAIN]].concat();
        let (mut types, mut functions, mut code) = (TypeSection::new(), FunctionSection::new(), CodeSection::new());
        types.ty().function([], []);
        types.ty().function([], [ValType::I32]);
        let (mut symbols, mut naming) = (SymbolTable::new(), NameMap::new());
        // `at` is the position in the code section. The number of bodies and the length of each body take one byte.
        let (mut at, mut relocations) = (1, Vec::new());
        for (index, name) in (0..).zip(&names) {
            let (mut body, mut end) = (vec![0], vec![NOP, NOP, NOP, NOP, NOP, NOP, 0x0f, END]);
            if *name == DISPLAY {
                end = vec![NOP, NOP, NOP, NOP, NOP, 0x41, 7, END];
            }
            let calls: &[u32] = if *name == MAIN { &(2..index).collect::<Vec<_>>() } else { &[] };
            for call in calls {
                // An argument.
                body.extend([0x41, 7]);
                body.push(CALL);
                relocations.push((at + 1 + body.len(), *call));
                body.extend(padded(*call));
            }
            body.extend(end);
            at += 1 + body.len();
            functions.function(u32::from(*name == DISPLAY));
            code.raw(&body);
            symbols.function(0, index, Some(name));
            naming.append(index, name);
        }
        let mut exports = ExportSection::new();
        for (name, function) in exported {
            exports.export(name, ExportKind::Func, *function);
        }
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&exports).section(&code);
        module.section(LinkingSection::new().symbol_table(&symbols));
        // The relocations apply to the section with index 3, the code.
        let mut content = vec![3];
        leb128(relocations.len(), &mut content);
        for (offset, symbol) in relocations {
            content.push(0);
            leb128(offset, &mut content);
            leb128(symbol as usize, &mut content);
        }
        module.section(&CustomSection { name: "reloc.CODE".into(), data: content.into() });
        let mut names = NameSection::new();
        names.functions(&naming);
        module.section(&names);
        module.finish()
    }

    /// The instructions of a function, without `nop`, and the names of the functions in its relocations.
    fn body(wasm: &[u8], name: &str) -> (Vec<String>, Vec<String>) {
        let read = Linked::read(wasm).unwrap();
        let index = (0..).find(|function| read.name(*function) == plain(name)).unwrap();
        let place = read.bodies[index as usize].clone();
        let bytes = &wasm[place.clone()];
        let reader = wasmparser::FunctionBody::new(wasmparser::BinaryReader::new(bytes, 0));
        let operators = reader.get_operators_reader().unwrap().into_iter().map(|operator| match operator.unwrap() {
            wasmparser::Operator::Call { function_index } => format!("call {}", read.name(function_index)),
            other => format!("{other:?}").split([' ', '{']).next().unwrap().to_owned(),
        });
        let operators = operators.filter(|operator| operator != "Nop").collect();
        let relocations = &read.relocations[0];
        let base = read.content(relocations.target).start;
        let inside = relocations.entries.iter().filter(|entry| place.contains(&(base + entry.offset)));
        let symbols = inside.map(|entry| read.name(read.symbols[entry.called.unwrap()].unwrap()).to_owned());
        (operators, symbols.collect())
    }

    /// The instructions and relocations of a function that only calls the hook.
    fn call_of_the_hook() -> (Vec<String>, Vec<String>) {
        ([&format!("call {HOOK}"), "Unreachable", "End"].map(str::to_owned).to_vec(), vec![HOOK.to_owned()])
    }

    #[test]
    fn a_panic_and_what_would_make_its_message_are_a_call_of_the_hook_and_nothing_else() {
        let before = linked(&[PANIC], &[("main", 3)]);
        let (after, gone) = cut(&before).unwrap();
        assert_eq!(gone, BTreeSet::new());
        for name in [PANIC, DISPLAY] {
            assert_eq!(body(&after, name), call_of_the_hook(), "{name}");
        }
        for name in [MAIN, MANGLED_HOOK] {
            assert_eq!(body(&after, name), body(&before, name), "{name} is unchanged");
        }
        assert_eq!(body(&after, MAIN).1, [plain(PANIC)]);
    }

    #[test]
    fn a_wasm_that_was_cut_before_stays_byte_for_byte() {
        let (cut_once, _) = cut(&linked(&[PANIC], &[])).unwrap();
        assert_eq!(cut(&cut_once).unwrap().0, cut_once);
    }

    #[test]
    fn what_is_called_is_never_taken_out() {
        for called in [WRITE, CLOSE] {
            let problem = cut(&linked(&[PANIC, called], &[])).unwrap_err().to_string();
            assert!(problem.contains("spa::main calls ") && problem.contains("cut.rs"), "{problem}");
            assert!(problem.contains(&plain(called)), "{problem}");
        }
    }

    #[test]
    fn an_export_that_is_taken_out_is_named() {
        let (_, gone) = cut(&linked(&[PANIC], &[("format", 1), ("panic", 2)])).unwrap();
        assert_eq!(gone, BTreeSet::from(["format".to_owned()]), "a function that starts a panic is not reported");
    }

    #[test]
    fn what_tells_wasm_bindgen_the_types_of_a_dropped_class_stays() {
        // <wasm_streams::Sink as wasm_bindgen::describe::WasmDescribe>::describe
        let describe = "_RNvXs_Cs1_12wasm_streamsNtB4_4SinkNtNtCs2_12wasm_bindgen8describe12WasmDescribe8describe";
        assert_eq!(plain(describe), "<wasm_streams::Sink as wasm_bindgen::describe::WasmDescribe>::describe");
        let before = linked(&[describe, "__wbindgen_describe_intounderlyingsink_close"], &[]);
        assert_eq!(body(&cut(&before).unwrap().0, describe), body(&before, describe));
    }

    #[test]
    fn an_argument_of_a_panic_keeps_nothing_alive() {
        // `i32.const 7`, then a call of the function with index 2.
        let constant = |called: &str| {
            let wasm = linked(&[called], &[]);
            let read = Linked::read(&wasm).unwrap();
            let main = read.bodies[3].clone();
            (panic_arguments(&read, &wasm).unwrap(), main.start)
        };
        let (found, start) = constant(PANIC);
        assert!(found.len() == 1 && found[0] == (start + 1..start + 3), "{found:?}");
        assert!(constant("_RNvCs3cEOJWPN6M_17visma_connect_spa4name").0.is_empty(), "no function that starts a panic");
    }

    #[test]
    fn an_export_is_removed_only_if_it_describes_an_import_that_is_missing() {
        let exported = ["main", "__wbindgen_describe_main", "__wbindgen_describe___wbg_fetch"];
        let before = linked(&[PANIC], &[(exported[0], 3), (exported[1], 3), (exported[2], 2)]);
        let after = cut(&before).unwrap().0;
        let left: Vec<String> = Linked::read(&after).unwrap().exports.into_iter().map(|(name, _)| name).collect();
        assert_eq!(left, exported[..2]);
        assert_eq!(body(&after, PANIC), (vec!["Unreachable".to_owned(), "End".to_owned()], Vec::new()));
    }

    #[test]
    fn a_wasm_without_a_hook_is_refused() {
        let problem = cut(&Module::new().finish()).unwrap_err().to_string();
        assert!(problem.contains("panic::hook"), "{problem}");
        assert!(cut(b"no wasm").is_err());
    }

    #[test]
    fn names_are_those_of_the_source() {
        assert_eq!(plain(MANGLED_HOOK), HOOK);
        assert_eq!(plain(DISPLAY), "<usize as core::fmt::Display>::fmt");
        assert_eq!(plain("start"), "start");
    }

    #[test]
    fn places_and_their_paths_become_zeros_and_their_neighbours_stay() {
        let start = 1024;
        let record = |pointer: u32, length: u32, line: u32, column: u32| {
            [pointer, length, line, column].into_iter().flat_map(u32::to_le_bytes).collect::<Vec<u8>>()
        };
        let words = b"Sign insrc/main.rsSign out.."; // 28 bytes, so the records after it are aligned.
        let text = record(start, 7, 1, 1);
        let far = record(start + 7, 11, 0, 1);
        let place = record(start + 7, 11, 12, 34);
        let mut data = [words.to_vec(), text.clone(), far.clone(), place].concat();
        assert_eq!(clear_places(start, &mut data), [60..76, 7..18]);
        let cleared = b"Sign in\0\0\0\0\0\0\0\0\0\0\0Sign out..";
        assert_eq!(data, [cleared.to_vec(), text, far, vec![0; 16]].concat());
    }
}
