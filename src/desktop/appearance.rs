//! Light or dark, as the desktop says.

/// What the user has chosen for the whole desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColorScheme {
    /// Dark text on a light ground.
    Light,
    /// Light text on a dark ground.
    Dark,
}

/// Asks the desktop; `None` when it has no answer, or gives none at once. To be awaited on a tokio runtime.
#[cfg(target_os = "linux")]
pub async fn color_scheme() -> Option<ColorScheme> {
    let asked = tokio::time::timeout(portal::TIMEOUT, async {
        portal::ask(&zbus::Connection::session().await?).await
    });
    match asked.await.ok()? {
        Ok(answer) => answer,
        Err(error) => {
            tracing::debug!(%error, "the desktop does not say whether it is light or dark");
            None
        }
    }
}

/// Asks the desktop; so far there is nobody to ask on this system.
#[cfg(not(target_os = "linux"))]
pub async fn color_scheme() -> Option<ColorScheme> {
    None
}

#[cfg(target_os = "linux")]
mod portal {
    use std::time::Duration;

    use zbus::Connection;
    use zbus::zvariant::Value;

    use super::ColorScheme;

    /// Asks the settings portal (org.freedesktop.portal.Settings, namespace `org.freedesktop.appearance`).
    pub(super) async fn ask(bus: &Connection) -> zbus::Result<Option<ColorScheme>> {
        let call = |method: &'static str| {
            bus.call_method(
                Some("org.freedesktop.portal.Desktop"),
                "/org/freedesktop/portal/desktop",
                Some("org.freedesktop.portal.Settings"),
                method,
                &("org.freedesktop.appearance", "color-scheme"),
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
            Value::U32(1) => Some(ColorScheme::Dark),
            Value::U32(2) => Some(ColorScheme::Light),
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
        answer: u32,
        old: bool,
    }

    #[interface(name = "org.freedesktop.portal.Settings")]
    impl Settings {
        fn read_one(&self, namespace: &str, key: &str) -> zbus::fdo::Result<OwnedValue> {
            if self.old {
                return Err(zbus::fdo::Error::UnknownMethod("ReadOne".to_owned()));
            }
            assert_eq!(
                (namespace, key),
                ("org.freedesktop.appearance", "color-scheme")
            );
            Ok(self.answer.into())
        }

        fn read(&self, namespace: &str, key: &str) -> OwnedValue {
            assert_eq!(
                (namespace, key),
                ("org.freedesktop.appearance", "color-scheme")
            );
            let inner = Value::Value(Box::new(Value::U32(self.answer)));
            inner.try_into().unwrap()
        }
    }

    /// Asks a portal on a bus of our own.
    async fn answer(address: &str, answer: u32, old: bool) -> Option<ColorScheme> {
        let portal = Builder::address(address)
            .unwrap()
            .serve_at("/org/freedesktop/portal/desktop", Settings { answer, old })
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
    async fn the_portal_says_light_or_dark() {
        let (_bus, address) = bus();
        assert_eq!(answer(&address, 1, false).await, Some(ColorScheme::Dark));
        assert_eq!(answer(&address, 2, false).await, Some(ColorScheme::Light));
        assert_eq!(answer(&address, 0, false).await, None);
        assert_eq!(answer(&address, 1, true).await, Some(ColorScheme::Dark));
    }
}
