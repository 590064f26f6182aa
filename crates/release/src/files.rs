//! The files of a dist, as they are on the disk.

use crate::error::{Error, Result};
use std::path::Path;

/// Paths beneath a dist, with forward slashes, and the bytes there.
pub(crate) type Files = [(String, Vec<u8>)];

/// Every file of a dist, in the order of their names.
pub(crate) fn contents(dist: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let unreadable =
        |path: &Path, cause: std::io::Error| Error::new(format!("{} cannot be read: {cause}.", path.display()));
    let mut files = Vec::new();
    let mut folders = vec![dist.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|cause| unreadable(&folder, cause))? {
            let path = entry.map_err(|cause| unreadable(&folder, cause))?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).map_err(|cause| unreadable(&path, cause))?;
            let name = path.strip_prefix(dist).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.push((name, bytes));
        }
    }
    files.sort();
    Ok(files)
}

/// What follows the last dot of a name.
pub(crate) fn extension(file: &str) -> &str {
    file.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// The bytes of the file with this name.
pub(crate) fn bytes_of<'a>(files: &'a Files, name: &str) -> Option<&'a [u8]> {
    files.iter().find(|(file, _)| file == name).map(|(_, bytes)| bytes.as_slice())
}

/// Whether these bytes hold this text.
pub(crate) fn contains(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}
