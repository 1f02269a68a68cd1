//! The limit for reads: a hyper server that does nothing but answer, in a process of its own.

use std::convert::Infallible;
use std::process::ExitCode;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;

/// The argument that turns this program into the bare server; its answer's body follows.
pub(crate) const FLAG: &str = "--bare-server";

/// Worker threads, as many as the daemon has.
const WORKERS: usize = 2;

/// Prints its address, then answers every request with the same bytes until it is killed.
pub(crate) fn serve() -> ExitCode {
    let body = Bytes::from(std::env::args().nth(2).unwrap_or_default());
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build();
    match runtime.map(|runtime| runtime.block_on(answer_all(body))) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(_)) | Err(_) => ExitCode::FAILURE,
    }
}

#[expect(clippy::print_stdout, reason = "the parent reads the address there")]
async fn answer_all(body: Bytes) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let body = body.clone();
        tokio::spawn(async move {
            let answer = service_fn(|_: Request<Incoming>| {
                let answer = Response::builder()
                    .header("content-type", "application/json")
                    .body(Full::new(body.clone()));
                async move { Ok::<_, Infallible>(answer.expect("the header is well-formed")) }
            });
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer);
            // A client that hangs up is no matter.
            connection.await.ok();
        });
    }
}
