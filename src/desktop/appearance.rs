//! Light or dark, usual or high contrast, as the desktop says.

/// What the user has chosen for the whole desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColorScheme {
    /// Dark text on a light ground.
    Light,
    /// Light text on a dark ground.
    Dark,
}

/// How the user wants everything on this desktop to look, as far as it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Preference {
    /// Light or dark; `None` when the desktop has no answer.
    pub scheme: Option<ColorScheme>,
    /// Whether high contrast is asked for.
    pub high_contrast: bool,
}

/// Asks the desktop. `None` when it gives no answer, or none at once: then what is known from elsewhere stays true. To be
/// awaited on a tokio runtime.
#[cfg(target_os = "linux")]
pub async fn preference() -> Option<Preference> {
    in_time(async { portal::ask(&zbus::Connection::session().await?).await }).await
}

/// Asks the desktop; so far there is nobody to ask on this system.
#[cfg(not(target_os = "linux"))]
pub async fn preference() -> Option<Preference> {
    None
}

#[cfg(target_os = "linux")]
async fn in_time(asking: impl Future<Output = zbus::Result<Preference>>) -> Option<Preference> {
    let asked = tokio::time::timeout(portal::TIMEOUT, asking).await.ok()?;
    let told = |error: &zbus::Error| {
        tracing::debug!(%error, "the desktop does not say how things are to look");
    };
    asked.inspect_err(told).ok()
}

#[cfg(target_os = "linux")]
mod portal {
    use std::time::Duration;

    use zbus::Connection;
    use zbus::zvariant::Value;

    use super::{ColorScheme, Preference};

    /// Asks the settings portal (org.freedesktop.portal.Settings, namespace `org.freedesktop.appearance`). One that
    /// knows no contrast (they do since 2023) has an error for that question, which is an answer too.
    pub(super) async fn ask(bus: &Connection) -> zbus::Result<Preference> {
        let scheme = match number(bus, "color-scheme").await? {
            Some(1) => Some(ColorScheme::Dark),
            Some(2) => Some(ColorScheme::Light),
            _ => None,
        };
        let contrast = match number(bus, "contrast").await {
            Err(zbus::Error::MethodError(..)) => None,
            other => other?,
        };
        Ok(Preference {
            scheme,
            high_contrast: contrast == Some(1),
        })
    }

    async fn number(bus: &Connection, key: &str) -> zbus::Result<Option<u32>> {
        let question = ("org.freedesktop.appearance", key);
        let call = |method: &'static str| {
            bus.call_method(
                Some("org.freedesktop.portal.Desktop"),
                "/org/freedesktop/portal/desktop",
                Some("org.freedesktop.portal.Settings"),
                method,
                &question,
            )
        };
        // Portals before version 2 know only the older call, which wraps its answer once more.
        let reply = match call("ReadOne").await {
            Err(zbus::Error::MethodError(..)) => call("Read").await?,
            other => other?,
        };
        let body = reply.body();
        let mut value: &Value<'_> = &body.deserialize()?;
        while let Value::Value(inner) = value {
            value = inner;
        }
        Ok(match value {
            Value::U32(number) => Some(*number),
            _ => None,
        })
    }

    /// Time for an answer; a window does not wait for longer with its first frame.
    pub(super) const TIMEOUT: Duration = Duration::from_millis(500);
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::time::Duration;

    use zbus::connection::Builder;
    use zbus::interface;
    use zbus::zvariant::{OwnedValue, Value};

    use super::*;
    use crate::desktop::testing::bus;

    /// A portal of the first version, or a later one.
    struct Settings {
        scheme: u32,
        /// `None`: it does not know the word.
        contrast: Option<u32>,
        old: bool,
    }

    impl Settings {
        fn answer(&self, namespace: &str, key: &str) -> zbus::fdo::Result<u32> {
            assert_eq!(namespace, "org.freedesktop.appearance");
            match (key, self.contrast) {
                ("color-scheme", _) => Ok(self.scheme),
                ("contrast", Some(contrast)) => Ok(contrast),
                ("contrast", None) => Err(zbus::fdo::Error::Failed("not found".to_owned())),
                other => panic!("{other:?}"),
            }
        }
    }

    #[interface(name = "org.freedesktop.portal.Settings")]
    impl Settings {
        fn read_one(&self, namespace: &str, key: &str) -> zbus::fdo::Result<OwnedValue> {
            if self.old {
                return Err(zbus::fdo::Error::UnknownMethod("ReadOne".to_owned()));
            }
            self.answer(namespace, key).map(Into::into)
        }

        fn read(&self, namespace: &str, key: &str) -> zbus::fdo::Result<OwnedValue> {
            let inner = Value::Value(Box::new(Value::U32(self.answer(namespace, key)?)));
            Ok(inner.try_into().unwrap())
        }
    }

    /// Asks a portal on a bus of our own.
    async fn answer(address: &str, settings: Settings) -> Preference {
        let portal = Builder::address(address)
            .unwrap()
            .serve_at("/org/freedesktop/portal/desktop", settings)
            .unwrap()
            .name("org.freedesktop.portal.Desktop")
            .unwrap()
            .build()
            .await
            .unwrap();
        let client = Builder::address(address).unwrap().build().await.unwrap();
        let asked = tokio::time::timeout(Duration::from_secs(5), portal::ask(&client)).await;
        portal
            .release_name("org.freedesktop.portal.Desktop")
            .await
            .unwrap();
        asked.unwrap().unwrap()
    }

    #[tokio::test]
    async fn no_answer_is_no_preference() {
        assert_eq!(in_time(std::future::pending()).await, None);
        let failed = async { Err(zbus::Error::InvalidReply) };
        assert_eq!(in_time(failed).await, None);
        let (_bus, address) = bus();
        let client = Builder::address(&*address).unwrap().build().await.unwrap();
        assert_eq!(in_time(portal::ask(&client)).await, None, "nobody serves");
        let said = Preference {
            scheme: None,
            high_contrast: true,
        };
        assert_eq!(in_time(async { Ok(said) }).await, Some(said));
    }

    #[tokio::test]
    async fn the_portal_says_light_or_dark_and_how_much_contrast() {
        let (_bus, address) = bus();
        let dark = Some(ColorScheme::Dark);
        let light = Some(ColorScheme::Light);
        for (scheme, contrast, old, expected) in [
            (1, None, false, (dark, false)),
            (2, Some(0), false, (light, false)),
            (0, Some(1), false, (None, true)),
            (1, Some(1), true, (dark, true)),
            (1, None, true, (dark, false)),
            (9, Some(9), false, (None, false)),
        ] {
            let settings = Settings {
                scheme,
                contrast,
                old,
            };
            let said = answer(&address, settings).await;
            assert_eq!((said.scheme, said.high_contrast), expected);
        }
    }
}
