# 日本語の Siskin。何が起きたか、なぜか、どうすればよいかを一文で伝えます。

app-name = Siskin
title-demo = Siskin – デモオフィス
back = 戻る
close = 閉じる
dismiss = 閉じる
undo = 元に戻す
retry-now = 今すぐ再試行
enter-password = パスワードを入力
of-account = { $account }: { $text }
account-of = アカウント

## ログイン

log-in-intro = 相手と連絡がつくか、伝言が届いているかを確認できます。
log-in-address = SIP アドレス
log-in-address-hint = 管理者またはプロバイダーから通知されたとおりに入力してください。
log-in-address-short = 名前だけで構いません。@{ $domain } が補われます。
log-in-preset = このコンピューターには管理者が { $name } を設定しています。
log-in-password = パスワード
log-in-password-missing = SIP アカウントのパスワードを入力してください。
log-in-password-kept = 空のままにすると、パスワードは変わりません。
log-in-remember = パスワードをシステムのキーリングに保存する
log-in-advanced = 詳細設定
log-in-proxy = アウトバウンドプロキシ
log-in-proxy-hint = 管理者の指示がある場合だけ入力します。複数あるときは空白で区切ります。
log-in-proxy-problem = ホスト名、または sip:proxy.example.com;transport=tcp のような URI を入力してください
log-in-transport = トランスポート
log-in-auth-user = 認証用のユーザー名
log-in-auth-user-hint = アドレスの名前と異なる場合だけ入力します。
log-in-xcap = XCAP ルート
log-in-xcap-hint = あなたを見ることができる人をサーバーが保存する場所です。空欄の場合はドメインから推測します。
log-in-xcap-problem = https:// で始まるアドレスを入力してください
log-in-ca = 認証局
log-in-ca-hint = システムの認証局に加えて、このアカウントで信頼する PEM ファイルです。
log-in-ca-problem = ファイルが見つかりません。PEM ファイルの完全なパスを入力してください。
log-in-from-administrator = 管理者の設定です。ここに入力すると、その値が使われます。
log-in-button = ログイン
log-in-another = 別のアカウントでログイン
log-in-already = このアカウントはすでにログインしています。
log-in-demo = デモオフィスを試す
log-in-demo-opening = デモオフィスを開いています…
log-in-demo-hint = アカウントもネットワークも不要です。このコンピューターの中の小さなオフィスで、同僚の状態が移り変わります。
log-in-demo-failed = デモオフィスを開けませんでした。

## The first log-in, step by step

assist-title = ログイン
assist-intro = { $address } を試しています…
assist-running = 実行中…
assist-ok = 正常
assist-untried = 試していません
assist-no-xcap = 見つかりませんでした。「詳細設定」で指定できます。
assist-dns = サーバーの検索
assist-connection = 接続
assist-register = ログイン
assist-presence = プレゼンス
assist-messages = メッセージ通知
assist-watchers = あなたを見ている人
assist-calls = ほかの人の通話
assist-publish = 自分の状態の公開
assist-xcap = サーバー上のリストとルール（XCAP）
assist-open = 動作しますが、暗号化されていません。途中で読まれる可能性があります。
assist-no-server = このドメインのサーバーがわかりません。
assist-some-servers = 一部のサーバーを現在検索できません。
assist-certificate = サーバーの証明書が信頼されていません。
assist-failed-certificate = サーバーの身元を確認できません。
assist-failed-settings = アカウントの設定に使えないものがあります。
assist-failed-dns = このドメインのサーバーが見つかりませんでした。
assist-failed-dns-hint = ドメインの書き間違いか、サーバーが DNS に登録されていない可能性があります。サーバー名は管理者に問い合わせてください。
assist-enter-server = サーバーを入力
assist-failed-connection = サーバーに接続できません。
assist-failed-connection-hint = ネットワーク、ファイアウォール、またはサーバーが原因の可能性があります。しばらくしてもう一度試してください。
assist-again = もう一度試す
assist-failed-password = サーバーが名前とパスワードを受け付けません。
assist-failed-password-hint = 書き方を確認してください。別のユーザー名が必要なサーバーもあります（「詳細設定」にあります）。
assist-correct = 名前とパスワードを確認
assist-failed-register = サーバーがこのアカウントのログインを拒否しました。
assist-failed-part = ログインできますが、一部が動作しません。
assist-failed-part-hint = 動作しない項目は上に示されています。残りは使え、足りない部分は自動的に再試行されます。
assist-enter = このままログイン
assist-back = 戻る
assist-details = 確認結果の詳細
assist-trace = 送受信した内容

## Certificates

certificate-title = { $server } の証明書
certificate-notice = { $server } の証明書は信頼されていません。
certificate-notice-hint = 解決するまで、パスワードを含め、何も送信されません。
certificate-changed = { $server } が、信頼済みのものとは別の証明書を提示しています。
certificate-changed-hint = 途中で誰かが盗聴している可能性があります。管理者が変更を認めた場合にだけ、新しい証明書を信頼してください。
certificate-look = 確認する
certificate-wrong = 問題点
certificate-shown = サーバーが提示した内容
certificate-names = 対象
certificate-no-names = なし
certificate-valid = 有効期間
certificate-valid-span = { $from } から { $to } まで
certificate-issuer = 署名者
certificate-fingerprint = SHA-256 フィンガープリント
certificate-copy = フィンガープリントをコピー
certificate-compared = フィンガープリントを管理者と照合しました。
certificate-trust = このアカウントで信頼する
certificate-trust-hint = このアカウントと、この証明書だけに適用されます。設定で取り消せます。
certificate-refuse = 接続しない
certificate-authority-use = この認証局を信頼する
distrust-expired = 有効期限が切れています。
distrust-early = まだ有効ではありません。このコンピューターの時計は正しいですか。
distrust-self = 自己署名です。ほかに保証する者がいません。
distrust-issuer = ここで信頼されている認証局の署名がありません。
distrust-name = { $server } のものではありません。
distrust-purpose = サーバー用ではありません。
distrust-revoked = 認証局によって失効しています。
transport-automatic = 自動
transport-settled = 設定どおり（{ $transport }）

address-empty = アドレスを入力してください。
address-no-domain = ドメインを追加してください: name@example.com
address-no-user = @ の前の名前がありません。
address-bad-character = アドレスに「{ $character }」は使えません。
address-space = アドレスに空白は使えません。
address-other-scheme = ここでは SIP アドレスと tel: の番号だけが使えます。
address-malformed = アドレスとして読めません。name@example.com のように入力してください

## パスワード

password-title = パスワード
password-refused = サーバーが { $address } のパスワードを拒否しました。
password-refused-hint = 大文字と小文字も確認して、もう一度入力してください。正しい場合は、認証用のユーザー名が異なる可能性があります。
password-not-remembered = { $address } のパスワードを入力してください。キーリングに保存されていないか、キーリングがロックされています。
password-enter = { $address } のパスワードを入力してください。
password-no-keyring-notice = このコンピューターではパスワードを保存できません。
password-no-keyring-hint = Siskin はパスワードをファイルに書き込みません。そのため、次回の起動時に再度入力が必要です。
password-change = { $address } の新しいパスワードを入力してください。Siskin はすぐにそのパスワードでログインします。
password-use = ログイン
password-edit-account = アカウントの情報を確認する
keyring-not-remembered = パスワードを保存できませんでした。次回の起動時に再度入力が必要です。
keyring-not-forgotten = パスワードがまだキーリングに残っている可能性があります。
keyring-no-service = このコンピューターではキーリングが動作していません。
keyring-locked = キーリングがロックされています。
keyring-no-answer = キーリングから応答がありません。
keyring-not-text = キーリングの内容はパスワードではありません。
keyring-failed = キーリングからのメッセージ: { $detail }。

## 状態

status-available = 連絡可能
status-away = 離席中
status-busy = 取り込み中
status-on-the-phone = 通話中
status-in-a-meeting = 会議中
status-do-not-disturb = 応答不可
status-out-to-lunch = 昼休み
status-vacation = 休暇中
status-travel = 外出中
status-offline = オフライン
status-unknown = 不明

own-status = 状態
own-not-set = 状態を選択
own-not-shared = { $status }（誰にも表示されていません）
own-not-shared-everywhere = { $status }（一部の人には表示されていません）
own-until = { $status }（{ $time } まで）
own-away = 離席中（コンピューターの前に誰もいません）
own-end = 期限
own-end-open = 変更するまで
own-end-today = 今日中
own-end-at = 時刻…
own-end-time = 時刻
own-end-wrong = 15:00 のように時刻を入力してください
own-lately = 最近使った状態
own-forget = 候補から削除
own-keep = ログアウト中もこの状態を保つ
own-kept = ログアウト中の状態: { $status }
own-kept-remove = 削除
end-midnight = 深夜 0 時
own-note = メモ
own-note-hint = あなたが許可した人全員が読めます。Enter キーを押すとメモだけを変更します。
tip-search = 検索 (Ctrl+F)
tip-add = 連絡先を追加 (Ctrl+N)
tip-settings = 設定 (Ctrl+,)

## 連絡先

buddy-asking = 問い合わせ中…
buddy-unknown-why = 現在、あなたに共有されている情報はありません。
buddy-waiting = 承認待ち
buddy-waiting-why = リクエストを送信しました。返答があり次第、ここに表示されます。
buddy-refused = リクエストは拒否されました
buddy-refused-why = この人はあなたにプレゼンスを共有していません。
buddy-stale = 最後の状態: { $status }
buddy-stale-why = しばらく更新がないため、変わっている可能性があります。
buddy-paused = 購読停止中
buddy-paused-why = 現在、この人のプレゼンスを購読していません。
buddy-calls-only = プレゼンスは共有されていません。電話の状態を表示しています。
calls-idle = 通話していません
calls-calling = 発信中
calls-ringing = 着信中
calls-somebody = 通話
calls-with = { $name } と通話中
calls-to = { $name } への発信
calls-from = { $name } からの着信
since-today = { $time } から
since-yesterday = 昨日{"\u2060"}から
since-date = { $year }/{ $month }/{ $day } から
moment = { $year }/{ $month }/{ $day } { $time }
day = { $year }年{ $month }月{ $day }日
reason-refused = サーバーで許可されていません。
reason-no-such-address = サーバーはこのアドレスを認識していません。
reason-not-offered = サーバーはこの機能を提供していません。
reason-no-answer = サーバーから応答がありません。
reason-unreachable = サーバーに接続できません。
reason-password = サーバーは別のパスワードを求めています。
reason-other = サーバーからのメッセージ: { $reason }
details-note = 「{ $note }」
details-account = { $account } 経由
details-devices = { $count ->
   *[other] デバイス { $count } 台
}
call = 電話をかける
details-await = 連絡可能になったら通知
details-awaited = 通知しない
details-message = メッセージ
details-mail = メール
details-pick-up = 代理で応答
details-today = 今日
details-today-none = 今日は変化がありません。
details-today-more = { $count ->
   *[other] 以前の変化 { $count } 件
}
details-person = 人物
details-local-time = 現地時刻は { $time } です。
details-local-time-in = 現地時刻は { $time } です ({ $zone })。
details-place = 場所: { $place }
details-mood = 気分: { $mood }
details-why = この表示の理由
details-devices-more = 他に { $count } 件あります。
details-subscription = 接続
details-presence = プレゼンス
details-telephone = 電話
details-connections = すべての接続
details-kept = リストでの設定
details-watch = この人のプレゼンスを購読する
details-calls = 電話の状態も購読する
details-announce = 連絡可能になるたびに通知する
details-activity = すべての履歴
details-mute = この人について通知しない
details-groups = グループ
details-group-new = 新しいグループ
details-name-hint = あなたが付ける名前です。Enter キーで変更します。
why-activity = 本人が知らせている状況: { $what }
why-idle = しばらくデバイスが操作されていません。
why-idle-since = デバイスが操作されていません ({ $since })。
why-open = 連絡可能と知らせているデバイスがあります。
why-closed = どのデバイスも連絡不可と知らせています。
why-decided-by = 通知元 { $notifier } の情報を優先しています。
why-notifiers = { $count } か所の通知元が応答しています。
why-list = リスト { $list } からの情報です。
why-note-by = メモは通知元 { $notifier } のものです。
why-note-of = 通知元 { $notifier }: 「{ $note }」
why-may-be-old = 以前と同じか、より古い情報です。まだ正しいか、傍受した内容を誰かが再送した可能性があります。
device-open = 連絡可能
device-closed = 連絡不可
device-silent = 情報なし
device-idle = 操作なし
device-idle-since = 操作なし（{ $since }）
device-decides = この情報で決まります。
device-agrees = 同じ内容を知らせています。
device-open-elsewhere = 別のデバイスが連絡可能なため、そちらを優先しています。
device-superseded = 同じデバイスの新しい情報に置き換えられました。
device-somebody-else = 別の人です: { $about }
device-not-electronic = 通話には使えません: { $about }
device-notifier = 通知元 { $notifier }
device-coming = { $what }（{ $from } から）
device-coming-until = { $what }（{ $from } から { $until } まで）
details-copy = アドレスをコピー
details-sight = この人に見える内容
details-remove = 削除
group-none = その他
group-count = { $there } / { $people }
group-change = このグループを変更
group-name = グループ名
group-name-hint = Enter キーで名前を変更します。
group-up = 上へ移動
group-down = 下へ移動
group-dissolve = グループを削除
group-dissolve-hint = メンバーはリストに残ります。
removed = { $name } を削除しました
search-example = 名前またはアドレス
search-nobody = その名前の人はリストにいません。
list-name = リストの人
list-unread = その間に変わりました
list-hidden = { $count ->
   *[other] リストの { $count } 人は全員オフラインです。
}
list-show = 表示
empty-title = まだ誰もいません
empty-hint = 追加すると、連絡がつくか確認できます。
empty-hint-offline = 今すぐ追加できます。接続し次第、問い合わせます。
empty-button = 連絡先を追加

## 通知

news-requests = { $count ->
   *[other] { $count } 人があなたのプレゼンスの表示を希望しています
}
news-available = { $name } が連絡可能になりました
news-from = { $name } より
news-call-voicemail = 留守番電話にかける
not-opened = このコンピューターには電話をかけられるプログラムがありません。

## パネルのアイコン

tray-open = Siskin を開く
tray-nobody = ログインしていません
tray-quit = 終了
closing-explained = Siskin はパネルで動作を続けます。
closing-explained-hint = ウィンドウを閉じても、リクエストとメッセージをお知らせします。アイコンからウィンドウを再び開けます。設定で変更できます。
closing-keep-running = ウィンドウを閉じる
closing-quit = Siskin を終了

## 連絡先の追加

add-buddy-title = 連絡先を追加
add-buddy-intro = あなたにプレゼンスを見せてもよいか、相手に確認します。
add-buddy-address = アドレス
add-buddy-address-hint = アドレス、または { $domain } の名前か番号だけを入力します。
add-buddy-will-be = { $address } を追加します。
add-buddy-known = このアドレスはすでにリストにあります。
add-buddy-self = これはあなた自身のアドレスです。
add-buddy-name = 名前
add-buddy-name-hint = あなたが付ける名前です。ほかの人には見えません。
add-buddy-button = 追加

## メッセージランプ

lamp-voice = { $count ->
   *[other] 新しい伝言 { $count } 件
}
lamp-fax = { $count ->
   *[other] 新しいファクス { $count } 件
}
lamp-video = { $count ->
   *[other] 新しいビデオメッセージ { $count } 件
}
lamp-text = { $count ->
   *[other] 新しいテキストメッセージ { $count } 件
}
lamp-other = { $count ->
   *[other] 新しいメッセージ { $count } 件
}
lamp-urgent = 至急 { $count } 件
lamp-old = { $count ->
   *[other] 以前のメッセージ { $count } 件
}
lamp-waiting = メッセージが届いています
lamp-dark = 新しいメッセージはありません
lamp-stale = 変わっている可能性があります
lamp-unknown = メッセージの有無は不明です
lamp-call = 押すと { $address } に電話をかけます
lamp-no-number = 押すと留守番電話の番号を入力できます
class-voice = 伝言
class-fax = ファクス
class-video = ビデオ
class-text = テキスト
class-old = { $class }: 以前の { $count } 件

## リクエスト

request-question = { $name } がプレゼンスの表示を希望しています
request-account = アカウント { $account } への依頼
request-asked = リクエスト { $count } 回
request-gone = 現在は接続していません。次回の接続時に返答が有効になります
request-allow = 許可
request-allowing = 許可しています…
request-polite = オフラインとして表示
request-block = ブロック
request-blocking = ブロックしています…
request-later = 後で
request-choices = 選択肢を増やす
request-fewer-choices = 選択肢を減らす
request-add-buddy = 連絡先に追加
request-all = { $count ->
   *[other] { $count } 件のリクエストをすべて表示
}
request-all-later = すべて後で
request-deferred = { $count ->
   *[other] 後回しにした { $count } 件のリクエストを表示
}
request-failed = 保存できませんでした。{ $reason } もう一度お試しください。
request-waiting = 保存しました。サーバーに接続でき次第、伝えます。
relation-buddy = リストにいます
relation-same-domain = 同じドメイン
relation-stranger = 知らない人
source-asserted = このデバイスに直接の問い合わせ（サーバーが確認済み）
source-asserted-why = 送信者を確認したと、サーバーが知らせています。
source-relayed = このデバイスに直接の問い合わせ（サーバー経由）
source-relayed-why = サーバーが取り次ぎましたが、送信者については何も知らせていません。ほとんどのサーバーでは、他人のアドレスは使えません。
source-claimed = このデバイスに直接の問い合わせ（本人か未確認）
source-claimed-why = 送信者が自分で名乗っているだけです。サーバーを通っておらず、誰も確認していません。許可する前に、別の方法で本人に確かめてください。
bulk-all = { $count ->
   *[other] { $count } 件のリクエストをすべて選択
}
bulk-picked = { $count ->
   *[other] { $count } 件のリクエストを選択中
}
terms-until = 期間
terms-always = 無期限
terms-today = 今夜まで
terms-tomorrow = 明日まで
terms-date = 日付を指定
terms-day = 最終日
terms-day-hint = 年/月/日または年-月-日の形式で入力します
terms-day-unreadable = 日付として読めません。2027/12/24 のように入力してください。
terms-day-past = この日はもう過ぎています。
terms-day-words = { $year }/{ $month }/{ $day }
terms-ends = { $day } の 24:00 に自動的に終了します。
terms-shows = 表示する内容
terms-allow-today = 今夜まで許可
terms-allow-tomorrow = 明日まで許可
terms-allow-until = { $day } まで許可
shows-state = 連絡可否のみ
shows-state-hint = 連絡がつくかどうかと連絡先だけを伝えます。何をしているかは伝えません。
shows-activity = 活動とメモ
shows-activity-hint = 連絡がつくかどうか、何をしているか、メモを伝えます。
shows-everything = すべて
shows-everything-hint = あなたが公開しているすべてを伝えます。

## あなたを見ている人

tip-watchers = あなたを見ている人 (Ctrl+P)
watchers-title = 見ている人
watchers-requests = リクエスト ({ $count })
watchers-watching = 購読中の人
watchers-past = 過去
watchers-search-hint = 完全なアドレスを入力すると、見える内容を確認できます。
watchers-sort-name = 名前順
watchers-sort-latest = 新しい順
watchers-sort-sees = 見える内容順
watchers-nobody = 現在、あなたを見ている人はいません。
watchers-no-requests = 返答を待っている人はいません。
watchers-no-past = 記録されている人はいません。
watchers-nobody-found = その名前の人はここにいません。完全なアドレスを入力すると、見える内容を確認できます。
watchers-not-watching = あなたを見ていません
watchers-last = 最後に確認: { $time }
many-title = まとめて決める
many-hint = ドメイン全員について決めるには、上に *@example.com と入力してください。
many-domain = { $domain } の全員
many-others = そのほかの全員
watchers-more = { $count ->
   *[other] 残り { $count } 人をさらに表示
}
watchers-revoke = 取り消す
watchers-unblock = ブロックを解除
watchers-forget = 記録をすべて消去…
watchers-forget-question = あなたを見た人や、見ることを希望した人の記録を消去しますか？
watchers-forget-hint = あなたの決定は残ります。今は接続していない人のリクエストも消去されます。
watchers-forget-confirm = 消去
watchers-forget-cancel = 残す
sees-state = 連絡がつくかどうかが見えます
sees-activity = 活動とメモが見えます
sees-everything = すべてが見えます
sees-something = ほかのルールで許された内容が見えます
sees-offline = オフラインに見えます
sees-refused = 拒否されます
sees-confirm = 毎回確認が必要です
sees-undecided = まだ何も見えません
ground-watcher = この人だけが対象
ground-several = 複数の人が対象
ground-domain = { $domain } の全員が対象
ground-everybody = 全員が対象
ground-rule = ルール「{ $rule }」、{ $about }
ground-nameless = 名前のないルール、{ $about }
ground-until = { $time } に終了
person-sees = { $name } に見える内容
person-who = この人について
person-now = 現在: { $status }
person-asking = 確認しています…
person-rules-unknown = サーバーのルールがわからないため、判断できません。
person-no-rule = この人に関するルールはありません。
person-by-order = 最初に一致したルールが優先されるサーバーでは: { $sees }。
person-raw-show = 文書を表示
person-raw-hide = 文書を隠す
person-change = 変更
person-subscription = 現在の購読は { $time } までです。見続ける場合は、その前に更新されます。
copy = コピー
server-neither = 誰があなたを見られるかは、サーバーだけが決めています
server-neither-why = このサーバーは、誰があなたを見ているかを知らせず、ルールも保存せず、自分だけで決めます。ほかの機能はすべて使えます。
server-here = あなたの決定はこのパソコンに保存されます
server-here-why = ルールを保存するサーバーがありません。あなたの決定は、Siskin の実行中に、このデバイスに直接問い合わせる人に対して有効です。サーバーが応答する相手については、サーバーだけが決めます。
server-no-winfo = サーバーは、誰があなたを見ているかを知らせません
server-no-winfo-why = そのため、リクエストや見ている人を表示できません。アドレスごとの決定は有効です。下に入力してください。
server-no-xcap = サーバーはルールを保存しません
server-no-xcap-why = Siskin はリクエストを確認できますが、あなたの決定を記録できません。サーバーは運用者の設定どおりに動作します。
server-unversioned = サーバーは文書にバージョンを付けません。2 台のデバイスで同時に決定しないでください。片方の決定が失われる可能性があります。
watchers-stale = この一覧は最新でない可能性があります。全体を改めて要求しました。
server-no-root = ルールの保存場所が設定されていません。決定の際には { $root } を試します。別の場所はアカウントの情報で設定できます。
rules-unusable = サーバーのルールの場所にあるデータは使えません
rules-unusable-why = { $detail } Siskin はそのまま残し、上書きしません。別のプログラムが書き込んだもので、そのプログラムで直せるかもしれません。
rules-show = 表示
rules-hide = 隠す
rules-cut = 先頭だけを表示しています。
rules-keep = コピーを保存
rules-renew = 最初からやり直す…
rules-renew-question = コピーを保存して、ルールなしで始めますか？
rules-renew-hint = まず設定フォルダーにコピーを保存します。その後は、改めて決定するまで、誰も許可もブロックもされません。
rules-renew-confirm = コピーを保存してやり直す
rules-renew-cancel = そのままにする
rules-kept = コピーを { $path } に保存しました
rules-not-kept = コピーを保存できなかったため、サーバーでは何も変更していません。{ $reason }
xcap-root = { $root } は XCAP サーバーのアドレスではありません。
xcap-insecure = { $root } は暗号化されていないため、パスワードを送信しません。
xcap-forbidden = サーバーで許可されていません (403)。
xcap-changed = 別のデバイスが同時に同じものを何度も変更しました。
xcap-unreachable = { $address } に接続できません。
xcap-no-answer = { $address } から応答がありません。
xcap-web-page = { $address } はウェブサーバーですが、このような文書を保存していません。別の内容が返されました ({ $kind })。
xcap-too-large = そこにあるデータは { $kilobytes } kB を超えています。
xcap-redirected = サーバーは { $address } への移動を指示していますが、そこにパスワードは送信しません。
xcap-400 = サーバーは要求を理解できませんでした (400)。
xcap-404 = サーバーのこの場所に該当する文書はありません (404)。
xcap-501 = サーバーはこの操作に対応していません。
xcap-415 = サーバーはこの種類の文書を受け付けません (415)。
xcap-507 = サーバーに空き容量がありません (507)。
xcap-500 = サーバー側に障害があります ({ $status })。やがて復旧する可能性があります。
xcap-status = サーバーは { $status } を返しました。
conflict-not-well-formed = サーバーは、送信された内容を XML 文書と認めませんでした。
conflict-not-a-fragment = サーバーは、変更を XML 要素と認めませんでした。
conflict-not-an-attribute = サーバーは、変更を属性の値と認めませんでした。
conflict-no-parent = サーバーにそれを置く場所がありません。
conflict-schema = サーバーによると、変更後の文書は形式に合わなくなります。
conflict-cannot-insert = 変更を置いた場所で、サーバーがそれを見つけられなくなります。
conflict-cannot-delete = 削除すると、別のものがその位置に入ってしまいます。
conflict-not-unique = その中の名前がすでに使われています。
conflict-constraint = 変更がサーバーの制約に反しています。
conflict-not-utf8 = サーバーは、送信された内容を UTF-8 のテキストと認めませんでした。
conflict-unsaid = サーバーは変更を拒否しましたが、理由は示されていません。

## 問題

trouble-rules-look = 確認する
trouble-rules = あなたを見ることができる人のリストを読み込めませんでした。
trouble-rules-hint = 続く場合は、アカウントの情報で XCAP ルートを確認してください。
trouble-permanent = ログアウト中の状態を変更できませんでした。
trouble-decision = { $address } についての決定は保存しましたが、サーバーにまだ反映されていません。
trouble-decision-hint = 後で反映される可能性があります。
trouble-weaker-digest = { $realm } が、以前より弱い方式でパスワードを求めています。
trouble-weaker-digest-hint = サーバーに変更がなければ、誰かがパスワードを狙っている可能性があります。運用者に問い合わせてください。
trouble-weak-digest = { $realm } が弱すぎる方式でパスワードを求めたため、送信しませんでした。
trouble-weak-digest-hint = このアカウントではそのように設定されています。サーバーが SHA-256 に対応する必要があります。
trouble-tls-withdrawn = { $domain } は以前は暗号化接続を提供していましたが、現在は提供していません。
trouble-tls-withdrawn-hint = 変更がなければ、誰かが盗聴しようとしている可能性があります。運用者に問い合わせるか、アカウントの情報で TLS を選択してください。
trouble-buddies = 連絡先のリストが、サーバーとこのデバイスで異なっています。
trouble-rules-renew = サーバーのルールを置き換えられませんでした
trouble-kept-decisions = サーバーを待っていた決定を読み込めません
trouble-kept-watchers = 過去にあなたを見ていた人の記録を読み込めません
trouble-kept-hint = Siskin は終了するまで、このデータなしで動作します。
list-unusable = サーバーの連絡先リストの場所にあるデータは使えません
list-unusable-why = { $detail } Siskin はそのまま残し、上書きしません。リストはこのデバイスに保存されています。
list-renew = 最初からやり直す…
list-renew-question = コピーを保存して、このデバイスのリストをサーバーに置きますか?
list-renew-hint = まず設定フォルダーにコピーを保存します。その後、ここに表示されている人がサーバーに登録されます。
list-renew-confirm = コピーを保存してやり直す
list-renew-cancel = そのままにする
trouble-buddies-hint = リストはこのデバイスに保存されています。続く場合は、アカウントの情報で XCAP ルートを確認してください。
conflict-names = { $address } の名前は、ここでは「{ $here }」、別のデバイスでは「{ $elsewhere }」でした。「{ $here }」を残します。
conflict-removed-here = { $address } はここで削除され、別のデバイスで変更されました。リストに残ります。
conflict-removed-elsewhere = { $address } は別のデバイスで削除され、ここで変更されました。リストに残ります。
conflict-shared = { $address } は、あなたのリストが参照しているほかの人のリストにあるため残ります。
conflict-full = リストに { $address } を追加する空きがありません。

## 接続

connection-connecting = 接続しています…
connection-online = { $address } として接続中
connection-connected = 接続中
connection-online-all = { $count ->
   *[other] { $count } 件のアカウントで接続中
}
connection-demo = デモオフィスに接続中
connection-password-needed = パスワードが必要です。
connection-password-refused = サーバーがパスワードを拒否しました。
connection-ended = 接続が終了しました。
connection-not-started = アカウントを開始できませんでした。
next-try-now = 再試行しています…
next-try-seconds = { $count ->
   *[other] { $count } 秒後に再試行します。
}
next-try-minutes = { $count ->
   *[other] { $count } 分後に再試行します。
}

## 接続の詳細

health-open = 詳細
health-title = 接続
health-nothing = まだ情報がありません。
health-fine = { $count ->
   *[other] { $count } 件すべて正常です。
}
health-troubled = { $count ->
   *[other] { $count } 件に問題があります。
}
health-bad-input = { $count ->
   *[other] 不正または無関係なメッセージ { $count } 件を無視しました。
}
health-retry = すべて再試行
health-refresh = 今すぐ更新
health-resubscribe = 購読をやり直す
health-trace = メッセージ
health-trace-all = 送受信したすべてのメッセージ
health-more = 他に { $count } 件あります。
health-registration = ログイン
health-publication = あなたの状態
health-notifier = この端末に尋ねている人
health-presence = { $name } のプレゼンス
health-watchers = あなたを見ている人
health-messages = { $name } 宛てのメッセージ
health-calls = { $name } の通話
health-other = { $name } の { $package }
health-active = 有効
health-registered = ログイン済み
health-published = 公開済み
health-pending = 承認待ち
health-asking = 問い合わせ中…
health-waiting = 中断
health-failed = 失敗
health-ended = 終了
health-next-refresh = { $span }後に更新
health-next-retry = { $span }後に再試行
health-next-stop = { $span }後に中止
health-expires = { $span }後に期限切れ
health-expires-of = { $granted }のうち残り { $span }
health-last-notify = 最後の通知は { $span }前
health-requests = { $count ->
   *[other] 要求 { $count } 件
}
health-notifies = { $count ->
   *[other] 通知 { $count } 件
}
health-failures = { $count ->
   *[other] 失敗 { $count } 件
}
health-last-failure = 最後の失敗（{ $span }前）: { $reason }
health-server = { $address } に { $transport } で接続中
health-server-of = { $address } に { $transport } で接続中（{ $of } 台中 { $place } 番目）
health-server-again = { $span }後に、より良いサーバーを再試行します
span-seconds = { $count } 秒
span-minutes = { $count } 分
span-hours = { $count } 時間

## 履歴

activity-title = 履歴
activity-search = 名前または変化
activity-clear = 消去
activity-cleared = すべて消去しました。
activity-none = まだ変化はありません。
activity-none-found = 一致する変化はありません。
activity-today = 今日
activity-yesterday = 昨日
activity-no-note = メモを削除
activity-call-over = 通話終了
activity-request = あなたの表示を希望
activity-request-named = { $name } として、あなたの表示を希望
activity-allowed = あなたの表示を許可
activity-blocked = ブロック
activity-polite = オフラインに見えます
activity-revoked = 決定を取り消し
activity-online = 接続しました
activity-lost = 接続が切れました
settings-activity-keep = 変化の履歴を残す
settings-activity-never = 終了するまで
settings-activity-day = 1 日
settings-activity-week = 1 週間
settings-activity-month = 1 か月
settings-activity-hint = 状態の変化、メモ、通話、メッセージ、リクエスト、接続の履歴です。このコンピューターの中だけに保存されます。
settings-activity-open = 履歴を表示 (Ctrl+H)

## 通信記録

trace-title = 通信記録
trace-pause = 一時停止
trace-follow = 追跡
trace-follow-new = 追跡 (新着 { $count } 件)
trace-search = 文字列またはアドレス
trace-errors = エラーのみ
trace-filters = フィルター
trace-filters-fewer = フィルターを減らす
trace-account = アカウント
trace-package = イベントパッケージ
trace-method = メソッド
trace-all = すべて
trace-shown = { $count } 件中 { $shown } 件のメッセージ
trace-none = まだ何も送受信していません。
trace-none-found = 一致するメッセージはありません。
trace-sent = 送信
trace-received = 受信
trace-answer = { $method } への { $status }
trace-unreadable = 読み取れません
trace-bytes = { $count } バイト
trace-words = 説明
trace-raw = 送信時のまま
trace-more = 他に { $count } 行あります。
trace-save = 保存…
trace-save-text = テキスト
trace-save-capture = Wireshark 用キャプチャー
trace-save-as = ファイル
trace-save-hint = { $count ->
   *[other] 一覧にある { $count } 件のメッセージ。秘密の情報は除かれますが、誰が誰を見ているかは含まれます。
}
trace-save-whole-path = 新しいファイルの完全なパスを入力してください。
trace-save-button = 保存
trace-save-cancel = キャンセル
trace-saved = { $path } に保存しました
trace-not-saved = { $path } に書き込めませんでした。

## 設定

settings-title = 設定
settings-look = 外観
settings-theme = テーマ
theme-system = システム
theme-light = ライト
theme-dark = ダーク
settings-contrast = コントラスト
contrast-system = システム
contrast-normal = 標準
contrast-high = 高
settings-size = サイズ
settings-size-smaller = 縮小
settings-size-larger = 拡大
settings-size-percent = { $percent }%
settings-size-reset = 標準
settings-language = 言語
language-system = システム
# In English: it is shown where Japanese letters cannot be.
letters-missing = No font on this machine has the letters of the chosen language.
letters-missing-hint = Install one, for example the package fonts-noto-cjk, and start Siskin again.
settings-list = 連絡先リスト
settings-order = 並び順
settings-order-added = 追加順
settings-order-available = 連絡可能な人を先頭
settings-order-name = 名前順
settings-offline = オフラインの人
settings-offline-show = 表示
settings-offline-hide = 非表示
settings-density = 行の高さ
settings-density-comfortable = ゆったり
settings-density-compact = コンパクト
settings-notifications = 通知
settings-notifications-on = 表示
settings-notifications-off = なし
settings-notifications-hint = ほかの作業中に、リクエスト、新しいメッセージ、待っている人を知らせます。「応答不可」の間は通知しません。
settings-notifications-silent = このデスクトップには通知が表示されないため、リクエストとメッセージはウィンドウでのみ確認できます。
settings-sound = 音を鳴らす
settings-remind = 未確認のメッセージを再通知
settings-remind-never = しない
settings-remind-minutes = { $count } 分ごと
settings-remind-hour = 1 時間ごと
settings-voicemail = 留守番電話の番号
settings-voicemail-hint = ランプをクリックしたときにかける番号です。空欄の場合はサーバーの指定に従います。
settings-voicemail-will-be = ランプをクリックすると { $address } に電話をかけます。
settings-idle = 席を離れたとき
settings-idle-after = 離席中にするまでの時間
settings-idle-never = しない
settings-idle-locked = 画面がロックされたらすぐに離席中にする
settings-idle-last = いつからかをほかの人に知らせる
settings-idle-hint = 「連絡可能」のときだけ「離席中」になり、自動的に元に戻ります。自分で選んだ状態は変わりません。
settings-idle-blind = このデスクトップ環境では、席にいるかどうかを判別できません。
settings-window = ウィンドウ
settings-closed = ウィンドウを閉じたとき
settings-closed-keep-running = 動作を続ける
settings-closed-quit = 終了する
settings-no-icon = このデスクトップには Siskin のアイコンが表示されないため、ウィンドウを閉じると終了します。
settings-autostart = セッションの開始時
settings-autostart-never = 起動しない
settings-autostart-window = ウィンドウを開く
settings-autostart-minimised = パネルで起動
settings-autostart-edited = 起動用のファイルがほかで変更されています。ここで選ぶと置き換えられます。
settings-autostart-failed = セッション開始時の起動を変更できませんでした。
settings-account = アカウント
settings-log-in-again = 再度ログイン
settings-trusted = そのまま信頼している証明書
settings-trusted-line = { $server }（{ $day }から）
settings-trusted-any = すべてのサーバー
settings-distrust = 信頼を取り消す
settings-change-password = パスワード…
settings-log-out = ログアウト
settings-remove = このアカウントを削除…
settings-remove-question = { $address } をこのコンピューターから削除しますか？
settings-remove-hint = 連絡先、状態、保存したパスワードがここから削除されます。サーバーでは何も変わりません。
settings-remove-confirm = 削除
settings-remove-cancel = 残す
settings-add-account = 別のアカウントを追加
settings-accounts = すべてのアカウント
settings-demo = デモオフィスです。ここでの内容は保存されません。
settings-leave-demo = デモオフィスを出る
settings-version = Siskin { $version }
settings-keys = キー操作の一覧 (F1)
settings-not-saved = 設定を書き込めませんでした。変更は次回の起動時に失われます。
account-not-erased = アカウントに関する一部のデータを、このコンピューターから削除できませんでした。
settings-broken = 設定を読み込めませんでした。{ $file } として保存し、Siskin は初期状態から始めます。
settings-not-kept = 設定の変更は、終了するまでの間だけ有効です。
settings-presets-wrong = 管理者による設定の一部が使えません。次の内容を管理者に伝えてください。
store-no-place = 保存先となるホームフォルダーがありません。
store-newer = { $file } は新しいバージョンの Siskin で書き込まれたため、変更しません。
store-unreadable = { $file } を読み込めません: { $detail }。
store-not-writable = { $file } に書き込めません: { $detail }。

## キー

keys-title = キー操作
keys-everywhere = 全画面共通
keys-moving = 移動
key-ctrl = Ctrl+{ $key }
key-tab = Tab
key-enter = Enter、スペース
key-escape = Esc
key-up-down = 上、下
key-pages = Page、Home、End
key-left-right = 左、右
key-alt-up-down = Alt+上、Alt+下
key-letter = 文字
key-delete = Delete
keys-help = この一覧を表示
keys-add = 連絡先を追加
keys-search = リストを検索
keys-watchers = あなたを見ている人
keys-accounts = アカウント一覧
keys-activity = 履歴: 変化の内容
keys-trace = 通信記録: 送受信した内容
keys-settings = 設定
keys-larger = 拡大
keys-smaller = 縮小
keys-normal-size = 標準サイズ
keys-quit = 終了
keys-tab = 次の項目へ移動（Shift を押しながらで前の項目へ）
keys-enter = 枠の付いた項目を実行
keys-escape = 最後に開いたものを閉じる、または戻る
keys-up-down = 項目を順に移動
keys-pages = 大きく移動
keys-left-right = グループを折りたたむ、または展開する
keys-alt-up-down = グループや相手を上下に移動
keys-letter = 入力した文字で検索
keys-delete = 相手を削除（元に戻せます）

## アカウント

accounts-title = アカウント
accounts-logged-out = ログアウト中
accounts-change = 名前と留守番電話…
accounts-server = サーバー…
accounts-remove = 削除…
accounts-name = 他の人に表示される名前
accounts-name-hint = 保存すると再度ログインします。
accounts-name-wrong = 1 行で { $count } 文字までです。
accounts-save = 保存
