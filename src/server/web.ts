// The packages that the server is made of, which the build puts into this file (scripts/bundle.mjs).
export { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
export type { Context } from "hono";
export { bodyLimit } from "hono/body-limit";
export { cors } from "hono/cors";
export { HTTPException } from "hono/http-exception";
export { matchedRoutes } from "hono/route";
