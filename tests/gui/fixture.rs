//! The fixture itself: a screen shows what is drawn, hands reach a window, a keyring opens.

use std::time::Duration;

use tempfile::TempDir;

use crate::bus::Bus;
use crate::picture::{Area, Picture};
use crate::screen::{HEIGHT, Screen, WIDTH, journal};

#[test]
fn a_window_is_seen_moved_and_typed_to() {
    let screen = Screen::start();
    let before = screen.look();
    assert_eq!(before.colours(before.area()), 1, "an empty screen");

    let folder = TempDir::new().unwrap();
    // ImageMagick's own viewer: a window of one colour that ends on the letter q.
    let arguments = ["-title", "greenfinch", "-size", "300x200", "xc:#3ca03c"];
    let mut viewer = screen.run("display", &arguments, |command| {
        command.stderr(journal(folder.path()));
    });
    let window = screen.wait_for_window("greenfinch");
    let green = [0x3c, 0xa0, 0x3c];
    let shown = screen.wait_until(Duration::from_secs(10), |picture| {
        picture.count(picture.area(), green, 8) > 50_000
    });
    let place = shown.find(shown.area(), green, 8).unwrap();
    assert!(place.width >= 300 && place.height >= 200, "{place:?}");
    assert!(shown.brightness(place) > 80);

    screen.resize(&window, 320, 240);
    screen.wait_until_still();
    let file = folder.path().join("screen.png");
    screen.photograph(&file);
    assert!(std::fs::read(&file).unwrap().starts_with(b"\x89PNG"));

    screen.click(640, 450);
    assert_eq!(screen.mouse(), (640, 450));
    screen.wait_for_window("greenfinch");
    screen.write("");
    screen.press("q");
    assert!(
        viewer.wait(Duration::from_secs(10)).is_some(),
        "q was not received"
    );
    screen.wait_until(Duration::from_secs(5), |picture| {
        picture.count(picture.area(), green, 8) == 0
    });
}

#[test]
fn two_screens_do_not_share_anything() {
    let (first, second) = (Screen::start(), Screen::start());
    assert_ne!(first.name(), second.name());
    first.click(10, 20);
    second.click(30, 40);
    assert_eq!((first.mouse(), second.mouse()), ((10, 20), (30, 40)));
}

#[test]
fn a_keyring_comes_and_goes() {
    let mut bus = Bus::start();
    assert!(bus.address().starts_with("unix:"));
    assert!(!bus.has_owner("org.freedesktop.secrets"));
    bus.open_keyring();
    assert!(bus.has_owner("org.freedesktop.secrets"));
    bus.close_keyring();
    assert!(!bus.has_owner("org.freedesktop.secrets"));
}

#[test]
fn pictures_are_measured_rightly() {
    let mut bytes = vec![0; WIDTH * HEIGHT * 3];
    for (x, y) in [(5, 7), (9, 11)] {
        let at = (y * WIDTH + x) * 3;
        bytes[at..at + 3].copy_from_slice(&[200, 10, 10]);
    }
    let picture = Picture::new(WIDTH, HEIGHT, bytes);
    let red = [205, 12, 8];
    assert_eq!(picture.colour(5, 7), [200, 10, 10]);
    assert_eq!(picture.count(picture.area(), red, 5), 2);
    assert_eq!(picture.count(picture.area(), red, 4), 0);
    assert_eq!(
        picture.find(picture.area(), red, 5),
        Some(Area {
            x: 5,
            y: 7,
            width: 5,
            height: 5
        })
    );
    assert_eq!(
        picture.find(
            Area {
                x: 0,
                y: 0,
                width: 5,
                height: 5
            },
            red,
            5
        ),
        None
    );
    assert_eq!(picture.colours(picture.area()), 2);
    assert_eq!(
        picture.brightness(Area {
            x: 5,
            y: 7,
            width: 1,
            height: 1
        }),
        73
    );
}
