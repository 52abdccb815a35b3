# Siskin en español. Una frase dice qué ha pasado, por qué y qué hacer.

app-name = Siskin
title-demo = Siskin – oficina de demostración
back = Atrás
close = Cerrar
dismiss = Ocultar
undo = Deshacer
retry-now = Reintentar
enter-password = Introducir contraseña
of-account = { $account }: { $text }
account-of = Cuenta

## Inicio de sesión

log-in-intro = Vea quién está localizable y si le espera algún mensaje.
log-in-address = Su dirección SIP
log-in-address-hint = Tal como se la dio su administrador o proveedor.
log-in-address-short = Basta con su nombre: se añade @{ $domain }.
log-in-preset = Su administrador ha configurado { $name } en este equipo.
log-in-password = Contraseña
log-in-password-missing = Introduzca la contraseña de su cuenta SIP.
log-in-password-kept = Déjela vacía para no cambiar la contraseña.
log-in-remember = Recordar la contraseña en el llavero del sistema
log-in-advanced = Avanzado
log-in-proxy = Proxy de salida
log-in-proxy-hint = Solo si su administrador lo pide. Si hay varios, sepárelos con espacios.
log-in-proxy-problem = Escriba un servidor o una URI como sip:proxy.example.com;transport=tcp
log-in-transport = Transporte
log-in-auth-user = Nombre de usuario para la autenticación
log-in-auth-user-hint = Solo si es distinto del nombre de la dirección.
log-in-xcap = Raíz XCAP
log-in-xcap-hint = Donde el servidor guarda quién puede verle. Vacío: se deduce de su dominio.
log-in-xcap-problem = Escriba una dirección que empiece por https://
log-in-ca = Autoridad de certificación
log-in-ca-hint = Un archivo PEM en el que confía esta cuenta, además de los del sistema.
log-in-ca-problem = Ese archivo no existe. Escriba la ruta completa de un archivo PEM.
log-in-from-administrator = De su administrador. Lo que escriba aquí se usa en su lugar.
log-in-button = Iniciar sesión
log-in-another = Iniciar sesión con otra cuenta
log-in-already = Esta cuenta ya tiene la sesión iniciada.
log-in-demo = Visitar la oficina de demostración
log-in-demo-opening = Abriendo la oficina de demostración…
log-in-demo-hint = Sin cuenta y sin red: una pequeña oficina en este equipo, con compañeros que van y vienen.
log-in-demo-failed = No se pudo abrir la oficina de demostración.

## The first log-in, step by step

assist-title = Iniciar sesión
assist-intro = Probando { $address } …
assist-running = En curso …
assist-ok = Funciona
assist-untried = No se ha probado
assist-no-xcap = No se ha encontrado ninguno. Puede indicar uno en «Avanzado».
assist-dns = Buscar el servidor
assist-connection = Conectar
assist-register = Iniciar sesión
assist-presence = Presencia
assist-messages = Mensajes en espera
assist-watchers = Quién le observa
assist-calls = Llamadas de otros
assist-publish = Publicar su estado
assist-xcap = Listas y reglas en el servidor (XCAP)
assist-open = Funciona, pero sin cifrar: quien esté en medio puede leerlo.
assist-no-server = No se conoce ningún servidor para este dominio.
assist-some-servers = Algunos servidores no pueden buscarse en este momento.
assist-certificate = El certificado del servidor no es de confianza.
assist-failed-certificate = El servidor no puede demostrar quién es.
assist-failed-settings = Algo en los datos de la cuenta no sirve.
assist-failed-dns = No se encontró ningún servidor para este dominio.
assist-failed-dns-hint = Puede que el dominio esté mal escrito o que sus servidores no estén en el DNS. Su administrador conoce el nombre del servidor.
assist-enter-server = Indicar el servidor
assist-failed-connection = No se puede llegar al servidor.
assist-failed-connection-hint = La causa puede ser la red, un cortafuegos o el servidor. Vuelva a intentarlo enseguida.
assist-again = Volver a intentarlo
assist-failed-password = El servidor no acepta el nombre y la contraseña.
assist-failed-password-hint = Compruebe cómo están escritos. Algunos servidores quieren otro nombre de usuario; está en «Avanzado».
assist-correct = Comprobar nombre y contraseña
assist-failed-register = El servidor no deja iniciar sesión a esta cuenta.
assist-failed-part = Puede iniciar sesión, pero no todo funciona.
assist-failed-part-hint = Lo que no funciona está marcado arriba. El resto se puede usar, y lo que falta se vuelve a intentar solo.
assist-enter = Iniciar sesión de todos modos
assist-back = Volver
assist-details = Lo que se encontró, palabra por palabra
assist-trace = Lo enviado y recibido

## Certificates

certificate-title = Certificado de { $server }
certificate-notice = El certificado de { $server } no es de confianza.
certificate-notice-hint = No se envía nada allí hasta que esto se aclare, y menos aún su contraseña.
certificate-changed = { $server } muestra otro certificado que el que usted acepta.
certificate-changed-hint = Puede que alguien esté escuchando en medio. Acepte el nuevo solo si su administrador dice que se ha cambiado.
certificate-look = Verlo
certificate-wrong = Qué está mal
certificate-shown = Qué muestra el servidor
certificate-names = Para
certificate-no-names = nadie
certificate-valid = Válido
certificate-valid-span = del { $from } al { $to }
certificate-issuer = Firmado por
certificate-fingerprint = Huella SHA-256
certificate-copy = Copiar la huella
certificate-compared = He comparado la huella con lo que dice mi administrador.
certificate-trust = Confiar en él para esta cuenta
certificate-trust-hint = Afecta solo a esta cuenta y exactamente a este certificado. Puede retirarlo en los ajustes.
certificate-refuse = No conectar
certificate-authority-use = Confiar en esta autoridad
distrust-expired = Ha caducado.
distrust-early = Aún no es válido. ¿Va bien el reloj de este equipo?
distrust-self = Se firma a sí mismo: nadie más responde por él.
distrust-issuer = No lo ha firmado ninguna autoridad en la que se confíe aquí.
distrust-name = No es para { $server }.
distrust-purpose = No está pensado para servidores.
distrust-revoked = Su autoridad lo ha revocado.
transport-automatic = Automático
transport-settled = Según la configuración ({ $transport })

address-empty = Introduzca una dirección.
address-no-domain = Añada el dominio: nombre@example.com
address-no-user = Falta el nombre antes de la @.
address-bad-character = Una dirección no puede contener «{ $character }».
address-space = Una dirección no puede contener espacios.
address-other-scheme = Aquí solo valen direcciones SIP y números tel:.
address-malformed = Esto no es una dirección. Escríbala como nombre@example.com

## Contraseña

password-title = Contraseña
password-refused = El servidor ha rechazado la contraseña de { $address }.
password-refused-hint = Compruébela, también las mayúsculas, e introdúzcala de nuevo. Si es correcta, quizá el nombre de usuario para la autenticación sea otro.
password-not-remembered = Introduzca la contraseña de { $address }. El llavero no tiene ninguna o está bloqueado.
password-enter = Introduzca la contraseña de { $address }.
password-no-keyring-notice = No se puede recordar en este equipo.
password-no-keyring-hint = Siskin nunca escribe una contraseña en un archivo, así que se le pedirá de nuevo en el próximo inicio.
password-change = Introduzca la nueva contraseña de { $address }. Siskin inicia sesión con ella enseguida.
password-use = Iniciar sesión
password-edit-account = Revisar los datos de la cuenta
keyring-not-remembered = No se pudo recordar la contraseña. Se le pedirá de nuevo en el próximo inicio.
keyring-not-forgotten = Puede que la contraseña siga en el llavero.
keyring-no-service = En este equipo no funciona ningún llavero.
keyring-locked = El llavero está bloqueado.
keyring-no-answer = El llavero no ha respondido.
keyring-not-text = Lo que guarda el llavero no es una contraseña.
keyring-failed = Mensaje del llavero: { $detail }.

## Estados

status-available = Disponible
status-away = Ausente
status-busy = Ocupado
status-on-the-phone = Al teléfono
status-in-a-meeting = En una reunión
status-do-not-disturb = No molestar
status-out-to-lunch = Comiendo
status-vacation = De vacaciones
status-travel = De viaje
status-offline = Sin conexión
status-unknown = Desconocido

own-status = Estado
own-not-set = Elegir un estado
own-not-shared = { $status }, pero nadie puede verlo
own-not-shared-everywhere = { $status }, pero no todos pueden verlo
own-until = { $status } hasta { $time }
own-away = Ausente, porque no hay nadie ante el equipo
own-end = Hasta
own-end-open = que yo lo cambie
own-end-today = Medianoche
own-end-at = Hora…
own-end-time = Hora
own-end-wrong = Escriba una hora como 15:00
own-lately = Recientes
own-forget = No ofrecer más
own-keep = Mantenerlo también mientras no tenga la sesión iniciada
own-kept = Mientras no tiene la sesión iniciada: { $status }
own-kept-remove = Quitar
end-midnight = medianoche
own-note = Nota
own-note-hint = Pueden leerla todas las personas a las que usted ha permitido verle. Pulse Intro para cambiar solo la nota.
tip-search = Buscar (Ctrl+F)
tip-add = Añadir un contacto (Ctrl+N)
tip-settings = Ajustes (Ctrl+,)

## Contactos

buddy-asking = Preguntando…
buddy-unknown-why = Por el momento no se comparte nada con usted.
buddy-waiting = A la espera de aprobación
buddy-waiting-why = Su solicitud se ha enviado. La respuesta aparecerá aquí en cuanto llegue.
buddy-refused = Solicitud rechazada
buddy-refused-why = Esta persona no comparte su presencia con usted.
buddy-stale = Último estado conocido: { $status }
buddy-stale-why = Hace rato que no hay noticias, así que puede haber cambiado.
buddy-paused = Sin seguimiento
buddy-paused-why = Por el momento no sigue a esta persona.
buddy-calls-only = Aquí no se comparte la presencia. Esto es lo que indica el teléfono.
calls-idle = Sin llamadas
calls-calling = Llamando a alguien
calls-ringing = El teléfono suena
calls-somebody = Una llamada
calls-with = En llamada con { $name }
calls-to = Llamada a { $name }
calls-from = Llamada de { $name }
since-today = desde{"\u00A0"}las{"\u00A0"}{ $time }
since-yesterday = desde{"\u00A0"}ayer
since-date = desde{"\u00A0"}el{"\u00A0"}{ $day }/{ $month }/{ $year }
moment = { $day }/{ $month }/{ $year } { $time }
day = { $day }/{ $month }/{ $year }
reason-refused = El servidor no lo permite.
reason-no-such-address = El servidor no conoce esta dirección.
reason-not-offered = El servidor no ofrece esto.
reason-no-answer = El servidor no ha respondido.
reason-unreachable = No se puede contactar con el servidor.
reason-password = El servidor quiere otra contraseña.
reason-other = Mensaje del servidor: { $reason }
details-note = «{ $note }»
details-account = A través de { $account }
details-devices = { $count ->
    [one] { $count } dispositivo
   *[other] { $count } dispositivos
}
call = Llamar
details-await = Avisarme cuando esté disponible
details-awaited = No avisarme
details-message = Mensaje
details-mail = Correo
details-pick-up = Capturar la llamada
details-today = Hoy
details-today-none = Hoy no ha cambiado nada.
details-today-more = { $count ->
    [one] { $count } cambio anterior
   *[other] { $count } cambios anteriores
}
details-person = Persona
details-local-time = Allí son las { $time }.
details-local-time-in = Allí son las { $time } ({ $zone }).
details-place = Lugar: { $place }
details-mood = Ánimo: { $mood }
details-why = Por qué se muestra esto
details-devices-more = { $count } más no se muestran.
details-subscription = Conexión
details-presence = Presencia
details-telephone = Teléfono
details-connections = Todas las conexiones
details-kept = En su lista
details-watch = Seguir a esta persona
details-calls = Seguir también el teléfono
details-announce = Avisarme cada vez que esté disponible
details-activity = Toda la actividad
details-mute = No notificarme nunca sobre esta persona
details-groups = Grupos
details-group-new = Grupo nuevo
details-name-hint = El nombre que usted le da. Pulse Intro para cambiarlo.
why-activity = Actividad comunicada: { $what }
why-idle = Hace rato que no se usan sus dispositivos.
why-idle-since = No se usan sus dispositivos ({ $since }).
why-open = Un dispositivo indica que la persona está localizable.
why-closed = Todos los dispositivos indican que la persona no está localizable.
why-decided-by = Cuenta lo que dice el notificador { $notifier }.
why-notifiers = { $count } notificadores responden por esta persona.
why-list = Comunicado por la lista { $list }.
why-note-by = La nota es la del notificador { $notifier }.
why-note-of = Notificador { $notifier }: «{ $note }»
why-may-be-old = Es lo mismo que antes o más antiguo: puede seguir siendo cierto, o alguien ha enviado de nuevo lo que interceptó.
device-open = Localizable
device-closed = No localizable
device-silent = No lo indica
device-idle = inactivo
device-idle-since = inactivo { $since }
device-decides = Esto es lo que decide.
device-agrees = Dice lo mismo.
device-open-elsewhere = Otro dispositivo está localizable, y eso es lo que cuenta.
device-superseded = Un dato más reciente del mismo dispositivo lo ha sustituido.
device-somebody-else = Es otra persona: { $about }
device-not-electronic = No es una vía para llamadas: { $about }
device-notifier = Notificador { $notifier }
device-coming = { $what }, a partir de: { $from }
device-coming-until = { $what }, de { $from } a { $until }
details-copy = Copiar la dirección
details-sight = Lo que ve esta persona
details-remove = Quitar
group-none = Otros
group-count = { $there } de { $people }
group-change = Cambiar este grupo
group-name = Nombre del grupo
group-name-hint = Pulse Intro para cambiarle el nombre.
group-up = Subir
group-down = Bajar
group-dissolve = Quitar el grupo
group-dissolve-hint = Las personas siguen en su lista.
removed = Se ha quitado a { $name }
search-example = Nombre o dirección
search-nobody = Nadie en su lista se llama así.
list-name = Las personas de su lista
list-unread = Ha cambiado entretanto
list-hidden = { $count ->
    [one] { $count } persona de su lista está sin conexión.
   *[other] Las { $count } personas de su lista están sin conexión.
}
list-show = Mostrar
empty-title = Aún no hay nadie
empty-hint = Añada a alguien para ver si está localizable.
empty-hint-offline = Añada a alguien ahora; se le preguntará en cuanto haya conexión.
empty-button = Añadir un contacto

## Notificaciones

news-requests = { $count ->
    [one] { $count } persona quiere ver su presencia
   *[other] { $count } personas quieren ver su presencia
}
news-available = { $name } está disponible
news-from = De { $name }
news-call-voicemail = Llamar al buzón de voz
not-opened = Ningún programa de este equipo atiende llamadas.

## Icono en el panel

tray-open = Abrir Siskin
tray-nobody = Nadie ha iniciado sesión
tray-quit = Salir
closing-explained = Siskin sigue activo en el panel.
closing-explained-hint = Aunque se cierre, le avisa de solicitudes y mensajes; su icono vuelve a abrir la ventana. Puede cambiarlo en los ajustes.
closing-keep-running = Cerrar la ventana
closing-quit = Salir de Siskin

## Añadir un contacto

add-buddy-title = Añadir un contacto
add-buddy-intro = Se preguntará a la persona si usted puede ver su presencia.
add-buddy-address = Dirección
add-buddy-address-hint = Una dirección, o solo un nombre o número de { $domain }.
add-buddy-will-be = Se añadirá { $address }.
add-buddy-known = Esta dirección ya está en su lista.
add-buddy-self = Esta es su propia dirección.
add-buddy-name = Nombre
add-buddy-name-hint = El nombre que usted le da. Nadie más lo ve.
add-buddy-button = Añadir

## Aviso de mensajes

lamp-voice = { $count ->
    [one] { $count } mensaje de voz nuevo
   *[other] { $count } mensajes de voz nuevos
}
lamp-fax = { $count ->
    [one] { $count } fax nuevo
   *[other] { $count } faxes nuevos
}
lamp-video = { $count ->
    [one] { $count } mensaje de vídeo nuevo
   *[other] { $count } mensajes de vídeo nuevos
}
lamp-text = { $count ->
    [one] { $count } mensaje de texto nuevo
   *[other] { $count } mensajes de texto nuevos
}
lamp-other = { $count ->
    [one] { $count } mensaje nuevo
   *[other] { $count } mensajes nuevos
}
lamp-urgent = { $count ->
    [one] { $count } urgente
   *[other] { $count } urgentes
}
lamp-old = { $count ->
    [one] { $count } mensaje antiguo
   *[other] { $count } mensajes antiguos
}
lamp-waiting = Hay mensajes en espera
lamp-dark = No hay mensajes nuevos
lamp-stale = puede haber cambiado
lamp-unknown = Mensajes desconocidos
lamp-call = Pulse para llamar a { $address }
lamp-no-number = Pulse para introducir el número de su buzón de voz
class-voice = Voz
class-fax = Fax
class-video = Vídeo
class-text = Texto
class-old = { $count ->
    [one] { $class }: { $count } antiguo
   *[other] { $class }: { $count } antiguos
}

## Solicitudes

request-question = { $name } quiere ver su presencia
request-account = Lo pide a su cuenta { $account }
request-asked = lo ha pedido { $count } veces
request-gone = se ha ido; la respuesta valdrá en el próximo intento
request-allow = Permitir
request-allowing = Permitiendo…
request-polite = Aparecer sin conexión
request-block = Bloquear
request-blocking = Bloqueando…
request-later = Más tarde
request-choices = Más…
request-fewer-choices = Menos
request-add-buddy = Añadir contacto
request-all = { $count ->
    [one] Mostrar { $count } solicitud
   *[other] Mostrar las { $count } solicitudes
}
request-all-later = Todas más tarde
request-deferred = { $count ->
    [one] Mostrar { $count } solicitud aplazada
   *[other] Mostrar { $count } solicitudes aplazadas
}
request-failed = No se ha guardado. { $reason } Inténtelo de nuevo.
request-waiting = Guardado. Se comunicará al servidor en cuanto haya conexión.
relation-buddy = en su lista
relation-same-domain = de su mismo dominio
relation-stranger = desconocido
source-asserted = Pregunta a este dispositivo; su servidor lo confirma
source-asserted-why = Su servidor dice que ha comprobado quién lo envió.
source-relayed = Pregunta a este dispositivo, a través de su servidor
source-relayed-why = Su servidor lo ha reenviado y no dice nada del remitente. La mayoría de los servidores no dejan usar la dirección de otra persona.
source-claimed = Pregunta a este dispositivo; nadie ha confirmado quién es
source-claimed-why = Lo dice el propio remitente: no pasó por su servidor y nadie lo ha confirmado. Pregunte por otro medio antes de permitirlo.
bulk-all = { $count ->
    [one] Seleccionar { $count } solicitud
   *[other] Seleccionar las { $count } solicitudes
}
bulk-picked = { $count ->
    [one] { $count } solicitud seleccionada
   *[other] { $count } solicitudes seleccionadas
}
terms-until = Por cuánto tiempo
terms-always = Siempre
terms-today = Hasta esta noche
terms-tomorrow = Hasta mañana
terms-date = Hasta un día
terms-day = Último día
terms-day-hint = Como día/mes/año o año-mes-día
terms-day-unreadable = Esto no es una fecha. Escríbala como 24/12/2027.
terms-day-past = Ese día ya ha pasado.
terms-day-words = { $day }/{ $month }/{ $year }
terms-ends = Termina por sí solo el { $day } a las 24:00.
terms-shows = Qué se muestra
terms-allow-today = Permitir hasta esta noche
terms-allow-tomorrow = Permitir hasta mañana
terms-allow-until = Permitir hasta el { $day }
shows-state = Localizable o no
shows-state-hint = Si está localizable y dónde. Nada de lo que hace.
shows-activity = Actividad y nota
shows-activity-hint = Si está localizable, lo que hace y su nota.
shows-everything = Todo
shows-everything-hint = Todo lo que usted publica.

## Quién le ve

tip-watchers = Quién le ve (Ctrl+P)
watchers-title = Quién le ve
watchers-requests = Solicitudes ({ $count })
watchers-watching = Observadores
watchers-past = Antes
watchers-search-hint = Una dirección completa muestra lo que ve.
watchers-sort-name = Por nombre
watchers-sort-latest = Más recientes
watchers-sort-sees = Por lo que ven
watchers-nobody = Nadie le observa ahora.
watchers-no-requests = Nadie espera una respuesta.
watchers-no-past = No se recuerda a nadie.
watchers-nobody-found = Aquí nadie se llama así. Escriba una dirección completa para saber lo que vería.
watchers-not-watching = no le observa
watchers-last = última vez: { $time }
many-title = Para muchos a la vez
many-hint = Escriba arriba *@example.com para decidir sobre todos los de un dominio.
many-domain = Todos los de { $domain }
many-others = Todos los demás
watchers-more = { $count ->
    [one] Mostrar { $count } persona más
   *[other] Mostrar más ({ $count } restantes)
}
watchers-revoke = Retirar
watchers-unblock = Desbloquear
watchers-forget = Olvidar a todos…
watchers-forget-question = ¿Olvidar quién le ha observado o ha pedido hacerlo?
watchers-forget-hint = Lo que ha decidido se mantiene. También se olvidan las solicitudes de quienes ya se han ido.
watchers-forget-confirm = Olvidar
watchers-forget-cancel = Conservar
sees-state = ve si está localizable
sees-activity = ve lo que hace y su nota
sees-everything = lo ve todo
sees-something = ve lo que otras reglas dejan pasar
sees-offline = le ve sin conexión
sees-refused = se le rechaza
sees-confirm = hay que confirmarlo cada vez
sees-undecided = aún no ve nada
ground-watcher = solo para esta persona
ground-several = para varias personas
ground-domain = para todos los de { $domain }
ground-everybody = para todos
ground-rule = Regla «{ $rule }», { $about }
ground-nameless = Una regla sin nombre, { $about }
ground-until = termina: { $time }
person-sees = Lo que ve { $name }
person-who = Quién es
person-now = Ahora: { $status }
person-asking = Consultando…
person-rules-unknown = No se conocen las reglas del servidor, así que no se puede saber.
person-no-rule = Ninguna regla trata de esta persona.
person-by-order = En servidores donde cuenta la primera regla que coincide: { $sees }.
person-raw-show = Mostrar el documento
person-raw-hide = Ocultar el documento
person-change = Cambiar
person-subscription = Fin de la suscripción actual: { $time }; quien siga observando la renueva antes.
copy = Copiar
server-neither = Su servidor decide por sí solo quién le ve
server-neither-why = No dice quién le observa ni guarda reglas suyas, y decide solo. Todo lo demás funciona.
server-here = Sus decisiones se guardan en este equipo
server-here-why = Ningún servidor guarda reglas suyas. Lo que decida vale para quien pregunte a este dispositivo mientras Siskin funcione; a quien responda su servidor, decide él solo.
server-no-winfo = Su servidor no dice quién le observa
server-no-winfo-why = Por eso no se pueden mostrar solicitudes ni observadores. Lo que decida sobre una dirección vale de todos modos: escríbala abajo.
server-no-xcap = Su servidor no guarda reglas
server-no-xcap-why = Siskin ve quién pregunta, pero no puede anotar lo que usted decide; el servidor sigue como lo ha configurado su operador.
server-unversioned = Su servidor no pone versiones a sus documentos. No decida en dos dispositivos a la vez: podría perderse una decisión.
watchers-stale = Esta lista puede no estar al día. Se ha vuelto a pedir entera.
server-no-root = No hay un lugar definido para sus reglas. Cuando decida algo, se probará { $root }; puede definir otro lugar en los datos de la cuenta.
rules-unusable = Lo que hay en el servidor en el lugar de sus reglas no se puede usar
rules-unusable-why = { $detail } Siskin lo deja como está y no escribe nada encima. Quizá lo escribió otro programa, que podrá arreglarlo.
rules-show = Mostrar
rules-hide = Ocultar
rules-cut = Solo se muestra el principio.
rules-keep = Guardar una copia
rules-renew = Empezar de cero…
rules-renew-question = ¿Guardar una copia y empezar sin reglas?
rules-renew-hint = La copia va primero a la carpeta de sus ajustes. Después nadie estará permitido ni bloqueado hasta que usted decida de nuevo.
rules-renew-confirm = Guardar una copia y empezar de cero
rules-renew-cancel = Dejarlo
rules-kept = Se ha guardado una copia en { $path }
rules-not-kept = No se pudo guardar ninguna copia, así que no se ha cambiado nada en el servidor. { $reason }
xcap-root = { $root } no es la dirección de un servidor XCAP.
xcap-insecure = { $root } no está cifrado, así que no se envía allí ninguna contraseña.
xcap-forbidden = El servidor no se lo permite (403).
xcap-changed = Otro dispositivo cambió lo mismo una y otra vez al mismo tiempo.
xcap-unreachable = No se puede contactar con { $address }.
xcap-no-answer = { $address } no responde.
xcap-web-page = { $address } es un servidor web, pero no guarda documentos así: respondió con otra cosa ({ $kind }).
xcap-too-large = Lo que hay allí ocupa más de { $kilobytes } kB.
xcap-redirected = El servidor nos envía a { $address }, que nunca recibe su contraseña.
xcap-400 = El servidor no ha entendido la petición (400).
xcap-404 = El servidor no guarda tales documentos en este lugar (404).
xcap-501 = El servidor no puede hacerlo.
xcap-415 = El servidor no acepta documentos de este tipo (415).
xcap-507 = Al servidor no le queda espacio (507).
xcap-500 = El servidor tiene un fallo propio ({ $status }) y puede que se recupere.
xcap-status = El servidor ha respondido { $status }.
conflict-not-well-formed = Para el servidor, lo enviado no es un documento XML.
conflict-not-a-fragment = Para el servidor, el cambio no es un elemento XML.
conflict-not-an-attribute = Para el servidor, el cambio no es el valor de un atributo.
conflict-no-parent = El servidor no tiene un lugar donde ponerlo.
conflict-schema = Según el servidor, el documento dejaría de ser válido.
conflict-cannot-insert = El servidor no encontraría el cambio donde se puso.
conflict-cannot-delete = Otra cosa ocuparía el lugar de lo que se borra.
conflict-not-unique = Un nombre que contiene ya está en uso.
conflict-constraint = El cambio infringe una norma del servidor.
conflict-not-utf8 = Para el servidor, lo enviado no es texto UTF-8.
conflict-unsaid = El servidor rechaza el cambio y no dice por qué.

## Problemas

trouble-rules-look = Verlo
trouble-rules = No se pudo leer la lista de quienes pueden verle.
trouble-rules-hint = Si sigue así, revise la raíz XCAP en los datos de la cuenta.
trouble-permanent = No se pudo cambiar el estado para cuando no tiene la sesión iniciada.
trouble-decision = La decisión sobre { $address } está guardada, pero el servidor aún no la aplica.
trouble-decision-hint = Quizá consulte sus reglas más tarde.
trouble-weaker-digest = { $realm } pide su contraseña de un modo menos seguro que antes.
trouble-weaker-digest-hint = Si no se ha cambiado nada en el servidor, quizá alguien busque la contraseña: pregunte al operador.
trouble-weak-digest = { $realm } pide su contraseña de un modo demasiado inseguro y no la ha recibido.
trouble-weak-digest-hint = Usted lo quiso así para esta cuenta; el servidor tiene que ofrecer SHA-256.
trouble-tls-withdrawn = { $domain } ofrecía conexiones cifradas y ya no lo hace.
trouble-tls-withdrawn-hint = Si allí no se ha cambiado nada, quizá alguien quiera espiar: pregunte al operador o elija TLS en los datos de la cuenta.
trouble-buddies = Su lista de contactos no es igual en el servidor que aquí.
trouble-rules-renew = No se pudieron sustituir sus reglas en el servidor
trouble-kept-decisions = No se pueden leer las decisiones que esperaban al servidor
trouble-kept-watchers = No se puede leer quién le ha observado antes
trouble-kept-hint = Hasta que se cierre, Siskin sigue sin esos datos.
list-unusable = Lo que hay en el servidor en el lugar de su lista de contactos no se puede usar
list-unusable-why = { $detail } Siskin lo deja como está y no escribe nada encima. Su lista se guarda en este dispositivo.
list-renew = Empezar de cero…
list-renew-question = ¿Guardar una copia y poner allí la lista de este dispositivo?
list-renew-hint = La copia va primero a la carpeta de sus ajustes. Después el servidor tiene las personas que ve aquí.
list-renew-confirm = Guardar una copia y empezar de cero
list-renew-cancel = Dejarlo
trouble-buddies-hint = Está guardada en este dispositivo. Si sigue así, revise la raíz XCAP en los datos de la cuenta.
conflict-names = { $address } se llamaba «{ $here }» aquí y «{ $elsewhere }» en otro dispositivo. Se queda «{ $here }».
conflict-removed-here = { $address } se quitó aquí y se cambió en otro dispositivo; sigue en la lista.
conflict-removed-elsewhere = { $address } se quitó en otro dispositivo y se cambió aquí; sigue en la lista.
conflict-shared = { $address } está en la lista de otra persona a la que remite la suya, y se queda.
conflict-full = En la lista no queda sitio para { $address }.

## Conexión

connection-connecting = Conectando…
connection-online = Sesión iniciada como { $address }
connection-connected = Conectado
connection-online-all = { $count ->
    [one] Sesión iniciada con { $count } cuenta
   *[other] Sesión iniciada con { $count } cuentas
}
connection-demo = En la oficina de demostración
connection-password-needed = Hace falta la contraseña.
connection-password-refused = El servidor ha rechazado la contraseña.
connection-ended = La conexión ha terminado.
connection-not-started = No se pudo iniciar la cuenta.
next-try-now = Intentándolo de nuevo…
next-try-seconds = { $count ->
    [one] Próximo intento en { $count } segundo.
   *[other] Próximo intento en { $count } segundos.
}
next-try-minutes = { $count ->
    [one] Próximo intento en { $count } minuto.
   *[other] Próximo intento en { $count } minutos.
}

## Las conexiones en detalle

health-open = Detalles
health-title = Conexiones
health-nothing = Aún no se sabe nada.
health-fine = { $count ->
    [one] Todo va bien.
   *[other] Las { $count } van bien.
}
health-troubled = { $count ->
    [one] { $count } tiene problemas.
   *[other] { $count } tienen problemas.
}
health-bad-input = { $count ->
    [one] Se ha descartado { $count } mensaje erróneo o ajeno.
   *[other] Se han descartado { $count } mensajes erróneos o ajenos.
}
health-retry = Reintentar todo
health-refresh = Renovar ahora
health-resubscribe = Suscribirse de nuevo
health-trace = Sus mensajes
health-trace-all = Todo lo enviado y recibido
health-more = { $count } más no se muestran.
health-registration = Registro
health-publication = Su propio estado
health-notifier = Quién pregunta a este dispositivo
health-presence = Presencia de { $name }
health-watchers = Quién le observa
health-messages = Mensajes para { $name }
health-calls = Llamadas de { $name }
health-other = { $package } de { $name }
health-active = Activa
health-registered = Registrado
health-published = Publicado
health-pending = A la espera de aprobación
health-asking = Preguntando…
health-waiting = Interrumpida
health-failed = Ha fallado
health-ended = Terminada
health-next-refresh = se renueva en { $span }
health-next-retry = nuevo intento en { $span }
health-next-stop = se abandona en { $span }
health-expires = caduca en { $span }
health-expires-of = caduca en { $span } de { $granted }
health-last-notify = últimas noticias hace { $span }
health-requests = { $count ->
    [one] { $count } petición
   *[other] { $count } peticiones
}
health-notifies = { $count ->
    [one] { $count } notificación
   *[other] { $count } notificaciones
}
health-failures = { $count ->
    [one] { $count } fallo
   *[other] { $count } fallos
}
health-last-failure = Último fallo hace { $span }: { $reason }
health-server = Atendido por { $address } por { $transport }
health-server-of = Atendido por { $address } por { $transport }, número { $place } de { $of }
health-server-again = Se probarán mejores servidores en { $span }
span-seconds = { $count }{"\u00A0"}s
span-minutes = { $count }{"\u00A0"}min
span-hours = { $count }{"\u00A0"}h

## Actividad

activity-title = Actividad
activity-search = Nombre o cambio
activity-clear = Borrar
activity-cleared = Se ha borrado todo.
activity-none = Aún no ha cambiado nada.
activity-none-found = Ningún cambio coincide.
activity-today = Hoy
activity-yesterday = Ayer
activity-no-note = ha quitado la nota
activity-call-over = ya no está en una llamada
activity-request = Quiere verle
activity-request-named = Quiere verle, como { $name }
activity-allowed = Puede verle
activity-blocked = Se ha bloqueado
activity-polite = Le ve sin conexión
activity-revoked = Se ha retirado la decisión
activity-online = Se ha conectado
activity-lost = Se ha perdido la conexión
settings-activity-keep = Recordar lo que ha cambiado
settings-activity-never = Hasta que salga
settings-activity-day = 1 día
settings-activity-week = 1 semana
settings-activity-month = 1 mes
settings-activity-hint = Quién llegó y se fue, notas, llamadas, mensajes, solicitudes y la conexión. Se queda en este equipo.
settings-activity-open = Mostrar la actividad (Ctrl+H)

## Traza

trace-title = Traza
trace-pause = Pausar
trace-follow = Seguir
trace-follow-new = Seguir ({ $count } más)
trace-search = Texto o dirección
trace-errors = Solo errores
trace-filters = Filtros
trace-filters-fewer = Menos filtros
trace-account = Cuenta
trace-package = Paquete de eventos
trace-method = Método
trace-all = Todo
trace-shown = { $shown } de { $count } mensajes
trace-none = Aún no se ha enviado ni recibido nada.
trace-none-found = Ningún mensaje coincide.
trace-sent = enviado
trace-received = recibido
trace-answer = { $status } a { $method }
trace-unreadable = Ilegible
trace-bytes = { $count }{"\u00A0"}bytes
trace-words = En palabras
trace-raw = Tal como se envió
trace-more = { $count } líneas más no se muestran.
trace-save = Guardar…
trace-save-text = Texto
trace-save-capture = Captura para Wireshark
trace-save-as = Archivo
trace-save-hint = { $count ->
    [one] { $count } mensaje, tal como se muestra. Se omiten los secretos; en él consta quién observa a quién.
   *[other] { $count } mensajes, tal como se muestran. Se omiten los secretos; en ellos consta quién observa a quién.
}
trace-save-whole-path = Escriba la ruta completa de un archivo nuevo.
trace-save-button = Guardar
trace-save-cancel = Cancelar
trace-saved = Guardado como { $path }
trace-not-saved = No se pudo escribir { $path }.

## Ajustes

settings-title = Ajustes
settings-look = Aspecto
settings-theme = Tema
theme-system = Sistema
theme-light = Claro
theme-dark = Oscuro
settings-contrast = Contraste
contrast-system = Sistema
contrast-normal = Normal
contrast-high = Alto
settings-size = Tamaño
settings-size-smaller = Más pequeño
settings-size-larger = Más grande
settings-size-percent = { $percent } %
settings-size-reset = Normal
settings-language = Idioma
language-system = Sistema
letters-missing = Ningún tipo de letra de este equipo tiene los caracteres del idioma elegido.
letters-missing-hint = Instale uno, por ejemplo el paquete fonts-noto-cjk, e inicie Siskin de nuevo.
settings-list = Lista de contactos
settings-order = Orden
settings-order-added = Según se añadieron
settings-order-available = Disponibles primero
settings-order-name = Por nombre
settings-offline = Personas sin conexión
settings-offline-show = Mostrar
settings-offline-hide = Ocultar
settings-density = Filas
settings-density-comfortable = Amplias
settings-density-compact = Compactas
settings-notifications = Notificaciones
settings-notifications-on = Mostrar
settings-notifications-off = Ninguna
settings-notifications-hint = Solicitudes, mensajes nuevos y personas a las que espera, mientras mira a otra parte. «No molestar» las silencia.
settings-notifications-silent = Este escritorio no muestra notificaciones: las solicitudes y los mensajes solo se ven en la ventana.
settings-sound = Con sonido
settings-remind = Recordarme los mensajes que siguen en espera
settings-remind-never = Nunca
settings-remind-minutes = Cada { $count } minutos
settings-remind-hour = Cada hora
settings-voicemail = Número del buzón de voz
settings-voicemail-hint = A qué llama un clic en el aviso. Vacío: el que indique el servidor.
settings-voicemail-will-be = Un clic en el aviso llama a { $address }.
settings-idle = Cuando no hay nadie
settings-idle-after = Mostrarme como ausente tras
settings-idle-never = Nunca
settings-idle-locked = También en cuanto se bloquee la pantalla
settings-idle-last = Decir a los demás desde cuándo
settings-idle-hint = Solo «Disponible» pasa a «Ausente», y vuelve por sí solo. Un estado que usted ha elegido se mantiene.
settings-idle-blind = Este escritorio no indica si hay alguien delante.
settings-window = Ventana
settings-closed = Al cerrar la ventana
settings-closed-keep-running = Seguir activo
settings-closed-quit = Salir
settings-no-icon = Este escritorio no muestra ningún icono de Siskin, así que al cerrar la ventana se sale del programa.
settings-autostart = Al empezar su sesión
settings-autostart-never = No iniciar
settings-autostart-window = Con la ventana
settings-autostart-minimised = En el panel
settings-autostart-edited = El archivo de inicio se cambió desde otro lugar. Una elección aquí lo sustituye.
settings-autostart-failed = No se pudo cambiar el inicio con la sesión.
settings-account = Cuenta
settings-log-in-again = Iniciar sesión de nuevo
settings-trusted = Certificados aceptados tal como son
settings-trusted-line = { $server }, desde el { $day }
settings-trusted-any = Cualquier servidor
settings-distrust = Dejar de confiar
settings-change-password = Contraseña…
settings-log-out = Cerrar sesión
settings-remove = Quitar esta cuenta…
settings-remove-question = ¿Quitar { $address } de este equipo?
settings-remove-hint = Aquí se borran sus contactos, su estado y la contraseña recordada. En el servidor no cambia nada.
settings-remove-confirm = Quitar
settings-remove-cancel = Conservarla
settings-add-account = Añadir otra cuenta
settings-accounts = Todas las cuentas
settings-demo = Está en la oficina de demostración. No se guarda nada de ella.
settings-leave-demo = Salir de la oficina de demostración
settings-version = Siskin { $version }
settings-keys = Qué hace cada tecla (F1)
settings-not-saved = No se pudieron escribir los ajustes, así que los cambios se perderán en el próximo inicio.
account-not-erased = No se pudo borrar de este equipo todo lo relativo a la cuenta.
settings-broken = No se pudieron leer los ajustes. Se han guardado como { $file }, y Siskin empieza de cero.
settings-not-kept = Los cambios en los ajustes solo duran hasta que salga.
settings-presets-wrong = No todo lo que ha configurado su administrador puede usarse. Indíquele qué está mal:
store-no-place = No hay una carpeta personal donde guardarlos.
store-newer = { $file } lo escribió una versión posterior de Siskin y se deja intacto.
store-unreadable = No se puede leer { $file }: { $detail }.
store-not-writable = No se puede escribir { $file }: { $detail }.

## Teclas

keys-title = Teclas
keys-everywhere = En todas partes
keys-moving = Moverse
key-ctrl = Ctrl+{ $key }
key-tab = Tabulador
key-enter = Intro, Espacio
key-escape = Esc
key-up-down = Arriba, Abajo
key-pages = Página, Inicio, Fin
key-left-right = Izquierda, Derecha
key-alt-up-down = Alt+Arriba, Alt+Abajo
key-letter = Letras
key-delete = Supr
keys-help = Mostrar esta lista
keys-add = Añadir un contacto
keys-search = Buscar en la lista
keys-watchers = Quién le ve
keys-accounts = Cuentas
keys-activity = Actividad: lo que ha cambiado
keys-trace = Traza: lo enviado y recibido
keys-settings = Ajustes
keys-larger = Más grande
keys-smaller = Más pequeño
keys-normal-size = Tamaño normal
keys-quit = Salir
keys-tab = Ir al campo o botón siguiente; con Mayús, al anterior
keys-enter = Pulsar lo que tiene el anillo
keys-escape = Cerrar lo último que se abrió, o volver
keys-up-down = Ir de uno al siguiente
keys-pages = Ir lejos
keys-left-right = Plegar o desplegar un grupo
keys-alt-up-down = Mover un grupo o a alguien hacia arriba o abajo
keys-letter = Buscar lo que escriba
keys-delete = Quitar a alguien; se puede deshacer

## Cuentas

accounts-title = Cuentas
accounts-logged-out = Sesión cerrada
accounts-change = Nombre y buzón de voz…
accounts-server = Servidor…
accounts-remove = Quitar…
accounts-name = Nombre que ven los demás
accounts-name-hint = Al guardarlo se inicia sesión de nuevo.
accounts-name-wrong = Como máximo { $count } caracteres, en una línea.
accounts-save = Guardar
