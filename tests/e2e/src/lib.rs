//! The built app in a real browser against the real local provider.
