import { execFileSync } from "node:child_process";
import { expect, test } from "@playwright/test";

const admin = "http://127.0.0.1:3010/__admin";
const token = execFileSync("commerce-mock", ["token"], { encoding: "utf8" }).trim();

test.beforeEach(async ({ page, request }, { parallelIndex }) => {
  await request.delete(`${admin}/worlds/w${parallelIndex}`); // begin anew
  await page.goto("/");
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Add Tea" }).click();
  await page.getByRole("button", { name: "Place order" }).click();
  await page.getByLabel("Card number").fill("4242424242424242");
});

for (const customer of ["one", "two", "three", "four", "five", "six", "seven", "eight"]) {
  test(`time passes for customer ${customer} alone`, async ({ page, request }) => {
    await page.getByRole("button", { name: "Pay" }).click();
    await expect(page.getByRole("status")).toHaveText("Your payment pay-458 is being processed.");
    await request.post(`${admin}/clock/advance`, { data: { seconds: 1 } });
    await expect(page.getByRole("status")).toHaveText("Thank you! Your order order-126 is paid.");
  });
}

test("in an outage customers are told when to come back", async ({ page, request }) => {
  await request.put(`${admin}/services/payments`, { data: { up: false } });
  await page.getByRole("button", { name: "Pay" }).click();
  await expect(page.getByRole("alert")).toContainText("try again in 5 seconds");
});
