//! The icon as a `StatusNotifierItem` on the session bus.

use std::time::Duration;

use futures_util::StreamExt as _;
use ksni::TrayMethods as _;
use ksni::menu::{MenuItem, RadioGroup, RadioItem, StandardItem};
use tokio::sync::mpsc::Sender;
use tokio::sync::watch::Receiver;
use tokio::time::timeout;
use zbus::fdo::DBusProxy;

use super::{Choice, Entry, Face, Told};
use crate::desktop::markup::escaped;

/// Who knows of all items, and of those that show them.
#[zbus::proxy(
    interface = "org.kde.StatusNotifierWatcher",
    default_service = "org.kde.StatusNotifierWatcher",
    default_path = "/StatusNotifierWatcher",
    gen_blocking = false
)]
trait Watcher {
    #[zbus(property(emits_changed_signal = "false"))]
    fn is_status_notifier_host_registered(&self) -> zbus::Result<bool>;

    #[zbus(signal)]
    fn status_notifier_host_registered(&self) -> zbus::Result<()>;

    #[zbus(signal)]
    fn status_notifier_host_unregistered(&self) -> zbus::Result<()>;
}

/// Shows the newest face, and tells what is pressed, until nobody listens any more. To be awaited on a tokio runtime.
///
/// It may begin before there is a panel, and go on after one.
pub async fn serve(mut faces: Receiver<Face>, told: Sender<Told>) {
    if let Err(error) = attend(&mut faces, &told).await {
        tracing::debug!(%error, "the desktop shows no icon");
        if told.send(Told::Shown(false)).await.is_ok() {
            told.closed().await;
        }
    }
}

async fn attend(faces: &mut Receiver<Face>, told: &Sender<Told>) -> zbus::Result<()> {
    let bus = zbus::Connection::session().await?;
    let desk = DBusProxy::new(&bus).await?;
    let watcher = WatcherProxy::new(&bus).await?;
    let mut owners = desk
        .receive_name_owner_changed_with_args(&[(0, WATCHER)])
        .await?;
    let mut came = watcher.receive_status_notifier_host_registered().await?;
    let mut left = watcher.receive_status_notifier_host_unregistered().await?;
    let item = Item {
        face: faces.borrow_and_update().clone(),
        told: told.clone(),
    };
    // It registers itself as soon as there is somebody to register with. A panel that does not answer is none.
    let registering = item.assume_sni_available(true).spawn();
    let item = timeout(PATIENCE, registering)
        .await
        .map_err(|_| zbus::Error::Failure("the panel does not answer".to_owned()))?
        .map_err(|error| zbus::Error::Failure(error.to_string()))?;
    let mut shown = None;
    loop {
        let now = timeout(PATIENCE, watcher.is_status_notifier_host_registered()).await;
        let now = now.is_ok_and(|answer| answer.unwrap_or(false));
        if shown != Some(now) {
            shown = Some(now);
            if told.send(Told::Shown(now)).await.is_err() {
                break;
            }
        }
        let goes_on = loop {
            tokio::select! {
                changed = owners.next() => break changed.is_some(),
                changed = came.next() => break changed.is_some(),
                changed = left.next() => break changed.is_some(),
                changed = faces.changed() => {
                    if changed.is_err() {
                        break false;
                    }
                    let face = faces.borrow_and_update().clone();
                    item.update(|item| item.face = face).await;
                }
                () = told.closed() => break false,
            }
        };
        if !goes_on {
            break;
        }
    }
    item.shutdown().await;
    if told.is_closed() {
        return Ok(());
    }
    Err(zbus::Error::Failure("the session bus is gone".to_owned()))
}

/// What panels ask.
struct Item {
    face: Face,
    told: Sender<Told>,
}

impl Item {
    fn tell(&self, told: Told) {
        if self.told.try_send(told).is_err() {
            tracing::debug!("the window does not keep up with its icon");
        }
    }

    fn pictures(&self) -> Vec<ksni::Icon> {
        let pictures = self.face.pictures.iter();
        pictures
            .map(|picture| ksni::Icon {
                width: i32::from(picture.size),
                height: i32::from(picture.size),
                data: picture.argb.clone(),
            })
            .collect()
    }
}

impl ksni::Tray for Item {
    fn id(&self) -> String {
        APPLICATION.to_owned()
    }

    fn category(&self) -> ksni::Category {
        ksni::Category::Communications
    }

    fn title(&self) -> String {
        self.face.title.clone()
    }

    fn status(&self) -> ksni::Status {
        if self.face.attention {
            ksni::Status::NeedsAttention
        } else {
            ksni::Status::Active
        }
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        self.pictures()
    }

    fn attention_icon_pixmap(&self) -> Vec<ksni::Icon> {
        self.pictures()
    }

    fn tool_tip(&self) -> ksni::ToolTip {
        let lines = self.face.lines.iter();
        let lines: Vec<String> = lines.map(|line| escaped(line)).collect();
        ksni::ToolTip {
            title: self.face.title.clone(),
            description: lines.join("<br/>"),
            ..ksni::ToolTip::default()
        }
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        self.tell(Told::Icon);
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        self.face.menu.iter().map(entry).collect()
    }
}

fn entry(entry: &Entry) -> MenuItem<Item> {
    match entry {
        Entry::Separator => MenuItem::Separator,
        Entry::Press(Choice { name, label }) => {
            let name = name.clone();
            StandardItem {
                label: literal(label),
                activate: Box::new(move |item: &mut Item| item.tell(Told::Chosen(name.clone()))),
                ..StandardItem::default()
            }
            .into()
        }
        Entry::OneOf { choices, chosen } => {
            let names: Vec<String> = choices.iter().map(|choice| choice.name.clone()).collect();
            let options = choices.iter().map(|choice| RadioItem {
                label: literal(&choice.label),
                ..RadioItem::default()
            });
            RadioGroup {
                selected: chosen.unwrap_or(usize::MAX),
                options: options.collect(),
                select: Box::new(move |item: &mut Item, place| {
                    if let Some(name) = names.get(place) {
                        item.tell(Told::Chosen(name.clone()));
                    }
                }),
            }
            .into()
        }
    }
}

/// A label in which no letter is taken for an access key.
fn literal(label: &str) -> String {
    label.replace('_', "__")
}

/// So long a panel may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Who has to be on the bus.
const WATCHER: &str = "org.kde.StatusNotifierWatcher";
/// The name of the program among all items.
const APPLICATION: &str = "io.github.siskin.Siskin";
