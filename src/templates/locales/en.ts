const EXPIRY = "{minutes, plural, =0 {} one { It expires in # minute.} other { It expires in # minutes.}}";

/** Our English texts by Kratos template type; each fits one GSM-7 segment with the autofill line. */
export const en: Record<string, string> = {
  login_code_valid: `{code} is your sign-in code.${EXPIRY} Do not share it.`,
  registration_code_valid: `{code} is your sign-up code.${EXPIRY} Do not share it.`,
  verification_code_valid: `{code} is the code to confirm your phone number.${EXPIRY}`,
  recovery_code_valid: `{code} is your account recovery code.${EXPIRY} Do not share it.`,
};
