//! How the command fails: exit code, and words for people or JSON.

use std::io;
use std::process::ExitCode;

use precheck::Problem;
use precheck_server::StartError;
use serde::Serialize;

use crate::{Diagnostic, Pack};

/// Why the command did not do what it was asked.
#[derive(Debug)]
pub(super) enum Failure {
    /// It was asked in the wrong way.
    Usage(&'static str, String),
    /// Something went wrong on the way.
    Failed(&'static str, String),
    /// A policy pack has problems.
    Pack(Option<Pack>, Vec<Diagnostic>),
    /// A bundle or an application has problems.
    Problems(&'static str, String, Vec<Problem>),
    /// What failed is already in the output.
    Told,
    /// Nobody reads the output any more.
    Closed,
}

impl From<io::Error> for Failure {
    /// For writing to standard output.
    fn from(error: io::Error) -> Failure {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Failure::Closed
        } else {
            Failure::failed(
                "output-unwritable",
                format!("cannot write the output: {error}"),
            )
        }
    }
}

#[derive(Serialize)]
struct Report<'f, P> {
    error: Body<'f, P>,
}

#[derive(Serialize)]
struct Body<'f, P> {
    code: &'static str,
    text: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    problems: Option<&'f [P]>,
}

impl Failure {
    pub(super) fn usage(code: &'static str, text: impl Into<String>) -> Failure {
        Failure::Usage(code, text.into())
    }

    pub(super) fn failed(code: &'static str, text: impl Into<String>) -> Failure {
        Failure::Failed(code, text.into())
    }

    /// For a service that did not start.
    pub(super) fn start(error: &StartError) -> Failure {
        Failure::failed(error.code(), error.to_string())
    }

    /// Says what failed, and gives the exit code.
    pub(super) fn report(&self, json: bool) -> ExitCode {
        match self {
            Failure::Usage(code, text) | Failure::Failed(code, text) if json => {
                print::<()>(code, text, None);
            }
            Failure::Usage(code, text) | Failure::Failed(code, text) => {
                anstream::eprintln!("error[{code}]: {text}");
            }
            Failure::Pack(_, problems) if json => {
                print("policy-problems", &count(problems.len()), Some(problems));
            }
            Failure::Pack(pack, problems) => {
                for problem in problems {
                    anstream::eprintln!("{}\n", problem.render(pack.as_ref()));
                }
                anstream::eprintln!("error: {}", count(problems.len()));
            }
            Failure::Problems(code, text, problems) if json => print(code, text, Some(problems)),
            Failure::Problems(code, text, problems) => {
                anstream::eprintln!("error[{code}]: {text}");
                for Problem { at, code, text, .. } in problems {
                    let at = if at.is_empty() { "the whole" } else { at };
                    anstream::eprintln!("  {at}: {text} [{code}]");
                }
            }
            Failure::Told | Failure::Closed => {}
        }
        match self {
            Failure::Usage(..) => ExitCode::from(2),
            Failure::Closed => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        }
    }
}

fn count(problems: usize) -> String {
    match problems {
        1 => "the policy has a problem".into(),
        many => format!("the policy has {many} problems"),
    }
}

fn print<P: Serialize>(code: &'static str, text: &str, problems: Option<&[P]>) {
    let report = Report {
        error: Body {
            code,
            text,
            problems,
        },
    };
    // Texts and numbers only: nothing that cannot be written as JSON.
    anstream::println!(
        "{}",
        serde_json::to_string(&report).expect("plain data is JSON")
    );
}
