import { useSignal } from "@preact/signals";
import type { JSX, TargetedEvent } from "preact";
import { setChaos } from "./actions.ts";
import { readRule } from "./chaos-form.ts";
import { chaosWords } from "./chaos-words.ts";
import { status } from "./state.ts";
import type { ChaosRule } from "./wire.ts";
import { Written } from "./written.tsx";

/** The faults that are made on purpose, and a form for one more. */
export function ChaosPanel(): JSX.Element {
  const problem = useSignal<string | undefined>(undefined);
  const rules = status.value?.chaos.rules ?? [];
  const put = async (next: ChaosRule[]) => {
    problem.value = await setChaos(next);
  };
  return (
    <>
      <Written id="chaos" />
      {rules.length > 0 && (
        <ol class="chaos-rules">
          {rules.map((rule, index) => (
            <li key={rule.id ?? index}>
              <span class="private">{chaosWords(rule)}</span>
              <button
                type="button"
                aria-label={`Remove rule ${index + 1}`}
                onClick={() => void put(rules.toSpliced(index, 1))}
              >
                Remove
              </button>
            </li>
          ))}
        </ol>
      )}
      <RuleForm
        add={(rule) => put([...rules, rule])}
        refuse={(why) => {
          problem.value = why;
        }}
      />
      {problem.value !== undefined && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      <MagicNumbers />
    </>
  );
}

function RuleForm({
  add,
  refuse,
}: {
  add: (rule: ChaosRule) => Promise<void>;
  refuse: (why: string) => void;
}): JSX.Element {
  const submit = (event: TargetedEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const rule = readRule((name) => String(fields.get(name) ?? ""));
    if ("problem" in rule) refuse(rule.problem);
    else void add(rule.rule);
  };
  return (
    <form class="chaos-form" onSubmit={submit}>
      <label>
        Of <input name="percent" type="number" min="0" max="100" step="any" value="100" required /> % of messages
      </label>
      <label>
        to <input name="to" inputMode="tel" placeholder="any number" />
      </label>
      <label>
        only the next <input name="next" type="number" min="1" placeholder="all" />
      </label>
      <label>
        answer status <input name="status" type="number" min="400" max="599" placeholder="as it is" />
      </label>
      <label>
        hold for <input name="delay" type="number" min="0" max="60000" placeholder="0" /> ms
      </label>
      <label class="switch">
        <input name="drop" type="checkbox" value="yes" /> cut the connection after accepting
      </label>
      <div class="buttons">
        <button type="button" onClick={() => void setChaos([])}>
          Turn all off
        </button>
        <button type="submit" class="danger">
          Add this fault
        </button>
      </div>
    </form>
  );
}

function MagicNumbers(): JSX.Element | null {
  const numbers = status.value?.magicNumbers ?? [];
  if (numbers.length === 0) return null;
  return (
    <details class="magic">
      <summary>Numbers that fail by themselves ({numbers.length})</summary>
      <dl>
        {numbers.map(({ number, says }) => (
          <div key={number}>
            <dt>{number}</dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
