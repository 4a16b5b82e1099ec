import { expect, type Page } from "@playwright/test";
import { test } from "./test";

test("logs in with the code from the SMS", async ({ page, phone }) => {
  await askForCode(page, phone.number);
  await logIn(page, await phone.code());
  await expect(page.getByRole("status")).toHaveText("Welcome");
});

test("a second code replaces the first", async ({ page, phone }) => {
  await askForCode(page, phone.number);
  const first = await phone.code();
  await page.getByRole("button", { name: "Send code" }).click();
  const second = await phone.code();

  await logIn(page, first);
  await expect(page.getByRole("status")).toHaveText("Wrong code");
  await logIn(page, second);
  await expect(page.getByRole("status")).toHaveText("Welcome");
});

test("another person's code opens nothing", async ({ page, phone, newPhone }) => {
  const stranger = await newPhone();
  await askForCode(page, stranger.number);
  await askForCode(page, phone.number);
  await logIn(page, await stranger.code());
  await expect(page.getByRole("status")).toHaveText("Wrong code");
});

async function askForCode(page: Page, number: string) {
  await page.goto("/");
  await page.getByLabel("Phone").fill(number);
  await page.getByRole("button", { name: "Send code" }).click();
  await expect(page.getByRole("status")).toHaveText("Code sent");
}

async function logIn(page: Page, code: string) {
  await page.getByLabel("Code").fill(code);
  await page.getByRole("button", { name: "Log in" }).click();
}
