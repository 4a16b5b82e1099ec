/** Stands where a number was that is no code; neither digit, letter nor the end of a sentence. */
export const TAKEN_OUT = " \ufffc ";

/** Takes out what holds digits and is no code: addresses, prices, shares, amounts, times, phone and order numbers. */
export function takeOutOtherNumbers(text: string): string {
  const rest = OTHER_NUMBERS.reduce((left, pattern) => left.replace(pattern, TAKEN_OUT), text);
  return rest.replace(DIGIT_GROUPS, (groups) => (groups.replace(/\D/g, "").length > 8 ? TAKEN_OUT : groups));
}

const CURRENCY_SIGN = "[$€£¥₹₽₩₺₴₫฿₪]";
const CURRENCY = `(?:${[
  "USD|EUR|GBP|INR|CHF|JPY|CNY|CAD|AUD|NZD|PLN|CZK|SEK|NOK|DKK|BRL|MXN|RUB|HUF|RON|KRW|IDR|VND|THB|SGD|HKD",
  "AED|Rs\\.?",
  "dollars?|euros?|pounds?|rupees?|pesos?|yen|yuan|cents?|reais|rubles?|лей|руб\\p{L}*\\.?|грн|zł|złotych",
  "kr|kronor|kroner|Kč|Ft|TL|元|円|원|đồng",
].join("|")})`;

const UNIT = `(?:${[
  "min|mins|minutes?|h|hrs?|hours?|s|secs?|seconds?|days?|weeks?|months?|years?|times|attempts?|points?|pts",
  "coins|miles?|km|m|kg|g|kwh|kb|mb|gb",
  "words?|lines?|characters?|pages?|people|users?|members?|seats?|steps?|items?|pieces?|pcs|calls?|messages?",
  "followers|votes|customers|digits?",
  "Minuten?|Stunden?|Sekunden?|Tagen?|Tage|Wochen|Monate|Jahre|Punkten?|Uhr|Stück|Personen|heures?|secondes?",
  "jours?|ans|personnes",
  "minutos?|horas?|segundos?|días?|dias?|puntos?|pontos?|personas|minuti|ore|secondi|giorni|punti|minuten|uur",
  "punten|dagen",
  "минут\\p{L}*|час\\p{L}*|секунд\\p{L}*|дней|балл\\p{L}*|человек|dakika|saat|saniye|puan|minut\\p{L}*",
  "godzin\\p{L}*|punkt\\p{L}*|hodin|bodů",
  "分|分钟|分鐘|分間|時間|小时|小時|秒|天|日|年|ポイント|积分|積分|人|분|시간|초|일|포인트|명|نقطة|دقيقة|دقائق|ساعة|นาที|คะแนน|phút|điểm|menit",
  "jam|poin",
].join("|")})`;

/** What is numbered besides codes. */
const NUMBERED = `(?:${[
  "order|booking|reservation|invoice|ticket|case|claim|reference|ref|customer|member(?:ship)?|policy|contract",
  "flight|train|bus|room|gate|seat|flat",
  "apartment|zip|po box|box|model|version|serial|tracking|parcel|package|card|a/c|acct|account(?= \\d| n)",
  "ending|ends|ext|extension|phone|tel|fax|call|dial",
  "text|whatsapp|id|imei|no|nr|number \\d|bin|total|balance|score|saldo|solde|summe",
  "Bestell(?:ung|nummer)|Auftrag|Rechnung|Kundennummer|Konto|Vorgang|Sendung|Buchung|Zimmer|PLZ|Vertrag",
  "Telefon|Anruf",
  "commande|facture|réf|référence|dossier|compte n|réservation|pedido|factura|fatura|reserva|expediente",
  "protocolo|ordine|fattura|prenotazione|pratica",
  "bestelling|factuur|заказ\\p{L}*|счет|счёт|билет|карта|zamówieni\\p{L}*|faktura|sipariş|fatura|đơn hàng",
].join("|")})`;
const NUMBERED_UNSPACED =
  "注文番号|予約番号|口座番号|会員番号|電話番号|订单号?|訂單號?|尾号|账号|帳號|电话|电话号码|주문번호|예약번호|계좌번호|전화번호";
const NUMBER_WORD =
  "(?:number|num|no|nr|nummer|numéro|número|numero|номер|is|ist|est|es|in|with|auf|mit|id|на|us|at|on)";

const GAP = "[\\s.:：#№°-]"; // order no. 482913, 尾号：4821
const START = "(?<![\\p{L}\\p{M}\\p{N}])";
const END = "(?![\\p{L}\\p{M}\\p{N}])";
const AMOUNT = "\\d[\\d.,'’]*";

const OTHER_NUMBERS = [
  "(?:https?://|www\\.)\\S+", // https://example.com/482913
  "\\S{1,64}@\\S{1,64}\\.\\p{L}+", // shop2024@example.com
  `${START}(?:[a-z][a-z0-9-]{0,62}\\.){1,8}[a-z]{2,24}${END}(?:[/:?]\\S*)?`, // example.com/482913
  `(?:${CURRENCY_SIGN}|${START}${CURRENCY}) ?${AMOUNT}`, // $1500, EUR 2.500
  `${AMOUNT} ?(?:${CURRENCY_SIGN}|${CURRENCY}${END})`, // 1500 €, 2500 руб.
  `${AMOUNT} ?(?:[%٪‰％]|percent|prozent|pour cent|por ciento|процент)`, // 2500 %
  `${AMOUNT}(?: more| mehr)?[ -]?${UNIT}${END}`, // 1440 minutes
  "\\d{1,2}:\\d{2}(?::\\d{2})?", // 14:30
  "\\d{1,4}([./-])\\d{1,2}\\1\\d{1,4}", // 01.05.2031, 2031-05-01
  "\\d+(?:[.,'’]\\d+)+", // 12.5, 150,000, 192.168.10.20
  "\\+ ?\\d[\\d ().\\-/]{4,}\\d", // +49 160 5555762
  `(?:${START}${NUMBERED}|${NUMBERED_UNSPACED})${GAP}{0,4}(?:${NUMBER_WORD}${GAP}{1,3}){0,2}[A-Z]{0,4}-?\\d[\\d-]*`,
].map((source) => new RegExp(source, "giu"));

/** Digits in groups: more than eight of them are a phone or card number. */
const DIGIT_GROUPS = /\(?\d[\d ().\-/]{7,}\d/g;
