//! What a final response to a SUBSCRIBE means (RFC 6665 §4.1.2, RFC 3261 §21, RFC 5057 §5.1).
//!
//! A 401 or 407 gets here only if it cannot or must not be answered; refused credentials are reported apart.

/// What follows from a final response to an initial SUBSCRIBE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnInitial {
    /// Accepted; the NOTIFY decides (EV-026).
    Accepted,
    /// Try the Contacts of the response (EV-036).
    Redirected,
    /// Ask for a longer expiry (EV-030).
    TooBrief,
    /// Ask in another way, if there is one left; else stop (EV-009, EV-031, EV-034, EV-035).
    Vary,
    /// Do not ask again by itself (EV-032, EV-033).
    Stop,
    /// Ask again after Retry-After or a long wait (404, EV-033).
    LongWait,
    /// Ask again after Retry-After or the growing wait (EV-039, EV-094).
    Wait,
}

/// What follows from a final response to a SUBSCRIBE in a dialog (appendix 2 of the requirements).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnRefresh {
    /// Refreshed; Timer N waits for the NOTIFY.
    Refreshed,
    /// Refreshed, and no NOTIFY will come (RFC 5839 §5.2).
    RefreshedQuietly,
    /// Ask for a longer expiry in the dialog (EV-030).
    TooBrief,
    /// The usage is over; a new subscription takes its place at once (EV-045).
    EndedRenew,
    /// The usage is over; a new subscription is tried, but not at once.
    EndedWait,
    /// The usage is over, and so is the subscription (EV-043).
    EndedStop,
    /// The usage lives until its expiry; another try in the dialog after Retry-After or a wait (EV-044).
    Spared,
    /// The usage lives until its expiry; asking again in it has no sense (EV-032).
    SparedSilent,
    /// The usage lives until its expiry, but the way to it is broken: a fresh subscription in parallel (EV-047).
    SparedParallel,
}

/// Reads the code of a response to an initial SUBSCRIBE. Unknown codes count as x00 of their class (EV-037).
pub(crate) fn on_initial(code: u16) -> OnInitial {
    match code {
        ..=299 => OnInitial::Accepted,
        300..=399 => OnInitial::Redirected,
        423 => OnInitial::TooBrief,
        406 | 415 | 416 | 420 | 421 | 488 | 489 => OnInitial::Vary,
        401 | 403 | 405 | 407 | 410 | 501 | 603 | 604 => OnInitial::Stop,
        404 | 482 | 483 => OnInitial::LongWait,
        _ => OnInitial::Wait,
    }
}

/// Reads the code of a response to a SUBSCRIBE in a dialog.
pub(crate) fn on_refresh(code: u16) -> OnRefresh {
    match code {
        204 => OnRefresh::RefreshedQuietly,
        ..=299 => OnRefresh::Refreshed,
        423 => OnRefresh::TooBrief,
        481 => OnRefresh::EndedRenew,
        404 | 480 | 482..=485 => OnRefresh::EndedWait,
        405 | 410 | 416 | 489 | 501 | 604 => OnRefresh::EndedStop,
        300..=399 | 502 => OnRefresh::SparedParallel,
        401 | 403 | 407 | 603 => OnRefresh::SparedSilent,
        _ => OnRefresh::Spared,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ev_043_codes_that_end_a_usage() {
        let ends = [
            404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604,
        ];
        for code in 300..700 {
            let ended = matches!(
                on_refresh(code),
                OnRefresh::EndedRenew | OnRefresh::EndedWait | OnRefresh::EndedStop
            );
            assert_eq!(ended, ends.contains(&code), "{code}");
        }
    }

    #[test]
    fn ev_044_other_codes_spare_it() {
        for code in [
            400, 406, 408, 413, 415, 420, 421, 491, 494, 500, 503, 504, 600, 606, 699,
        ] {
            assert_eq!(on_refresh(code), OnRefresh::Spared, "{code}");
        }
        assert_eq!(on_refresh(403), OnRefresh::SparedSilent);
        assert_eq!(on_refresh(502), OnRefresh::SparedParallel);
    }

    #[test]
    fn ev_026_202_is_200() {
        assert_eq!(on_initial(202), on_initial(200));
        assert_eq!(on_refresh(202), on_refresh(200));
        // A 204 outside a dialog is a plain 2xx (EV-087).
        assert_eq!(on_initial(204), OnInitial::Accepted);
        assert_eq!(on_refresh(204), OnRefresh::RefreshedQuietly);
    }

    #[test]
    fn ev_033_permanent_codes() {
        for code in [403, 405, 410, 501, 603, 604] {
            assert_eq!(on_initial(code), OnInitial::Stop, "{code}");
        }
        assert_eq!(on_initial(404), OnInitial::LongWait);
        assert_eq!(on_initial(480), OnInitial::Wait);
    }

    #[test]
    fn ev_037_unknown_codes_count_as_their_class() {
        assert_eq!(on_initial(499), on_initial(400));
        assert_eq!(on_initial(599), on_initial(500));
        assert_eq!(on_initial(399), on_initial(300));
        assert_eq!(on_refresh(699), on_refresh(600));
        // TX-011
        for code in [494, 513, 414, 505, 430] {
            assert_eq!(on_refresh(code), OnRefresh::Spared, "{code}");
        }
    }
}
