// Runs before the first paint, so that nobody sees the other theme flash.
import { recall } from "./browser.ts";

document.documentElement.dataset["theme"] = recall("theme") ?? "auto";
