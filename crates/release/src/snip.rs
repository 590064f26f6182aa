//! What nothing in the page runs or reads, and no other tool can know.
//!
//! ```text
//! ways into a panic ───────────── become a call of `browser::panic::hook`: the page has fixed words of its own
//! what would make its message ─── becomes the same, once nothing that stays calls it
//! Leptos's server streams ─────── become `unreachable`, once nothing that stays calls them
//! places in the source ────────── become zeros
//! ```
//! All of it is in the table of the wasm or in its data, and wasm-opt takes every entry of those for used. Once these
//! are gone it finds the rest by itself: together 8 kB brotli. It is done to what the linker wrote, before wasm-bindgen
//! runs: that writes no glue for an import that nothing calls, which saves 1.5 kB brotli more.

use crate::error::{Error, Result};
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use walrus::ir::{Call, Value, Visitor, dfs_in_order};
use walrus::{ConstExpr, DataKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, LocalFunction, Module};

/// What the compiler must be told, so that a function that is taken out is nothing but that: names with their types,
/// and no function that stands for another one with the same body.
pub const RUSTFLAGS: [&str; 2] = ["-Csymbol-mangling-version=v0", "-Cllvm-args=-opt-disable=mergefunc"];

/// What the page does in place of every panic.
const HOOK: &str = "visma_connect_spa::browser::panic::hook";

/// How the names of the ways into a panic begin. None of them returns.
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

/// How the names of what makes texts out of values begin. Only the message of a panic would be made by it: the app
/// joins its texts.
const FORMATTING: [&str; 2] = ["core::fmt::", "alloc::fmt::"];

/// What is in the names of functions that only a panic with unwinding, or a stream of Leptos's server functions, would
/// call. The last is in the names of the exports of those streams, with and without a prefix.
const UNUSED: [&str; 3] = ["std::panicking::panic_handler::", "wasm_streams::", "intounderlying"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Panic,
    /// Should the table lead here all the same, the person reads the page's words, and no token stays.
    Message,
    /// Here the call of the hook would cost 0.9 kB brotli.
    Unused,
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
            // wasm-bindgen runs these to learn the types of the glue, and then removes them.
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

/// Writes a wasm without what the page does not need, and with the names of the rest. Returns the exports that are not
/// usable any more.
///
/// # Errors
/// The wasm cannot be read, has no names, or calls what would be taken out.
pub fn snip(from: &Path, to: &Path) -> Result<BTreeSet<String>> {
    let failed = |cause| Error::new(format!("{} is not a wasm that can be made smaller: {cause}.", from.display()));
    let mut module = Module::from_file(from).map_err(failed)?;
    let gone = cut(&mut module)?;
    forget_places(&mut module);
    module.emit_wasm_file(to).map_err(failed)?;
    Ok(gone)
}

fn cut(module: &mut Module) -> Result<BTreeSet<String>> {
    let names: HashMap<FunctionId, String> =
        module.funcs.iter().filter_map(|function| Some((function.id(), plain(function.name.as_deref()?)))).collect();
    let hook = names.iter().find_map(|(id, name)| (name == HOOK).then_some(*id));
    let hook = hook.ok_or_else(|| Error::new(format!("the wasm names no function {HOOK}, for panics to call.")))?;
    let part = |id: &FunctionId| names.get(id).map_or(Part::Needed, |name| Part::of(name));
    let is_gone = |id: &FunctionId| matches!(part(id), Part::Message | Part::Unused);
    let needed = module.funcs.iter_local().filter(|(id, _)| part(id) == Part::Needed);
    let offence = needed
        .flat_map(|(id, function)| calls(function).into_iter().map(move |called| (id, called)))
        .find(|(_, called)| is_gone(called));
    if let Some((caller, called)) = offence {
        let caller = names.get(&caller).map_or("A function without a name", String::as_str);
        let called = names.get(&called).map_or("", String::as_str);
        return Err(Error::new(format!(
            "{caller} calls {called}, which crates/release/src/snip.rs takes for unused. Do without it, or let it stay there."
        )));
    }
    let gone = module.exports.iter().filter_map(|export| match export.item {
        ExportItem::Function(id) => is_gone(&id).then(|| export.name.clone()),
        _ => None,
    });
    let gone = gone.collect();
    for (id, name) in &names {
        match Part::of(name) {
            Part::Panic | Part::Message => end(module, *id, Some(hook)),
            Part::Unused => end(module, *id, None),
            Part::Needed => {}
        }
    }
    Ok(gone)
}

/// The name of a function as in the source: without the hashes that tell crates apart.
fn plain(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}

/// The functions that a function calls other than through the table.
fn calls(function: &LocalFunction) -> Vec<FunctionId> {
    struct Calls(Vec<FunctionId>);
    impl Visitor<'_> for Calls {
        fn visit_call(&mut self, call: &Call) {
            self.0.push(call.func);
        }
    }
    let mut calls = Calls(Vec::new());
    dfs_in_order(&mut calls, function, function.entry_block());
    calls.0
}

/// Gives a function another body: at most one call, and then the end of the program.
fn end(module: &mut Module, id: FunctionId, call: Option<FunctionId>) {
    let FunctionKind::Local(function) = &module.funcs.get(id).kind else { return };
    let args = function.args.clone();
    let (params, results) = module.types.params_results(function.ty());
    let (params, results) = (params.to_vec(), results.to_vec());
    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    if let Some(call) = call {
        builder.func_body().call(call);
    }
    builder.func_body().unreachable();
    module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(args));
}

/// Clears the places in the source: a panic's message alone would read them.
fn forget_places(module: &mut Module) {
    let ids: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
    for id in ids {
        let data = module.data.get_mut(id);
        if let DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } = data.kind {
            clear_places(start.cast_unsigned(), &mut data.value);
        }
    }
}

/// Clears each `core::panic::Location` of the data that begins at an address (a pointer to a path, its length, line and
/// column), and the path.
fn clear_places(start: u32, data: &mut [u8]) {
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
    for (at, length) in places {
        if let Some(place) = data.get_mut(at..at + length) {
            place.fill(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::ValType;

    // As the compiler writes them.
    const MANGLED_HOOK: &str = "_RNvNtNtCs3cEOJWPN6M_17visma_connect_spa7browser5panic4hook";
    const PANIC: &str = "_RNvNtCsgXGp5Oqx2Ny_4core9panicking9panic_fmt";
    const DISPLAY: &str = "_RNvXsi_NtNtNtCsgXGp5Oqx2Ny_4core3fmt3num3impjNtB9_7Display3fmt";
    const WRITE: &str = "_RNvNtCsgXGp5Oqx2Ny_4core3fmt5write";
    const CLOSE: &str = "_RNvMsg_NtCslSJ6jWia4Xw_12wasm_streams8writableNtB5_4Sink5close";
    const MAIN: &str = "_RNvCs3cEOJWPN6M_17visma_connect_spa4main";

    /// A module in which `main` calls the functions of these names, and beside them a hook.
    fn module(called: &[&str]) -> Module {
        let mut module = Module::default();
        let mut add = |name: &str, calls: &[FunctionId], result: &[ValType]| {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], result);
            builder.name(name.to_owned());
            let mut body = builder.func_body();
            for call in calls {
                body.call(*call);
            }
            if result.is_empty() {
                body.return_();
            } else {
                body.i32_const(7);
            }
            builder.finish(Vec::new(), &mut module.funcs)
        };
        add(MANGLED_HOOK, &[], &[]);
        add(DISPLAY, &[], &[ValType::I32]);
        let called: Vec<FunctionId> = called.iter().map(|name| add(name, &[], &[])).collect();
        let main = add(MAIN, &called, &[]);
        module.exports.add("main", main);
        module
    }

    fn body(module: &Module, name: &str) -> Vec<String> {
        let function = module.funcs.get(module.funcs.by_name(name).unwrap());
        let FunctionKind::Local(function) = &function.kind else { panic!("{name} is imported") };
        let instructions = &function.block(function.entry_block()).instrs;
        let hook = module.funcs.by_name(MANGLED_HOOK).unwrap();
        let show = |instruction: &walrus::ir::Instr| match instruction {
            walrus::ir::Instr::Call(call) if call.func == hook => "the hook".to_owned(),
            other => format!("{other:?}").split(['(', ' ']).next().unwrap().to_owned(),
        };
        instructions.iter().map(|(instruction, _)| show(instruction)).collect()
    }

    #[test]
    fn a_panic_and_what_would_make_its_message_are_a_call_of_the_hook_and_nothing_else() {
        let mut module = module(&[PANIC]);
        assert_eq!(cut(&mut module).unwrap(), BTreeSet::new());
        for name in [PANIC, DISPLAY] {
            assert_eq!(body(&module, name), ["the hook", "Unreachable"], "{name}");
        }
        assert_eq!(body(&module, MAIN), ["Call", "Return"], "who panics stays as it is");
        assert_eq!(body(&module, MANGLED_HOOK), ["Return"]);
    }

    #[test]
    fn what_is_called_is_never_taken_out() {
        for called in [WRITE, CLOSE] {
            let problem = cut(&mut module(&[called])).unwrap_err().to_string();
            assert!(problem.contains("spa::main calls ") && problem.contains("snip.rs"), "{problem}");
        }
    }

    #[test]
    fn an_export_that_is_taken_out_is_named() {
        let mut exported = module(&[PANIC]);
        for (name, function) in [("format", DISPLAY), ("panic", PANIC)] {
            exported.exports.add(name, exported.funcs.by_name(function).unwrap());
        }
        assert_eq!(cut(&mut exported).unwrap(), BTreeSet::from(["format".to_owned()]), "a panic is no loss");
    }

    #[test]
    fn what_tells_wasm_bindgen_the_types_of_a_dropped_class_stays() {
        // <wasm_streams::Sink as wasm_bindgen::describe::WasmDescribe>::describe
        let describe = "_RNvXs_Cs1_12wasm_streamsNtB4_4SinkNtNtCs2_12wasm_bindgen8describe12WasmDescribe8describe";
        assert_eq!(plain(describe), "<wasm_streams::Sink as wasm_bindgen::describe::WasmDescribe>::describe");
        let mut module = module(&[describe, "__wbindgen_describe_intounderlyingsink_close"]);
        cut(&mut module).unwrap();
        assert_eq!(body(&module, describe), ["Return"]);
    }

    #[test]
    fn a_wasm_without_a_hook_is_refused() {
        let problem = cut(&mut Module::default()).unwrap_err().to_string();
        assert!(problem.contains("panic::hook"), "{problem}");
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
        let words = b"Sign insrc/main.rsSign out.."; // 28 bytes: the records after it are aligned.
        let text = record(start, 7, 1, 1);
        let far = record(start + 7, 11, 0, 1);
        let place = record(start + 7, 11, 12, 34);
        let mut data = [words.to_vec(), text.clone(), far.clone(), place].concat();
        clear_places(start, &mut data);
        let cleared = b"Sign in\0\0\0\0\0\0\0\0\0\0\0Sign out..";
        assert_eq!(data, [cleared.to_vec(), text, far, vec![0; 16]].concat());
    }
}
