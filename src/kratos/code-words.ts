// What tells a one-time code from any other number, by language: sources of regular expressions for the flags `iu`.

/** A word starts or ends here, in scripts that write blanks between words. */
const START = "(?<![\\p{L}\\p{M}])";
const END = "(?![\\p{L}\\p{M}])";

/** `code` and its sisters: alone, as the end of a compound (Anmeldecode), with the endings of their languages. */
const COMPOUNDS = [
  "codes?|kod|kode[nr]?|koden?s?|code[ns]?", // en de fr nl da no sv
  "kodu|kodun|kodunuz|kodunuzdur|kodumuz|kodi|koda|kods|kodas|kood|kôd", // tr sq sl lv lt et hr
  "koodi|koodisi|koodinne|kóð|kóði|kóðinn", // fi is
  "kód|kódod|kódja|kódját|kódom", // hu cs sk
].join("|");

const WHOLE_WORDS = [
  "código|codigo|codi|codice|cod|codul|κωδικός|κωδικό|код|кода|кодом", // es pt ca it ro el ru uk bg
  // any en de
  "otp|pin(?=:| is| ist| lautet| est| es| è)|m?tan(?=:| ist| lautet)|passcode|password|einmalpasswort",
  "einmalkennwort|passwort|kennwort",
  // fr es pt pl cs hu nl sv tr ru
  "mot de passe|contraseña|clave|senha|hasło|heslo|jelszó|wachtwoord|lösenord|şifreniz|şifre|пароль",
  "mã|קוד|رمز|كود|کد|कोड|ओटीपी|কোড", // vi he ar fa hi bn
].join("|");

const UNSPACED_WORDS = [
  "コード|認証番号|確認番号|暗証番号|パスワード", // ja
  "验证码|驗證碼|校验码|校驗碼|动态码|動態碼|确认码|確認碼|动态密码", // zh
  "인증번호|인증 ?코드|확인 ?코드|비밀번호|รหัส", // ko th
].join("|");

/** The word itself. */
export const CODE_WORD = `${START}(?:\\p{L}{0,24}(?:${COMPOUNDS})|${WHOLE_WORDS})${END}|${UNSPACED_WORDS}`;

/** Right before the word, or as its first half (`promo code`, `Rabattcode`): then it is a code of another kind. */
export const OTHER_CODE_BEFORE = [
  "promo\\p{L}*|discount|voucher|coupon|gift|deal|sale|referral|invite|invitation|reward|bonus",
  "wi-?fi|wlan|meeting|conference|webinar|zoom|door|gate|table|locker|zip|post|postal|area|country|region",
  "dial(?:l?ing)?|error|exit|status|product|item|model|colou?r|style|tax|sort",
  "swift|bank|branch|routing|bar|qr|dress|source|reference|booking|reservation|order|tracking|customer",
  "store|flight|airport|station|penal|building|morse",
  "rabatt|gutschein|aktions|fehler|produkt|kunden|bestell|buchungs|kortings|postnummer|indirim|posta|ülke|alan",
  "割引|クーポン|招待|紹介|郵便|商品|エラー|注文|优惠|优惠券|邮政|错误|쿠폰|할인|우편|추천",
].join("|");

/** Right behind the word, with the same meaning. */
export const OTHER_CODE_BEHIND = [
  "of|review|base|name|repository|book|freeze|changes?|red|blue|yellow",
  "(?:de |d['’]|di |du |del? )?(?:postale?|promo\\p{L}*|réduction|descuento|desconto|sconto|parrainage)",
  "(?:de |d['’]|di |del? )?(?:fiscale?|barras?|barres?|commande|pedido|reserva|réservation|prenotazione)",
  "(?:de |d['’]|di |del? )?(?:erreur|error|errore|erro|país|pays|area|área|cliente?)",
  "pocztowy|rabatowy|promocyjny|poștal|fiscal|скидк\\p{L}*|города|страны|товара|ошибки|заказа",
  "đơn|giảm|khuyến|bưu|vận|vùng|الخصم|خصم|البريد|बुक",
].join("|");

/** May stand last between the word and the code, or first between the code and the word. */
export const LINK = [
  // a verb, mostly
  "is|are|was|ist|lautet|est|es|este|è|é|és|er|är|je|yra|ir|është|adalah|ialah|là|είναι|это|є|е|הוא|هو|है",
  "as|als|comme|como|come|som|jako|как|olarak", // "use 482913 as your code"
].join("|");

/** The same where nothing stands between words. */
export const UNSPACED_LINK = "は|が|是|为|為|은|는|이|가|คือ";

/** Links that are another word in English: only right behind the word they belong to. */
export const OWN_LINK = `${START}(?:kod(?: \\p{L}+){0,3} to|\\p{L}{0,24}koodi(?:si|nne)? on)${END}`;

/** "Use 482913 to log in": without the word, and yet without doubt. */
export const ASKED_TO_TYPE = {
  before: `${START}(?:use|enter|type)$`,
  behind: "^to (?:verify|log ?in|sign ?in|confirm your)",
};
