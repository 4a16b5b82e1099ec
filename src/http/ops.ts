import { Hono } from "hono";
import { problem } from "./problem.ts";

/** What the operations listener shows; all of it handed in. */
export interface OpsParts {
  /** False while draining. */
  isReady(): boolean;
  /** The metrics in the Prometheus text format. */
  metrics(): Promise<{ contentType: string; text: string }>;
}

/** `/livez`, `/readyz` and `/metrics`. */
export function createOpsApp({ isReady, metrics }: OpsParts): Hono {
  const app = new Hono();
  app.get("/livez", (c) => c.text("ok\n"));
  app.get("/readyz", (c) => (isReady() ? c.text("ready\n") : c.text("draining\n", 503)));
  app.get("/metrics", async (c) => {
    const { contentType, text } = await metrics();
    return c.body(text, 200, { "Content-Type": contentType });
  });
  app.notFound(() => problem(404, "Not found", "there are /livez, /readyz, /metrics and /admin"));
  return app;
}
