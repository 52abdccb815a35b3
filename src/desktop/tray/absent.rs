//! Systems on which there is no place for the icon yet.

use tokio::sync::mpsc::Sender;
use tokio::sync::watch::Receiver;

use super::{Face, Told};

/// Says that the icon is not shown, and waits until nobody listens any more.
pub async fn serve(_faces: Receiver<Face>, told: Sender<Told>) {
    if told.send(Told::Shown(false)).await.is_ok() {
        told.closed().await;
    }
}
