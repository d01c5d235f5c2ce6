// Looks at a page on two screens, in two color schemes and in print. Fails if it is wider than the screen, asks for
// anything over the network, logs an error, or breaks one of axe's rules.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [report, pictures] = process.argv.slice(2);
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const faults = [];

await mkdir(pictures, { recursive: true });
const profile = await mkdtemp(path.join(tmpdir(), "pages-"));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
try {
  const page = await context.newPage();
  page.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) faults.push(`asks for ${request.url()}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  for (const width of [1280, 400]) {
    for (const colorScheme of ["light", "dark"]) {
      const name = `${width}-${colorScheme}`;
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.goto(pathToFileURL(report).href);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) faults.push(`${name}: the page is ${wide} px wide`);
      await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
      await page.addScriptTag({ path: axe });
      const { violations } = await page.evaluate(() => window.axe.run());
      for (const { id, help, nodes } of violations) {
        const [{ target, failureSummary }] = nodes;
        faults.push(`${name}: ${id}: ${help}, ${nodes.length} times, first at ${target}: ${failureSummary}`);
      }
    }
  }
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  await page.goto(pathToFileURL(report).href);
  await page.setViewportSize({ width: 720, height: 900 }); // A4 within its margins
  await page.screenshot({ path: path.join(pictures, "print.png"), fullPage: true });
  await page.pdf({ path: path.join(pictures, "print.pdf"), format: "A4" });
} finally {
  await context.close();
  await rm(profile, { recursive: true, force: true });
}
for (const fault of faults) console.error(fault);
console.log(`${faults.length} faults; pictures in ${pictures}`);
process.exitCode = faults.length ? 1 : 0;
