//! Customers: who they are, how they show it, what they may change about themselves.

use std::net::IpAddr;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    Desk,
    faults::Fault,
    host::{Change, Customer, Host, Whose},
    providers::{self, OAuthFault, Vouched},
    requests::{self, Members, Proof},
    wire,
};
use crate::{
    http::{Call, header},
    passwords::{self, Hashed},
    secret,
    tokens::{Claims, bearer},
};

/// Bytes of chance in a customer's number and in a reset token.
const CHANCE_BYTES: usize = 16;
/// How long a reset token is good.
pub(super) const RESET_TIME_MS: i64 = 60 * 60 * 1_000;
/// Customers with one address who each get a mail; a family shares one.
const RESETS_MAX: usize = 5;
/// Under this name wrong reset tokens are counted; no username has a zero byte in it.
const RESET_LOGIN: &str = "\0reset";

/// Somebody who has shown who they are, and the token with which they did.
pub(super) struct Known {
    pub(super) customer: Customer,
    token: String,
}

/// The token that was sent, if any: a header counts before the query, the query before the body.
fn sent_token(call: &Call, members: &Members) -> Result<Option<String>, Fault> {
    if let Some(value) = call.headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(bearer).ok_or(Fault::WRONG_TOKEN)?;
        return Ok(Some(token.to_owned()));
    }
    let query = call.query.get("vt_token").map(|token| token.into_owned());
    match query.filter(|token| !token.is_empty()) {
        Some(token) => Ok(Some(token)),
        None => members.secret("vt_token"),
    }
}

/// Who calls.
pub(super) fn known<H: Host>(
    desk: &Desk<H>,
    call: &Call,
    members: &Members,
) -> Result<Known, Fault> {
    let token = sent_token(call, members)?.ok_or(Fault::NO_TOKEN)?;
    let claims = desk.tokens.read(&token, desk.host.now())?;
    let customer = desk.host.customer(&Whose::Id(claims.login))?;
    let customer = customer.filter(|customer| customer.generation.to_string() == claims.tenant);
    Ok(Known { customer: customer.ok_or(Fault::WRONG_TOKEN)?, token })
}

fn token<H: Host>(desk: &Desk<H>, customer: &Customer) -> String {
    let claims = Claims { login: customer.id.clone(), tenant: customer.generation.to_string() };
    desk.tokens.issue(&claims, desk.host.now())
}

/// `customer/register`.
pub(super) async fn register<H: Host>(
    desk: &Desk<H>,
    members: &Members,
    from: IpAddr,
) -> Result<Vec<u8>, Fault> {
    let now_ms = desk.host.now().wall_ms;
    let mut customer = Customer {
        id: secret::random_hex(CHANCE_BYTES),
        created_ms: now_ms,
        updated_ms: now_ms,
        ..Customer::default()
    };
    let taken = match requests::proof(members)? {
        Proof::OAuth { provider, token } => {
            take_over(&mut customer, vouched(desk, &provider, &token)?);
            // The name is for others to read; who has a provider signs in with it.
            Fault::OAUTH_TAKEN
        }
        Proof::Password { username } => {
            let password = requests::new_password(members)?;
            requests::fill(&mut customer.profile, members, &desk.host.webhooks())?;
            if desk.host.customer(&requests::by_username(&username))?.is_some() {
                return Err(Fault::USERNAME_TAKEN);
            }
            let hashed = hashed(desk, &username, password, from).await?;
            customer.hash = Some(hashed.as_str().to_owned());
            customer.username = Some(username);
            Fault::USERNAME_TAKEN
        }
        Proof::None => return Err(Fault::missing("username")),
    };
    requests::fill(&mut customer.profile, members, &desk.host.webhooks())?;
    if let Some(subject) = customer.subject.clone()
        && desk.host.customer(&Whose::Subject(subject))?.is_some()
    {
        return Err(taken);
    }
    desk.host.keep(Change::Enter(customer.clone())).await?;
    // Of two who ask for one name at once the first has it; and there is an end to all room.
    if desk.host.customer(&Whose::Id(customer.id.clone()))?.is_none() {
        let whose = customer.username.as_deref().map(requests::by_username);
        let whose = whose.or_else(|| customer.subject.clone().map(Whose::Subject));
        let found = whose.map(|whose| desk.host.customer(&whose)).transpose()?.flatten();
        return Err(if found.is_some() { taken } else { Fault::CUSTOMERS_FULL });
    }
    Ok(signed_in(&token(desk, &customer)))
}

fn take_over(customer: &mut Customer, vouched: Vouched) {
    customer.subject = Some(vouched.subject);
    customer.profile.first_name = vouched.first_name;
    customer.profile.last_name = vouched.last_name;
    customer.profile.email = vouched.email.filter(|email| crate::mail::is_address(email));
}

fn vouched<H: Host>(desk: &Desk<H>, provider: &str, token: &str) -> Result<Vouched, Fault> {
    let found = providers::vouched(&desk.providers, provider, token, desk.host.now());
    found.map_err(|fault| match fault {
        OAuthFault::NotConfigured => Fault::OAUTH_NOT_CONFIGURED,
        OAuthFault::Refused => Fault::OAUTH_REFUSED,
    })
}

async fn hashed<H: Host>(
    desk: &Desk<H>,
    login: &str,
    password: String,
    from: IpAddr,
) -> Result<Hashed, Fault> {
    let seat = desk.door.seat(login, from, || desk.host.now().steady_ms).await?;
    let hashed = seat.work(move || passwords::hash(&password)).await;
    hashed.and_then(Result::ok).ok_or(Fault::UNAVAILABLE)
}

/// `customer/login`, which also changes what the customer says about themselves.
pub(super) async fn login<H: Host>(
    desk: &Desk<H>,
    call: &Call,
    members: &Members,
) -> Result<Vec<u8>, Fault> {
    let attributes = members.members("customer_attribute")?;
    let customer = match requests::proof(members)? {
        Proof::OAuth { provider, token } => {
            let subject = vouched(desk, &provider, &token)?.subject;
            let customer = desk.host.customer(&Whose::Subject(subject))?;
            customer.ok_or(Fault::WRONG_CREDENTIALS)?
        }
        Proof::Password { username } => {
            let password = members.secret("password")?;
            let password = password.ok_or_else(|| Fault::missing("password"))?;
            with_password(desk, username, password, call.peer.ip()).await?
        }
        // Who has logged in before may change something without doing so again.
        Proof::None if sent_token(call, members)?.is_some() => known(desk, call, members)?.customer,
        Proof::None => return Err(Fault::missing("username")),
    };
    if let Some(attributes) = attributes {
        update(desk, customer.clone(), &attributes).await?;
    }
    Ok(signed_in(&token(desk, &customer)))
}

async fn with_password<H: Host>(
    desk: &Desk<H>,
    username: String,
    password: String,
    from: IpAddr,
) -> Result<Customer, Fault> {
    let steady_ms = || desk.host.now().steady_ms;
    let seat = desk.door.seat(&username, from, steady_ms).await?;
    let customer = desk.host.customer(&requests::by_username(&username))?;
    let hash = customer.as_ref().and_then(|customer| customer.hash.clone());
    let right = seat.work(move || passwords::verify(&password, hash.as_deref())).await;
    match customer {
        Some(customer) if right.ok_or(Fault::UNAVAILABLE)? => Ok(customer),
        Some(_) | None => {
            desk.door.failed(&username, from, steady_ms());
            Err(Fault::WRONG_CREDENTIALS)
        }
    }
}

async fn update<H: Host>(
    desk: &Desk<H>,
    mut customer: Customer,
    attributes: &Members,
) -> Result<(), Fault> {
    requests::fill(&mut customer.profile, attributes, &desk.host.webhooks())?;
    customer.updated_ms = desk.host.now().wall_ms;
    Ok(desk.host.keep(Change::Update(customer)).await?)
}

/// `customer/details`.
pub(super) fn details<H: Host>(desk: &Desk<H>, known: &Known) -> Vec<u8> {
    let user = wire::User::of(&known.customer, &known.token, |ms| desk.host.date(None, ms));
    json(&wire::Details { status: wire::Status { success: "true" }, user })
}

/// `customer/erase`, which the vendor does not have: who has registered may be forgotten.
pub(super) async fn erase<H: Host>(
    desk: &Desk<H>,
    known: Known,
    members: &Members,
    from: IpAddr,
) -> Result<Vec<u8>, Fault> {
    let customer = known.customer;
    if let Some(username) = customer.username.clone().filter(|_| customer.hash.is_some()) {
        let password = members.secret("password")?;
        let password = password.ok_or_else(|| Fault::missing("password"))?;
        with_password(desk, username, password, from).await?;
    }
    desk.host.keep(Change::Erase { customer: customer.id }).await?;
    Ok(done())
}

/// `customer/resetpassword`. The answer is given before anybody is looked for, so neither it nor
/// its time tells who is known.
pub(super) fn reset_password<H: Host>(desk: &Desk<H>, email: &str) -> Result<Vec<u8>, Fault> {
    if !crate::mail::is_address(email) {
        return Err(Fault::parameter("email", "the address of a mail"));
    }
    let turned = crate::door::TurnedAway::Busy;
    let place = std::sync::Arc::clone(&desk.resets).try_acquire_owned().map_err(|_| turned)?;
    let (host, email) = (desk.host.clone(), email.to_owned());
    tokio::spawn(async move {
        if send_resets(&host, &email).await.is_err() {
            tracing::warn!("a password reset could not be sent");
        }
        drop(place);
    });
    Ok(done())
}

async fn send_resets<H: Host>(host: &H, email: &str) -> Result<(), super::Unavailable> {
    for customer in host.customers_with_email(email, RESETS_MAX)? {
        let token = secret::random_hex(CHANCE_BYTES);
        let ends_ms = host.now().wall_ms.saturating_add(RESET_TIME_MS);
        let reset = Change::Reset { customer: customer.id.clone(), hash: digest(&token), ends_ms };
        host.keep(reset).await?;
        host.send_reset(&customer, &token).await?;
    }
    Ok(())
}

/// `customer/newpassword`.
pub(super) async fn new_password<H: Host>(
    desk: &Desk<H>,
    members: &Members,
    from: IpAddr,
) -> Result<Vec<u8>, Fault> {
    let wants_token = members.flag("vt")?.unwrap_or(true);
    let sent = members.secret("token")?.ok_or_else(|| Fault::missing("token"))?;
    let password = requests::new_password(members)?;
    if members.secret("repeat_password")?.as_ref() != Some(&password) {
        return Err(Fault::PASSWORDS_DIFFER);
    }
    let steady_ms = || desk.host.now().steady_ms;
    let seat = desk.door.seat(RESET_LOGIN, from, steady_ms).await?;
    let now_ms = desk.host.now().wall_ms;
    let reset = Whose::Reset { hash: digest(&sent), now_ms };
    let Some(owner) = desk.host.customer(&reset)? else {
        desk.door.failed(RESET_LOGIN, from, steady_ms());
        return Err(Fault::RESET_REFUSED);
    };
    let hashed = seat.work(move || passwords::hash(&password)).await;
    let hash = hashed.and_then(Result::ok).ok_or(Fault::UNAVAILABLE)?;
    let change = Change::Password { reset: digest(&sent), hash: hash.clone(), now_ms };
    desk.host.keep(change).await?;
    let now = desk.host.customer(&Whose::Id(owner.id))?;
    // Of two with one token the first has used it up.
    let now = now.filter(|customer| customer.hash.as_deref() == Some(hash.as_str()));
    let customer = now.ok_or(Fault::RESET_REFUSED)?;
    Ok(if wants_token { signed_in(&token(desk, &customer)) } else { done() })
}

/// What is kept of a token: who reads the store must not be able to use it.
fn digest(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn signed_in(token: &str) -> Vec<u8> {
    json(&wire::Done { success: true, vt_token: Some(token) })
}

/// `{"success": true}`.
pub(super) fn done() -> Vec<u8> {
    json(&wire::Done { success: true, vt_token: None })
}

/// A value as JSON.
pub(super) fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("the shapes are texts, numbers and flags under plain names")
}
