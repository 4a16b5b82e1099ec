import { beforeAll, expect, test } from "vitest";
import { createInboxApp } from "../../src/inbox/api.ts";
import { createMailbox } from "../../src/inbox/mailbox.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";
import { FACTS } from "./serving.ts";

interface Schema {
  $ref?: string;
  [key: string]: unknown;
}

interface Operation {
  operationId?: string;
  summary?: string;
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[];
  requestBody?: { required?: boolean; content: Record<string, { schema?: Schema }> };
  responses: Record<string, { description?: string; content?: Record<string, { schema?: Schema }> }>;
}

interface OpenApiDocument {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const clock = createVirtualClock();
const app = createInboxApp({ ...FACTS, mailbox: createMailbox({ clock }), clock });
let document: OpenApiDocument;
let operations: [name: string, operation: Operation][];
beforeAll(async () => {
  const answer = await app.request("http://localhost/openapi.json", { headers: { host: "localhost" } });
  document = (await answer.json()) as OpenApiDocument;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
  );
});

test("has every call with its parameters, and no other", () => {
  const described = operations.map(([name, { operationId, parameters = [], requestBody }]) => {
    const names = parameters.map(({ name, required }) => (required ? name : `${name}?`));
    return [name, operationId, ...names, ...(requestBody?.required ? ["{body}"] : [])].join(" ");
  });
  expect(described.sort()).toEqual([
    "delete /api/messages deleteMessages to?",
    "delete /api/messages/{id} deleteMessage id",
    "get /api/codes/latest latestCode to",
    "get /api/codes/wait waitForCode to since? template? timeout? consume?",
    "get /api/cursor cursor",
    "get /api/events events",
    "get /api/messages listMessages q? limit? before?",
    "get /api/messages/{id} showMessage id",
    "get /api/messages/{id}/body messageBody id",
    "get /api/status status",
    "post /api/test-message sendTestMessage {body}",
  ]);
});

test("describes every route under /api that is served", () => {
  const served = app.routes
    .filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/"))
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, "{$1}")}`);
  expect(new Set(served)).toEqual(new Set(operations.map(([name]) => name)));
});

test("is sound: names once, everything described, every path's parameters declared, every reference kept", () => {
  const faults: string[] = [];
  const ids = operations.map(([, { operationId }]) => operationId);
  if (new Set(ids).size !== ids.length || ids.includes(undefined)) faults.push("operationId twice or absent");
  for (const [name, operation] of operations) {
    const { summary, parameters = [], responses } = operation;
    if (!summary) faults.push(`${name}: no summary`);
    const declared = parameters.filter((parameter) => parameter.in === "path").map((parameter) => parameter.name);
    const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
    if (declared.join() !== inPath.join()) faults.push(`${name}: path parameters`);
    for (const parameter of parameters) if (!parameter.schema) faults.push(`${name}: ${parameter.name} has no schema`);
    const good = Object.keys(responses).filter((status) => status.startsWith("2"));
    if (good.length === 0) faults.push(`${name}: no success`);
    for (const [status, { description, content }] of Object.entries(responses)) {
      if (!description) faults.push(`${name} ${status}: no description`);
      if (status !== "204" && !content) faults.push(`${name} ${status}: no content`);
      for (const { schema } of Object.values(content ?? {})) if (!schema) faults.push(`${name} ${status}: no schema`);
    }
  }
  for (const [, name = ""] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    if (!document.components.schemas[name]) faults.push(`${name} is referred to and not there`);
  }
  expect(faults).toEqual([]);
  expect(document).toMatchObject({
    openapi: "3.1.0",
    info: { title: expect.any(String), version: expect.any(String) },
  });
});
