/** Made by web/vite.config.ts. */
declare module "virtual:declarations" {
  /** TypeScript's declarations of the browser's API, their beginning. */
  export const declarations: string;
}

declare module "*.css";
