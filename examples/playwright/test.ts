import { test as base } from "@playwright/test";
import { type InboxFixtures, type InboxWorkerFixtures, inboxFixtures } from "kratos-sms-gateway/playwright";

export const test = base.extend<InboxFixtures, InboxWorkerFixtures>(inboxFixtures);
