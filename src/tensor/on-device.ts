import { UnrolledError } from "../errors.ts";
import type { Device } from "./device.ts";

/** What says on which device something is to be made: the device itself, a tensor on it, or a module whose parameters are. */
export type OnDevice =
  | Device
  | { readonly device: Device }
  | { parameters(): readonly { readonly device: Device }[] };

/** @throws UnrolledError "invalid-argument" for a module without parameters, and for what is on no device */
export function deviceOn(call: string, on: OnDevice): Device {
  if (typeof on === "object" && on !== null) {
    // A module of the user's own may have fields of any name.
    if ("parameters" in on && typeof on.parameters === "function") {
      const [first] = on.parameters();
      if (first) return first.device;
      throw new UnrolledError("invalid-argument", {
        call,
        problem: "the module has no parameters, so it is on no device; give a device or a tensor",
      });
    }
    if ("heap" in on) return on;
    if ("device" in on && typeof on.device === "object") return on.device;
  }
  throw new UnrolledError("invalid-argument", {
    call,
    subject: "device",
    got: Array.isArray(on) ? "a list" : on === null ? "null" : typeof on,
    needed: "a device, or a tensor or module that is on one",
  });
}
