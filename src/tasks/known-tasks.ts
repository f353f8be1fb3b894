// The tasks that the package knows, each under the name that it is asked for by.
export { classifyTask as classify } from "./classify/classify-task.ts";
export { forecastTask as forecast } from "./forecast/forecast-task.ts";
export { languageTask as language } from "./language/language-task.ts";
export { tagTask as tag } from "./tag/tag-task.ts";
