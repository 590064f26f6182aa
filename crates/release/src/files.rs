//! Reads the files of a dist, which is the output folder of a build.

use anyhow::Result;
use fs_err as fs;
use std::path::Path;

/// The files of a dist: paths relative to the dist, with forward slashes, and their content.
pub(crate) type Files = [(String, Vec<u8>)];

/// Reads all files of a dist and of its subfolders. The files are sorted by path.
pub(crate) fn contents(dist: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    let mut folders = vec![dist.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path)?;
            let name = path.strip_prefix(dist).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.push((name, bytes));
        }
    }
    files.sort();
    Ok(files)
}

/// The text after the last dot of a file name. Empty if there is no dot.
pub(crate) fn extension(file: &str) -> &str {
    file.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// The content of the file with this path.
pub(crate) fn bytes_of<'a>(files: &'a Files, name: &str) -> Option<&'a [u8]> {
    files.iter().find(|(file, _)| file == name).map(|(_, bytes)| bytes.as_slice())
}

/// Whether these bytes contain this text.
pub(crate) fn contains(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

/// The file names of the parts of the wasm start with this prefix.
const PART: &str = "part-";

/// The name of the file for a part.
#[cfg(feature = "build")]
pub(crate) fn part_file(part: &str, hash: &str) -> String {
    format!("{PART}{part}-{hash}.wasm")
}

/// The name of the part in this file, or `None` if the file does not contain a part.
pub(crate) fn part_in(file: &str) -> Option<&str> {
    let (part, _) = file.strip_prefix(PART)?.strip_suffix(".wasm")?.rsplit_once('-')?;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_known_by_its_file() {
        assert_eq!(part_in("part-rest-0123456789abcdef.wasm"), Some("rest"));
        #[cfg(feature = "build")]
        assert_eq!(part_in(&part_file("the-rest", "0123")), Some("the-rest"));
        for other in ["app-0123_bg.wasm", "part-rest.wasm", "part-rest-0123.js", "rest-0123.wasm"] {
            assert_eq!(part_in(other), None, "{other}");
        }
    }
}
