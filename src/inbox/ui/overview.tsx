import type { JSX } from "preact";
import { Autofill } from "./autofill.tsx";
import { Part } from "./bits.tsx";
import { Limits } from "./limits.tsx";
import { Phone } from "./phone.tsx";
import { Segments } from "./segments.tsx";
import { Thread } from "./thread.tsx";
import { Why } from "./why-steps.tsx";
import type { Detail } from "./wire.ts";

/** What the person would see, and why it went this way. */
export function Overview({ detail }: { detail: Detail }): JSX.Element {
  return (
    <div class="overview">
      <Part title="Why this route">
        <Why detail={detail} />
      </Part>
      <div class="column">
        <Part title="On the phone" note="an approximation">
          <Phone detail={detail} />
        </Part>
        <Segments detail={detail} />
        <Autofill detail={detail} />
        <Limits detail={detail} />
        <Thread detail={detail} />
      </div>
    </div>
  );
}
