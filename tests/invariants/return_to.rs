//! The path that the person returns to after signing in.

use std::sync::LazyLock;

use visma_connect_spa::protocol::config::Config;
use visma_connect_spa::protocol::return_to::ReturnTo;
use visma_connect_spa::route::Route;

use super::config_at;

static CONFIGS: LazyLock<[Config; 3]> =
    LazyLock::new(|| ["https://app.example/", "https://app.example/app/", "http://localhost:8080/"].map(config_at));

/// Whatever the path was: what is kept is home, or that very path, and to a browser it is a page beneath the app's
/// base, in the address bar and when its path is gone to again.
pub fn check(path: &str) -> bool {
    let mut is_kept = false;
    for config in &*CONFIGS {
        let home = ReturnTo::home(config);
        let kept = ReturnTo::parse(path, config);
        assert!(kept == home || kept.as_str() == path, "{path:?} became {kept:?}");
        assert_eq!(ReturnTo::parse(kept.as_str(), config), kept);
        let base = url::Url::parse(config.base().as_str()).unwrap();
        // From the base, and from a page beneath it.
        for from in [base.clone(), base.join("a/b").unwrap()] {
            let url = from.join(kept.as_str()).unwrap();
            assert_eq!((url.origin(), url.path()), (base.origin(), kept.as_str()), "{path:?}");
            assert!(url.query().is_none() && url.fragment().is_none(), "{path:?}");
            assert!(url.username().is_empty() && url.password().is_none(), "{path:?}");
            assert!(url.path().starts_with(base.path()), "{path:?} is beside {base}");
            assert_eq!(url.join(url.path()).unwrap(), url, "{path:?} leads elsewhere the second time");
        }
        assert!(!matches!(Route::parse(kept.as_str(), config), Route::Callback | Route::SignedOut), "{path:?}");
        is_kept |= kept != home;
    }
    is_kept
}
