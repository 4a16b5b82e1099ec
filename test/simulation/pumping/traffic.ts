import { type CountryCode, getExampleNumber } from "libphonenumber-js/max/es6";
import examples from "libphonenumber-js/mobile/examples";
import { type PhoneNumber, parseNumber } from "../../../src/sms/e164.ts";
import { createDice, type Dice } from "../dice.ts";

/** Who makes the sign-up form send: people, or one of two attackers. */
export type Who = "honest" | "block" | "slow";

/** One message that the sign-up form is made to send. */
export interface Request {
  who: Who;
  atMs: number;
  phone: PhoneNumber;
  text: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const BUSIEST_HOUR = 19;
const SESSIONS = 2_300;
const ELSEWHERE_SHARE = 0.006;

/** Where the product's people are. */
const HOME = ["DE", "GB", "US"] as const satisfies CountryCode[];

/** Where nobody lives, and a traveller comes through: fifty countries together with those at home. */
const ELSEWHERE: [CountryCode, ...CountryCode[]] = [
  "AZ",
  ...(["BD", "BY", "DZ", "EE", "EG", "ET", "GE", "GH", "HT", "ID", "IQ", "JO", "KE", "KG", "KH"] as const),
  ...(["KW", "KZ", "LA", "LK", "LT", "LV", "LY", "MA", "MD", "MG", "ML", "MM", "MZ", "NG", "NP", "OM"] as const),
  ...(["PH", "PK", "RS", "SN", "TJ", "TN", "TZ", "UA", "UG", "UZ", "VN", "YE", "ZA", "ZM", "ZW"] as const),
];

/** Everywhere that somebody asks for a message to. */
export const COUNTRIES: CountryCode[] = [...HOME, ...ELSEWHERE];

/** How many neighbouring numbers the first attacker holds. */
export const BLOCK = 10_000;

/** One day in which people log in and both attackers come, in the order of the moments; the same for the same seed. */
export function dayOf(seed: number): Request[] {
  const [honest, block, slow] = [
    people(createDice(seed, 20)),
    neighbours(createDice(seed, 21)),
    slowly(createDice(seed, 22)),
  ];
  return [...honest, ...block, ...slow].sort((a, b) => a.atMs - b.atMs);
}

/** People log in more in the evening than at night; one in four asks for a second code, some for a third. */
function people(dice: Dice): Request[] {
  return Array.from({ length: SESSIONS }, () => {
    const phone = anyNumber(dice, dice.pick(dice.chance(ELSEWHERE_SHARE) ? ELSEWHERE : HOME));
    const asks = dice.chance(0.25) ? (dice.chance(0.3) ? 3 : 2) : 1;
    let atMs = wakingMoment(dice);
    return Array.from({ length: asks }, () => {
      const request = requestOf("honest", atMs, phone, dice);
      atMs += dice.between(25_000, 90_000);
      return request;
    });
  }).flat();
}

/** One after the other within twenty minutes: a rented range of numbers, dialled up. */
function neighbours(dice: Dice): Request[] {
  const country = dice.pick(dice.chance(0.5) ? HOME : ELSEWHERE);
  const fromMs = dice.between(8, 16) * HOUR_MS;
  const stepMs = (20 * MINUTE_MS) / BLOCK;
  for (;;) {
    const stem = anyNumber(dice, country).number.slice(0, -4);
    const phones = Array.from({ length: BLOCK }, (_, index) => read(`${stem}${String(index).padStart(4, "0")}`));
    const valid = phones.filter((phone): phone is PhoneNumber => phone?.country === country);
    if (valid.length === BLOCK) {
      return valid.map((phone, index) => requestOf("block", Math.round(fromMs + index * stepMs), phone, dice));
    }
  }
}

/** A number every six to ten minutes in each of fifty countries, no two of them near to each other. */
function slowly(dice: Dice): Request[] {
  return COUNTRIES.flatMap((country) => {
    const requests: Request[] = [];
    const pauseMs = dice.between(6, 10) * MINUTE_MS;
    const untilMs = 23.5 * HOUR_MS;
    for (
      let atMs = dice.between(HOUR_MS, 2 * HOUR_MS);
      atMs < untilMs;
      atMs += dice.between(pauseMs / 2, 1.5 * pauseMs)
    ) {
      requests.push(requestOf("slow", atMs, anyNumber(dice, country), dice));
    }
    return requests;
  });
}

function requestOf(who: Who, atMs: number, phone: PhoneNumber, dice: Dice): Request {
  const code = String(dice.between(0, 999_999)).padStart(6, "0");
  return { who, atMs, phone, text: `${code} is your code` };
}

/** Three of a hundred as many at four in the morning as at the busiest hour. */
function wakingMoment(dice: Dice): number {
  for (;;) {
    const hour = dice.fraction() * 23.9;
    const awake = 0.5 + 0.5 * Math.cos(((hour - BUSIEST_HOUR) / 24) * 2 * Math.PI);
    if (dice.fraction() < 0.03 + 0.97 * awake) return Math.round(hour * HOUR_MS);
  }
}

/** Any mobile number of a country: all but the first digits of its example are thrown. */
function anyNumber(dice: Dice, country: CountryCode): PhoneNumber {
  const example = getExampleNumber(country, examples);
  const thrown = Math.min(8, (example?.nationalNumber.length ?? 0) - 3);
  for (;;) {
    const tail = String(dice.between(0, 10 ** thrown - 1)).padStart(thrown, "0");
    const phone = read(`${example?.number.slice(0, -thrown)}${tail}`);
    if (phone?.country === country) return phone;
  }
}

function read(number: string): PhoneNumber | undefined {
  const phone = parseNumber(number);
  return "problem" in phone ? undefined : phone;
}
