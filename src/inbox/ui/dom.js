/** An element with properties and children; strings become text nodes, so nothing in a message is ever read as markup. */
export function element(tag, properties = {}, ...children) {
  const { data = {}, attributes = {}, ...rest } = properties;
  const node = Object.assign(document.createElement(tag), rest);
  Object.assign(node.dataset, data);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.filter((child) => child !== undefined && child !== ""));
  return node;
}

/** Puts a text into the clipboard, also where the page is no secure context and the modern way is missing. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = element("textarea", { value: text, className: "hidden" });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

/** Says on the button for a moment that it did its work. */
export function confirmOn(button) {
  button.dataset.label ??= button.textContent;
  button.textContent = "Copied";
  button.classList.add("done");
  setTimeout(() => {
    button.textContent = button.dataset.label;
    button.classList.remove("done");
  }, 1500);
}

const spoken = { sentences: [], timer: undefined };

/** Lets a screen reader say it; what comes within two seconds is said at once. */
export function announce(sentence) {
  spoken.sentences.push(sentence);
  spoken.timer ??= setTimeout(() => {
    document.getElementById("status").textContent = spoken.sentences.slice(-3).join(". ");
    spoken.sentences = [];
    spoken.timer = undefined;
  }, 2000);
}
