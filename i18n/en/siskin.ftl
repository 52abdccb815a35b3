# Siskin in English. One sentence says what happened, why, and what to do.

app-name = Siskin
title-demo = Siskin – demo office
back = Back
close = Close
dismiss = Dismiss
undo = Undo
retry-now = Try now
enter-password = Enter password
of-account = { $account }: { $text }
account-of = Account

## Log-in

log-in-intro = See who can be reached and whether messages wait.
log-in-address = Your SIP address
log-in-address-hint = As your administrator or provider gave it to you.
log-in-address-short = Your name is enough: @{ $domain } is added.
log-in-preset = Your administrator has set up { $name } on this machine.
log-in-password = Password
log-in-password-missing = Enter the password of your SIP account.
log-in-password-kept = Leave it empty to keep the password as it is.
log-in-remember = Remember the password in the system keyring
log-in-advanced = Advanced
log-in-proxy = Outbound proxy
log-in-proxy-hint = Only if your administrator asks for one. Several stand with spaces between.
log-in-proxy-problem = Write a host, or a URI such as sip:proxy.example.com;transport=tcp
log-in-transport = Transport
log-in-auth-user = User name for authentication
log-in-auth-user-hint = Only if it differs from the name in the address.
log-in-xcap = XCAP root
log-in-xcap-hint = Where the server keeps who may see you. Empty: it is guessed from your domain.
log-in-xcap-problem = Write an address that begins with https://
log-in-ca = Certificate authority
log-in-ca-hint = A PEM file to trust for this account, in addition to the system's own.
log-in-ca-problem = There is no such file. Write the whole path of a PEM file.
log-in-from-administrator = From your administrator. What you write here is used instead.
log-in-button = Log in
log-in-another = Log in with another account
log-in-already = This account is logged in already.
log-in-demo = Look around in the demo office
log-in-demo-opening = Opening the demo office…
log-in-demo-hint = No account, no network: a small office on this machine, with colleagues who come and go.
log-in-demo-failed = The demo office could not be opened.

## The first log-in, step by step

assist-title = Logging in
assist-intro = Trying { $address } …
assist-running = Under way …
assist-ok = Works
assist-untried = Not tried
assist-no-xcap = None was found. You can name one under “Advanced”.
assist-dns = Look up the server
assist-connection = Connect
assist-register = Log in
assist-presence = Presence
assist-messages = Messages waiting
assist-watchers = Who watches you
assist-calls = Calls of others
assist-publish = Publish your status
assist-xcap = Lists and rules on the server (XCAP)
assist-open = Works, but is not encrypted: whoever is in between can read along.
assist-no-server = No server is known for this domain.
assist-some-servers = Some of the servers cannot be looked up at the moment.
assist-certificate = The server’s certificate is not trusted.
assist-failed-certificate = The server cannot prove who it is.
assist-failed-settings = Something in the account’s details is of no use.
assist-failed-dns = No server was found for this domain.
assist-failed-dns-hint = The domain may be misspelt, or its servers are not in the DNS. Your administrator can tell you the name of the server.
assist-enter-server = Enter the server
assist-failed-connection = The server cannot be reached.
assist-failed-connection-hint = The network, a firewall, or the server may be the cause. Try again in a moment.
assist-again = Try again
assist-failed-password = The server does not accept name and password.
assist-failed-password-hint = Check how both are written. Some servers want another user name; it stands under “Advanced”.
assist-correct = Check name and password
assist-failed-register = The server does not let this account log in.
assist-failed-part = You can log in, but not everything works.
assist-failed-part-hint = What does not work is marked above. The rest can be used, and missing parts are tried again by themselves.
assist-enter = Log in anyway
assist-back = Back
assist-details = What was found, word by word
assist-trace = What was sent and received

## Certificates

certificate-title = Certificate of { $server }
certificate-notice = The certificate of { $server } is not trusted.
certificate-notice-hint = Nothing is sent there until that is settled, least of all your password.
certificate-changed = { $server } shows another certificate than the one you trust.
certificate-changed-hint = Somebody may be listening in between. Trust the new one only if your administrator says that it was changed.
certificate-look = Look at it
certificate-wrong = What is wrong
certificate-shown = What the server shows
certificate-names = For
certificate-no-names = nobody
certificate-valid = Valid
certificate-valid-span = { $from } to { $to }
certificate-issuer = Signed by
certificate-fingerprint = SHA-256 fingerprint
certificate-copy = Copy the fingerprint
certificate-compared = I have compared the fingerprint with what my administrator says.
certificate-trust = Trust it for this account
certificate-trust-hint = That concerns this account and exactly this certificate. You can take it back in the settings.
certificate-refuse = Do not connect
certificate-authority-use = Trust this authority
distrust-expired = It has expired.
distrust-early = It is not valid yet. Is the clock of this computer right?
distrust-self = It signs itself: nobody else vouches for it.
distrust-issuer = It is not signed by an authority that is trusted here.
distrust-name = It is not for { $server }.
distrust-purpose = It is not meant for servers.
distrust-revoked = Its authority has revoked it.
transport-automatic = Automatic
transport-settled = As set up ({ $transport })

address-empty = Enter an address.
address-no-domain = Add the domain: name@example.com
address-no-user = The name before the @ is missing.
address-bad-character = An address cannot contain “{ $character }”.
address-space = An address cannot contain a space.
address-other-scheme = Only SIP addresses and tel: numbers can be used here.
address-malformed = This is not an address. Write it like name@example.com

## Password

password-title = Password
password-refused = The server refused the password for { $address }.
password-refused-hint = Check it, also capital letters, and enter it again. If it is right, the user name for authentication may be another one.
password-not-remembered = Enter the password for { $address }. The keyring has none, or is locked.
password-enter = Enter the password for { $address }.
password-no-keyring-notice = It cannot be remembered on this machine.
password-no-keyring-hint = Siskin never writes a password into a file, so you will be asked again at the next start.
password-change = Enter the new password for { $address }. Siskin logs in with it at once.
password-use = Log in
password-edit-account = Check the account's details
keyring-not-remembered = The password could not be remembered. You will be asked again at the next start.
keyring-not-forgotten = The password may still be in the keyring.
keyring-no-service = No keyring runs on this machine.
keyring-locked = The keyring is locked.
keyring-no-answer = The keyring has not answered.
keyring-not-text = What the keyring holds is no password.
keyring-failed = The keyring said: { $detail }.

## Statuses

status-available = Available
status-away = Away
status-busy = Busy
status-on-the-phone = On the phone
status-in-a-meeting = In a meeting
status-do-not-disturb = Do not disturb
status-out-to-lunch = Out to lunch
status-vacation = On vacation
status-travel = Travelling
status-offline = Offline
status-unknown = Unknown

own-status = Status
own-not-set = Choose a status
own-not-shared = { $status }, but nobody can see it
own-not-shared-everywhere = { $status }, but not everybody can see it
own-until = { $status } until { $time }
own-away = Away, as nobody is at the machine
own-end = Until
own-end-open = I change it
own-end-today = Midnight
own-end-at = Time…
own-end-time = Time
own-end-wrong = Write a time of the day such as 15:00
own-lately = Lately
own-forget = Do not offer again
own-keep = Keep it also while I am logged out
own-kept = While you are logged out: { $status }
own-kept-remove = Remove
end-midnight = midnight
own-note = Note
own-note-hint = Everybody you allowed can read it. Press Enter to change the note alone.
tip-search = Search (Ctrl+F)
tip-add = Add a buddy (Ctrl+N)
tip-settings = Settings (Ctrl+,)

## Buddies

buddy-asking = Asking…
buddy-unknown-why = Nothing is shared with you at the moment.
buddy-waiting = Waiting for approval
buddy-waiting-why = Your request was sent. It is shown here as soon as it is answered.
buddy-refused = Request declined
buddy-refused-why = This person does not share their presence with you.
buddy-stale = Last known: { $status }
buddy-stale-why = Nothing was heard for a while, so this may have changed.
buddy-paused = Not watched
buddy-paused-why = You do not watch this person at the moment.
buddy-calls-only = Presence is not shared here. This is what the telephone tells.
calls-idle = Not in a call
calls-calling = Calling somebody
calls-ringing = The telephone rings
calls-somebody = A call
calls-with = Call with { $name }
calls-to = Call to { $name }
calls-from = Call from { $name }
since-today = since{"\u00A0"}{ $time }
since-yesterday = since{"\u00A0"}yesterday
since-date = since{"\u00A0"}{ $year }-{ $month }-{ $day }
moment = { $year }-{ $month }-{ $day } { $time }
day = { $year }-{ $month }-{ $day }
reason-refused = The server does not allow it.
reason-no-such-address = The server does not know this address.
reason-not-offered = The server does not offer this.
reason-no-answer = The server did not answer.
reason-unreachable = The server cannot be reached.
reason-password = The server wants another password.
reason-other = The server said: { $reason }
details-note = “{ $note }”
details-account = Through { $account }
details-devices = { $count ->
    [one] { $count } device
   *[other] { $count } devices
}
call = Call
details-await = Tell me when available
details-awaited = Do not tell me
details-message = Message
details-mail = Mail
details-pick-up = Pick up
details-today = Today
details-today-none = Nothing has changed today.
details-today-more = { $count ->
    [one] { $count } earlier change
   *[other] { $count } earlier changes
}
details-person = Person
details-local-time = It is { $time } there.
details-local-time-in = It is { $time } there ({ $zone }).
details-place = Place: { $place }
details-mood = Mood: { $mood }
details-why = Why this is shown
details-devices-more = { $count } more are not shown.
details-subscription = Connection
details-presence = Presence
details-telephone = Telephone
details-connections = All connections
details-kept = On your list
details-watch = Watch this person
details-calls = Watch the telephone too
details-announce = Tell me each time they become available
details-activity = All activity
details-mute = Never notify me about this person
details-groups = Groups
details-group-new = New group
details-name-hint = What you call them. Press Enter to change it.
why-activity = They say what they do: { $what }
why-idle = They have not touched their devices for a while.
why-idle-since = They have not touched their devices ({ $since }).
why-open = A device says that they can be reached.
why-closed = Every device says that they cannot be reached.
why-decided-by = The word of notifier { $notifier } counts.
why-notifiers = { $count } notifiers answer for them.
why-list = Told by the list { $list }.
why-note-by = The note is that of notifier { $notifier }.
why-note-of = Notifier { $notifier }: “{ $note }”
why-may-be-old = This is the same as before or older: it may still be true, or somebody has sent again what was overheard.
device-open = Can be reached
device-closed = Cannot be reached
device-silent = Does not say
device-idle = idle
device-idle-since = idle { $since }
device-decides = This decides.
device-agrees = This says the same.
device-open-elsewhere = Another device can be reached, and that counts.
device-superseded = A newer word of the same device has taken its place.
device-somebody-else = This is somebody else: { $about }
device-not-electronic = This is no way for calls: { $about }
device-notifier = Notifier { $notifier }
device-coming = { $what } from { $from }
device-coming-until = { $what } from { $from } until { $until }
details-copy = Copy address
details-sight = What they see
details-remove = Remove
group-none = Others
group-count = { $there } of { $people }
group-change = Change this group
group-name = Name of the group
group-name-hint = Press Enter to rename it.
group-up = Move up
group-down = Move down
group-dissolve = Remove the group
group-dissolve-hint = The people stay on your list.
removed = { $name } was removed
search-example = Name or address
search-nobody = Nobody on your list is called that.
list-name = The people on your list
list-unread = Changed while you were away
list-hidden = { $count ->
    [one] { $count } person on your list is offline.
   *[other] All { $count } people on your list are offline.
}
list-show = Show
empty-title = Nobody here yet
empty-hint = Add somebody to see if they can be reached.
empty-hint-offline = Add somebody now; they are asked as soon as you are connected.
empty-button = Add a buddy

## Notifications

news-requests = { $count ->
    [one] { $count } person wants to see your presence
   *[other] { $count } people want to see your presence
}
news-available = { $name } is available
news-from = From { $name }
news-call-voicemail = Call voicemail
not-opened = No program on this machine takes calls.

## Icon in the panel

tray-open = Open Siskin
tray-nobody = Nobody is logged in
tray-quit = Quit
closing-explained = Siskin goes on in the panel.
closing-explained-hint = Closed, it still tells you of requests and messages; its icon opens the window again. You can change this in the settings.
closing-keep-running = Close the window
closing-quit = Quit Siskin

## Adding a buddy

add-buddy-title = Add a buddy
add-buddy-intro = The person is asked whether you may see their presence.
add-buddy-address = Address
add-buddy-address-hint = An address, or just a name or number at { $domain }.
add-buddy-will-be = { $address } will be added.
add-buddy-known = This address is on your list already.
add-buddy-self = This is your own address.
add-buddy-name = Name
add-buddy-name-hint = What you call them. Nobody else sees it.
add-buddy-button = Add

## Message lamp

lamp-voice = { $count ->
    [one] { $count } new voice message
   *[other] { $count } new voice messages
}
lamp-fax = { $count ->
    [one] { $count } new fax
   *[other] { $count } new faxes
}
lamp-video = { $count ->
    [one] { $count } new video message
   *[other] { $count } new video messages
}
lamp-text = { $count ->
    [one] { $count } new text message
   *[other] { $count } new text messages
}
lamp-other = { $count ->
    [one] { $count } new message
   *[other] { $count } new messages
}
lamp-urgent = { $count } urgent
lamp-old = { $count ->
    [one] { $count } old message
   *[other] { $count } old messages
}
lamp-waiting = Messages are waiting
lamp-dark = No new messages
lamp-stale = may have changed
lamp-unknown = Messages unknown
lamp-call = Press to call { $address }
lamp-no-number = Press to enter the number of your voicemail
class-voice = Voice
class-fax = Fax
class-video = Video
class-text = Text
class-old = { $class }: { $count } old

## Requests

request-question = { $name } wants to see your presence
request-account = Asks your account { $account }
request-asked = asked { $count } times
request-gone = has gone, and is answered at the next try
request-allow = Allow
request-allowing = Allowing…
request-polite = Appear offline
request-block = Block
request-blocking = Blocking…
request-later = Later
request-choices = More choices
request-fewer-choices = Fewer choices
request-add-buddy = Add as a buddy
request-all = { $count ->
    [one] Show { $count } request
   *[other] Show all { $count } requests
}
request-all-later = All later
request-deferred = { $count ->
    [one] Show { $count } request put off
   *[other] Show { $count } requests put off
}
request-failed = This was not kept. { $reason } Try again.
request-waiting = Kept. It is told to the server as soon as that can be reached.
relation-buddy = on your list
relation-same-domain = same domain as you
relation-stranger = stranger
source-asserted = Asked this device; confirmed by your server
source-asserted-why = Your server says that it has looked who sent this.
source-relayed = Asked this device, through your server
source-relayed-why = Your server has passed it on, and says nothing about the sender. Most servers let nobody use the address of somebody else.
source-claimed = Asked this device; nobody has confirmed who it is
source-claimed-why = The sender says so itself: it came past your server, and nobody has confirmed it. Ask in another way before you allow it.
bulk-all = { $count ->
    [one] Pick { $count } request
   *[other] Pick all { $count } requests
}
bulk-picked = { $count ->
    [one] { $count } request is picked
   *[other] { $count } requests are picked
}
terms-until = For how long
terms-always = Always
terms-today = Until tonight
terms-tomorrow = Until tomorrow
terms-date = Until a day
terms-day = Last day
terms-day-hint = As year-month-day or day.month.year
terms-day-unreadable = This is not a date. Write it like 2027-12-24.
terms-day-past = This day is over.
terms-day-words = { $year }-{ $month }-{ $day }
terms-ends = Ends by itself on { $day } at 24:00.
terms-shows = What is shown
terms-allow-today = Allow until tonight
terms-allow-tomorrow = Allow until tomorrow
terms-allow-until = Allow until { $day }
shows-state = Open or closed
shows-state-hint = Whether and where you can be reached. Nothing of what you do.
shows-activity = Activity and note
shows-activity-hint = Whether you can be reached, what you do, and your note.
shows-everything = Everything
shows-everything-hint = Everything that you publish.

## Who sees you

tip-watchers = Who sees you (Ctrl+P)
watchers-title = Who sees you
watchers-requests = Requests ({ $count })
watchers-watching = Watching
watchers-past = Before
watchers-search-hint = A whole address shows what it sees.
watchers-sort-name = By name
watchers-sort-latest = Latest first
watchers-sort-sees = By what they see
watchers-nobody = Nobody watches you now.
watchers-no-requests = Nobody waits for an answer.
watchers-no-past = Nobody is remembered.
watchers-nobody-found = Nobody here is called that. Type a whole address to see what it would see.
watchers-not-watching = does not watch you
watchers-last = last seen { $time }
many-title = For many at once
many-hint = Type *@example.com above to decide about everybody at a domain.
many-domain = Everybody at { $domain }
many-others = Everybody else
watchers-more = { $count ->
    [one] Show { $count } more
   *[other] Show more of { $count } others
}
watchers-revoke = Revoke
watchers-unblock = Unblock
watchers-forget = Forget everybody…
watchers-forget-question = Forget who has watched you or asked to?
watchers-forget-hint = What you have decided stays. Requests of people who are gone are forgotten too.
watchers-forget-confirm = Forget
watchers-forget-cancel = Keep
sees-state = sees whether you can be reached
sees-activity = sees what you do and your note
sees-everything = sees everything
sees-something = sees what other rules let through
sees-offline = sees you offline
sees-refused = is refused
sees-confirm = is to be asked about each time
sees-undecided = sees nothing yet
ground-watcher = about this person alone
ground-several = about several people
ground-domain = about everybody at { $domain }
ground-everybody = about everybody
ground-rule = Rule “{ $rule }”, { $about }
ground-nameless = A rule without a name, { $about }
ground-until = ends { $time }
person-sees = What { $name } sees
person-who = Who this is
person-now = Now: { $status }
person-asking = Looking it up…
person-rules-unknown = The rules on the server are not known, so nobody can tell.
person-no-rule = No rule is about this person.
person-by-order = On servers on which the first matching rule counts: { $sees }.
person-raw-show = Show the document
person-raw-hide = Hide the document
person-change = Change it
person-subscription = The present subscription runs until { $time }; whoever watches on renews it before.
copy = Copy
server-neither = Your server decides alone who sees you
server-neither-why = It neither tells who watches you nor keeps rules of yours, and decides alone. Everything else works.
server-here = Your decisions are kept on this machine
server-here-why = No server keeps rules of yours. What you decide holds for whoever asks this device itself, while Siskin runs; whomever your server answers, it decides about alone.
server-no-winfo = Your server does not tell who watches you
server-no-winfo-why = So requests and watchers cannot be shown. What you decide about an address still holds: type it below.
server-no-xcap = Your server keeps no rules
server-no-xcap-why = Siskin sees who asks, but cannot write down what you decide, and the server goes on as its operator has set it.
server-unversioned = Your server puts no versions on its documents. Do not decide on two devices at the same moment: one decision could be lost.
watchers-stale = This list may be out of date. The whole of it was asked for again.
server-no-root = No place for your rules is set. When you decide something, { $root } is tried; another place can be set in the account's details.
rules-unusable = What lies on the server in the place of your rules cannot be used
rules-unusable-why = { $detail } Siskin leaves it as it is and writes nothing over it. Perhaps another program has written it, and can mend it.
rules-show = Show it
rules-hide = Hide it
rules-cut = Only the beginning is shown.
rules-keep = Keep a copy
rules-renew = Start afresh…
rules-renew-question = Keep a copy and start with no rules?
rules-renew-hint = The copy goes into the folder of your settings first. Then nobody is allowed or blocked any more until you decide anew.
rules-renew-confirm = Keep a copy and start afresh
rules-renew-cancel = Leave it
rules-kept = A copy is kept as { $path }
rules-not-kept = No copy could be kept, so nothing was changed on the server. { $reason }
xcap-root = { $root } is not an address of an XCAP server.
xcap-insecure = { $root } is not encrypted, so no password is sent there.
xcap-forbidden = The server does not allow you this (403).
xcap-changed = Another device changed the same again and again at the same time.
xcap-unreachable = { $address } cannot be reached.
xcap-no-answer = { $address } does not answer.
xcap-web-page = { $address } is a web server, but keeps no such documents: it answered with something else ({ $kind }).
xcap-too-large = What lies there is larger than { $kilobytes } kB.
xcap-redirected = The server sends us to { $address }, which never gets your password.
xcap-400 = The server did not understand the request (400).
xcap-404 = The server keeps no such documents at this place (404).
xcap-501 = The server cannot do this.
xcap-415 = The server does not take documents of this kind (415).
xcap-507 = The server has no room left (507).
xcap-500 = The server has a fault of its own ({ $status }) and may recover.
xcap-status = The server answered { $status }.
conflict-not-well-formed = The server takes what was sent for no XML document.
conflict-not-a-fragment = The server takes the change for no XML element.
conflict-not-an-attribute = The server takes the change for no value of an attribute.
conflict-no-parent = The server has no place to put it into.
conflict-schema = The server says that the document would not be of its kind any more.
conflict-cannot-insert = The server would not find the change again where it was put.
conflict-cannot-delete = Something else would take the place of what is deleted.
conflict-not-unique = A name in it is taken already.
conflict-constraint = The change breaks a rule of the server.
conflict-not-utf8 = The server takes what was sent for other text than UTF-8.
conflict-unsaid = The server refuses the change and does not say why.

## Troubles

trouble-rules-look = Look at it
trouble-rules = The list of who may see you could not be read.
trouble-rules-hint = If it stays so, check the XCAP root in the account's details.
trouble-permanent = The status for when you are logged out could not be changed.
trouble-decision = The decision about { $address } is kept, but the server does not act on it yet.
trouble-decision-hint = It may look at its rules later.
trouble-weaker-digest = { $realm } asks for your password in a weaker way than before.
trouble-weaker-digest-hint = If nothing was changed at the server, somebody may be after the password: ask its operator.
trouble-weak-digest = { $realm } asks for your password in a way that is too weak, and did not get it.
trouble-weak-digest-hint = You wanted it so for this account; the server has to offer SHA-256.
trouble-tls-withdrawn = { $domain } offered encrypted connections before and no longer does.
trouble-tls-withdrawn-hint = If nothing was changed there, somebody may want to listen: ask the operator, or choose TLS in the account's details.
trouble-buddies = Your list of buddies is not the same on the server as here.
trouble-rules-renew = Your rules on the server could not be replaced
trouble-kept-decisions = Decisions that waited for the server cannot be read
trouble-kept-watchers = Who has watched you before cannot be read
trouble-kept-hint = Until Siskin ends it goes on without them.
list-unusable = What lies on the server in the place of your list of people cannot be used
list-unusable-why = { $detail } Siskin leaves it as it is and writes nothing over it. Your list is kept on this device.
list-renew = Start afresh…
list-renew-question = Keep a copy and put your list from this device there?
list-renew-hint = The copy goes into the folder of your settings first. Then the server has the people whom you see here.
list-renew-confirm = Keep a copy and start afresh
list-renew-cancel = Leave it
trouble-buddies-hint = It is kept on this device. If it stays so, check the XCAP root in the account's details.
conflict-names = { $address } was named “{ $here }” here and “{ $elsewhere }” on another device. “{ $here }” stays.
conflict-removed-here = { $address } was taken out here and changed on another device, and stays on the list.
conflict-removed-elsewhere = { $address } was taken out on another device and changed here, and stays on the list.
conflict-shared = { $address } is on somebody else's list that yours refers to, and stays.
conflict-full = There is no room left on the list for { $address }.

## Connection

connection-connecting = Connecting…
connection-online = Connected as { $address }
connection-connected = Connected
connection-online-all = { $count ->
    [one] Connected with { $count } account
   *[other] Connected with { $count } accounts
}
connection-demo = Connected to the demo office
connection-password-needed = The password is needed.
connection-password-refused = The server refused the password.
connection-ended = The connection has ended.
connection-not-started = The account could not start.
next-try-now = Trying again…
next-try-seconds = { $count ->
    [one] Next try in { $count } second.
   *[other] Next try in { $count } seconds.
}
next-try-minutes = { $count ->
    [one] Next try in { $count } minute.
   *[other] Next try in { $count } minutes.
}

## Health

health-open = Details
health-title = Connections
health-nothing = Nothing is known yet.
health-fine = { $count ->
    [one] It is fine.
   *[other] All { $count } are fine.
}
health-troubled = { $count ->
    [one] { $count } is in trouble.
   *[other] { $count } are in trouble.
}
health-bad-input = { $count ->
    [one] { $count } faulty or foreign message was left out.
   *[other] { $count } faulty or foreign messages were left out.
}
health-retry = Try everything again
health-refresh = Refresh
health-resubscribe = Subscribe anew
health-trace = Its messages
health-trace-all = Everything that was sent and received
health-more = { $count } more are not shown.
health-registration = Log-in
health-publication = Your own status
health-notifier = Who asks this device
health-presence = Presence of { $name }
health-watchers = Who watches you
health-messages = Messages for { $name }
health-calls = Calls of { $name }
health-other = { $package } of { $name }
health-active = Active
health-registered = Logged in
health-published = Published
health-pending = Waiting for approval
health-asking = Asking…
health-waiting = Interrupted
health-failed = Failed
health-ended = Ended
health-next-refresh = next refresh in { $span }
health-next-retry = next try in { $span }
health-next-stop = given up in { $span }
health-expires = runs out in { $span }
health-expires-of = runs out in { $span } of { $granted }
health-last-notify = last news { $span } ago
health-requests = { $count ->
    [one] { $count } request
   *[other] { $count } requests
}
health-notifies = { $count ->
    [one] { $count } notification
   *[other] { $count } notifications
}
health-failures = { $count ->
    [one] { $count } failure
   *[other] { $count } failures
}
health-last-failure = Last failure { $span } ago: { $reason }
health-server = Served by { $address } over { $transport }
health-server-of = Served by { $address } over { $transport }, number { $place } of { $of }
health-server-again = Better servers are tried again in { $span }
span-seconds = { $count }{"\u00A0"}s
span-minutes = { $count }{"\u00A0"}min
span-hours = { $count }{"\u00A0"}h

## Activity

activity-title = Activity
activity-search = Name or change
activity-clear = Clear
activity-cleared = Everything was cleared.
activity-none = Nothing has changed yet.
activity-none-found = Nothing like this has changed.
activity-today = Today
activity-yesterday = Yesterday
activity-no-note = took the note away
activity-call-over = no longer in a call
activity-request = Wants to see you
activity-request-named = Wants to see you, as { $name }
activity-allowed = Allowed to see you
activity-blocked = Blocked
activity-polite = Sees you offline
activity-revoked = The decision was revoked
activity-online = Connected
activity-lost = The connection was lost
settings-activity-keep = Remember what has changed
settings-activity-never = Until I quit
settings-activity-day = 1 day
settings-activity-week = 1 week
settings-activity-month = 1 month
settings-activity-hint = Who came and went, notes, calls, messages, requests and the connection. It stays on this machine.
settings-activity-open = Show the activity (Ctrl+H)

## Trace

trace-title = Trace
trace-pause = Pause
trace-follow = Follow
trace-follow-new = Follow ({ $count } new)
trace-search = Text or address
trace-errors = Errors only
trace-filters = Filters
trace-filters-fewer = Fewer filters
trace-account = Account
trace-package = Event package
trace-method = Method
trace-all = All
trace-shown = { $shown } of { $count } messages
trace-none = Nothing has been sent or received yet.
trace-none-found = No message is like this.
trace-sent = sent
trace-received = received
trace-answer = { $status } to { $method }
trace-unreadable = Not readable
trace-bytes = { $count }{"\u00A0"}bytes
trace-words = In words
trace-raw = As sent
trace-more = { $count } more lines are not shown.
trace-save = Save…
trace-save-text = Text
trace-save-capture = Capture for Wireshark
trace-save-as = File
trace-save-hint = { $count ->
    [one] { $count } message, as it is listed. Secrets are left out; who watches whom is in it.
   *[other] { $count } messages, as they are listed. Secrets are left out; who watches whom is in them.
}
trace-save-whole-path = Write the whole path of a new file.
trace-save-button = Save
trace-save-cancel = Cancel
trace-saved = Saved as { $path }
trace-not-saved = { $path } could not be written.

## Settings

settings-title = Settings
settings-look = Appearance
settings-theme = Theme
theme-system = System
theme-light = Light
theme-dark = Dark
settings-contrast = Contrast
contrast-system = System
contrast-normal = Normal
contrast-high = High
settings-size = Size
settings-size-smaller = Smaller
settings-size-larger = Larger
settings-size-percent = { $percent } %
settings-size-reset = Normal
settings-language = Language
language-system = System
letters-missing = No font on this machine has the letters of the chosen language.
letters-missing-hint = Install one, for example the package fonts-noto-cjk, and start Siskin again.
settings-list = Buddy list
settings-order = Order
settings-order-added = As added
settings-order-available = Available first
settings-order-name = By name
settings-offline = People who are offline
settings-offline-show = Show
settings-offline-hide = Hide
settings-density = Rows
settings-density-comfortable = Comfortable
settings-density-compact = Compact
settings-notifications = Notifications
settings-notifications-on = Show
settings-notifications-off = None
settings-notifications-hint = Requests, new messages and people you wait for, while you look elsewhere. “Do not disturb” silences them.
settings-notifications-silent = This desktop shows no notifications: requests and messages are told in the window alone.
settings-sound = With a sound
settings-remind = Remind me of messages that still wait
settings-remind-never = Never
settings-remind-minutes = Every { $count } minutes
settings-remind-hour = Every hour
settings-voicemail = Voicemail number
settings-voicemail-hint = What a click on the lamp calls. Empty: what the server names.
settings-voicemail-will-be = A click on the lamp calls { $address }.
settings-idle = When nobody is there
settings-idle-after = Show me as away after
settings-idle-never = Never
settings-idle-locked = Also as soon as the screen is locked
settings-idle-last = Tell others since when
settings-idle-hint = Only “Available” becomes “Away”, and comes back by itself. A status that you chose stays.
settings-idle-blind = This desktop does not tell whether somebody is there.
settings-window = Window
settings-closed = When the window is closed
settings-closed-keep-running = Keep running
settings-closed-quit = Quit
settings-no-icon = This desktop shows no icon of Siskin, so closing the window quits.
settings-autostart = When your session starts
settings-autostart-never = Do not start
settings-autostart-window = With the window
settings-autostart-minimised = In the panel
settings-autostart-edited = The file for the start was changed by something else. A choice here replaces it.
settings-autostart-failed = The start with the session could not be changed.
settings-account = Account
settings-log-in-again = Log in again
settings-trusted = Certificates that are trusted as they are
settings-trusted-line = { $server }, since { $day }
settings-trusted-any = Any server
settings-distrust = Trust no longer
settings-change-password = Password…
settings-log-out = Log out
settings-remove = Remove this account…
settings-remove-question = Remove { $address } from this machine?
settings-remove-hint = Its buddies, status and remembered password are deleted here. Nothing changes on the server.
settings-remove-confirm = Remove
settings-remove-cancel = Keep it
settings-add-account = Add another account
settings-accounts = All accounts
settings-demo = You are in the demo office. Nothing of it is kept.
settings-leave-demo = Leave the demo office
settings-version = Siskin { $version }
settings-keys = What each key does (F1)
settings-not-saved = The settings could not be written, so changes are lost at the next start.
account-not-erased = Not everything about the account could be removed from this machine.
settings-broken = The settings could not be read. They were kept as { $file }, and Siskin starts afresh.
settings-not-kept = Changes to the settings last only until you quit.
settings-presets-wrong = Not everything that your administrator has set up can be used. Tell them what is wrong:
store-no-place = There is no home folder to keep them in.
store-newer = { $file } was written by a later version of Siskin and is left alone.
store-unreadable = { $file } cannot be read: { $detail }.
store-not-writable = { $file } cannot be written: { $detail }.

## Keys

keys-title = Keys
keys-everywhere = Everywhere
keys-moving = Moving around
key-ctrl = Ctrl+{ $key }
key-tab = Tab
key-enter = Enter, Space
key-escape = Escape
key-up-down = Up, Down
key-pages = Page, Home, End
key-left-right = Left, Right
key-alt-up-down = Alt+Up, Alt+Down
key-letter = Letters
key-delete = Delete
keys-help = Show this list
keys-add = Add a buddy
keys-search = Search the list
keys-watchers = Who sees you
keys-accounts = Accounts
keys-activity = Activity: what has changed
keys-trace = Trace: what was sent and received
keys-settings = Settings
keys-larger = Larger
keys-smaller = Smaller
keys-normal-size = Normal size
keys-quit = Quit
keys-tab = Go to the next field or button, with Shift to the one before
keys-enter = Press what has the ring
keys-escape = Close what was opened last, or go back
keys-up-down = Go from one to the next
keys-pages = Go far
keys-left-right = Fold a group, or unfold it
keys-alt-up-down = Move a group or somebody up or down
keys-letter = Search for what you type
keys-delete = Remove somebody; it can be undone

## Accounts

accounts-title = Accounts
accounts-logged-out = Logged out
accounts-change = Name and voicemail…
accounts-server = Server…
accounts-remove = Remove…
accounts-name = Name that others see
accounts-name-hint = Saving it logs in again.
accounts-name-wrong = At most { $count } characters, on one line.
accounts-save = Save
