// What colours the printed asks whether it may only once, when it is loaded. Tests compare texts, so it is loaded as where it may not;
// processes that tests start find the environment as it was.
const { NO_COLOR: before } = process.env;
process.env.NO_COLOR = "1";
await import("picocolors");
if (before === undefined) delete process.env.NO_COLOR;
else process.env.NO_COLOR = before;
