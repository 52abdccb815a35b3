# Siskin po polsku. Jedno zdanie mówi, co się stało, dlaczego i co zrobić.

app-name = Siskin
title-demo = Siskin – biuro pokazowe
back = Wstecz
close = Zamknij
dismiss = Ukryj
undo = Cofnij
retry-now = Spróbuj teraz
enter-password = Podaj hasło
of-account = { $account }: { $text }
account-of = Konto

## Logowanie

log-in-intro = Zobacz, kto jest osiągalny i czy czeka wiadomość.
log-in-address = Twój adres SIP
log-in-address-hint = Taki, jaki podał administrator lub operator.
log-in-address-short = Wystarczy nazwa: @{ $domain } zostanie dodane.
log-in-preset = Administrator skonfigurował { $name } na tym komputerze.
log-in-password = Hasło
log-in-password-missing = Podaj hasło do konta SIP.
log-in-password-kept = Zostaw puste, aby nie zmieniać hasła.
log-in-remember = Zapamiętaj hasło w systemowej bazie haseł
log-in-advanced = Zaawansowane
log-in-proxy = Wychodzące proxy
log-in-proxy-hint = Tylko jeśli wymaga go administrator. Kilka adresów rozdziel spacjami.
log-in-proxy-problem = Podaj nazwę hosta lub URI, np. sip:proxy.example.com;transport=tcp
log-in-transport = Transport
log-in-auth-user = Nazwa użytkownika do uwierzytelniania
log-in-auth-user-hint = Tylko jeśli różni się od nazwy w adresie.
log-in-xcap = Katalog główny XCAP
log-in-xcap-hint = Miejsce, w którym serwer przechowuje, kto może Cię widzieć. Puste: odgadywane z domeny.
log-in-xcap-problem = Podaj adres zaczynający się od https://
log-in-ca = Urząd certyfikacji
log-in-ca-hint = Plik PEM, któremu to konto ufa oprócz urzędów systemowych.
log-in-ca-problem = Nie ma takiego pliku. Podaj pełną ścieżkę do pliku PEM.
log-in-from-administrator = Od administratora. To, co tu wpiszesz, zostanie użyte zamiast tego.
log-in-button = Zaloguj
log-in-another = Zaloguj kolejne konto
log-in-already = To konto jest już zalogowane.
log-in-demo = Rozejrzyj się po biurze pokazowym
log-in-demo-opening = Otwieranie biura pokazowego…
log-in-demo-hint = Bez konta i bez sieci: małe biuro na tym komputerze, w którym współpracownicy przychodzą i odchodzą.
log-in-demo-failed = Nie udało się otworzyć biura pokazowego.

## The first log-in, step by step

assist-title = Logowanie
assist-intro = Sprawdzanie { $address } …
assist-running = W toku …
assist-ok = Działa
assist-untried = Nie sprawdzono
assist-no-xcap = Nie znaleziono. Adres można podać w sekcji „Zaawansowane”.
assist-dns = Wyszukanie serwera
assist-connection = Połączenie
assist-register = Zalogowanie
assist-presence = Obecność
assist-messages = Oczekujące wiadomości
assist-watchers = Kto Cię obserwuje
assist-calls = Rozmowy innych
assist-publish = Publikowanie statusu
assist-xcap = Listy i reguły na serwerze (XCAP)
assist-open = Działa, ale bez szyfrowania: ktoś po drodze może czytać.
assist-no-server = Dla tej domeny nie jest znany żaden serwer.
assist-some-servers = Niektórych serwerów nie da się teraz wyszukać.
assist-certificate = Certyfikat serwera nie jest zaufany.
assist-failed-certificate = Serwer nie może udowodnić, kim jest.
assist-failed-settings = Coś w danych konta jest bezużyteczne.
assist-failed-dns = Nie znaleziono serwera dla tej domeny.
assist-failed-dns-hint = Domena może być źle napisana albo jej serwerów nie ma w DNS. Nazwę serwera zna administrator.
assist-enter-server = Podaj serwer
assist-failed-connection = Serwer jest nieosiągalny.
assist-failed-connection-hint = Przyczyną może być sieć, zapora albo serwer. Spróbuj za chwilę ponownie.
assist-again = Spróbuj ponownie
assist-failed-password = Serwer nie przyjmuje nazwy i hasła.
assist-failed-password-hint = Sprawdź pisownię obu. Niektóre serwery chcą innej nazwy użytkownika; znajduje się ona w „Zaawansowane”.
assist-correct = Sprawdź nazwę i hasło
assist-failed-register = Serwer nie pozwala temu kontu się zalogować.
assist-failed-part = Możesz się zalogować, ale nie wszystko działa.
assist-failed-part-hint = To, co nie działa, zaznaczono powyżej. Reszty można używać, a brakujące części będą próbowane same.
assist-enter = Zaloguj mimo to
assist-back = Wróć
assist-details = Co znaleziono, słowo w słowo
assist-trace = Co wysłano i odebrano

## Certificates

certificate-title = Certyfikat { $server }
certificate-notice = Certyfikat { $server } nie jest zaufany.
certificate-notice-hint = Dopóki to się nie wyjaśni, nic tam nie jest wysyłane, a zwłaszcza hasło.
certificate-changed = { $server } pokazuje inny certyfikat niż ten, któremu ufasz.
certificate-changed-hint = Być może ktoś podsłuchuje po drodze. Zaufaj nowemu tylko wtedy, gdy administrator potwierdzi zmianę.
certificate-look = Obejrzyj
certificate-wrong = Co jest nie tak
certificate-shown = Co pokazuje serwer
certificate-names = Dla
certificate-no-names = nikogo
certificate-valid = Ważny
certificate-valid-span = od { $from } do { $to }
certificate-issuer = Podpisany przez
certificate-fingerprint = Odcisk SHA-256
certificate-copy = Kopiuj odcisk
certificate-compared = Odcisk został porównany z tym, co podał administrator.
certificate-trust = Zaufaj mu dla tego konta
certificate-trust-hint = Dotyczy tylko tego konta i dokładnie tego certyfikatu. Można to cofnąć w ustawieniach.
certificate-refuse = Nie łącz
certificate-authority-use = Zaufaj temu urzędowi
distrust-expired = Wygasł.
distrust-early = Nie jest jeszcze ważny. Czy zegar tego komputera idzie dobrze?
distrust-self = Podpisał się sam: nikt inny za niego nie ręczy.
distrust-issuer = Nie podpisał go żaden urząd, któremu się tu ufa.
distrust-name = Nie jest dla { $server }.
distrust-purpose = Nie jest przeznaczony dla serwerów.
distrust-revoked = Jego urząd go unieważnił.
transport-automatic = Automatycznie
transport-settled = Jak skonfigurowano ({ $transport })

address-empty = Podaj adres.
address-no-domain = Dodaj domenę: nazwa@example.com
address-no-user = Brakuje nazwy przed znakiem @.
address-bad-character = Adres nie może zawierać znaku „{ $character }”.
address-space = Adres nie może zawierać spacji.
address-other-scheme = Można tu podać tylko adresy SIP i numery tel:.
address-malformed = To nie jest adres. Zapisz go jak nazwa@example.com

## Hasło

password-title = Hasło
password-refused = Serwer odrzucił hasło dla { $address }.
password-refused-hint = Sprawdź je, także wielkość liter, i podaj jeszcze raz. Jeśli jest poprawne, nazwa użytkownika do uwierzytelniania może być inna.
password-not-remembered = Podaj hasło dla { $address }. W bazie haseł go nie ma albo jest ona zablokowana.
password-enter = Podaj hasło dla { $address }.
password-no-keyring-notice = Na tym komputerze nie można go zapamiętać.
password-no-keyring-hint = Siskin nigdy nie zapisuje hasła w pliku, więc przy następnym uruchomieniu zapyta o nie ponownie.
password-change = Podaj nowe hasło dla { $address }. Siskin od razu się nim zaloguje.
password-use = Zaloguj
password-edit-account = Sprawdź dane konta
keyring-not-remembered = Nie udało się zapamiętać hasła. Przy następnym uruchomieniu Siskin zapyta o nie ponownie.
keyring-not-forgotten = Hasło może nadal być w bazie haseł.
keyring-no-service = Na tym komputerze nie działa żadna baza haseł.
keyring-locked = Baza haseł jest zablokowana.
keyring-no-answer = Baza haseł nie odpowiedziała.
keyring-not-text = To, co jest w bazie haseł, nie jest hasłem.
keyring-failed = Komunikat bazy haseł: { $detail }.

## Statusy

status-available = Dostępny
status-away = Zaraz wracam
status-busy = Zajęty
status-on-the-phone = Rozmawia przez telefon
status-in-a-meeting = Na spotkaniu
status-do-not-disturb = Nie przeszkadzać
status-out-to-lunch = Na obiedzie
status-vacation = Na urlopie
status-travel = W podróży
status-offline = Offline
status-unknown = Nieznany

own-status = Status
own-not-set = Wybierz status
own-not-shared = { $status }, ale nikt tego nie widzi
own-not-shared-everywhere = { $status }, ale nie wszyscy to widzą
own-until = { $status } do { $time }
own-away = Zaraz wracam – nikogo nie ma przy komputerze
own-end = Do
own-end-open = odwołania
own-end-today = Północy
own-end-at = Godziny…
own-end-time = Godzina
own-end-wrong = Podaj godzinę, np. 15:00
own-lately = Ostatnio
own-forget = Nie proponuj więcej
own-keep = Zachowaj także po wylogowaniu
own-kept = Po wylogowaniu: { $status }
own-kept-remove = Usuń
end-midnight = północy
own-note = Notatka
own-note-hint = Mogą ją przeczytać wszyscy, którym na to pozwolono. Naciśnij Enter, aby zmienić samą notatkę.
tip-search = Szukaj (Ctrl+F)
tip-add = Dodaj kontakt (Ctrl+N)
tip-settings = Ustawienia (Ctrl+,)

## Kontakty

buddy-asking = Sprawdzanie…
buddy-unknown-why = W tej chwili nic nie jest Ci udostępniane.
buddy-waiting = Oczekuje na zgodę
buddy-waiting-why = Prośba została wysłana. Odpowiedź pojawi się tutaj, gdy tylko nadejdzie.
buddy-refused = Prośba odrzucona
buddy-refused-why = Ta osoba nie udostępnia Ci swojej obecności.
buddy-stale = Ostatnio: { $status }
buddy-stale-why = Od pewnego czasu nie ma wieści, więc mogło się to zmienić.
buddy-paused = Nieobserwowany kontakt
buddy-paused-why = W tej chwili nie obserwujesz tej osoby.
buddy-calls-only = Obecność nie jest tu udostępniana. Oto, co mówi telefon.
calls-idle = Bez rozmowy
calls-calling = Dzwoni do kogoś
calls-ringing = Telefon dzwoni
calls-somebody = Rozmowa
calls-with = Rozmowa z: { $name }
calls-to = Połączenie do: { $name }
calls-from = Połączenie od: { $name }
since-today = od{"\u00A0"}{ $time }
since-yesterday = od{"\u00A0"}wczoraj
since-date = od{"\u00A0"}{ $day }.{ $month }.{ $year }
moment = { $day }.{ $month }.{ $year } { $time }
day = { $day }.{ $month }.{ $year }
reason-refused = Serwer na to nie pozwala.
reason-no-such-address = Serwer nie zna tego adresu.
reason-not-offered = Serwer tego nie oferuje.
reason-no-answer = Serwer nie odpowiedział.
reason-unreachable = Serwer jest nieosiągalny.
reason-password = Serwer oczekuje innego hasła.
reason-other = Komunikat serwera: { $reason }
details-note = „{ $note }”
details-account = Przez { $account }
details-devices = { $count ->
    [one] { $count } urządzenie
    [few] { $count } urządzenia
    [many] { $count } urządzeń
   *[other] { $count } urządzenia
}
call = Zadzwoń
details-await = Powiadom o dostępności
details-awaited = Nie powiadamiaj
details-message = Wiadomość
details-mail = E-mail
details-pick-up = Przejmij połączenie
details-today = Dzisiaj
details-today-none = Dzisiaj nic się nie zmieniło.
details-today-more = { $count ->
    [one] { $count } wcześniejsza zmiana
    [few] { $count } wcześniejsze zmiany
    [many] { $count } wcześniejszych zmian
   *[other] { $count } wcześniejszej zmiany
}
details-person = Osoba
details-local-time = Jest tam { $time }.
details-local-time-in = Jest tam { $time } ({ $zone }).
details-place = Miejsce: { $place }
details-mood = Nastrój: { $mood }
details-why = Dlaczego jest to pokazywane
details-devices-more = Niepokazanych: { $count }.
details-subscription = Połączenie
details-presence = Obecność
details-telephone = Telefon
details-connections = Wszystkie połączenia
details-kept = Na Twojej liście
details-watch = Obserwuj tę osobę
details-calls = Obserwuj także telefon
details-announce = Powiadamiaj za każdym razem, gdy ta osoba jest dostępna
details-activity = Cała aktywność
details-mute = Nigdy nie powiadamiaj mnie o tej osobie
details-groups = Grupy
details-group-new = Nowa grupa
details-name-hint = Twoja nazwa dla tej osoby. Naciśnij Enter, aby ją zmienić.
why-activity = Zgłoszone zajęcie: { $what }
why-idle = Urządzenia tej osoby od pewnego czasu nie są używane.
why-idle-since = Urządzenia tej osoby nie są używane ({ $since }).
why-open = Jedno z urządzeń zgłasza, że ta osoba jest osiągalna.
why-closed = Wszystkie urządzenia zgłaszają, że ta osoba jest nieosiągalna.
why-decided-by = Liczy się to, co zgłasza źródło { $notifier }.
why-notifiers = Liczba źródeł odpowiadających za tę osobę: { $count }.
why-list = Zgłoszone przez listę { $list }.
why-note-by = Notatka pochodzi ze źródła { $notifier }.
why-note-of = Źródło { $notifier }: „{ $note }”
why-may-be-old = To samo co przedtem albo starsze: może nadal być prawdą albo ktoś wysłał ponownie to, co podsłuchał.
device-open = Osiągalne
device-closed = Nieosiągalne
device-silent = Nie podaje
device-idle = nieużywane
device-idle-since = nieużywane { $since }
device-decides = To rozstrzyga.
device-agrees = Zgłasza to samo.
device-open-elsewhere = Inne urządzenie jest osiągalne i to się liczy.
device-superseded = Zastąpiła to nowsza informacja z tego samego urządzenia.
device-somebody-else = To ktoś inny: { $about }
device-not-electronic = To nie służy do rozmów: { $about }
device-notifier = Źródło { $notifier }
device-coming = { $what } od { $from }
device-coming-until = { $what } od { $from } do { $until }
details-copy = Kopiuj adres
details-sight = Co widzi ta osoba
details-remove = Usuń
group-none = Pozostali
group-count = { $there } z { $people }
group-change = Zmień tę grupę
group-name = Nazwa grupy
group-name-hint = Naciśnij Enter, aby zmienić nazwę.
group-up = Przesuń w górę
group-down = Przesuń w dół
group-dissolve = Usuń grupę
group-dissolve-hint = Osoby pozostaną na Twojej liście.
removed = Usunięto: { $name }
search-example = Nazwa lub adres
search-nobody = Nikt na Twojej liście tak się nie nazywa.
list-name = Osoby na Twojej liście
list-unread = W międzyczasie zmieniono
list-hidden = { $count ->
    [one] { $count } osoba na Twojej liście jest offline.
    [few] Wszystkie { $count } osoby na Twojej liście są offline.
    [many] Wszystkie { $count } osób na Twojej liście jest offline.
   *[other] Wszystkie { $count } osoby na Twojej liście są offline.
}
list-show = Pokaż
empty-title = Nikogo tu jeszcze nie ma
empty-hint = Dodaj kogoś, aby widzieć, czy jest osiągalny.
empty-hint-offline = Dodaj kogoś już teraz; zapytanie zostanie wysłane zaraz po połączeniu.
empty-button = Dodaj kontakt

## Powiadomienia

news-requests = { $count ->
    [one] { $count } osoba chce widzieć Twoją obecność
    [few] { $count } osoby chcą widzieć Twoją obecność
    [many] { $count } osób chce widzieć Twoją obecność
   *[other] { $count } osoby chce widzieć Twoją obecność
}
news-available = { $name }: teraz można się skontaktować
news-from = Od: { $name }
news-call-voicemail = Zadzwoń na pocztę głosową
not-opened = Żaden program na tym komputerze nie obsługuje połączeń.

## Ikona w panelu

tray-open = Otwórz Siskin
tray-nobody = Nikt nie jest zalogowany
tray-quit = Zakończ
closing-explained = Siskin działa dalej w panelu.
closing-explained-hint = Także zamknięty powiadamia o prośbach i wiadomościach; jego ikona ponownie otwiera okno. Można to zmienić w ustawieniach.
closing-keep-running = Zamknij okno
closing-quit = Zakończ Siskin

## Dodawanie kontaktu

add-buddy-title = Dodaj kontakt
add-buddy-intro = Ta osoba zostanie zapytana, czy możesz widzieć jej obecność.
add-buddy-address = Adres
add-buddy-address-hint = Adres albo sama nazwa lub numer w domenie { $domain }.
add-buddy-will-be = Zostanie dodany adres { $address }.
add-buddy-known = Ten adres jest już na Twojej liście.
add-buddy-self = To Twój własny adres.
add-buddy-name = Nazwa
add-buddy-name-hint = Twoja nazwa dla tej osoby. Nikt inny jej nie widzi.
add-buddy-button = Dodaj

## Lampka wiadomości

lamp-voice = { $count ->
    [one] { $count } nowa wiadomość głosowa
    [few] { $count } nowe wiadomości głosowe
    [many] { $count } nowych wiadomości głosowych
   *[other] { $count } nowej wiadomości głosowej
}
lamp-fax = { $count ->
    [one] { $count } nowy faks
    [few] { $count } nowe faksy
    [many] { $count } nowych faksów
   *[other] { $count } nowego faksu
}
lamp-video = { $count ->
    [one] { $count } nowa wiadomość wideo
    [few] { $count } nowe wiadomości wideo
    [many] { $count } nowych wiadomości wideo
   *[other] { $count } nowej wiadomości wideo
}
lamp-text = { $count ->
    [one] { $count } nowa wiadomość tekstowa
    [few] { $count } nowe wiadomości tekstowe
    [many] { $count } nowych wiadomości tekstowych
   *[other] { $count } nowej wiadomości tekstowej
}
lamp-other = { $count ->
    [one] { $count } nowa wiadomość
    [few] { $count } nowe wiadomości
    [many] { $count } nowych wiadomości
   *[other] { $count } nowej wiadomości
}
lamp-urgent = { $count ->
    [one] { $count } pilna
    [few] { $count } pilne
    [many] { $count } pilnych
   *[other] { $count } pilnej
}
lamp-old = { $count ->
    [one] { $count } stara wiadomość
    [few] { $count } stare wiadomości
    [many] { $count } starych wiadomości
   *[other] { $count } starej wiadomości
}
lamp-waiting = Czekają wiadomości
lamp-dark = Brak nowych wiadomości
lamp-stale = mogło się zmienić
lamp-unknown = Brak danych o wiadomościach
lamp-call = Naciśnij, aby zadzwonić pod { $address }
lamp-no-number = Naciśnij, aby podać numer poczty głosowej
class-voice = Głos
class-fax = Faks
class-video = Wideo
class-text = Tekst
class-old = { $count ->
    [one] { $class }: { $count } stara
    [few] { $class }: { $count } stare
    [many] { $class }: { $count } starych
   *[other] { $class }: { $count } starej
}

## Prośby

request-question = { $name } chce widzieć Twoją obecność
request-account = Pyta Twoje konto { $account }
request-asked = liczba próśb: { $count }
request-gone = poza siecią; odpowiedź zadziała przy następnej próbie
request-allow = Zezwól
request-allowing = Zezwalanie…
request-polite = Pokaż się jako offline
request-block = Zablokuj
request-blocking = Blokowanie…
request-later = Później
request-choices = Więcej…
request-fewer-choices = Mniej
request-add-buddy = Dodaj do kontaktów
request-all = { $count ->
    [one] Pokaż { $count } prośbę
    [few] Pokaż wszystkie { $count } prośby
    [many] Pokaż wszystkie { $count } próśb
   *[other] Pokaż wszystkie { $count } prośby
}
request-all-later = Wszystkie później
request-deferred = { $count ->
    [one] Pokaż { $count } odłożoną prośbę
    [few] Pokaż { $count } odłożone prośby
    [many] Pokaż { $count } odłożonych próśb
   *[other] Pokaż { $count } odłożonej prośby
}
request-failed = Nie udało się tego zapisać. { $reason } Spróbuj ponownie.
request-waiting = Zapamiętano. Serwer dowie się o tym, gdy tylko będzie osiągalny.
relation-buddy = na Twojej liście
relation-same-domain = z Twojej domeny
relation-stranger = ktoś nieznajomy
source-asserted = Pyta to urządzenie; potwierdził to Twój serwer
source-asserted-why = Twój serwer podaje, że sprawdził, kto to wysłał.
source-relayed = Pyta to urządzenie, przez Twój serwer
source-relayed-why = Twój serwer przekazał to dalej i nic nie mówi o nadawcy. Większość serwerów nie pozwala używać cudzego adresu.
source-claimed = Pyta to urządzenie; nikt nie potwierdził, kto to jest
source-claimed-why = Tak twierdzi sam nadawca: nie przeszło to przez Twój serwer i nikt tego nie potwierdził. Zanim zezwolisz, upewnij się inną drogą.
bulk-all = { $count ->
    [one] Zaznacz { $count } prośbę
    [few] Zaznacz wszystkie { $count } prośby
    [many] Zaznacz wszystkie { $count } próśb
   *[other] Zaznacz wszystkie { $count } prośby
}
bulk-picked = { $count ->
    [one] Zaznaczono { $count } prośbę
    [few] Zaznaczono { $count } prośby
    [many] Zaznaczono { $count } próśb
   *[other] Zaznaczono { $count } prośby
}
terms-until = Na jak długo
terms-always = Zawsze
terms-today = Do dziś wieczorem
terms-tomorrow = Do jutra
terms-date = Do wybranego dnia
terms-day = Ostatni dzień
terms-day-hint = W postaci dzień.miesiąc.rok lub rok-miesiąc-dzień
terms-day-unreadable = To nie jest data. Zapisz ją jak 24.12.2027.
terms-day-past = Ten dzień już minął.
terms-day-words = { $day }.{ $month }.{ $year }
terms-ends = Kończy się samo { $day } o 24:00.
terms-shows = Co jest pokazywane
terms-allow-today = Zezwól do dziś wieczorem
terms-allow-tomorrow = Zezwól do jutra
terms-allow-until = Zezwól do { $day }
shows-state = Osiągalność
shows-state-hint = Czy i gdzie można się z Tobą skontaktować. Nic o tym, co robisz.
shows-activity = Zajęcie i notatka
shows-activity-hint = Czy można się z Tobą skontaktować, co robisz, i Twoja notatka.
shows-everything = Wszystko
shows-everything-hint = Wszystko, co publikujesz.

## Kto Cię widzi

tip-watchers = Kto Cię widzi (Ctrl+P)
watchers-title = Kto Cię widzi
watchers-requests = Prośby ({ $count })
watchers-watching = Obserwujący
watchers-past = Dawniej
watchers-search-hint = Pełny adres pokazuje, co widzi.
watchers-sort-name = Nazwa
watchers-sort-latest = Najnowsze
watchers-sort-sees = Uprawnienia
watchers-nobody = Nikt Cię teraz nie obserwuje.
watchers-no-requests = Nikt nie czeka na odpowiedź.
watchers-no-past = Nikogo nie zapamiętano.
watchers-nobody-found = Nikt tutaj tak się nie nazywa. Wpisz pełny adres, aby zobaczyć, co by widział.
watchers-not-watching = nie obserwuje Cię
watchers-last = ostatnio: { $time }
many-title = Dla wielu naraz
many-hint = Wpisz powyżej *@example.com, aby zdecydować o wszystkich z domeny.
many-domain = Wszyscy z { $domain }
many-others = Wszyscy inni
watchers-more = { $count ->
    [one] Pokaż jeszcze { $count } osobę
    [few] Pokaż więcej (pozostały { $count } osoby)
    [many] Pokaż więcej (pozostało { $count } osób)
   *[other] Pokaż więcej (pozostało { $count } osoby)
}
watchers-revoke = Wycofaj zgodę
watchers-unblock = Odblokuj
watchers-forget = Zapomnij wszystkich…
watchers-forget-question = Zapomnieć, kto Cię obserwował lub o to prosił?
watchers-forget-hint = Twoje decyzje pozostaną. Prośby osób, które już odeszły, też zostaną zapomniane.
watchers-forget-confirm = Zapomnij
watchers-forget-cancel = Zachowaj
sees-state = widzi, czy można się z Tobą skontaktować
sees-activity = widzi, co robisz, i Twoją notatkę
sees-everything = widzi wszystko
sees-something = widzi to, co przepuszczają inne reguły
sees-offline = widzi Cię jako offline
sees-refused = otrzymuje odmowę
sees-confirm = wymaga potwierdzenia za każdym razem
sees-undecided = jeszcze nic nie widzi
ground-watcher = tylko o tej osobie
ground-several = o kilku osobach
ground-domain = o wszystkich z { $domain }
ground-everybody = o wszystkich
ground-rule = Reguła „{ $rule }”, { $about }
ground-nameless = Reguła bez nazwy, { $about }
ground-until = kończy się: { $time }
person-sees = Co widzi { $name }
person-who = Kto to jest
person-now = Teraz: { $status }
person-asking = Sprawdzanie…
person-rules-unknown = Reguły na serwerze nie są znane, więc nie da się tego powiedzieć.
person-no-rule = Żadna reguła nie dotyczy tej osoby.
person-by-order = Na serwerach, na których liczy się pierwsza pasująca reguła: { $sees }.
person-raw-show = Pokaż dokument
person-raw-hide = Ukryj dokument
person-change = Zmień
person-subscription = Obecna subskrypcja trwa do { $time }; kto obserwuje dalej, odnowi ją wcześniej.
copy = Kopiuj
server-neither = Twój serwer sam decyduje, kto Cię widzi
server-neither-why = Nie podaje, kto Cię obserwuje, nie przechowuje Twoich reguł i decyduje sam. Wszystko inne działa.
server-here = Twoje decyzje są na tym komputerze
server-here-why = Żaden serwer nie przechowuje Twoich reguł. Twoja decyzja obowiązuje wobec tych, którzy pytają to urządzenie, dopóki działa Siskin; o tych, którym odpowiada Twój serwer, decyduje on sam.
server-no-winfo = Twój serwer nie podaje, kto Cię obserwuje
server-no-winfo-why = Nie można więc pokazać próśb ani obserwujących. Twoja decyzja o danym adresie i tak obowiązuje: wpisz go poniżej.
server-no-xcap = Twój serwer nie przechowuje reguł
server-no-xcap-why = Siskin widzi, kto pyta, ale nie może zapisać Twojej decyzji; serwer działa tak, jak ustawił go operator.
server-unversioned = Twój serwer nie nadaje wersji swoim dokumentom. Nie decyduj na dwóch urządzeniach w tej samej chwili: jedna z decyzji mogłaby przepaść.
watchers-stale = Ta lista może być nieaktualna. Poproszono o nią ponownie w całości.
server-no-root = Nie ustawiono miejsca na Twoje reguły. Przy pierwszej decyzji zostanie użyte { $root }; inne miejsce można ustawić w danych konta.
rules-unusable = Tego, co jest na serwerze w miejscu Twoich reguł, nie da się użyć
rules-unusable-why = { $detail } Siskin zostawia to bez zmian i niczego nie nadpisuje. Być może zapisał to inny program, który potrafi to naprawić.
rules-show = Pokaż
rules-hide = Ukryj
rules-cut = Pokazano tylko początek.
rules-keep = Zachowaj kopię
rules-renew = Zacznij od nowa…
rules-renew-question = Zachować kopię i zacząć bez żadnych reguł?
rules-renew-hint = Kopia trafi najpierw do folderu z ustawieniami. Potem nikt nie będzie miał zgody ani blokady, dopóki nie zdecydujesz na nowo.
rules-renew-confirm = Zachowaj kopię i zacznij od nowa
rules-renew-cancel = Zostaw
rules-kept = Kopię zapisano jako { $path }
rules-not-kept = Nie udało się zachować kopii, więc na serwerze nic nie zmieniono. { $reason }
xcap-root = { $root } nie jest adresem serwera XCAP.
xcap-insecure = { $root } nie jest szyfrowany, więc hasło nie zostanie tam wysłane.
xcap-forbidden = Serwer na to nie pozwala (403).
xcap-changed = Inne urządzenie w tym samym czasie raz po raz zmieniało to samo.
xcap-unreachable = { $address } jest nieosiągalny.
xcap-no-answer = { $address } nie odpowiada.
xcap-web-page = { $address } to serwer WWW, ale nie przechowuje takich dokumentów: odpowiedział czymś innym ({ $kind }).
xcap-too-large = To, co tam jest, przekracza { $kilobytes } kB.
xcap-redirected = Serwer odsyła nas do { $address }, który nigdy nie otrzyma hasła.
xcap-400 = Serwer nie zrozumiał żądania (400).
xcap-404 = Serwer nie przechowuje takich dokumentów w tym miejscu (404).
xcap-501 = Serwer tego nie potrafi.
xcap-415 = Serwer nie przyjmuje dokumentów tego rodzaju (415).
xcap-507 = Na serwerze nie ma już miejsca (507).
xcap-500 = Serwer ma własną awarię ({ $status }) i może z niej wyjść.
xcap-status = Serwer odpowiedział { $status }.
conflict-not-well-formed = Według serwera to, co wysłano, nie jest dokumentem XML.
conflict-not-a-fragment = Według serwera zmiana nie jest elementem XML.
conflict-not-an-attribute = Według serwera zmiana nie jest wartością atrybutu.
conflict-no-parent = Serwer nie ma miejsca, w którym mógłby to umieścić.
conflict-schema = Według serwera dokument przestałby być zgodny ze schematem.
conflict-cannot-insert = Serwer nie odnalazłby zmiany tam, gdzie została wstawiona.
conflict-cannot-delete = Coś innego zajęłoby miejsce tego, co jest usuwane.
conflict-not-unique = Nazwa w dokumencie jest już zajęta.
conflict-constraint = Zmiana narusza ograniczenie serwera.
conflict-not-utf8 = Według serwera to, co wysłano, nie jest tekstem UTF-8.
conflict-unsaid = Serwer odrzuca zmianę i nie podaje przyczyny.

## Kłopoty

trouble-rules-look = Zobacz
trouble-rules = Nie udało się odczytać listy osób, które mogą Cię widzieć.
trouble-rules-hint = Jeśli tak pozostanie, sprawdź katalog główny XCAP w danych konta.
trouble-permanent = Nie udało się zmienić statusu na czas po wylogowaniu.
trouble-decision = Decyzja o { $address } jest zapisana, ale serwer jeszcze jej nie stosuje.
trouble-decision-hint = Być może zajrzy do swoich reguł później.
trouble-weaker-digest = { $realm } pyta o hasło w sposób słabiej zabezpieczony niż dotąd.
trouble-weaker-digest-hint = Jeśli na serwerze nic nie zmieniono, ktoś może chcieć zdobyć hasło: zapytaj operatora.
trouble-weak-digest = { $realm } pyta o hasło w zbyt słabo zabezpieczony sposób i go nie otrzymał.
trouble-weak-digest-hint = Tak wybrano dla tego konta; serwer musi oferować SHA-256.
trouble-tls-withdrawn = { $domain } dotąd oferował szyfrowane połączenia, a teraz już nie.
trouble-tls-withdrawn-hint = Jeśli nic tam nie zmieniono, ktoś może chcieć podsłuchiwać: zapytaj operatora albo wybierz TLS w danych konta.
trouble-buddies = Twoja lista kontaktów na serwerze różni się od tej tutaj.
trouble-rules-renew = Nie udało się zastąpić Twoich reguł na serwerze
trouble-kept-decisions = Nie można odczytać decyzji oczekujących na serwer
trouble-kept-watchers = Nie można odczytać, kto obserwował Cię wcześniej
trouble-kept-hint = Do zamknięcia Siskin działa bez nich.
list-unusable = Tego, co jest na serwerze w miejscu Twojej listy kontaktów, nie da się użyć
list-unusable-why = { $detail } Siskin zostawia to bez zmian i niczego nie nadpisuje. Twoja lista jest zapisana na tym urządzeniu.
list-renew = Zacznij od nowa…
list-renew-question = Zachować kopię i umieścić tam listę z tego urządzenia?
list-renew-hint = Kopia trafi najpierw do folderu z ustawieniami. Potem serwer będzie miał osoby, które widzisz tutaj.
list-renew-confirm = Zachowaj kopię i zacznij od nowa
list-renew-cancel = Zostaw
trouble-buddies-hint = Jest zapisana na tym urządzeniu. Jeśli tak pozostanie, sprawdź katalog główny XCAP w danych konta.
conflict-names = { $address } nazywa się tutaj „{ $here }”, a na innym urządzeniu „{ $elsewhere }”. Pozostaje „{ $here }”.
conflict-removed-here = { $address } usunięto tutaj, a zmieniono na innym urządzeniu; kontakt pozostaje na liście.
conflict-removed-elsewhere = { $address } usunięto na innym urządzeniu, a zmieniono tutaj; kontakt pozostaje na liście.
conflict-shared = { $address } jest na czyjejś liście, do której odwołuje się Twoja, i pozostaje.
conflict-full = Na liście nie ma już miejsca dla { $address }.

## Połączenie

connection-connecting = Łączenie…
connection-online = Połączono jako { $address }
connection-connected = Połączono
connection-online-all = { $count ->
    [one] Połączono: { $count } konto
    [few] Połączono: { $count } konta
    [many] Połączono: { $count } kont
   *[other] Połączono: { $count } konta
}
connection-demo = Połączono z biurem pokazowym
connection-password-needed = Potrzebne jest hasło.
connection-password-refused = Serwer odrzucił hasło.
connection-ended = Połączenie zostało zakończone.
connection-not-started = Nie udało się uruchomić konta.
next-try-now = Ponawianie próby…
next-try-seconds = { $count ->
    [one] Następna próba za { $count } sekundę.
    [few] Następna próba za { $count } sekundy.
    [many] Następna próba za { $count } sekund.
   *[other] Następna próba za { $count } sekundy.
}
next-try-minutes = { $count ->
    [one] Następna próba za { $count } minutę.
    [few] Następna próba za { $count } minuty.
    [many] Następna próba za { $count } minut.
   *[other] Następna próba za { $count } minuty.
}

## Połączenia szczegółowo

health-open = Szczegóły
health-title = Połączenia
health-nothing = Nic jeszcze nie wiadomo.
health-fine = { $count ->
    [one] Wszystko w porządku.
    [few] Wszystkie { $count } są w porządku.
    [many] Wszystkie { $count } są w porządku.
   *[other] Wszystkie { $count } są w porządku.
}
health-troubled = { $count ->
    [one] { $count } nie działa.
    [few] { $count } nie działają.
    [many] { $count } nie działa.
   *[other] { $count } nie działa.
}
health-bad-input = { $count ->
    [one] Pominięto { $count } błędną lub obcą wiadomość.
    [few] Pominięto { $count } błędne lub obce wiadomości.
    [many] Pominięto { $count } błędnych lub obcych wiadomości.
   *[other] Pominięto { $count } błędnej lub obcej wiadomości.
}
health-retry = Spróbuj wszystkiego ponownie
health-refresh = Odnów teraz
health-resubscribe = Subskrybuj od nowa
health-trace = Powiązane wiadomości
health-trace-all = Wszystko, co wysłano i odebrano
health-more = Niepokazanych: { $count }.
health-registration = Logowanie
health-publication = Twój własny status
health-notifier = Kto pyta to urządzenie
health-presence = Obecność: { $name }
health-watchers = Kto Cię obserwuje
health-messages = Wiadomości dla { $name }
health-calls = Rozmowy: { $name }
health-other = { $package }: { $name }
health-active = Działa
health-registered = Zalogowano
health-published = Opublikowano
health-pending = Oczekuje na zgodę
health-asking = Sprawdzanie…
health-waiting = Przerwano
health-failed = Niepowodzenie
health-ended = Zakończono
health-next-refresh = odnowienie za { $span }
health-next-retry = ponowna próba za { $span }
health-next-stop = rezygnacja za { $span }
health-expires = wygasa za { $span }
health-expires-of = wygasa za { $span } z { $granted }
health-last-notify = ostatnie wieści { $span } temu
health-requests = { $count ->
    [one] { $count } żądanie
    [few] { $count } żądania
    [many] { $count } żądań
   *[other] { $count } żądania
}
health-notifies = { $count ->
    [one] { $count } powiadomienie
    [few] { $count } powiadomienia
    [many] { $count } powiadomień
   *[other] { $count } powiadomienia
}
health-failures = { $count ->
    [one] { $count } niepowodzenie
    [few] { $count } niepowodzenia
    [many] { $count } niepowodzeń
   *[other] { $count } niepowodzenia
}
health-last-failure = Ostatnie niepowodzenie { $span } temu: { $reason }
health-server = Obsługuje { $address } przez { $transport }
health-server-of = Obsługuje { $address } przez { $transport }, numer { $place } z { $of }
health-server-again = Ponowna próba lepszych serwerów za { $span }
span-seconds = { $count }{"\u00A0"}s
span-minutes = { $count }{"\u00A0"}min
span-hours = { $count }{"\u00A0"}godz.

## Aktywność

activity-title = Aktywność
activity-search = Nazwa lub zmiana
activity-clear = Wyczyść
activity-cleared = Wszystko wyczyszczono.
activity-none = Nic się jeszcze nie zmieniło.
activity-none-found = Żadna zmiana nie pasuje.
activity-today = Dzisiaj
activity-yesterday = Wczoraj
activity-no-note = usunięto notatkę
activity-call-over = koniec rozmowy
activity-request = Chce Cię widzieć
activity-request-named = Chce Cię widzieć, jako { $name }
activity-allowed = Może Cię widzieć
activity-blocked = Zablokowano
activity-polite = Widzi Cię jako offline
activity-revoked = Decyzję wycofano
activity-online = Połączono
activity-lost = Utracono połączenie
settings-activity-keep = Pamiętaj, co się zmieniło
settings-activity-never = Do zamknięcia programu
settings-activity-day = 1 dzień
settings-activity-week = 1 tydzień
settings-activity-month = 1 miesiąc
settings-activity-hint = Kto przyszedł i odszedł, notatki, rozmowy, wiadomości, prośby i połączenie. Pozostaje na tym komputerze.
settings-activity-open = Pokaż aktywność (Ctrl+H)

## Zapis komunikacji

trace-title = Zapis komunikacji
trace-pause = Wstrzymaj
trace-follow = Śledź
trace-follow-new = Śledź (nowych: { $count })
trace-search = Tekst lub adres
trace-errors = Tylko błędy
trace-filters = Filtry
trace-filters-fewer = Mniej filtrów
trace-account = Konto
trace-package = Pakiet zdarzeń
trace-method = Metoda
trace-all = Wszystko
trace-shown = Wiadomości: { $shown } z { $count }
trace-none = Nic jeszcze nie wysłano ani nie odebrano.
trace-none-found = Żadna wiadomość nie pasuje.
trace-sent = wysłano
trace-received = odebrano
trace-answer = { $status } na { $method }
trace-unreadable = Nie do odczytania
trace-bytes = B: { $count }
trace-words = Słowami
trace-raw = Tak jak wysłano
trace-more = Niepokazanych wierszy: { $count }.
trace-save = Zapisz…
trace-save-text = Tekst
trace-save-capture = Zapis dla programu Wireshark
trace-save-as = Plik
trace-save-hint = { $count ->
    [one] { $count } wiadomość, tak jak na liście. Dane poufne pominięto; widać w niej, kto kogo obserwuje.
    [few] { $count } wiadomości, tak jak na liście. Dane poufne pominięto; widać w nich, kto kogo obserwuje.
    [many] { $count } wiadomości, tak jak na liście. Dane poufne pominięto; widać w nich, kto kogo obserwuje.
   *[other] { $count } wiadomości, tak jak na liście. Dane poufne pominięto; widać w nich, kto kogo obserwuje.
}
trace-save-whole-path = Podaj pełną ścieżkę nowego pliku.
trace-save-button = Zapisz
trace-save-cancel = Anuluj
trace-saved = Zapisano jako { $path }
trace-not-saved = Nie udało się zapisać { $path }.

## Ustawienia

settings-title = Ustawienia
settings-look = Wygląd
settings-theme = Motyw
theme-system = Systemowy
theme-light = Jasny
theme-dark = Ciemny
settings-contrast = Kontrast
contrast-system = Systemowy
contrast-normal = Zwykły
contrast-high = Wysoki
settings-size = Rozmiar
settings-size-smaller = Mniejszy
settings-size-larger = Większy
settings-size-percent = { $percent }%
settings-size-reset = Zwykły
settings-language = Język
language-system = Systemowy
letters-missing = Żadna czcionka na tym komputerze nie ma znaków wybranego języka.
letters-missing-hint = Zainstaluj odpowiednią, na przykład pakiet fonts-noto-cjk, i uruchom Siskina ponownie.
settings-list = Lista kontaktów
settings-order = Kolejność
settings-order-added = Jak dodano
settings-order-available = Najpierw dostępni
settings-order-name = Według nazwy
settings-offline = Osoby offline
settings-offline-show = Pokazuj
settings-offline-hide = Ukrywaj
settings-density = Wiersze
settings-density-comfortable = Wygodne
settings-density-compact = Zwarte
settings-notifications = Powiadomienia
settings-notifications-on = Pokazuj
settings-notifications-off = Żadne
settings-notifications-hint = Prośby, nowe wiadomości i osoby, na które czekasz, gdy patrzysz gdzie indziej. „Nie przeszkadzać” je wycisza.
settings-notifications-silent = To środowisko nie pokazuje powiadomień: prośby i wiadomości widać tylko w oknie.
settings-sound = Z dźwiękiem
settings-remind = Przypominaj o czekających wiadomościach
settings-remind-never = Nigdy
settings-remind-minutes = { $count ->
    [one] Co { $count } minutę
    [few] Co { $count } minuty
    [many] Co { $count } minut
   *[other] Co { $count } minuty
}
settings-remind-hour = Co godzinę
settings-voicemail = Numer poczty głosowej
settings-voicemail-hint = Gdzie dzwoni kliknięcie lampki. Puste: numer podany przez serwer.
settings-voicemail-will-be = Kliknięcie lampki dzwoni pod { $address }.
settings-idle = Gdy nikogo nie ma
settings-idle-after = Pokazuj „Zaraz wracam” po
settings-idle-never = Nigdy
settings-idle-locked = Także zaraz po zablokowaniu ekranu
settings-idle-last = Podawaj innym, od kiedy
settings-idle-hint = Tylko „Dostępny” zmienia się w „Zaraz wracam” i wraca samoczynnie. Status wybrany przez Ciebie pozostaje.
settings-idle-blind = To środowisko nie podaje, czy ktoś jest przy komputerze.
settings-window = Okno
settings-closed = Po zamknięciu okna
settings-closed-keep-running = Działaj dalej
settings-closed-quit = Zakończ
settings-no-icon = To środowisko nie pokazuje ikony programu Siskin, więc zamknięcie okna go kończy.
settings-autostart = Po rozpoczęciu sesji
settings-autostart-never = Nie uruchamiaj
settings-autostart-window = Z oknem
settings-autostart-minimised = W panelu
settings-autostart-edited = Plik uruchamiania zmieniono gdzie indziej. Wybór dokonany tutaj go zastąpi.
settings-autostart-failed = Nie udało się zmienić uruchamiania wraz z sesją.
settings-account = Konto
settings-log-in-again = Zaloguj ponownie
settings-trusted = Certyfikaty zaufane takie, jakie są
settings-trusted-line = { $server }, od { $day }
settings-trusted-any = Dowolny serwer
settings-distrust = Przestań ufać
settings-change-password = Hasło…
settings-log-out = Wyloguj
settings-remove = Usuń to konto…
settings-remove-question = Usunąć { $address } z tego komputera?
settings-remove-hint = Kontakty, status i zapamiętane hasło zostaną tu usunięte. Na serwerze nic się nie zmieni.
settings-remove-confirm = Usuń
settings-remove-cancel = Zachowaj
settings-add-account = Dodaj kolejne konto
settings-accounts = Wszystkie konta
settings-demo = To jest biuro pokazowe. Nic z niego nie zostanie zachowane.
settings-leave-demo = Opuść biuro pokazowe
settings-version = Siskin { $version }
settings-keys = Co robią klawisze (F1)
settings-not-saved = Nie udało się zapisać ustawień, więc przy następnym uruchomieniu zmiany przepadną.
account-not-erased = Nie udało się usunąć z tego komputera wszystkiego, co dotyczy konta.
settings-broken = Nie udało się odczytać ustawień. Zachowano je jako { $file }, a Siskin zaczyna od nowa.
settings-not-kept = Zmiany ustawień przetrwają tylko do zamknięcia programu.
settings-presets-wrong = Nie wszystko, co skonfigurował administrator, da się użyć. Powiedz mu, co jest nie tak:
store-no-place = Nie ma folderu domowego, w którym można by je zachować.
store-newer = { $file } zapisała nowsza wersja programu Siskin; plik pozostaje nietknięty.
store-unreadable = Nie można odczytać { $file }: { $detail }.
store-not-writable = Nie można zapisać { $file }: { $detail }.

## Klawisze

keys-title = Klawisze
keys-everywhere = Wszędzie
keys-moving = Poruszanie się
key-ctrl = Ctrl+{ $key }
key-tab = Tab
key-enter = Enter, Spacja
key-escape = Escape
key-up-down = Góra, Dół
key-pages = Page, Home, End
key-left-right = Lewo, Prawo
key-alt-up-down = Alt+Góra, Alt+Dół
key-letter = Litery
key-delete = Delete
keys-help = Pokaż tę listę
keys-add = Dodaj kontakt
keys-search = Przeszukaj listę
keys-watchers = Kto Cię widzi
keys-accounts = Konta
keys-activity = Aktywność: co się zmieniło
keys-trace = Zapis: co wysłano i odebrano
keys-settings = Ustawienia
keys-larger = Większy rozmiar
keys-smaller = Mniejszy rozmiar
keys-normal-size = Zwykły rozmiar
keys-quit = Zakończ
keys-tab = Do następnego pola lub przycisku, z Shift do poprzedniego
keys-enter = Naciśnij to, co ma obwódkę
keys-escape = Zamknij to, co otwarto ostatnio, albo wróć
keys-up-down = Z jednej pozycji na następną
keys-pages = Daleko
keys-left-right = Zwiń lub rozwiń grupę
keys-alt-up-down = Przesuń grupę lub osobę w górę lub w dół
keys-letter = Szukaj tego, co piszesz
keys-delete = Usuń kogoś; można to cofnąć

## Konta

accounts-title = Konta
accounts-logged-out = Wylogowano
accounts-change = Nazwa i poczta głosowa…
accounts-server = Serwer…
accounts-remove = Usuń…
accounts-name = Nazwa widoczna dla innych
accounts-name-hint = Zapisanie oznacza ponowne logowanie.
accounts-name-wrong = Najwyżej { $count } znaków w jednym wierszu.
accounts-save = Zapisz
