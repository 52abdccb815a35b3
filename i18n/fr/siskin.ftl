# Siskin en français. Une phrase dit ce qui s’est passé, pourquoi, et que faire.

app-name = Siskin
title-demo = Siskin – bureau de démonstration
back = Retour
close = Fermer
dismiss = Masquer
undo = Annuler
retry-now = Réessayer
enter-password = Saisir le mot de passe
of-account = { $account } : { $text }
account-of = Compte

## Connexion

log-in-intro = Voyez qui est joignable et si un message vous attend.
log-in-address = Votre adresse SIP
log-in-address-hint = Telle que votre administrateur ou votre opérateur vous l’a donnée.
log-in-address-short = Votre nom suffit : @{ $domain } est ajouté.
log-in-preset = Votre administrateur a configuré { $name } sur cette machine.
log-in-password = Mot de passe
log-in-password-missing = Saisissez le mot de passe de votre compte SIP.
log-in-password-kept = Laissez vide pour garder le mot de passe tel quel.
log-in-remember = Enregistrer le mot de passe dans le trousseau du système
log-in-advanced = Options avancées
log-in-proxy = Proxy sortant
log-in-proxy-hint = Seulement si votre administrateur en demande un. Séparez-en plusieurs par des espaces.
log-in-proxy-problem = Indiquez un hôte, ou une URI comme sip:proxy.example.com;transport=tcp
log-in-transport = Transport
log-in-auth-user = Nom d’utilisateur pour l’authentification
log-in-auth-user-hint = Seulement s’il diffère du nom dans l’adresse.
log-in-xcap = Racine XCAP
log-in-xcap-hint = Là où le serveur conserve qui peut vous voir. Vide : déduite de votre domaine.
log-in-xcap-problem = Indiquez une adresse qui commence par https://
log-in-ca = Autorité de certification
log-in-ca-hint = Un fichier PEM auquel ce compte se fie, en plus de ceux du système.
log-in-ca-problem = Ce fichier n’existe pas. Indiquez le chemin complet d’un fichier PEM.
log-in-from-administrator = Fourni par votre administrateur. Ce que vous écrivez ici le remplace.
log-in-button = Se connecter
log-in-another = Se connecter avec un autre compte
log-in-already = Ce compte est déjà connecté.
log-in-demo = Visiter le bureau de démonstration
log-in-demo-opening = Ouverture du bureau de démonstration…
log-in-demo-hint = Sans compte ni réseau : un petit bureau sur cette machine, avec des collègues qui vont et viennent.
log-in-demo-failed = Le bureau de démonstration n’a pas pu s’ouvrir.

## The first log-in, step by step

assist-title = Connexion
assist-intro = Essai de { $address } …
assist-running = En cours …
assist-ok = Fonctionne
assist-untried = Non essayé
assist-no-xcap = Aucun trouvé. Vous pouvez en indiquer un dans « Options avancées ».
assist-dns = Rechercher le serveur
assist-connection = Se connecter
assist-register = S’identifier
assist-presence = Présence
assist-messages = Messages en attente
assist-watchers = Qui vous observe
assist-calls = Appels des autres
assist-publish = Publier votre statut
assist-xcap = Listes et règles sur le serveur (XCAP)
assist-open = Fonctionne, mais sans chiffrement : on peut lire en chemin.
assist-no-server = Aucun serveur n’est connu pour ce domaine.
assist-some-servers = Certains serveurs sont introuvables pour le moment.
assist-certificate = Le certificat du serveur n’est pas fiable.
assist-failed-certificate = Le serveur ne peut pas prouver qui il est.
assist-failed-settings = Une donnée du compte est inutilisable.
assist-failed-dns = Aucun serveur n’a été trouvé pour ce domaine.
assist-failed-dns-hint = Le domaine est peut-être mal écrit, ou ses serveurs ne sont pas dans le DNS. Votre administrateur connaît le nom du serveur.
assist-enter-server = Indiquer le serveur
assist-failed-connection = Le serveur est injoignable.
assist-failed-connection-hint = Cela peut venir du réseau, d’un pare-feu ou du serveur. Réessayez dans un instant.
assist-again = Réessayer
assist-failed-password = Le serveur n’accepte pas le nom et le mot de passe.
assist-failed-password-hint = Vérifiez comment ils sont écrits. Certains serveurs veulent un autre nom d’utilisateur ; il est sous « Options avancées ».
assist-correct = Vérifier nom et mot de passe
assist-failed-register = Le serveur refuse la connexion de ce compte.
assist-failed-part = Vous pouvez vous connecter, mais tout ne fonctionne pas.
assist-failed-part-hint = Ce qui ne fonctionne pas est marqué ci-dessus. Le reste est utilisable, et ce qui manque est réessayé tout seul.
assist-enter = Se connecter quand même
assist-back = Retour
assist-details = Ce qui a été trouvé, mot pour mot
assist-trace = Ce qui a été envoyé et reçu

## Certificates

certificate-title = Certificat de { $server }
certificate-notice = Le certificat de { $server } n’est pas fiable.
certificate-notice-hint = Rien n’y est envoyé tant que ce n’est pas réglé, et surtout pas votre mot de passe.
certificate-changed = { $server } présente un autre certificat que celui que vous acceptez.
certificate-changed-hint = Quelqu’un écoute peut-être entre les deux. N’acceptez le nouveau que si votre administrateur dit qu’il a été changé.
certificate-look = L’examiner
certificate-wrong = Ce qui ne va pas
certificate-shown = Ce que présente le serveur
certificate-names = Pour
certificate-no-names = personne
certificate-valid = Valable
certificate-valid-span = du { $from } au { $to }
certificate-issuer = Signé par
certificate-fingerprint = Empreinte SHA-256
certificate-copy = Copier l’empreinte
certificate-compared = J’ai comparé l’empreinte avec celle que donne mon administrateur.
certificate-trust = Lui faire confiance pour ce compte
certificate-trust-hint = Cela concerne ce compte et exactement ce certificat. Vous pouvez y renoncer dans les paramètres.
certificate-refuse = Ne pas se connecter
certificate-authority-use = Faire confiance à cette autorité
distrust-expired = Il a expiré.
distrust-early = Il n’est pas encore valable. L’horloge de cet ordinateur est-elle juste ?
distrust-self = Il se signe lui-même : personne d’autre ne s’en porte garant.
distrust-issuer = Il n’est signé par aucune autorité reconnue ici.
distrust-name = Il n’est pas fait pour { $server }.
distrust-purpose = Il n’est pas destiné à des serveurs.
distrust-revoked = Son autorité l’a révoqué.
transport-automatic = Automatique
transport-settled = Comme configuré ({ $transport })

address-empty = Saisissez une adresse.
address-no-domain = Ajoutez le domaine : nom@example.com
address-no-user = Il manque le nom avant le @.
address-bad-character = Une adresse ne peut pas contenir « { $character } ».
address-space = Une adresse ne peut pas contenir d’espace.
address-other-scheme = Seules les adresses SIP et les numéros tel: conviennent ici.
address-malformed = Ce n’est pas une adresse. Écrivez-la comme nom@example.com

## Mot de passe

password-title = Mot de passe
password-refused = Le serveur a refusé le mot de passe de { $address }.
password-refused-hint = Vérifiez-le, majuscules comprises, et saisissez-le de nouveau. S’il est juste, le nom d’utilisateur pour l’authentification est peut-être différent.
password-not-remembered = Saisissez le mot de passe de { $address }. Le trousseau n’en contient pas, ou il est verrouillé.
password-enter = Saisissez le mot de passe de { $address }.
password-no-keyring-notice = Il ne peut pas être enregistré sur cette machine.
password-no-keyring-hint = Siskin n’écrit jamais de mot de passe dans un fichier ; il vous sera donc redemandé au prochain démarrage.
password-change = Saisissez le nouveau mot de passe de { $address }. Siskin se connecte aussitôt avec lui.
password-use = Se connecter
password-edit-account = Vérifier les informations du compte
keyring-not-remembered = Le mot de passe n’a pas pu être enregistré. Il vous sera redemandé au prochain démarrage.
keyring-not-forgotten = Le mot de passe se trouve peut-être encore dans le trousseau.
keyring-no-service = Aucun trousseau ne fonctionne sur cette machine.
keyring-locked = Le trousseau est verrouillé.
keyring-no-answer = Le trousseau n’a pas répondu.
keyring-not-text = Ce que contient le trousseau n’est pas un mot de passe.
keyring-failed = Message du trousseau : { $detail }.

## États

status-available = Disponible
status-away = Absent
status-busy = Occupé
status-on-the-phone = Au téléphone
status-in-a-meeting = En réunion
status-do-not-disturb = Ne pas déranger
status-out-to-lunch = En pause déjeuner
status-vacation = En congé
status-travel = En déplacement
status-offline = Hors ligne
status-unknown = Inconnu

own-status = État
own-not-set = Choisir un état
own-not-shared = { $status }, mais personne ne peut le voir
own-not-shared-everywhere = { $status }, mais tout le monde ne peut pas le voir
own-until = { $status } jusqu’à { $time }
own-away = Absent, car personne n’est devant la machine
own-end = Jusqu’à
own-end-open = ce que je le change
own-end-today = Minuit
own-end-at = Heure…
own-end-time = Heure
own-end-wrong = Indiquez une heure, par exemple 15:00
own-lately = Récemment
own-forget = Ne plus proposer
own-keep = Le garder aussi quand je suis déconnecté
own-kept = Quand vous êtes déconnecté : { $status }
own-kept-remove = Supprimer
end-midnight = minuit
own-note = Note
own-note-hint = Toutes les personnes que vous avez autorisées peuvent la lire. Appuyez sur Entrée pour changer seulement la note.
tip-search = Rechercher (Ctrl+F)
tip-add = Ajouter un contact (Ctrl+N)
tip-settings = Paramètres (Ctrl+,)

## Contacts

buddy-asking = Demande en cours…
buddy-unknown-why = Rien n’est partagé avec vous pour le moment.
buddy-waiting = En attente d’approbation
buddy-waiting-why = Votre demande est envoyée. La réponse s’affichera ici dès qu’elle arrivera.
buddy-refused = Demande refusée
buddy-refused-why = Cette personne ne partage pas sa présence avec vous.
buddy-stale = Dernier état connu : { $status }
buddy-stale-why = Aucune nouvelle depuis un moment ; cela a peut-être changé.
buddy-paused = Non suivi
buddy-paused-why = Vous ne suivez pas cette personne pour le moment.
buddy-calls-only = La présence n’est pas partagée ici. Voici ce que dit le téléphone.
calls-idle = Pas en ligne
calls-calling = Appelle quelqu’un
calls-ringing = Le téléphone sonne
calls-somebody = Un appel
calls-with = En appel avec { $name }
calls-to = Appel vers { $name }
calls-from = Appel de { $name }
since-today = depuis{"\u00A0"}{ $time }
since-yesterday = depuis{"\u00A0"}hier
since-date = depuis{"\u00A0"}le{"\u00A0"}{ $day }/{ $month }/{ $year }
moment = { $day }/{ $month }/{ $year } { $time }
day = { $day }/{ $month }/{ $year }
reason-refused = Le serveur ne l’autorise pas.
reason-no-such-address = Le serveur ne connaît pas cette adresse.
reason-not-offered = Le serveur ne propose pas cela.
reason-no-answer = Le serveur n’a pas répondu.
reason-unreachable = Le serveur est injoignable.
reason-password = Le serveur veut un autre mot de passe.
reason-other = Message du serveur : { $reason }
details-note = « { $note } »
details-account = Par { $account }
details-devices = { $count ->
    [one] { $count } appareil
   *[other] { $count } appareils
}
call = Appeler
details-await = M’avertir quand disponible
details-awaited = Ne plus m’avertir
details-message = Message
details-mail = E-mail
details-pick-up = Intercepter l’appel
details-today = Aujourd’hui
details-today-none = Rien n’a changé aujourd’hui.
details-today-more = { $count ->
    [one] { $count } changement antérieur
   *[other] { $count } changements antérieurs
}
details-person = Personne
details-local-time = Il est { $time } là-bas.
details-local-time-in = Il est { $time } là-bas ({ $zone }).
details-place = Lieu : { $place }
details-mood = Humeur : { $mood }
details-why = Pourquoi cet affichage
details-devices-more = { $count } de plus, non affichés.
details-subscription = Connexion
details-presence = Présence
details-telephone = Téléphone
details-connections = Toutes les connexions
details-kept = Dans votre liste
details-watch = Suivre cette personne
details-calls = Suivre aussi le téléphone
details-announce = M’avertir chaque fois que cette personne devient disponible
details-activity = Toute l’activité
details-mute = Ne jamais me notifier pour cette personne
details-groups = Groupes
details-group-new = Nouveau groupe
details-name-hint = Le nom que vous lui donnez. Appuyez sur Entrée pour le changer.
why-activity = Activité indiquée : { $what }
why-idle = Les appareils ne sont pas utilisés depuis un moment.
why-idle-since = Les appareils ne sont pas utilisés ({ $since }).
why-open = Un appareil indique que la personne est joignable.
why-closed = Tous les appareils indiquent que la personne n’est pas joignable.
why-decided-by = C’est l’avis du notificateur { $notifier } qui compte.
why-notifiers = { $count } notificateurs répondent pour cette personne.
why-list = Communiqué par la liste { $list }.
why-note-by = La note est celle du notificateur { $notifier }.
why-note-of = Notificateur { $notifier } : « { $note } »
why-may-be-old = C’est la même chose qu’avant, ou plus ancien : c’est peut-être encore vrai, ou quelqu’un a renvoyé ce qu’il a intercepté.
device-open = Joignable
device-closed = Injoignable
device-silent = Ne se prononce pas
device-idle = inactif
device-idle-since = inactif { $since }
device-decides = C’est ce qui décide.
device-agrees = Dit la même chose.
device-open-elsewhere = Un autre appareil est joignable, et c’est lui qui compte.
device-superseded = Une information plus récente du même appareil l’a remplacée.
device-somebody-else = C’est une autre personne : { $about }
device-not-electronic = Ce n’est pas un moyen d’appeler : { $about }
device-notifier = Notificateur { $notifier }
device-coming = { $what } à partir de { $from }
device-coming-until = { $what } de { $from } à { $until }
details-copy = Copier l’adresse
details-sight = Ce que cette personne voit
details-remove = Supprimer
group-none = Autres
group-count = { $there } sur { $people }
group-change = Modifier ce groupe
group-name = Nom du groupe
group-name-hint = Appuyez sur Entrée pour le renommer.
group-up = Monter
group-down = Descendre
group-dissolve = Supprimer le groupe
group-dissolve-hint = Les personnes restent dans votre liste.
removed = { $name } a été supprimé
search-example = Nom ou adresse
search-nobody = Personne de votre liste ne porte ce nom.
list-name = Les personnes de votre liste
list-unread = A changé entre-temps
list-hidden = { $count ->
    [one] { $count } personne de votre liste est hors ligne.
   *[other] Les { $count } personnes de votre liste sont hors ligne.
}
list-show = Afficher
empty-title = Encore personne ici
empty-hint = Ajoutez quelqu’un pour voir si cette personne est joignable.
empty-hint-offline = Ajoutez quelqu’un dès maintenant ; sa présence sera demandée dès que vous serez connecté.
empty-button = Ajouter un contact

## Notifications

news-requests = { $count ->
    [one] { $count } personne veut voir votre présence
   *[other] { $count } personnes veulent voir votre présence
}
news-available = { $name } est disponible
news-from = De { $name }
news-call-voicemail = Appeler la messagerie vocale
not-opened = Aucun programme de cette machine ne prend les appels.

## Icône dans le panneau

tray-open = Ouvrir Siskin
tray-nobody = Personne n’est connecté
tray-quit = Quitter
closing-explained = Siskin reste actif dans le panneau.
closing-explained-hint = Même fermé, il vous signale les demandes et les messages ; son icône rouvre la fenêtre. Vous pouvez changer cela dans les réglages.
closing-keep-running = Fermer la fenêtre
closing-quit = Quitter Siskin

## Ajouter un contact

add-buddy-title = Ajouter un contact
add-buddy-intro = La personne devra accepter que vous voyiez sa présence.
add-buddy-address = Adresse
add-buddy-address-hint = Une adresse, ou seulement un nom ou un numéro chez { $domain }.
add-buddy-will-be = { $address } sera ajouté.
add-buddy-known = Cette adresse est déjà dans votre liste.
add-buddy-self = C’est votre propre adresse.
add-buddy-name = Nom
add-buddy-name-hint = Le nom que vous lui donnez. Personne d’autre ne le voit.
add-buddy-button = Ajouter

## Témoin de messages

lamp-voice = { $count ->
    [one] { $count } nouveau message vocal
   *[other] { $count } nouveaux messages vocaux
}
lamp-fax = { $count ->
    [one] { $count } nouveau fax
   *[other] { $count } nouveaux fax
}
lamp-video = { $count ->
    [one] { $count } nouveau message vidéo
   *[other] { $count } nouveaux messages vidéo
}
lamp-text = { $count ->
    [one] { $count } nouveau message texte
   *[other] { $count } nouveaux messages texte
}
lamp-other = { $count ->
    [one] { $count } nouveau message
   *[other] { $count } nouveaux messages
}
lamp-urgent = { $count ->
    [one] { $count } urgent
   *[other] { $count } urgents
}
lamp-old = { $count ->
    [one] { $count } ancien message
   *[other] { $count } anciens messages
}
lamp-waiting = Des messages vous attendent
lamp-dark = Aucun nouveau message
lamp-stale = a peut-être changé
lamp-unknown = Messages inconnus
lamp-call = Appuyez pour appeler { $address }
lamp-no-number = Appuyez pour saisir le numéro de votre messagerie vocale
class-voice = Voix
class-fax = Fax
class-video = Vidéo
class-text = Texte
class-old = { $count ->
    [one] { $class } : { $count } ancien
   *[other] { $class } : { $count } anciens
}

## Demandes

request-question = { $name } veut voir votre présence
request-account = Demande à votre compte { $account }
request-asked = a demandé { $count } fois
request-gone = est parti ; la réponse vaudra à la prochaine tentative
request-allow = Autoriser
request-allowing = Autorisation…
request-polite = Apparaître hors ligne
request-block = Bloquer
request-blocking = Blocage…
request-later = Plus tard
request-choices = Plus…
request-fewer-choices = Moins
request-add-buddy = Ajouter aux contacts
request-all = { $count ->
    [one] Afficher { $count } demande
   *[other] Afficher les { $count } demandes
}
request-all-later = Toutes plus tard
request-deferred = { $count ->
    [one] Afficher { $count } demande remise à plus tard
   *[other] Afficher { $count } demandes remises à plus tard
}
request-failed = Cela n’a pas été enregistré. { $reason } Réessayez.
request-waiting = C’est noté. Le serveur le saura dès qu’il sera joignable.
relation-buddy = dans votre liste
relation-same-domain = de votre domaine
relation-stranger = inconnu
source-asserted = S’adresse à cet appareil ; confirmé par votre serveur
source-asserted-why = Votre serveur indique qu’il a vérifié qui l’a envoyé.
source-relayed = S’adresse à cet appareil, par votre serveur
source-relayed-why = Votre serveur l’a transmis et ne dit rien de l’expéditeur. La plupart des serveurs ne laissent personne utiliser l’adresse d’un autre.
source-claimed = S’adresse à cet appareil ; personne n’a confirmé qui c’est
source-claimed-why = C’est l’expéditeur qui le dit : cela n’est pas passé par votre serveur et personne ne l’a confirmé. Renseignez-vous autrement avant d’autoriser.
bulk-all = { $count ->
    [one] Sélectionner { $count } demande
   *[other] Sélectionner les { $count } demandes
}
bulk-picked = { $count ->
    [one] { $count } demande sélectionnée
   *[other] { $count } demandes sélectionnées
}
terms-until = Pour combien de temps
terms-always = Toujours
terms-today = Jusqu’à ce soir
terms-tomorrow = Jusqu’à demain
terms-date = Jusqu’à une date
terms-day = Dernier jour
terms-day-hint = Comme jour/mois/année ou année-mois-jour
terms-day-unreadable = Ce n’est pas une date. Écrivez-la comme 24/12/2027.
terms-day-past = Ce jour est passé.
terms-day-words = { $day }/{ $month }/{ $year }
terms-ends = Se termine automatiquement le { $day } à minuit.
terms-shows = Ce qui est montré
terms-allow-today = Autoriser jusqu’à ce soir
terms-allow-tomorrow = Autoriser jusqu’à demain
terms-allow-until = Autoriser jusqu’au { $day }
shows-state = Joignable ou non
shows-state-hint = Si et où vous êtes joignable. Rien de ce que vous faites.
shows-activity = Activité et note
shows-activity-hint = Si vous êtes joignable, ce que vous faites, et votre note.
shows-everything = Tout
shows-everything-hint = Tout ce que vous publiez.

## Qui vous voit

tip-watchers = Qui vous voit (Ctrl+P)
watchers-title = Qui vous voit
watchers-requests = Demandes ({ $count })
watchers-watching = Observateurs
watchers-past = Avant
watchers-search-hint = Une adresse complète montre ce qu’elle voit.
watchers-sort-name = Par nom
watchers-sort-latest = Récents d’abord
watchers-sort-sees = Par droits
watchers-nobody = Personne ne vous observe en ce moment.
watchers-no-requests = Personne n’attend de réponse.
watchers-no-past = Personne n’est mémorisé.
watchers-nobody-found = Personne ici ne porte ce nom. Saisissez une adresse complète pour savoir ce qu’elle verrait.
watchers-not-watching = ne vous observe pas
watchers-last = vu pour la dernière fois : { $time }
many-title = Pour plusieurs à la fois
many-hint = Saisissez *@example.com ci-dessus pour décider de tout un domaine.
many-domain = Tout le monde chez { $domain }
many-others = Tous les autres
watchers-more = { $count ->
    [one] Afficher { $count } personne de plus
   *[other] Afficher la suite ({ $count } autres)
}
watchers-revoke = Retirer
watchers-unblock = Débloquer
watchers-forget = Oublier tout le monde…
watchers-forget-question = Oublier qui vous a observé ou a demandé à le faire ?
watchers-forget-hint = Vos décisions restent. Les demandes des personnes parties sont oubliées aussi.
watchers-forget-confirm = Oublier
watchers-forget-cancel = Garder
sees-state = voit si vous êtes joignable
sees-activity = voit ce que vous faites et votre note
sees-everything = voit tout
sees-something = voit ce que d’autres règles laissent passer
sees-offline = vous voit hors ligne
sees-refused = est refusé
sees-confirm = à confirmer chaque fois
sees-undecided = ne voit encore rien
ground-watcher = pour cette personne seulement
ground-several = pour plusieurs personnes
ground-domain = pour tout le monde chez { $domain }
ground-everybody = pour tout le monde
ground-rule = Règle « { $rule } », { $about }
ground-nameless = Une règle sans nom, { $about }
ground-until = fin : { $time }
person-sees = Ce que voit { $name }
person-who = De qui il s’agit
person-now = Maintenant : { $status }
person-asking = Vérification…
person-rules-unknown = Les règles du serveur ne sont pas connues ; personne ne peut donc le dire.
person-no-rule = Aucune règle ne concerne cette personne.
person-by-order = Sur les serveurs où compte la première règle qui convient : { $sees }.
person-raw-show = Afficher le document
person-raw-hide = Masquer le document
person-change = Modifier
person-subscription = L’abonnement actuel court jusqu’à { $time } ; qui continue d’observer le renouvelle avant.
copy = Copier
server-neither = Votre serveur décide seul qui vous voit
server-neither-why = Il n’indique pas qui vous observe, ne conserve pas vos règles et décide seul. Tout le reste fonctionne.
server-here = Vos décisions sont conservées sur cette machine
server-here-why = Aucun serveur ne conserve vos règles. Ce que vous décidez vaut pour ceux qui s’adressent à cet appareil, tant que Siskin fonctionne ; pour ceux à qui votre serveur répond, il décide seul.
server-no-winfo = Votre serveur n’indique pas qui vous observe
server-no-winfo-why = Les demandes et les observateurs ne peuvent donc pas s’afficher. Ce que vous décidez pour une adresse s’applique quand même : saisissez-la ci-dessous.
server-no-xcap = Votre serveur ne conserve pas de règles
server-no-xcap-why = Siskin voit qui demande, mais ne peut pas noter ce que vous décidez ; le serveur continue selon le réglage de son exploitant.
server-unversioned = Votre serveur ne donne pas de version à ses documents. Ne décidez pas sur deux appareils au même moment : une décision pourrait se perdre.
watchers-stale = Cette liste n’est peut-être pas à jour. Elle a été redemandée en entier.
server-no-root = Aucun emplacement n’est défini pour vos règles. Quand vous déciderez quelque chose, { $root } sera essayé ; un autre emplacement se définit dans les informations du compte.
rules-unusable = Ce qui se trouve sur le serveur à la place de vos règles est inutilisable
rules-unusable-why = { $detail } Siskin le laisse tel quel et n’écrit rien par-dessus. Peut-être un autre programme l’a-t-il écrit et peut le réparer.
rules-show = Afficher
rules-hide = Masquer
rules-cut = Seul le début est affiché.
rules-keep = Garder une copie
rules-renew = Repartir de zéro…
rules-renew-question = Garder une copie et repartir sans aucune règle ?
rules-renew-hint = La copie va d’abord dans le dossier de vos paramètres. Ensuite, personne n’est autorisé ni bloqué tant que vous ne décidez pas de nouveau.
rules-renew-confirm = Garder une copie et repartir de zéro
rules-renew-cancel = Laisser tel quel
rules-kept = Une copie est conservée ici : { $path }
rules-not-kept = Aucune copie n’a pu être conservée ; rien n’a donc été changé sur le serveur. { $reason }
xcap-root = { $root } n’est pas l’adresse d’un serveur XCAP.
xcap-insecure = { $root } n’est pas chiffré ; aucun mot de passe n’y est envoyé.
xcap-forbidden = Le serveur ne vous y autorise pas (403).
xcap-changed = Un autre appareil a modifié la même chose sans cesse au même moment.
xcap-unreachable = { $address } est injoignable.
xcap-no-answer = { $address } ne répond pas.
xcap-web-page = { $address } est un serveur web, mais ne conserve pas de tels documents : il a répondu autre chose ({ $kind }).
xcap-too-large = Ce qui s’y trouve dépasse { $kilobytes } ko.
xcap-redirected = Le serveur nous renvoie vers { $address }, qui ne reçoit jamais votre mot de passe.
xcap-400 = Le serveur n’a pas compris la requête (400).
xcap-404 = Le serveur ne conserve pas de tels documents à cet emplacement (404).
xcap-501 = Le serveur ne sait pas le faire.
xcap-415 = Le serveur n’accepte pas les documents de ce type (415).
xcap-507 = Le serveur n’a plus de place (507).
xcap-500 = Le serveur a lui-même un problème ({ $status }) et s’en remettra peut-être.
xcap-status = Le serveur a répondu { $status }.
conflict-not-well-formed = Pour le serveur, ce qui a été envoyé n’est pas un document XML.
conflict-not-a-fragment = Pour le serveur, la modification n’est pas un élément XML.
conflict-not-an-attribute = Pour le serveur, la modification n’est pas une valeur d’attribut.
conflict-no-parent = Le serveur n’a pas d’emplacement où le mettre.
conflict-schema = Selon le serveur, le document ne serait plus conforme à son schéma.
conflict-cannot-insert = Le serveur ne retrouverait pas la modification là où elle a été mise.
conflict-cannot-delete = Autre chose prendrait la place de ce qui est supprimé.
conflict-not-unique = Un nom y est déjà pris.
conflict-constraint = La modification enfreint une contrainte du serveur.
conflict-not-utf8 = Pour le serveur, ce qui a été envoyé n’est pas du texte UTF-8.
conflict-unsaid = Le serveur refuse la modification sans dire pourquoi.

## Problèmes

trouble-rules-look = Voir
trouble-rules = La liste des personnes qui peuvent vous voir n’a pas pu être lue.
trouble-rules-hint = Si cela persiste, vérifiez la racine XCAP dans les informations du compte.
trouble-permanent = L’état pour le temps où vous êtes déconnecté n’a pas pu être changé.
trouble-decision = La décision pour { $address } est conservée, mais le serveur ne l’applique pas encore.
trouble-decision-hint = Il consultera peut-être ses règles plus tard.
trouble-weaker-digest = { $realm } demande votre mot de passe d’une façon moins sûre qu’avant.
trouble-weaker-digest-hint = Si rien n’a changé sur le serveur, quelqu’un cherche peut-être à obtenir le mot de passe : interrogez l’exploitant.
trouble-weak-digest = { $realm } demande votre mot de passe d’une façon trop peu sûre et ne l’a pas obtenu.
trouble-weak-digest-hint = Vous l’avez voulu ainsi pour ce compte ; le serveur doit proposer SHA-256.
trouble-tls-withdrawn = { $domain } proposait des connexions chiffrées et ne le fait plus.
trouble-tls-withdrawn-hint = Si rien n’y a changé, quelqu’un veut peut-être vous écouter : interrogez l’exploitant, ou choisissez TLS dans les informations du compte.
trouble-buddies = Votre liste de contacts n’est pas la même sur le serveur et ici.
trouble-rules-renew = Vos règles sur le serveur n’ont pas pu être remplacées
trouble-kept-decisions = Les décisions en attente du serveur ne peuvent pas être lues
trouble-kept-watchers = Les personnes qui vous ont observé ne peuvent pas être lues
trouble-kept-hint = Jusqu’à ce que vous le quittiez, Siskin continue sans elles.
list-unusable = Ce qui se trouve sur le serveur à la place de votre liste de contacts est inutilisable
list-unusable-why = { $detail } Siskin le laisse tel quel et n’écrit rien par-dessus. Votre liste est conservée sur cet appareil.
list-renew = Repartir de zéro…
list-renew-question = Garder une copie et y mettre la liste de cet appareil ?
list-renew-hint = La copie va d’abord dans le dossier de vos paramètres. Ensuite, le serveur a les personnes que vous voyez ici.
list-renew-confirm = Garder une copie et repartir de zéro
list-renew-cancel = Laisser tel quel
trouble-buddies-hint = Elle est conservée sur cet appareil. Si cela persiste, vérifiez la racine XCAP dans les informations du compte.
conflict-names = { $address } s’appelait « { $here } » ici et « { $elsewhere } » sur un autre appareil. « { $here } » est conservé.
conflict-removed-here = { $address } a été supprimé ici et modifié sur un autre appareil ; ce contact reste dans la liste.
conflict-removed-elsewhere = { $address } a été supprimé sur un autre appareil et modifié ici ; ce contact reste dans la liste.
conflict-shared = { $address } figure dans la liste de quelqu’un d’autre, à laquelle la vôtre renvoie, et reste.
conflict-full = Il n’y a plus de place dans la liste pour { $address }.

## Connexion au serveur

connection-connecting = Connexion…
connection-online = Connecté en tant que { $address }
connection-connected = Connecté
connection-online-all = { $count ->
    [one] Connecté avec { $count } compte
   *[other] Connecté avec { $count } comptes
}
connection-demo = Connecté au bureau de démonstration
connection-password-needed = Le mot de passe est nécessaire.
connection-password-refused = Le serveur a refusé le mot de passe.
connection-ended = La connexion est terminée.
connection-not-started = Le compte n’a pas pu démarrer.
next-try-now = Nouvelle tentative…
next-try-seconds = { $count ->
    [one] Prochaine tentative dans { $count } seconde.
   *[other] Prochaine tentative dans { $count } secondes.
}
next-try-minutes = { $count ->
    [one] Prochaine tentative dans { $count } minute.
   *[other] Prochaine tentative dans { $count } minutes.
}

## Les connexions en détail

health-open = Détails
health-title = Connexions
health-nothing = Rien n’est encore connu.
health-fine = { $count ->
    [one] Tout va bien.
   *[other] Les { $count } vont bien.
}
health-troubled = { $count ->
    [one] { $count } a un problème.
   *[other] { $count } ont un problème.
}
health-bad-input = { $count ->
    [one] { $count } message erroné ou étranger a été ignoré.
   *[other] { $count } messages erronés ou étrangers ont été ignorés.
}
health-retry = Tout réessayer
health-refresh = Renouveler maintenant
health-resubscribe = S’abonner de nouveau
health-trace = Ses messages
health-trace-all = Tout ce qui a été envoyé et reçu
health-more = { $count } de plus, non affichées.
health-registration = Enregistrement
health-publication = Votre propre état
health-notifier = Qui interroge cet appareil
health-presence = Présence de { $name }
health-watchers = Qui vous observe
health-messages = Messages pour { $name }
health-calls = Appels de { $name }
health-other = { $package } de { $name }
health-active = Active
health-registered = Enregistré
health-published = Publié
health-pending = En attente d’approbation
health-asking = Demande en cours…
health-waiting = Interrompue
health-failed = En échec
health-ended = Terminée
health-next-refresh = renouvellement dans { $span }
health-next-retry = nouvelle tentative dans { $span }
health-next-stop = abandon dans { $span }
health-expires = expire dans { $span }
health-expires-of = expire dans { $span } sur { $granted }
health-last-notify = dernières nouvelles il y a { $span }
health-requests = { $count ->
    [one] { $count } requête
   *[other] { $count } requêtes
}
health-notifies = { $count ->
    [one] { $count } notification
   *[other] { $count } notifications
}
health-failures = { $count ->
    [one] { $count } échec
   *[other] { $count } échecs
}
health-last-failure = Dernier échec il y a { $span } : { $reason }
health-server = Servi par { $address } en { $transport }
health-server-of = Servi par { $address } en { $transport }, numéro { $place } sur { $of }
health-server-again = De meilleurs serveurs seront réessayés dans { $span }
span-seconds = { $count }{"\u00A0"}s
span-minutes = { $count }{"\u00A0"}min
span-hours = { $count }{"\u00A0"}h

## Activité

activity-title = Activité
activity-search = Nom ou changement
activity-clear = Effacer
activity-cleared = Tout a été effacé.
activity-none = Rien n’a encore changé.
activity-none-found = Aucun changement ne correspond.
activity-today = Aujourd’hui
activity-yesterday = Hier
activity-no-note = a retiré la note
activity-call-over = n’est plus en appel
activity-request = Veut vous voir
activity-request-named = Veut vous voir, sous le nom de { $name }
activity-allowed = Autorisé à vous voir
activity-blocked = Bloqué
activity-polite = Vous voit hors ligne
activity-revoked = La décision a été retirée
activity-online = Connecté
activity-lost = La connexion a été perdue
settings-activity-keep = Mémoriser ce qui a changé
settings-activity-never = Jusqu’à ce que je quitte
settings-activity-day = 1 jour
settings-activity-week = 1 semaine
settings-activity-month = 1 mois
settings-activity-hint = Qui est arrivé ou parti, les notes, appels, messages, demandes et la connexion. Cela reste sur cette machine.
settings-activity-open = Afficher l’activité (Ctrl+H)

## Trace

trace-title = Trace
trace-pause = Suspendre
trace-follow = Suivre
trace-follow-new = Suivre ({ $count } de plus)
trace-search = Texte ou adresse
trace-errors = Erreurs seulement
trace-filters = Filtres
trace-filters-fewer = Moins de filtres
trace-account = Compte
trace-package = Paquet d’événements
trace-method = Méthode
trace-all = Tout
trace-shown = { $shown } messages sur { $count }
trace-none = Rien n’a encore été envoyé ni reçu.
trace-none-found = Aucun message ne correspond.
trace-sent = envoyé
trace-received = reçu
trace-answer = { $status } en réponse à { $method }
trace-unreadable = Illisible
trace-bytes = { $count }{"\u00A0"}octets
trace-words = En clair
trace-raw = Tel qu’envoyé
trace-more = { $count } lignes de plus, non affichées.
trace-save = Enregistrer…
trace-save-text = Texte
trace-save-capture = Capture pour Wireshark
trace-save-as = Fichier
trace-save-hint = { $count ->
    [one] { $count } message, tel qu’affiché. Les secrets sont omis ; on y lit qui observe qui.
   *[other] { $count } messages, tels qu’affichés. Les secrets sont omis ; on y lit qui observe qui.
}
trace-save-whole-path = Indiquez le chemin complet d’un nouveau fichier.
trace-save-button = Enregistrer
trace-save-cancel = Annuler
trace-saved = Enregistré dans { $path }
trace-not-saved = { $path } n’a pas pu être écrit.

## Paramètres

settings-title = Paramètres
settings-look = Apparence
settings-theme = Thème
theme-system = Système
theme-light = Clair
theme-dark = Sombre
settings-contrast = Contraste
contrast-system = Système
contrast-normal = Normal
contrast-high = Élevé
settings-size = Taille
settings-size-smaller = Plus petit
settings-size-larger = Plus grand
settings-size-percent = { $percent } %
settings-size-reset = Normale
settings-language = Langue
language-system = Système
letters-missing = Aucune police de cette machine ne contient les caractères de la langue choisie.
letters-missing-hint = Installez-en une, par exemple le paquet fonts-noto-cjk, et relancez Siskin.
settings-list = Liste de contacts
settings-order = Ordre
settings-order-added = Ordre d’ajout
settings-order-available = Disponibles d’abord
settings-order-name = Par nom
settings-offline = Personnes hors ligne
settings-offline-show = Afficher
settings-offline-hide = Masquer
settings-density = Lignes
settings-density-comfortable = Aérées
settings-density-compact = Compactes
settings-notifications = Notifications
settings-notifications-on = Afficher
settings-notifications-off = Aucune
settings-notifications-hint = Demandes, nouveaux messages et personnes que vous attendez, quand vous regardez ailleurs. « Ne pas déranger » les fait taire.
settings-notifications-silent = Ce bureau n’affiche pas de notifications : les demandes et les messages ne figurent que dans la fenêtre.
settings-sound = Avec un son
settings-remind = Me rappeler les messages en attente
settings-remind-never = Jamais
settings-remind-minutes = Toutes les { $count } minutes
settings-remind-hour = Toutes les heures
settings-voicemail = Numéro de la messagerie vocale
settings-voicemail-hint = Ce qu’appelle un clic sur le témoin. Vide : ce qu’indique le serveur.
settings-voicemail-will-be = Un clic sur le témoin appelle { $address }.
settings-idle = Quand personne n’est là
settings-idle-after = Me montrer absent après
settings-idle-never = Jamais
settings-idle-locked = Aussi dès que l’écran est verrouillé
settings-idle-last = Indiquer aux autres depuis quand
settings-idle-hint = Seul « Disponible » devient « Absent », et revient tout seul. Un état que vous avez choisi reste.
settings-idle-blind = Cet environnement de bureau n’indique pas si quelqu’un est là.
settings-window = Fenêtre
settings-closed = À la fermeture de la fenêtre
settings-closed-keep-running = Rester actif
settings-closed-quit = Quitter
settings-no-icon = Ce bureau n’affiche pas d’icône de Siskin : fermer la fenêtre le quitte.
settings-autostart = À l’ouverture de votre session
settings-autostart-never = Ne pas démarrer
settings-autostart-window = Avec la fenêtre
settings-autostart-minimised = Dans le panneau
settings-autostart-edited = Le fichier de démarrage a été modifié ailleurs. Un choix fait ici le remplace.
settings-autostart-failed = Le démarrage avec la session n’a pas pu être modifié.
settings-account = Compte
settings-log-in-again = Se reconnecter
settings-trusted = Certificats acceptés tels quels
settings-trusted-line = { $server }, depuis le { $day }
settings-trusted-any = N’importe quel serveur
settings-distrust = Ne plus faire confiance
settings-change-password = Mot de passe…
settings-log-out = Se déconnecter
settings-remove = Supprimer ce compte…
settings-remove-question = Supprimer { $address } de cette machine ?
settings-remove-hint = Ses contacts, son état et le mot de passe enregistré sont effacés ici. Rien ne change sur le serveur.
settings-remove-confirm = Supprimer
settings-remove-cancel = Garder
settings-add-account = Ajouter un autre compte
settings-accounts = Tous les comptes
settings-demo = Vous êtes dans le bureau de démonstration. Rien n’en est conservé.
settings-leave-demo = Quitter le bureau de démonstration
settings-version = Siskin { $version }
settings-keys = Ce que fait chaque touche (F1)
settings-not-saved = Les paramètres n’ont pas pu être écrits ; les changements seront perdus au prochain démarrage.
account-not-erased = Tout ce qui concerne le compte n’a pas pu être supprimé de cette machine.
settings-broken = Les paramètres n’ont pas pu être lus. Ils sont conservés dans { $file }, et Siskin repart de zéro.
settings-not-kept = Les changements de paramètres ne valent que jusqu’à ce que vous quittiez.
settings-presets-wrong = Une partie de la configuration de votre administrateur est inutilisable. Signalez-lui le problème :
store-no-place = Il n’y a pas de dossier personnel où les conserver.
store-newer = { $file } a été écrit par une version plus récente de Siskin et reste intact.
store-unreadable = { $file } ne peut pas être lu : { $detail }.
store-not-writable = { $file } ne peut pas être écrit : { $detail }.

## Touches

keys-title = Touches
keys-everywhere = Partout
keys-moving = Se déplacer
key-ctrl = Ctrl+{ $key }
key-tab = Tab
key-enter = Entrée, Espace
key-escape = Échap
key-up-down = Haut, Bas
key-pages = Page, Début, Fin
key-left-right = Gauche, Droite
key-alt-up-down = Alt+Haut, Alt+Bas
key-letter = Lettres
key-delete = Suppr
keys-help = Afficher cette liste
keys-add = Ajouter un contact
keys-search = Rechercher dans la liste
keys-watchers = Qui vous voit
keys-accounts = Comptes
keys-activity = Activité : ce qui a changé
keys-trace = Trace : ce qui a été envoyé et reçu
keys-settings = Paramètres
keys-larger = Plus grand
keys-smaller = Plus petit
keys-normal-size = Taille normale
keys-quit = Quitter
keys-tab = Aller au champ ou bouton suivant, avec Maj au précédent
keys-enter = Actionner ce qui porte l’anneau
keys-escape = Fermer ce qui a été ouvert en dernier, ou revenir
keys-up-down = Passer de l’un à l’autre
keys-pages = Aller loin
keys-left-right = Replier un groupe, ou le déplier
keys-alt-up-down = Monter ou descendre un groupe ou une personne
keys-letter = Rechercher ce que vous tapez
keys-delete = Supprimer quelqu’un ; cela peut s’annuler

## Comptes

accounts-title = Comptes
accounts-logged-out = Déconnecté
accounts-change = Nom et messagerie…
accounts-server = Serveur…
accounts-remove = Supprimer…
accounts-name = Nom que voient les autres
accounts-name-hint = L’enregistrer reconnecte le compte.
accounts-name-wrong = Au plus { $count } caractères, sur une ligne.
accounts-save = Enregistrer
