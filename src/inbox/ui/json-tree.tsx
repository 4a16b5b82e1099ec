import type { JSX } from "preact";

/** Any JSON value, what is inside of it further in. */
export function JsonTree({ value, depth = 0 }: { value: unknown; depth?: number }): JSX.Element {
  if (typeof value !== "object" || value === null)
    return <span class={`json ${typeof value}`}>{JSON.stringify(value)}</span>;
  const entries = Object.entries(value);
  if (entries.length === 0) return <span class="json">{Array.isArray(value) ? "[]" : "{}"}</span>;
  if (depth > DEEPEST) return <code>{JSON.stringify(value)}</code>;
  return (
    <dl class="json">
      {entries.map(([name, child]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <JsonTree value={child} depth={depth + 1} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

const DEEPEST = 20;
