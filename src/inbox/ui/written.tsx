import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** What the server wrote into the page beside the script, by the id of its template. */
export function Written({ id }: { id: string }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const written = document.querySelector<HTMLTemplateElement>(`#${id}`);
    if (written !== null) place.current?.replaceChildren(written.content.cloneNode(true));
  }, [id]);
  return <div ref={place} />;
}
