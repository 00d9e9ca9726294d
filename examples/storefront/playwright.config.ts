import { defineConfig } from "@playwright/test";

export default defineConfig({
  workers: 8,
  fullyParallel: true,
  use: {
    baseURL: "http://127.0.0.1:8080",
    // Playwright reads this file in each worker: w0 to w7. The headers go with what pages send, and with `request`.
    extraHTTPHeaders: { "X-Mock-World": `w${process.env.TEST_PARALLEL_INDEX}` },
    launchOptions: { executablePath: process.env.CHROMIUM }, // where it is not set: Playwright's own
  },
  webServer: [
    {
      command: "commerce-mock serve --clock frozen --log off",
      url: "http://127.0.0.1:3010/__admin/health",
      reuseExistingServer: !process.env.CI,
    },
    { command: "python serve.py", url: "http://127.0.0.1:8080", reuseExistingServer: !process.env.CI },
  ],
});
