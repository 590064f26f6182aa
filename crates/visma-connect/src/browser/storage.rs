//! sessionStorage and localStorage. sessionStorage belongs to one tab. It contains the records that must still exist
//! when the browser returns from the provider, for example pending sign-ins and kept form fields. localStorage contains
//! the few values that all tabs share. Neither contains a token.

use gloo_storage::{SessionStorage, Storage as _};
use wasm_bindgen::{JsCast as _, JsValue};

use crate::session::error::PlatformError;

/// The sessionStorage of this tab.
///
/// # Errors
/// `StorageBlocked` if the browser does not allow it.
fn storage() -> Result<web_sys::Storage, PlatformError> {
    // Check first, because gloo panics if storage is blocked.
    match web_sys::window().map(|window| window.session_storage()) {
        Some(Ok(Some(_))) => Ok(SessionStorage::raw()),
        _ => Err(PlatformError::StorageBlocked),
    }
}

/// Stores a record.
///
/// # Errors
/// `StorageFull` if there is no space left. `StorageBlocked` for every other error.
pub fn save(key: &str, record: &str) -> Result<(), PlatformError> {
    storage()?.set_item(key, record).map_err(|error| {
        let name = error.dyn_ref::<js_sys::Error>().map(|error| error.name());
        // In current browsers a DOMException is an Error. If it is not, read its property `name` directly.
        let name = name.or_else(|| js_sys::Reflect::get(&error, &JsValue::from_str("name")).ok()?.dyn_into().ok());
        if name.is_some_and(|name| name == "QuotaExceededError") {
            PlatformError::StorageFull
        } else {
            PlatformError::StorageBlocked
        }
    })
}

/// Reads a record. The record stays in storage.
///
/// # Errors
/// `StorageBlocked` if the browser does not allow it.
pub fn get(key: &str) -> Result<Option<String>, PlatformError> {
    storage()?.get_item(key).map_err(|_| PlatformError::StorageBlocked)
}

/// Reads a record and removes it from storage.
///
/// # Errors
/// `StorageBlocked` if the browser does not allow it.
pub fn take(key: &str) -> Result<Option<String>, PlatformError> {
    let storage = storage()?;
    let record = storage.get_item(key).map_err(|_| PlatformError::StorageBlocked)?;
    storage.remove_item(key).map_err(|_| PlatformError::StorageBlocked)?;
    Ok(record)
}

/// The keys in sessionStorage that start with `prefix`. Empty if storage is blocked.
pub fn keys(prefix: &str) -> Vec<String> {
    storage().map_or_else(|_| Vec::new(), |storage| keys_of(&storage, prefix))
}

/// localStorage, if the browser allows it.
pub(super) fn shared() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// The keys of this storage that start with `prefix`.
pub(super) fn keys_of(storage: &web_sys::Storage, prefix: &str) -> Vec<String> {
    let length = storage.length().unwrap_or(0);
    let keys = (0..length).filter_map(|index| storage.key(index).ok().flatten());
    keys.filter(|key| key.starts_with(prefix)).collect()
}
