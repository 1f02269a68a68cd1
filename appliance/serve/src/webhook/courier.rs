//! One attempt: a connection of its own, one POST, and the status of its answer.

use std::{error::Error, fmt, io, sync::Arc};

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::Full;
use hyper::{Request, StatusCode, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use sha2::Sha256;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    task::JoinSet,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs, pki_types::ServerName},
};

use super::Parcel;

/// Bytes of the head of an answer, of which nothing but the status counts.
const ANSWER_BYTES_MAX: usize = 16 * 1024;
/// Headers of an answer.
const ANSWER_HEADERS_MAX: usize = 64;

/// The attempt failed on its way. It says nothing: what it could say names the target.
#[derive(Debug)]
pub(super) struct Lost;

pub(super) struct Courier {
    mac: Hmac<Sha256>,
    tls: Option<TlsConnector>,
}

impl Courier {
    pub(super) fn new(secret: &[u8], wants_tls: bool) -> io::Result<Courier> {
        let mut roots = RootCertStore::empty();
        if wants_tls {
            let found = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(found.certs);
            if roots.is_empty() {
                let words = "this machine trusts no certificates; install its ca-certificates";
                return Err(io::Error::new(io::ErrorKind::NotFound, words));
            }
        }
        Ok(Courier::trusting(secret, wants_tls.then_some(roots)))
    }

    pub(super) fn trusting(secret: &[u8], roots: Option<RootCertStore>) -> Courier {
        let mac = Hmac::new_from_slice(secret).expect("HMAC takes a key of any length");
        let tls = roots.map(|roots| {
            let provider = Arc::new(aws_lc_rs::default_provider());
            let config = ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .expect("the provider has suites for the versions that it comes with");
            TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
        });
        Courier { mac, tls }
    }

    pub(super) async fn send(&self, parcel: &Parcel) -> Result<StatusCode, Lost> {
        let origin = &parcel.target.origin;
        let stream = TcpStream::connect((origin.host(), origin.port())).await.map_err(lost)?;
        stream.set_nodelay(true).map_err(lost)?;
        if !origin.has_tls() {
            return self.post(parcel, stream).await;
        }
        let name = ServerName::try_from(origin.host().to_owned()).map_err(lost)?;
        let tls = self.tls.as_ref().ok_or(Lost)?;
        self.post(parcel, tls.connect(name, stream).await.map_err(lost)?).await
    }

    async fn post(
        &self,
        parcel: &Parcel,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    ) -> Result<StatusCode, Lost> {
        let request = Request::post(&parcel.target.path)
            .header(header::HOST, parcel.target.origin.authority())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::CONNECTION, "close")
            .header(header::USER_AGENT, "Anteroom")
            .header("anteroom-delivery", &parcel.id)
            .header("anteroom-signature", self.signature(&parcel.body))
            .body(Full::new(Bytes::from(parcel.body.clone())))
            .map_err(lost)?;
        let (mut sender, connection) = http1::Builder::new()
            .max_buf_size(ANSWER_BYTES_MAX)
            .max_headers(ANSWER_HEADERS_MAX)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(lost)?;
        // Ended with this attempt, however that ends.
        let mut driving = JoinSet::new();
        driving.spawn(connection);
        let answer = sender.send_request(request).await.map_err(lost)?;
        Ok(answer.status())
    }

    pub(super) fn signature(&self, body: &[u8]) -> String {
        let mac = self.mac.clone().chain_update(body).finalize().into_bytes();
        let digits: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256={digits}")
    }
}

impl fmt::Debug for Courier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Courier(..)")
    }
}

fn lost(_: impl Error) -> Lost {
    Lost
}
