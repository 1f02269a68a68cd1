//! The HTTP server as clients meet it: raw bytes over TCP on loopback, and pipes in memory.

mod http {
    mod bounds;
    mod drain;
    mod everyday;
    #[expect(clippy::unwrap_used, reason = "only tests use it: what fails here fails the test")]
    mod site;
}
