//! Systems without local sockets in the file system: every start opens a window of its own.

use std::io;
use std::path::Path;

use tokio::sync::mpsc::Sender;

use super::{Answer, InstanceError, Question, Reply, Start};

/// There is none.
#[derive(Debug)]
pub enum Door {}

/// There is no place to claim.
///
/// # Errors
/// Always [`InstanceError::NoPlace`].
pub fn claim(_profile: Option<&Path>, _question: &Question) -> Result<Start, InstanceError> {
    Err(InstanceError::NoPlace)
}

/// Nobody knocks at what there is not.
///
/// # Errors
/// None.
pub async fn serve(door: Door, _asked: Sender<(Question, Reply)>) -> io::Result<()> {
    match door {}
}

pub(super) fn ask(_profile: Option<&Path>, _question: &Question) -> Result<Answer, InstanceError> {
    Err(InstanceError::NoPlace)
}
