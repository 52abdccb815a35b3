//! The presence rules on the XCAP server, read and written beside the loop.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::config::Config;
use super::decide::{Job, JobFault, JobResult};
use super::event::Fault;
use crate::net::trace::Tap;
use crate::sip::Secret;

/// Where jobs go. The client behind it is made with the first one.
#[derive(Debug)]
pub(super) struct RulesServer {
    results: mpsc::UnboundedSender<JobResult>,
}

impl RulesServer {
    pub(super) fn new(
        _config: &Config,
        _password: Option<Secret>,
        _tap: Option<Arc<dyn Tap>>,
        results: mpsc::UnboundedSender<JobResult>,
    ) -> Self {
        Self { results }
    }

    /// Does a job after those before it.
    pub(super) fn send(&mut self, job: Job) {
        let fault = JobFault {
            fault: Fault::Unreachable,
            message: "no XCAP server".to_owned(),
            conflict: false,
        };
        let result = match job {
            Job::Fetch => JobResult::Fetched(Err(fault)),
            Job::Edit(wish) => JobResult::Edited(wish, Err(fault)),
            Job::Password(_) => return,
        };
        let _ = self.results.send(result);
    }
}
