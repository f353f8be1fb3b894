/** Made by web/vite.config.ts. */
declare module "virtual:declarations" {
  /** TypeScript's declarations of the browser's API, their beginning. */
  export const declarations: string;
}

declare module "*.css";

/** Where a file of a package is put as it is. */
declare module "*?url" {
  const url: string;
  export default url;
}
