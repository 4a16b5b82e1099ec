import type { JSX } from "preact";
import { Part, Snippet } from "./bits.tsx";
import { JsonTree } from "./json-tree.tsx";
import type { Detail, RawRequest } from "./wire.ts";
import { plural } from "./words.ts";

/** A request as one text: first line, headers, body. */
export function rawText({
  method,
  path,
  headers,
  body,
}: Pick<RawRequest, "method" | "path" | "headers" | "body">): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${path}`, ...lines, "", body].join("\n");
}

/** What Kratos posted and what it was answered, as it went over the wire. */
export function RequestTab({ detail: { id, request } }: { detail: Detail }): JSX.Element {
  if (request === undefined) return <Deleted />;
  const { bytes, remoteAddress, answer } = request;
  const facts = [plural(bytes, "byte"), remoteAddress !== undefined && `from ${remoteAddress}`].filter(Boolean);
  return (
    <>
      <Part title="Request" note={facts.join(" ")}>
        <Snippet text={rawText(request)} what="Raw request" isPrivate />
        <p>
          <a href={`/api/messages/${encodeURIComponent(id)}/body`} download={`${id}.bin`}>
            Download the exact bytes
          </a>
        </p>
      </Part>
      {answer && (
        <Part title="Answer">
          <Snippet
            text={rawText({ method: "HTTP", path: String(answer.status), headers: answer.headers, body: answer.body })}
            what="Raw answer"
          />
        </Part>
      )}
    </>
  );
}

/** The headers side by side with their names. */
export function HeadersTab({ detail: { request } }: { detail: Detail }): JSX.Element {
  if (request === undefined) return <Deleted />;
  return (
    <>
      <HeaderTable title="Request headers" headers={request.headers} />
      {request.answer && <HeaderTable title="Answer headers" headers={request.answer.headers} />}
    </>
  );
}

function HeaderTable({ title, headers }: { title: string; headers: Record<string, string> }): JSX.Element {
  return (
    <Part title={title}>
      <table>
        <thead class="offscreen">
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(headers).map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <code>{value}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}

/** The body as a tree. */
export function JsonTab({ detail: { request } }: { detail: Detail }): JSX.Element {
  if (request === undefined) return <Deleted />;
  try {
    return (
      <Part title="Body" note="as Kratos' template made it">
        <div class="tree private">
          <JsonTree value={JSON.parse(request.body)} />
        </div>
      </Part>
    );
  } catch {
    return <p class="muted">The body is no JSON, or longer than the inbox keeps; it is under Request as it came.</p>;
  }
}

function Deleted(): JSX.Element {
  return <p class="muted">The request was deleted while the message was under way.</p>;
}
