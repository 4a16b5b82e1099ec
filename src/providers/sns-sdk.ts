// Loaded only for an SNS account. Imported by name: whoever imports the whole of a CommonJS module gets it in Node with its
// names, and in the bundle as `default` alone.
export { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
