import type { JSX } from "preact";
import { Part, Snippet } from "./bits.tsx";
import { replayCurl } from "./replay.ts";
import { codeSnippets } from "./snippets.ts";
import { facts } from "./state.ts";
import type { Detail } from "./wire.ts";

/** How programs get this number's next code, and how this request is made again. */
export function ApiTab({ detail: { id, to, template, request } }: { detail: Detail }): JSX.Element {
  const inboxUrl = location.origin;
  const bodyUrl = `${inboxUrl}/api/messages/${encodeURIComponent(id)}/body`;
  const replay = request && replayCurl(request, { courierUrl: facts.courierUrl, bodyUrl });
  return (
    <>
      {codeSnippets({ to, template, inboxUrl }).map(({ tool, code }) => (
        <Part key={tool} title={`Await the code with ${tool}`}>
          <Snippet text={code} what={`${tool} example`} isPrivate />
        </Part>
      ))}
      <Part title="Send this request again">
        {replay ? <Snippet text={replay} what="Curl line" isPrivate /> : <p class="muted">The request was deleted.</p>}
      </Part>
      <p>
        The whole API is described at <a href="/openapi.json">/openapi.json</a>.
      </p>
    </>
  );
}
