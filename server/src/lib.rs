//! The authoritative decision service.
//!
//! It takes the decisions that a browser can only foresee: the same engine,
//! with the full policy and with the facts that only a server has. It decides
//! nothing by itself; it brings an application and the facts of its account
//! together, asks the engine, and answers once the decision is durable.
//!
//! | path | what |
//! |---|---|
//! | `POST /v1/{scenario}/decisions` | takes a decision, one for each `Idempotency-Key` if there is one; the server's own scenarios are not offered |
//! | `GET /v1/decisions/{id}` | the same answer again, in either language |
//! | `POST /v1/decisions/{id}/changes` | what changed since an earlier decision, and whose doing it is |
//! | `GET /v1/bundles/public` | the policy as far as a browser may know it |
//! | `POST /v1/pre-checks` | the pre-check of the public policy; keeps nothing |
//! | `POST /v1/plans` | what the caller could do, from the public policy; keeps nothing |
//! | `GET /v1/demo/accounts` | the demo accounts, where there are some |
//! | `POST /v1/sessions` | a token with which a page may call for one account |
//! | `POST /v1/activation-links` | makes a link by which an approved line is activated; a page has it sent again |
//! | `GET /v1/activation-link` | how the link stands whose token is in `Activation-Link` |
//! | `POST /v1/activation-link` | opens it on this device; `…/codes` sends a code, `…/activate` decides |
//! | `POST /v1/accounts/{account}/codes` | sends a one-time code for another purpose, such as a closure |
//! | `/v1/accounts/{account}/line`, `…/notices`, `…/appeals` | a person's line, what they were told of it, and asking again |
//! | `GET /v1/operate/state` | how the sources and the load are, for operators |
//! | `GET /v1/operate/notices` | what waits to be sent, and what was given up |
//! | `POST /v1/operate/notices/{id}/retry` | sends a notice anew |
//! | `POST /v1/operate/channels/{channel}/retry` | sends anew what was given up over a channel |
//! | `/v1/operate/policies`, `…/candidate/report`, `…/candidate/acts` | what decides, what stands beside it, and switching |
//! | `/v1/operate/alarms`, `…/holds/{fact}/acts`, `…/redecisions`, `…/metrics` | what went wrong, and putting it right |
//! | `/v1/operate/appeals`, `…/lines/{account}/acts`, `…/reviews` | what staff do about persons |
//! | `GET /v1/operate/decisions/{id}`, `…/trace` | a decision as its person sees it, and everything that it came from |
//! | `GET /healthz` | whether decisions are taken |
//! | `GET /readyz` | the same, for load balancers: not once it is about to stop |
//! | `GET /problems/{code}` | what a problem's `type` points at |
//! | anything else | the files of the page |
//!
//! What is kept is sealed, chained and signed; [`audit`] looks at it from outside.
//! Errors are RFC 9457 problem documents. Logs name routes, statuses, times
//! and decision ids; never a body, a field or a fact.

mod appeal;
mod application;
pub mod audit;
mod callers;
mod clock;
mod connections;
mod embedding;
mod error;
mod idempotency;
mod line;
mod link;
mod observe;
mod otp;
mod outbox;
mod panics;
mod policies;
mod problem;
pub mod rates;
mod remote;
mod request;
mod routes;
mod sandbox;
mod start;
mod store;
mod upstreams;
mod velocity;
mod watch;

pub use callers::{Callers, NewKey, Scope};
pub use connections::Running;
pub use error::{BundleRole, ConfigFault, StartError};
pub use panics::hide_panic_messages;
pub use remote::{Remote, RemoteError, Reply};
pub use sandbox::{Sandbox, sandbox_sources};
pub use start::{Config, DEMO_ACCOUNTS, Sources, start};
