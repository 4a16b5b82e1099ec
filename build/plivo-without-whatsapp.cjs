// In place of what Plivo's SDK checks WhatsApp messages with, `joi` and its schemas, which no SMS ever comes to; and of an
// XML parser that it loads and never calls.
function notBundled() {
  throw new Error("only text messages: the rest of Plivo's SDK is not part of this bundle");
}

module.exports = { validateTemplate: notBundled, validateInteractive: notBundled, validateLocation: notBundled };
