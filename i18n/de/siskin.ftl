# Siskin auf Deutsch. Ein Satz sagt, was geschah, warum, und was zu tun ist.

app-name = Siskin
title-demo = Siskin – Demobüro
back = Zurück
close = Schließen
dismiss = Ausblenden
undo = Rückgängig
retry-now = Jetzt versuchen
enter-password = Passwort eingeben
of-account = { $account }: { $text }
account-of = Konto

## Anmeldung

log-in-intro = Sehen, wer erreichbar ist und ob eine Nachricht wartet.
log-in-address = Ihre SIP-Adresse
log-in-address-hint = So, wie Sie sie von Verwaltung oder Anbieter bekommen haben.
log-in-address-short = Ihr Name genügt: @{ $domain } wird ergänzt.
log-in-preset = Ihre Verwaltung hat { $name } auf diesem Rechner eingerichtet.
log-in-password = Passwort
log-in-password-missing = Geben Sie das Passwort Ihres SIP-Kontos ein.
log-in-password-kept = Leer lassen, um das Passwort so zu lassen, wie es ist.
log-in-remember = Passwort im Schlüsselbund des Systems merken
log-in-advanced = Erweitert
log-in-proxy = Ausgehender Proxy
log-in-proxy-hint = Nur, wenn Ihre Verwaltung einen vorgibt. Mehrere stehen mit Leerzeichen dazwischen.
log-in-proxy-problem = Schreiben Sie einen Rechner oder eine URI wie sip:proxy.example.com;transport=tcp
log-in-transport = Transport
log-in-auth-user = Benutzername zur Anmeldung
log-in-auth-user-hint = Nur, wenn er vom Namen in der Adresse abweicht.
log-in-xcap = XCAP-Wurzel
log-in-xcap-hint = Wo der Server verwahrt, wer Sie sehen darf. Leer: wird aus der Domain erraten.
log-in-xcap-problem = Schreiben Sie eine Adresse, die mit https:// beginnt.
log-in-ca = Zertifizierungsstelle
log-in-ca-hint = Eine PEM-Datei, der dieses Konto zusätzlich zum System vertraut.
log-in-ca-problem = Diese Datei gibt es nicht. Schreiben Sie den ganzen Pfad einer PEM-Datei.
log-in-from-administrator = Von Ihrer Verwaltung. Was Sie hier schreiben, gilt stattdessen.
log-in-button = Anmelden
log-in-another = Mit noch einem Konto anmelden
log-in-already = Dieses Konto ist schon angemeldet.
log-in-demo = Im Demobüro umsehen
log-in-demo-opening = Das Demobüro öffnet…
log-in-demo-hint = Ohne Konto, ohne Netz: ein kleines Büro auf diesem Rechner, in dem Kollegen kommen und gehen.
log-in-demo-failed = Das Demobüro konnte nicht geöffnet werden.

## The first log-in, step by step

assist-title = Anmelden
assist-intro = { $address } wird ausprobiert …
assist-running = Läuft …
assist-ok = Geht
assist-untried = Nicht versucht
assist-no-xcap = Keiner gefunden. Unter „Erweitert“ können Sie einen nennen.
assist-dns = Server nachschlagen
assist-connection = Verbinden
assist-register = Anmelden
assist-presence = Erreichbarkeit
assist-messages = Wartende Nachrichten
assist-watchers = Wer Sie sieht
assist-calls = Gespräche anderer
assist-publish = Eigenen Status veröffentlichen
assist-xcap = Listen und Regeln auf dem Server (XCAP)
assist-open = Geht, ist aber nicht verschlüsselt: Wer dazwischen sitzt, kann mitlesen.
assist-no-server = Für diese Domain ist kein Server bekannt.
assist-some-servers = Einige der Server lassen sich gerade nicht nachschlagen.
assist-certificate = Dem Zertifikat des Servers wird nicht vertraut.
assist-failed-certificate = Der Server kann nicht beweisen, wer er ist.
assist-failed-settings = Etwas in den Angaben zum Konto ist unbrauchbar.
assist-failed-dns = Für diese Domain wurde kein Server gefunden.
assist-failed-dns-hint = Vielleicht ist die Domain falsch geschrieben, oder ihre Server stehen nicht im DNS. Ihre Verwaltung kennt den Namen des Servers.
assist-enter-server = Server eingeben
assist-failed-connection = Der Server ist nicht erreichbar.
assist-failed-connection-hint = Es kann am Netz, an einer Firewall oder am Server liegen. Versuchen Sie es gleich noch einmal.
assist-again = Noch einmal versuchen
assist-failed-password = Der Server nimmt Name und Passwort nicht an.
assist-failed-password-hint = Prüfen Sie die Schreibweise von beidem. Manche Server wollen einen anderen Benutzernamen; er steht unter „Erweitert“.
assist-correct = Name und Passwort prüfen
assist-failed-register = Der Server lässt dieses Konto nicht anmelden.
assist-failed-part = Sie können sich anmelden, aber nicht alles geht.
assist-failed-part-hint = Was nicht geht, ist oben bezeichnet. Das Übrige ist benutzbar; was fehlt, wird von selbst wieder versucht.
assist-enter = Trotzdem anmelden
assist-back = Zurück
assist-details = Was gefunden wurde, Wort für Wort
assist-trace = Was gesendet und empfangen wurde

## Certificates

certificate-title = Zertifikat von { $server }
certificate-notice = Dem Zertifikat von { $server } wird nicht vertraut.
certificate-notice-hint = Bis das geklärt ist, wird nichts dorthin gesendet, am wenigsten Ihr Passwort.
certificate-changed = { $server } zeigt ein anderes Zertifikat als das, dem Sie vertrauen.
certificate-changed-hint = Vielleicht hört jemand dazwischen mit. Vertrauen Sie dem neuen nur, wenn Ihre Verwaltung sagt, dass es geändert wurde.
certificate-look = Ansehen
certificate-wrong = Was nicht stimmt
certificate-shown = Was der Server zeigt
certificate-names = Für
certificate-no-names = niemanden
certificate-valid = Gültig
certificate-valid-span = { $from } bis { $to }
certificate-issuer = Unterschrieben von
certificate-fingerprint = Fingerabdruck (SHA-256)
certificate-copy = Fingerabdruck kopieren
certificate-compared = Ich habe den Fingerabdruck mit der Angabe meiner Verwaltung verglichen.
certificate-trust = Für dieses Konto vertrauen
certificate-trust-hint = Das gilt nur für dieses Konto und genau dieses Zertifikat. In den Einstellungen können Sie es zurücknehmen.
certificate-refuse = Nicht verbinden
certificate-authority-use = Dieser Stelle vertrauen
distrust-expired = Es ist abgelaufen.
distrust-early = Es ist noch nicht gültig. Geht die Uhr dieses Rechners richtig?
distrust-self = Es unterschreibt sich selbst: Niemand sonst bürgt dafür.
distrust-issuer = Keine Stelle, der hier vertraut wird, hat es unterschrieben.
distrust-name = Es gilt nicht für { $server }.
distrust-purpose = Es ist nicht für Server gedacht.
distrust-revoked = Seine Stelle hat es widerrufen.
transport-automatic = Automatisch
transport-settled = Wie eingerichtet ({ $transport })

address-empty = Geben Sie eine Adresse ein.
address-no-domain = Ergänzen Sie die Domain: name@example.com
address-no-user = Der Name vor dem @ fehlt.
address-bad-character = Eine Adresse kann „{ $character }“ nicht enthalten.
address-space = Eine Adresse kann kein Leerzeichen enthalten.
address-other-scheme = Hier gehen nur SIP-Adressen und tel:-Nummern.
address-malformed = Das ist keine Adresse. Schreiben Sie sie wie name@example.com

## Passwort

password-title = Passwort
password-refused = Der Server hat das Passwort für { $address } abgelehnt.
password-refused-hint = Prüfen Sie es, auch Groß- und Kleinschreibung, und geben Sie es erneut ein. Stimmt es, heißt der Benutzername zur Anmeldung vielleicht anders.
password-not-remembered = Geben Sie das Passwort für { $address } ein. Im Schlüsselbund ist keines, oder er ist gesperrt.
password-enter = Geben Sie das Passwort für { $address } ein.
password-no-keyring-notice = Auf diesem Rechner kann es nicht gemerkt werden.
password-no-keyring-hint = Siskin schreibt nie ein Passwort in eine Datei; beim nächsten Start werden Sie wieder gefragt.
password-change = Geben Sie das neue Passwort für { $address } ein. Siskin meldet sich sofort damit an.
password-use = Anmelden
password-edit-account = Angaben zum Konto prüfen
keyring-not-remembered = Das Passwort konnte nicht gemerkt werden. Beim nächsten Start werden Sie wieder gefragt.
keyring-not-forgotten = Das Passwort steht vielleicht noch im Schlüsselbund.
keyring-no-service = Auf diesem Rechner läuft kein Schlüsselbund.
keyring-locked = Der Schlüsselbund ist gesperrt.
keyring-no-answer = Der Schlüsselbund hat nicht geantwortet.
keyring-not-text = Was im Schlüsselbund steht, ist kein Passwort.
keyring-failed = Der Schlüsselbund meldet: { $detail }.

## Status

status-available = Verfügbar
status-away = Abwesend
status-busy = Beschäftigt
status-on-the-phone = Am Telefon
status-in-a-meeting = In einer Besprechung
status-do-not-disturb = Bitte nicht stören
status-out-to-lunch = Beim Essen
status-vacation = Im Urlaub
status-travel = Unterwegs
status-offline = Offline
status-unknown = Unbekannt

own-status = Status
own-not-set = Status wählen
own-not-shared = { $status }, aber niemand kann es sehen
own-not-shared-everywhere = { $status }, aber nicht alle können es sehen
own-until = { $status } bis { $time }
own-away = Abwesend, weil niemand am Rechner ist
own-end = Bis
own-end-open = Auf Weiteres
own-end-today = Mitternacht
own-end-at = Uhrzeit…
own-end-time = Uhrzeit
own-end-wrong = Schreiben Sie eine Uhrzeit wie 15:00
own-lately = Zuletzt
own-forget = Nicht mehr anbieten
own-keep = Auch behalten, während ich abgemeldet bin
own-kept = Während Sie abgemeldet sind: { $status }
own-kept-remove = Entfernen
end-midnight = Mitternacht
own-note = Notiz
own-note-hint = Alle, denen Sie es erlaubt haben, können sie lesen. Die Eingabetaste ändert nur die Notiz.
tip-search = Suchen (Strg+F)
tip-add = Kontakt hinzufügen (Strg+N)
tip-settings = Einstellungen (Strg+,)

## Kontakte

buddy-asking = Wird gefragt…
buddy-unknown-why = Zurzeit wird Ihnen nichts mitgeteilt.
buddy-waiting = Wartet auf Zustimmung
buddy-waiting-why = Ihre Anfrage ist gesendet. Die Antwort erscheint hier von selbst.
buddy-refused = Anfrage abgelehnt
buddy-refused-why = Diese Person teilt ihre Präsenz nicht mit Ihnen.
buddy-stale = Zuletzt: { $status }
buddy-stale-why = Seit einer Weile kam nichts mehr; das kann sich geändert haben.
buddy-paused = Nicht beobachtet
buddy-paused-why = Sie beobachten diese Person zurzeit nicht.
buddy-calls-only = Präsenz wird hier nicht geteilt. Das sagt das Telefon.
calls-idle = In keinem Gespräch
calls-calling = Ruft jemanden an
calls-ringing = Das Telefon klingelt
calls-somebody = Ein Gespräch
calls-with = Gespräch mit { $name }
calls-to = Gespräch, angerufen: { $name }
calls-from = Gespräch, Anruf von { $name }
since-today = seit{"\u00A0"}{ $time }
since-yesterday = seit{"\u00A0"}gestern
since-date = seit{"\u00A0"}{ $day }.{ $month }.{ $year }
moment = { $day }.{ $month }.{ $year } { $time }
day = { $day }.{ $month }.{ $year }
reason-refused = Der Server erlaubt es nicht.
reason-no-such-address = Der Server kennt diese Adresse nicht.
reason-not-offered = Der Server bietet das nicht an.
reason-no-answer = Der Server hat nicht geantwortet.
reason-unreachable = Der Server ist nicht erreichbar.
reason-password = Der Server will ein anderes Passwort.
reason-other = Der Server sagt: { $reason }
details-note = „{ $note }“
details-account = Über { $account }
details-devices = { $count ->
    [one] { $count } Gerät
   *[other] { $count } Geräte
}
call = Anrufen
details-await = Melden, wenn verfügbar
details-awaited = Nicht mehr melden
details-message = Nachricht
details-mail = E-Mail
details-pick-up = Gespräch annehmen
details-today = Heute
details-today-none = Heute hat sich nichts geändert.
details-today-more = { $count ->
    [one] { $count } frühere Änderung
   *[other] { $count } frühere Änderungen
}
details-person = Person
details-local-time = Dort ist es { $time }.
details-local-time-in = Dort ist es { $time } ({ $zone }).
details-place = Ort: { $place }
details-mood = Stimmung: { $mood }
details-why = Warum das gezeigt wird
details-devices-more = { $count } weitere werden nicht gezeigt.
details-subscription = Verbindung
details-presence = Präsenz
details-telephone = Telefon
details-connections = Alle Verbindungen
details-kept = Auf Ihrer Liste
details-watch = Diese Person beobachten
details-calls = Auch das Telefon beobachten
details-announce = Jedes Mal melden, wenn verfügbar
details-activity = Ganzer Verlauf
details-mute = Mir nie etwas über diese Person melden
details-groups = Gruppen
details-group-new = Neue Gruppe
details-name-hint = Wie Sie sie nennen. Die Eingabetaste ändert es.
why-activity = Mitgeteilte Tätigkeit: { $what }
why-idle = Die Geräte wurden seit einer Weile nicht benutzt.
why-idle-since = Die Geräte wurden nicht benutzt ({ $since }).
why-open = Ein Gerät sagt, dass die Person erreichbar ist.
why-closed = Jedes Gerät sagt, dass die Person nicht erreichbar ist.
why-decided-by = Das Wort der Stelle { $notifier } zählt.
why-notifiers = { $count } Stellen antworten für sie.
why-list = Mitgeteilt von der Liste { $list }.
why-note-by = Die Notiz ist die der Stelle { $notifier }.
why-note-of = Stelle { $notifier }: „{ $note }“
why-may-be-old = Das ist dasselbe wie zuvor oder älter: Es kann noch stimmen, oder jemand hat Mitgehörtes noch einmal gesendet.
device-open = Erreichbar
device-closed = Nicht erreichbar
device-silent = Sagt nichts dazu
device-idle = unbenutzt
device-idle-since = unbenutzt { $since }
device-decides = Das entscheidet.
device-agrees = Das sagt dasselbe.
device-open-elsewhere = Ein anderes Gerät ist erreichbar, und das zählt.
device-superseded = Ein neueres Wort desselben Geräts ist an seine Stelle getreten.
device-somebody-else = Das ist jemand anderes: { $about }
device-not-electronic = Das ist kein Weg für Anrufe: { $about }
device-notifier = Stelle { $notifier }
device-coming = { $what } ab { $from }
device-coming-until = { $what } von { $from } bis { $until }
details-copy = Adresse kopieren
details-sight = Was die Person sieht
details-remove = Entfernen
group-none = Übrige
group-count = { $there } von { $people }
group-change = Diese Gruppe ändern
group-name = Name der Gruppe
group-name-hint = Die Eingabetaste benennt sie um.
group-up = Nach oben
group-down = Nach unten
group-dissolve = Gruppe auflösen
group-dissolve-hint = Die Personen bleiben auf Ihrer Liste.
removed = { $name } wurde entfernt
search-example = Name oder Adresse
search-nobody = Niemand auf Ihrer Liste heißt so.
list-name = Die Personen auf Ihrer Liste
list-unread = Hat sich inzwischen geändert
list-hidden = { $count ->
    [one] { $count } Person auf Ihrer Liste ist offline.
   *[other] Alle { $count } Personen auf Ihrer Liste sind offline.
}
list-show = Zeigen
empty-title = Noch niemand hier
empty-hint = Fügen Sie jemanden hinzu, um zu sehen, ob er erreichbar ist.
empty-hint-offline = Fügen Sie jetzt jemanden hinzu; gefragt wird, sobald Sie verbunden sind.
empty-button = Kontakt hinzufügen

## Benachrichtigungen

news-requests = { $count ->
    [one] { $count } Person möchte Ihre Präsenz sehen
   *[other] { $count } Personen möchten Ihre Präsenz sehen
}
news-available = { $name } ist verfügbar
news-from = Von { $name }
news-call-voicemail = Mailbox anrufen
not-opened = Kein Programm auf diesem Rechner nimmt Anrufe an.

## Symbol in der Leiste

tray-open = Siskin öffnen
tray-nobody = Niemand ist angemeldet
tray-quit = Beenden
closing-explained = Siskin läuft in der Leiste weiter.
closing-explained-hint = Auch geschlossen meldet es Ihnen Anfragen und Nachrichten; sein Symbol öffnet das Fenster wieder. In den Einstellungen können Sie das ändern.
closing-keep-running = Fenster schließen
closing-quit = Siskin beenden

## Kontakt hinzufügen

add-buddy-title = Kontakt hinzufügen
add-buddy-intro = Die Person wird gefragt, ob Sie ihre Präsenz sehen dürfen.
add-buddy-address = Adresse
add-buddy-address-hint = Eine Adresse, oder nur ein Name oder eine Nummer bei { $domain }.
add-buddy-will-be = { $address } wird hinzugefügt.
add-buddy-known = Diese Adresse steht schon auf Ihrer Liste.
add-buddy-self = Das ist Ihre eigene Adresse.
add-buddy-name = Name
add-buddy-name-hint = Wie Sie die Person nennen. Sonst sieht das niemand.
add-buddy-button = Hinzufügen

## Nachrichtenlampe

lamp-voice = { $count ->
    [one] { $count } neue Sprachnachricht
   *[other] { $count } neue Sprachnachrichten
}
lamp-fax = { $count ->
    [one] { $count } neues Fax
   *[other] { $count } neue Faxe
}
lamp-video = { $count ->
    [one] { $count } neue Videonachricht
   *[other] { $count } neue Videonachrichten
}
lamp-text = { $count ->
    [one] { $count } neue Textnachricht
   *[other] { $count } neue Textnachrichten
}
lamp-other = { $count ->
    [one] { $count } neue Nachricht
   *[other] { $count } neue Nachrichten
}
lamp-urgent = { $count } dringend
lamp-old = { $count ->
    [one] { $count } alte Nachricht
   *[other] { $count } alte Nachrichten
}
lamp-waiting = Nachrichten warten
lamp-dark = Keine neuen Nachrichten
lamp-stale = kann sich geändert haben
lamp-unknown = Nachrichten unbekannt
lamp-call = Drücken ruft { $address } an
lamp-no-number = Drücken, um die Nummer Ihrer Mailbox einzugeben
class-voice = Sprache
class-fax = Fax
class-video = Video
class-text = Text
class-old = { $class }: { $count } alt

## Anfragen

request-question = { $name } möchte Ihre Präsenz sehen
request-account = Fragt Ihr Konto { $account }
request-asked = hat { $count }-mal gefragt
request-gone = ist fort; die Antwort gilt beim nächsten Versuch
request-allow = Erlauben
request-allowing = Wird erlaubt…
request-polite = Offline erscheinen
request-block = Sperren
request-blocking = Wird gesperrt…
request-later = Später
request-choices = Mehr…
request-fewer-choices = Weniger
request-add-buddy = Kontakt hinzufügen
request-all = { $count ->
    [one] { $count } Anfrage zeigen
   *[other] Alle { $count } Anfragen zeigen
}
request-all-later = Alle später
request-deferred = { $count ->
    [one] { $count } zurückgestellte Anfrage zeigen
   *[other] { $count } zurückgestellte Anfragen zeigen
}
request-failed = Das wurde nicht gespeichert. { $reason } Versuchen Sie es erneut.
request-waiting = Gemerkt. Der Server erfährt es, sobald er erreichbar ist.
relation-buddy = auf Ihrer Liste
relation-same-domain = aus Ihrer Domain
relation-stranger = unbekannt
source-asserted = Fragt dieses Gerät; von Ihrem Server bestätigt
source-asserted-why = Ihr Server sagt, dass er geprüft hat, wer das gesendet hat.
source-relayed = Fragt dieses Gerät, über Ihren Server
source-relayed-why = Ihr Server hat es weitergereicht und sagt nichts über den Absender. Die meisten Server lassen niemanden eine fremde Adresse verwenden.
source-claimed = Fragt dieses Gerät; niemand hat bestätigt, wer es ist
source-claimed-why = Der Absender sagt es selbst: Es kam an Ihrem Server vorbei, und niemand hat es bestätigt. Fragen Sie auf anderem Weg nach, bevor Sie es erlauben.
bulk-all = { $count ->
    [one] { $count } Anfrage auswählen
   *[other] Alle { $count } Anfragen auswählen
}
bulk-picked = { $count ->
    [one] { $count } Anfrage ist ausgewählt
   *[other] { $count } Anfragen sind ausgewählt
}
terms-until = Wie lange
terms-always = Immer
terms-today = Bis heute Abend
terms-tomorrow = Bis morgen
terms-date = Bis zu einem Tag
terms-day = Letzter Tag
terms-day-hint = Als Tag.Monat.Jahr oder Jahr-Monat-Tag
terms-day-unreadable = Das ist kein Datum. Schreiben Sie es wie 24.12.2027.
terms-day-past = Dieser Tag ist vorbei.
terms-day-words = { $day }.{ $month }.{ $year }
terms-ends = Endet von selbst am { $day } um 24:00 Uhr.
terms-shows = Was gezeigt wird
terms-allow-today = Bis heute Abend erlauben
terms-allow-tomorrow = Bis morgen erlauben
terms-allow-until = Bis { $day } erlauben
shows-state = Offen oder nicht
shows-state-hint = Ob und wo Sie erreichbar sind. Nichts davon, was Sie tun.
shows-activity = Tätigkeit und Notiz
shows-activity-hint = Ob Sie erreichbar sind, was Sie tun, und Ihre Notiz.
shows-everything = Alles
shows-everything-hint = Alles, was Sie veröffentlichen.

## Wer Sie sieht

tip-watchers = Wer Sie sieht (Strg+P)
watchers-title = Wer Sie sieht
watchers-requests = Anfragen ({ $count })
watchers-watching = Beobachter
watchers-past = Früher
watchers-search-hint = Eine ganze Adresse zeigt, was sie sieht.
watchers-sort-name = Nach Namen
watchers-sort-latest = Nach Datum
watchers-sort-sees = Nach Rechten
watchers-nobody = Niemand beobachtet Sie jetzt.
watchers-no-requests = Niemand wartet auf eine Antwort.
watchers-no-past = Niemand ist vermerkt.
watchers-nobody-found = Niemand hier heißt so. Schreiben Sie eine ganze Adresse, um zu sehen, was sie sähe.
watchers-not-watching = beobachtet Sie nicht
watchers-last = zuletzt gesehen { $time }
many-title = Für viele auf einmal
many-hint = Schreiben Sie oben *@example.com, um über alle einer Domain zu entscheiden.
many-domain = Alle bei { $domain }
many-others = Alle anderen
watchers-more = { $count ->
    [one] { $count } weitere Person zeigen
   *[other] Mehr von { $count } weiteren zeigen
}
watchers-revoke = Zurücknehmen
watchers-unblock = Entsperren
watchers-forget = Alle vergessen…
watchers-forget-question = Vergessen, wer Sie beobachtet oder danach gefragt hat?
watchers-forget-hint = Was Sie entschieden haben, bleibt. Anfragen von Personen, die fort sind, werden mit vergessen.
watchers-forget-confirm = Vergessen
watchers-forget-cancel = Behalten
sees-state = sieht, ob Sie erreichbar sind
sees-activity = sieht, was Sie tun, und Ihre Notiz
sees-everything = sieht alles
sees-something = sieht, was andere Regeln durchlassen
sees-offline = sieht Sie offline
sees-refused = wird abgewiesen
sees-confirm = soll jedes Mal erfragt werden
sees-undecided = sieht noch nichts
ground-watcher = nur über diese Person
ground-several = über mehrere Personen
ground-domain = über alle bei { $domain }
ground-everybody = über alle
ground-rule = Regel „{ $rule }“, { $about }
ground-nameless = Eine Regel ohne Namen, { $about }
ground-until = endet { $time }
person-sees = Was { $name } sieht
person-who = Wer das ist
person-now = Jetzt: { $status }
person-asking = Wird nachgesehen…
person-rules-unknown = Die Regeln auf dem Server sind nicht bekannt, also weiß es niemand.
person-no-rule = Keine Regel handelt von dieser Person.
person-by-order = Auf Servern, bei denen die erste passende Regel zählt: { $sees }.
person-raw-show = Dokument zeigen
person-raw-hide = Dokument ausblenden
person-change = Ändern
person-subscription = Das jetzige Abonnement läuft bis { $time }; wer weiter zusieht, erneuert es vorher.
copy = Kopieren
server-neither = Ihr Server entscheidet allein, wer Sie sieht
server-neither-why = Er sagt weder, wer Sie beobachtet, noch verwahrt er Regeln von Ihnen, und entscheidet allein. Alles andere geht.
server-here = Ihre Entscheidungen liegen auf diesem Rechner
server-here-why = Kein Server verwahrt Regeln von Ihnen. Was Sie entscheiden, gilt für alle, die dieses Gerät selbst fragen, solange Siskin läuft; wem Ihr Server antwortet, darüber entscheidet er allein.
server-no-winfo = Ihr Server sagt nicht, wer Sie beobachtet
server-no-winfo-why = Anfragen und Beobachter können also nicht gezeigt werden. Was Sie über eine Adresse entscheiden, gilt trotzdem: Schreiben Sie sie unten hinein.
server-no-xcap = Ihr Server verwahrt keine Regeln
server-no-xcap-why = Siskin sieht, wer fragt, kann aber nicht festhalten, was Sie entscheiden; der Server tut, was sein Betreiber eingestellt hat.
server-unversioned = Ihr Server gibt seinen Dokumenten keine Versionen. Entscheiden Sie nicht im selben Augenblick auf zwei Geräten: Eine Entscheidung könnte verloren gehen.
watchers-stale = Diese Liste ist vielleicht nicht aktuell. Sie wurde ganz neu angefordert.
server-no-root = Ein Ort für Ihre Regeln ist nicht angegeben. Entscheiden Sie etwas, wird { $root } versucht; ein anderer Ort kann in den Angaben zum Konto stehen.
rules-unusable = Was auf dem Server an der Stelle Ihrer Regeln liegt, ist nicht zu gebrauchen
rules-unusable-why = { $detail } Siskin lässt es, wie es ist, und schreibt nichts darüber. Vielleicht hat es ein anderes Programm geschrieben und kann es reparieren.
rules-show = Zeigen
rules-hide = Ausblenden
rules-cut = Nur der Anfang wird gezeigt.
rules-keep = Kopie behalten
rules-renew = Neu anfangen…
rules-renew-question = Eine Kopie behalten und ohne Regeln neu anfangen?
rules-renew-hint = Zuerst kommt die Kopie in den Ordner Ihrer Einstellungen. Danach ist niemandem mehr etwas erlaubt oder gesperrt, bis Sie neu entscheiden.
rules-renew-confirm = Kopie behalten und neu anfangen
rules-renew-cancel = So lassen
rules-kept = Eine Kopie liegt als { $path }
rules-not-kept = Es konnte keine Kopie behalten werden; auf dem Server wurde nichts geändert. { $reason }
xcap-root = { $root } ist keine Adresse eines XCAP-Servers.
xcap-insecure = { $root } ist nicht verschlüsselt; dorthin wird kein Passwort geschickt.
xcap-forbidden = Der Server erlaubt Ihnen das nicht (403).
xcap-changed = Ein anderes Gerät hat dasselbe zur selben Zeit immer wieder geändert.
xcap-unreachable = { $address } ist nicht erreichbar.
xcap-no-answer = { $address } antwortet nicht.
xcap-web-page = { $address } ist ein Webserver, verwahrt aber keine solchen Dokumente: Er hat mit etwas anderem geantwortet ({ $kind }).
xcap-too-large = Was dort liegt, ist größer als { $kilobytes } kB.
xcap-redirected = Der Server schickt uns zu { $address }; dorthin kommt Ihr Passwort nie.
xcap-400 = Der Server hat die Anfrage nicht verstanden (400).
xcap-404 = An dieser Stelle verwahrt der Server solche Dokumente nicht (404).
xcap-501 = Der Server kann das nicht.
xcap-415 = Der Server nimmt keine Dokumente dieser Art an (415).
xcap-507 = Der Server hat keinen Platz mehr (507).
xcap-500 = Der Server hat selbst einen Fehler ({ $status }) und erholt sich vielleicht.
xcap-status = Der Server hat mit { $status } geantwortet.
conflict-not-well-formed = Der Server hält das Gesendete für kein XML-Dokument.
conflict-not-a-fragment = Der Server hält die Änderung für kein XML-Element.
conflict-not-an-attribute = Der Server hält die Änderung für keinen Wert eines Attributs.
conflict-no-parent = Der Server hat keinen Ort, an den es käme.
conflict-schema = Der Server sagt, das Dokument wäre dann nicht mehr von seiner Art.
conflict-cannot-insert = Der Server fände die Änderung nicht dort wieder, wo sie hinkam.
conflict-cannot-delete = Etwas anderes nähme den Platz dessen ein, was gelöscht wird.
conflict-not-unique = Ein Name darin ist schon vergeben.
conflict-constraint = Die Änderung verletzt eine Regel des Servers.
conflict-not-utf8 = Der Server hält das Gesendete für anderen Text als UTF-8.
conflict-unsaid = Der Server lehnt die Änderung ab und sagt nicht, warum.

## Störungen

trouble-rules-look = Ansehen
trouble-rules = Die Liste derer, die Sie sehen dürfen, konnte nicht gelesen werden.
trouble-rules-hint = Bleibt es dabei, prüfen Sie die XCAP-Wurzel in den Angaben zum Konto.
trouble-permanent = Der Status für die Zeit, in der Sie abgemeldet sind, konnte nicht geändert werden.
trouble-decision = Die Entscheidung über { $address } ist gespeichert, aber der Server befolgt sie noch nicht.
trouble-decision-hint = Vielleicht sieht er erst später in seine Regeln.
trouble-weaker-digest = { $realm } fragt auf schwächere Weise nach Ihrem Passwort als zuvor.
trouble-weaker-digest-hint = Wurde am Server nichts geändert, hat es vielleicht jemand auf das Passwort abgesehen: Fragen Sie den Betreiber.
trouble-weak-digest = { $realm } fragt auf zu schwache Weise nach Ihrem Passwort und bekam es nicht.
trouble-weak-digest-hint = Für dieses Konto wollten Sie es so; der Server muss SHA-256 anbieten.
trouble-tls-withdrawn = { $domain } bot zuvor verschlüsselte Verbindungen an und tut es nicht mehr.
trouble-tls-withdrawn-hint = Wurde dort nichts geändert, will vielleicht jemand mithören: Fragen Sie den Betreiber, oder wählen Sie TLS in den Angaben zum Konto.
trouble-buddies = Ihre Kontaktliste ist auf dem Server nicht dieselbe wie hier.
trouble-rules-renew = Ihre Regeln auf dem Server konnten nicht ersetzt werden
trouble-kept-decisions = Entscheidungen, die auf den Server warteten, können nicht gelesen werden
trouble-kept-watchers = Wer Sie früher beobachtet hat, kann nicht gelesen werden
trouble-kept-hint = Bis Siskin endet, geht es ohne sie weiter.
list-unusable = Was auf dem Server an der Stelle Ihrer Kontaktliste liegt, ist nicht zu gebrauchen
list-unusable-why = { $detail } Siskin lässt es, wie es ist, und schreibt nichts darüber. Ihre Liste bleibt auf diesem Gerät erhalten.
list-renew = Neu anfangen…
list-renew-question = Eine Kopie behalten und Ihre Liste von diesem Gerät dorthin schreiben?
list-renew-hint = Zuerst kommt die Kopie in den Ordner Ihrer Einstellungen. Danach stehen auf dem Server die Personen, die Sie hier sehen.
list-renew-confirm = Kopie behalten und neu anfangen
list-renew-cancel = So lassen
trouble-buddies-hint = Sie ist auf diesem Gerät gespeichert. Bleibt es dabei, prüfen Sie die XCAP-Wurzel in den Angaben zum Konto.
conflict-names = { $address } heißt hier „{ $here }“ und auf einem anderen Gerät „{ $elsewhere }“. „{ $here }“ bleibt.
conflict-removed-here = { $address } wurde hier entfernt und auf einem anderen Gerät geändert und bleibt auf der Liste.
conflict-removed-elsewhere = { $address } wurde auf einem anderen Gerät entfernt und hier geändert und bleibt auf der Liste.
conflict-shared = { $address } steht auf der Liste von jemand anderem, auf die Ihre verweist, und bleibt.
conflict-full = Auf der Liste ist kein Platz mehr für { $address }.

## Verbindung

connection-connecting = Verbindet…
connection-online = Verbunden als { $address }
connection-connected = Verbunden
connection-online-all = { $count ->
    [one] Verbunden mit { $count } Konto
   *[other] Verbunden mit { $count } Konten
}
connection-demo = Mit dem Demobüro verbunden
connection-password-needed = Das Passwort wird gebraucht.
connection-password-refused = Der Server hat das Passwort abgelehnt.
connection-ended = Die Verbindung ist beendet.
connection-not-started = Das Konto konnte nicht starten.
next-try-now = Neuer Versuch…
next-try-seconds = { $count ->
    [one] Nächster Versuch in { $count } Sekunde.
   *[other] Nächster Versuch in { $count } Sekunden.
}
next-try-minutes = { $count ->
    [one] Nächster Versuch in { $count } Minute.
   *[other] Nächster Versuch in { $count } Minuten.
}

## Verbindungen im Einzelnen

health-open = Details
health-title = Verbindungen
health-nothing = Noch ist nichts bekannt.
health-fine = { $count ->
    [one] Alles in Ordnung.
   *[other] Alle { $count } sind in Ordnung.
}
health-troubled = { $count ->
    [one] { $count } ist gestört.
   *[other] { $count } sind gestört.
}
health-bad-input = { $count ->
    [one] { $count } fehlerhafte oder fremde Nachricht wurde übergangen.
   *[other] { $count } fehlerhafte oder fremde Nachrichten wurden übergangen.
}
health-retry = Alles noch einmal versuchen
health-refresh = Erneuern
health-resubscribe = Neu abonnieren
health-trace = Im Mitschnitt
health-trace-all = Alles, was gesendet und empfangen wurde
health-more = { $count } weitere werden nicht gezeigt.
health-registration = Anmeldung
health-publication = Ihr eigener Status
health-notifier = Wer dieses Gerät fragt
health-presence = Präsenz von { $name }
health-watchers = Wer Sie beobachtet
health-messages = Nachrichten für { $name }
health-calls = Anrufe von { $name }
health-other = { $package } von { $name }
health-active = Aktiv
health-registered = Angemeldet
health-published = Veröffentlicht
health-pending = Wartet auf Zustimmung
health-asking = Wird gefragt…
health-waiting = Unterbrochen
health-failed = Fehlgeschlagen
health-ended = Beendet
health-next-refresh = Erneuerung in { $span }
health-next-retry = neuer Versuch in { $span }
health-next-stop = aufgegeben in { $span }
health-expires = läuft ab in { $span }
health-expires-of = läuft ab in { $span } von { $granted }
health-last-notify = zuletzt gehört vor { $span }
health-requests = { $count ->
    [one] { $count } Anfrage
   *[other] { $count } Anfragen
}
health-notifies = { $count ->
    [one] { $count } Meldung
   *[other] { $count } Meldungen
}
health-failures = { $count } Fehler
health-last-failure = Letzter Fehler vor { $span }: { $reason }
health-server = Bedient von { $address } über { $transport }
health-server-of = Bedient von { $address } über { $transport }, Nummer { $place } von { $of }
health-server-again = Bessere Server werden wieder versucht in { $span }
span-seconds = { $count }{"\u00A0"}s
span-minutes = { $count }{"\u00A0"}min
span-hours = { $count }{"\u00A0"}h

## Verlauf

activity-title = Verlauf
activity-search = Name oder Änderung
activity-clear = Leeren
activity-cleared = Der Verlauf wurde geleert.
activity-none = Noch hat sich nichts geändert.
activity-none-found = Nichts dergleichen hat sich geändert.
activity-today = Heute
activity-yesterday = Gestern
activity-no-note = hat die Notiz entfernt
activity-call-over = nicht mehr im Gespräch
activity-request = Möchte Sie sehen
activity-request-named = Möchte Sie sehen, als { $name }
activity-allowed = Darf Sie sehen
activity-blocked = Blockiert
activity-polite = Sieht Sie offline
activity-revoked = Die Entscheidung wurde widerrufen
activity-online = Verbunden
activity-lost = Die Verbindung ging verloren
settings-activity-keep = Merken, was sich geändert hat
settings-activity-never = Bis zum Beenden
settings-activity-day = 1 Tag
settings-activity-week = 1 Woche
settings-activity-month = 1 Monat
settings-activity-hint = Wer kam und ging, Notizen, Anrufe, Nachrichten, Anfragen und die Verbindung. Es bleibt auf diesem Gerät.
settings-activity-open = Verlauf zeigen (Strg+H)

## Mitschnitt

trace-title = Mitschnitt
trace-pause = Anhalten
trace-follow = Fortsetzen
trace-follow-new = Fortsetzen ({ $count } neu)
trace-search = Text oder Adresse
trace-errors = Nur Fehler
trace-filters = Filter
trace-filters-fewer = Weniger Filter
trace-account = Konto
trace-package = Ereignispaket
trace-method = Methode
trace-all = Alle
trace-shown = { $shown } von { $count } Nachrichten
trace-none = Noch wurde nichts gesendet oder empfangen.
trace-none-found = Keine Nachricht ist so.
trace-sent = gesendet
trace-received = empfangen
trace-answer = { $status } auf { $method }
trace-unreadable = Nicht lesbar
trace-bytes = { $count }{"\u00A0"}Bytes
trace-words = In Worten
trace-raw = Wie gesendet
trace-more = { $count } weitere Zeilen werden nicht gezeigt.
trace-save = Speichern…
trace-save-text = Text
trace-save-capture = Mitschnitt für Wireshark
trace-save-as = Datei
trace-save-hint = { $count ->
    [one] { $count } Nachricht, wie sie aufgelistet ist. Geheimnisse sind ausgelassen; wer wen beobachtet, steht darin.
   *[other] { $count } Nachrichten, wie sie aufgelistet sind. Geheimnisse sind ausgelassen; wer wen beobachtet, steht darin.
}
trace-save-whole-path = Geben Sie den ganzen Pfad einer neuen Datei an.
trace-save-button = Speichern
trace-save-cancel = Abbrechen
trace-saved = Gespeichert als { $path }
trace-not-saved = { $path } konnte nicht geschrieben werden.

## Einstellungen

settings-title = Einstellungen
settings-look = Aussehen
settings-theme = Farben
theme-system = System
theme-light = Hell
theme-dark = Dunkel
settings-contrast = Kontrast
contrast-system = System
contrast-normal = Normal
contrast-high = Hoch
settings-size = Größe
settings-size-smaller = Kleiner
settings-size-larger = Größer
settings-size-percent = { $percent } %
settings-size-reset = Normal
settings-language = Sprache
language-system = System
letters-missing = Keine Schrift auf diesem Rechner hat die Zeichen der gewählten Sprache.
letters-missing-hint = Installieren Sie eine, etwa das Paket fonts-noto-cjk, und starten Sie Siskin neu.
settings-list = Kontaktliste
settings-order = Reihenfolge
settings-order-added = Wie hinzugefügt
settings-order-available = Verfügbare zuerst
settings-order-name = Nach Namen
settings-offline = Personen, die offline sind
settings-offline-show = Zeigen
settings-offline-hide = Ausblenden
settings-density = Zeilen
settings-density-comfortable = Bequem
settings-density-compact = Kompakt
settings-notifications = Benachrichtigungen
settings-notifications-on = Zeigen
settings-notifications-off = Keine
settings-notifications-hint = Anfragen, neue Nachrichten und Personen, auf die Sie warten, während Sie anderswo hinsehen. „Bitte nicht stören“ stellt sie still.
settings-notifications-silent = Diese Arbeitsumgebung zeigt keine Benachrichtigungen: Anfragen und Nachrichten stehen nur im Fenster.
settings-sound = Mit einem Ton
settings-remind = An wartende Nachrichten erinnern
settings-remind-never = Nie
settings-remind-minutes = Alle { $count } Minuten
settings-remind-hour = Jede Stunde
settings-voicemail = Nummer der Mailbox
settings-voicemail-hint = Was ein Klick auf die Lampe anruft. Leer: was der Server nennt.
settings-voicemail-will-be = Ein Klick auf die Lampe ruft { $address } an.
settings-idle = Wenn niemand da ist
settings-idle-after = Als abwesend zeigen nach
settings-idle-never = Nie
settings-idle-locked = Auch sobald der Bildschirm gesperrt ist
settings-idle-last = Anderen sagen, seit wann
settings-idle-hint = Nur „Verfügbar“ wird zu „Abwesend“ und kommt von selbst zurück. Ein Status, den Sie gewählt haben, bleibt.
settings-idle-blind = Dieser Desktop sagt nicht, ob jemand da ist.
settings-window = Fenster
settings-closed = Wenn das Fenster geschlossen wird
settings-closed-keep-running = Weiterlaufen
settings-closed-quit = Beenden
settings-no-icon = Diese Arbeitsumgebung zeigt kein Symbol von Siskin; mit dem Fenster endet deshalb das Programm.
settings-autostart = Wenn Ihre Sitzung beginnt
settings-autostart-never = Nicht starten
settings-autostart-window = Mit dem Fenster
settings-autostart-minimised = In der Leiste
settings-autostart-edited = Die Datei für den Start wurde anderswo geändert. Eine Wahl hier ersetzt sie.
settings-autostart-failed = Der Start mit der Sitzung konnte nicht geändert werden.
settings-account = Konto
settings-log-in-again = Neu anmelden
settings-trusted = Zertifikate, denen so vertraut wird, wie sie sind
settings-trusted-line = { $server }, seit { $day }
settings-trusted-any = Jeder Server
settings-distrust = Nicht mehr vertrauen
settings-change-password = Passwort…
settings-log-out = Abmelden
settings-remove = Dieses Konto entfernen…
settings-remove-question = { $address } von diesem Rechner entfernen?
settings-remove-hint = Kontakte, Status und gemerktes Passwort werden hier gelöscht. Auf dem Server ändert sich nichts.
settings-remove-confirm = Entfernen
settings-remove-cancel = Behalten
settings-add-account = Noch ein Konto hinzufügen
settings-accounts = Alle Konten
settings-demo = Sie sind im Demobüro. Nichts davon wird behalten.
settings-leave-demo = Demobüro verlassen
settings-version = Siskin { $version }
settings-keys = Was jede Taste tut (F1)
settings-not-saved = Die Einstellungen konnten nicht geschrieben werden; Änderungen sind beim nächsten Start weg.
account-not-erased = Nicht alles über das Konto ließ sich von diesem Rechner entfernen.
settings-broken = Die Einstellungen konnten nicht gelesen werden. Sie liegen jetzt als { $file } daneben; Siskin fängt neu an.
settings-not-kept = Änderungen der Einstellungen gelten nur, bis Sie Siskin beenden.
settings-presets-wrong = Nicht alles, was Ihre Verwaltung eingerichtet hat, ist brauchbar. Sagen Sie ihr, was nicht stimmt:
store-no-place = Es gibt keinen persönlichen Ordner für sie.
store-newer = { $file } stammt von einer neueren Version von Siskin und bleibt unberührt.
store-unreadable = { $file } kann nicht gelesen werden: { $detail }.
store-not-writable = { $file } kann nicht geschrieben werden: { $detail }.

## Tasten

keys-title = Tasten
keys-everywhere = Überall
keys-moving = Bewegen
key-ctrl = Strg+{ $key }
key-tab = Tabulator
key-enter = Eingabe, Leertaste
key-escape = Escape
key-up-down = Auf, Ab
key-pages = Bild, Pos 1, Ende
key-left-right = Links, Rechts
key-alt-up-down = Alt+Auf, Alt+Ab
key-letter = Buchstaben
key-delete = Entfernen
keys-help = Diese Liste zeigen
keys-add = Kontakt hinzufügen
keys-search = Liste durchsuchen
keys-watchers = Wer Sie sieht
keys-accounts = Konten
keys-activity = Verlauf: was sich geändert hat
keys-trace = Mitschnitt: was gesendet und empfangen wurde
keys-settings = Einstellungen
keys-larger = Größer
keys-smaller = Kleiner
keys-normal-size = Normale Größe
keys-quit = Beenden
keys-tab = Zum nächsten Feld oder Knopf, mit Umschalt zum vorigen
keys-enter = Drücken, was den Ring hat
keys-escape = Zuletzt Geöffnetes schließen, oder zurück
keys-up-down = Von einem zum nächsten gehen
keys-pages = Weit gehen
keys-left-right = Gruppe ein- oder ausklappen
keys-alt-up-down = Gruppe oder Person nach oben oder unten verschieben
keys-letter = Suchen, was Sie tippen
keys-delete = Jemanden entfernen; das lässt sich zurücknehmen

## Konten

accounts-title = Konten
accounts-logged-out = Abgemeldet
accounts-change = Name und Mailbox…
accounts-server = Zugang…
accounts-remove = Entfernen…
accounts-name = Name, den andere sehen
accounts-name-hint = Beim Speichern wird neu angemeldet.
accounts-name-wrong = Höchstens { $count } Zeichen in einer Zeile.
accounts-save = Speichern
