// The tasks that the package knows, each under the name that it is asked for by.
export { languageTask as language } from "./language/language-task.ts";
