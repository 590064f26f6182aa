//! A free port on `localhost`, in IPv4 and IPv6. A browser may resolve the name to an address of either family.

use tokio::net::TcpListener;

use crate::wait::eventually;

/// The listeners of one port.
pub struct Loopback {
    /// The port.
    pub port: u16,
    /// One listener for each address family that this machine has.
    pub listeners: Vec<TcpListener>,
}

impl Loopback {
    /// Reserves a free port.
    ///
    /// # Panics
    /// No port is free.
    pub async fn bind() -> Self {
        // Another program may use the same port number in IPv6. In that case, try another number.
        for _ in 0..20 {
            if let Ok(listener) = Self::try_bind(0).await {
                return listener;
            }
        }
        panic!("no port is free on localhost");
    }

    /// Waits until this port is free, and reserves it.
    ///
    /// # Panics
    /// The port does not become free in time.
    pub async fn bind_port(port: u16) -> Self {
        eventually(&format!("port {port} to be free"), async || {
            Self::try_bind(port).await.map_err(|cause| cause.to_string())
        })
        .await
    }

    async fn try_bind(port: u16) -> std::io::Result<Self> {
        let v4 = TcpListener::bind(("127.0.0.1", port)).await?;
        let port = v4.local_addr()?.port();
        match TcpListener::bind(("::1", port)).await {
            Ok(v6) => Ok(Self { port, listeners: vec![v4, v6] }),
            Err(cause) if cause.kind() == std::io::ErrorKind::AddrInUse => Err(cause),
            Err(_) => Ok(Self { port, listeners: vec![v4] }),
        }
    }

    /// Serves until the program ends or the returned tasks are aborted.
    pub fn serve(self, router: &axum::Router) -> tokio::task::JoinSet<()> {
        let mut tasks = tokio::task::JoinSet::new();
        for listener in self.listeners {
            let router = router.clone();
            tasks.spawn(async move {
                let _ = axum::serve(listener, router).await;
            });
        }
        tasks
    }
}
